//! Share links, and what is seen through one.

mod en;
mod fi;

use super::{Language, PageText};

/// Share links, and what is seen through one.
pub struct SharesText {
    pub text: &'static str,
    pub label: &'static str,
    pub label_example: &'static str,
    pub create: &'static str,
    pub shown_once: &'static str,
    pub link: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub until: &'static str,
    pub end: &'static str,
    pub shared_title: &'static str,
    pub shared_text: &'static str,
}

impl PageText for SharesText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
