//! The courier's page and app.

mod en;
mod fi;

use super::{Language, PageText, StatusTexts};

/// The courier's page and app.
pub struct CourierText {
    pub none_title: &'static str,
    pub none_text: &'static str,
    pub shared: &'static str,
    pub shared_text: &'static str,
    pub stay: &'static str,
    pub shared_at: &'static str,
    pub searching: &'static str,
    pub searching_text: &'static str,
    pub kept: &'static str,
    pub kept_text: fn(usize) -> String,
    pub no_signal: &'static str,
    pub no_signal_text: &'static str,
    pub refused: &'static str,
    pub refused_text: &'static str,
    pub not_shared: &'static str,
    pub not_shared_text: &'static str,
    pub watchers: fn(usize) -> String,
    pub start: &'static str,
    pub end: &'static str,
    pub ended: &'static str,
    pub stops_left: fn(usize, usize) -> String,
    pub next: &'static str,
    pub set_out: &'static str,
    pub deliver: &'static str,
    pub delivered: &'static str,
    pub recipient: &'static str,
    pub fail: &'static str,
    pub failed: &'static str,
    pub reason: &'static str,
    pub notes: &'static str,
    pub navigate: &'static str,
    pub end_when: fn(usize) -> String,
    pub undo: &'static str,
    pub done: StatusTexts,
    pub started: &'static str,
    pub ending: &'static str,
    pub steps_kept: fn(usize) -> String,
    pub steps_kept_text: &'static str,
    pub sign_in_to_send: fn(usize) -> String,
    pub not_saved: &'static str,
    pub not_saved_text: &'static str,
    pub not_taken: &'static str,
    pub not_yours: &'static str,
    pub not_taken_text: &'static str,
    pub new_stop: &'static str,
    pub gone: &'static str,
    /// On a stop of a parcel that only its recipient may have.
    pub handover_show: &'static str,
    pub handover_qr: &'static str,
    pub handover_fresh: fn(f64) -> String,
    pub handover_scan: &'static str,
    pub handover_code: &'static str,
    pub handover_pin: &'static str,
    pub handover_wrong: fn(u32) -> String,
    pub handover_no_code: &'static str,
    pub handover_locked: &'static str,
    pub handover_pin_code: &'static str,
    pub stop_scanning: &'static str,
    /// At the depot.
    pub collect: &'static str,
    pub collect_missing: fn(usize) -> String,
    pub collect_reference: &'static str,
    pub collect_typed: &'static str,
    pub collect_good: &'static str,
    pub collect_already: &'static str,
    pub collect_not_here: &'static str,
    pub collect_no_parcel: &'static str,
    pub wrong_code: &'static str,
    pub code_checked: &'static str,
    pub update_ready: &'static str,
    pub update: &'static str,
}

impl PageText for CourierText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
