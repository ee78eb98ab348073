//! What a recipient reads while the courier is at the door.

mod en;
mod fi;

use super::{Language, PageText};

/// What a recipient reads while the courier is at the door.
pub struct MeetText {
    pub text: &'static str,
    pub scan: &'static str,
    pub stop: &'static str,
    pub checking: &'static str,
    pub proven: fn(&str) -> String,
    pub show: fn(&str) -> String,
    pub qr: &'static str,
    pub not_near: &'static str,
    pub never_phone: &'static str,
    pub done: &'static str,
    pub old_title: &'static str,
    pub old: &'static str,
    pub foreign_title: &'static str,
    pub foreign: &'static str,
    pub other_parcel: &'static str,
    pub no_code: &'static str,
}

impl PageText for MeetText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
