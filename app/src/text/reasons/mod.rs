//! Why a delivery fails.

mod en;
mod fi;

use super::{Language, PageText};

/// Why a delivery fails.
pub struct ReasonsText {
    pub nobody_home: &'static str,
    pub refused: &'static str,
    pub no_access: &'static str,
    pub closed: &'static str,
    pub identity_not_shown: &'static str,
    pub wrong_address: &'static str,
    pub damaged: &'static str,
    pub missing: &'static str,
    pub courier: &'static str,
    pub weather: &'static str,
}

impl PageText for ReasonsText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
