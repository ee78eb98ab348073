//! A customer's list.

mod en;
mod fi;

use super::{Language, PageText};

/// A customer's list.
pub struct DeliveriesText {
    pub title: &'static str,
    pub upcoming: &'static str,
    pub past: &'static str,
    pub none_title: &'static str,
    pub none_text: &'static str,
}

impl PageText for DeliveriesText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
