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
    pub delayed: &'static str,
    pub delayed_until: fn(&str) -> String,
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
    pub said_missing: &'static str,
    pub looked_into: fn(&str) -> String,
    pub corrected: fn(&str) -> String,
    pub handover_asked: &'static str,
    pub handover_asked_pin: &'static str,
    pub handover_renewed: &'static str,
    pub handover_given_up: &'static str,
    pub handover_locked: &'static str,
    pub handed_over_by_code: &'static str,
    pub handed_over_by_both: &'static str,
    pub hold_confirmed: fn(&str) -> String,
    pub hold_ready: fn(&str) -> String,
    pub hold_expired: &'static str,
    pub hold_cancelled: &'static str,
    pub hold_reminded: &'static str,
    pub hold_extended: &'static str,
    pub hold_refused: fn(&str) -> String,
    pub hold_locked: &'static str,
    pub hold_unlocked: &'static str,
    pub hold_named: fn(&str) -> String,
    pub hold_revoked: fn(&str) -> String,
    pub hold_sent_back: &'static str,
    pub share_created: &'static str,
    pub share_revoked: &'static str,
    pub reported: &'static str,
    pub taken_by: fn(&str) -> String,
}

impl PageText for HistoryText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
