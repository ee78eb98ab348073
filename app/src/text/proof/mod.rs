//! What shows that it was delivered.

mod en;
mod fi;

use super::{Language, PageText};

/// What shows that it was delivered.
pub struct ProofText {
    pub delivered: &'static str,
    pub failed: &'static str,
    pub photo: &'static str,
    pub signature: &'static str,
    pub far: fn(u32) -> String,
    pub missing: &'static str,
    pub missing_text: &'static str,
    pub missing_words: &'static str,
    pub missing_send: &'static str,
    pub missing_sent: &'static str,
}

impl PageText for ProofText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
