//! Lines of a delivery's history.

mod en;
mod fi;

use super::{Language, PageText};

/// Lines of a delivery's history.
pub struct HistoryText {
    pub moved: fn(&str) -> String,
    pub moved_by_courier: fn(&str) -> String,
    pub moved_by_operation: fn(&str) -> String,
    pub moved_back: fn(&str) -> String,
    pub proposed: fn(&str) -> String,
    pub proposal_declined: &'static str,
    pub proposal_overtaken: &'static str,
    pub told: fn(&str) -> String,
    pub confirmed: fn(&str) -> String,
    pub declined: fn(&str) -> String,
    pub taken_back: fn(&str) -> String,
    pub safe_place: &'static str,
    pub neighbour: &'static str,
    pub gate_code: &'static str,
    pub never_leave: &'static str,
    pub other: &'static str,
}

impl PageText for HistoryText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
