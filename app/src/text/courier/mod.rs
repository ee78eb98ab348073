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
    pub handover_needed: &'static str,
    pub handover_code: &'static str,
    pub photo: &'static str,
    pub photo_take: &'static str,
    pub photo_another: &'static str,
    pub photo_remove: &'static str,
    pub photo_unreadable: &'static str,
    pub photo_needed: &'static str,
    pub proof_needed: &'static str,
    pub signature: &'static str,
    pub signature_erase: &'static str,
    pub failed_title: &'static str,
    pub failed_text: &'static str,
    pub try_again: &'static str,
    pub mistake: &'static str,
    pub mistake_reason: &'static str,
    pub mistake_take_back: &'static str,
    pub corrected: &'static str,
    pub delivered_count: fn(usize) -> String,
    pub change_order: &'static str,
    pub suggest_order: &'static str,
    /// A suggestion came.
    pub is_suggested: &'static str,
    pub put_back: &'static str,
    pub how_to_order: &'static str,
    pub order_done: &'static str,
    pub order_cancel: &'static str,
    pub move_up: fn(&str) -> String,
    pub move_down: fn(&str) -> String,
    /// To which place of how many a stop moved.
    pub moved: fn(usize, usize, &str) -> String,
    /// As steps, in a few words.
    pub reordered: &'static str,
    pub suggesting: &'static str,
    pub expected: &'static str,
    pub promised: &'static str,
    pub late: &'static str,
    pub update_ready: &'static str,
    pub update: &'static str,
    pub arrive: &'static str,
    pub arrived: &'static str,
    /// On the card of a stop, once its recipient was told.
    pub arrived_text: &'static str,
    /// While the battery is low.
    pub shared_saving: &'static str,
    pub saving_text: &'static str,
    pub map: &'static str,
    pub map_label: &'static str,
    pub map_you: &'static str,
    pub map_stop: fn(usize, &str) -> String,
    pub map_all: &'static str,
    /// Where there is neither a network nor a page for whoever is here.
    pub no_page_title: &'static str,
    pub no_page_text: &'static str,
    pub no_page_again: &'static str,
}

impl PageText for CourierText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
