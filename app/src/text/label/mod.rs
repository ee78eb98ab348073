//! What stands around a label.

mod en;
mod fi;

use super::{Language, PageText};

/// What stands around a label.
pub struct LabelText {
    pub title: &'static str,
    pub text: &'static str,
    pub print: &'static str,
    pub hands_only: &'static str,
}

impl PageText for LabelText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
