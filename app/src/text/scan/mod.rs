//! What the scanner says.

mod en;
mod fi;

use super::{Language, PageText};

/// What the scanner says.
pub struct ScanText {
    pub asking: &'static str,
    pub looking: &'static str,
    pub refused: &'static str,
    pub no_camera: &'static str,
    pub photo: &'static str,
    pub nothing_found: &'static str,
}

impl PageText for ScanText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
