//! What people read in a chat.

mod en;
mod fi;

use super::{Language, PageText};

/// What people read in a chat.
pub struct ChatText {
    pub title: fn(&str) -> String,
    pub close: &'static str,
    pub encrypted: &'static str,
    pub way_opening: &'static str,
    pub way_asking: &'static str,
    pub way_none: &'static str,
    pub messages: &'static str,
    pub older: &'static str,
    pub newest: &'static str,
    pub empty_title: &'static str,
    pub empty: fn(&str) -> String,
    pub you: &'static str,
    pub sent: &'static str,
    pub delivered: &'static str,
    pub read: &'static str,
    pub waits: &'static str,
    pub waits_for_them: fn(&str) -> String,
    pub not_sent: &'static str,
    pub withdraw: &'static str,
    pub typing: fn(&str) -> String,
    pub unreadable_before: &'static str,
    pub unreadable_no_key: &'static str,
    pub unreadable_forged: &'static str,
    pub new_device_theirs: fn(&str) -> String,
    pub new_device_mine: &'static str,
    pub gate_code: &'static str,
    pub gate_code_add: &'static str,
    pub gate_code_hint: &'static str,
    pub gate_code_cancel: &'static str,
    pub message: &'static str,
    pub send: &'static str,
    pub quick: &'static str,
    pub quick_replies: [&'static str; 6],
    pub write: &'static str,
    pub not_while_driving: &'static str,
    pub read_aloud: &'static str,
    pub says: fn(&str, &str) -> String,
    pub closing: fn(&str) -> String,
    pub read_only: &'static str,
    pub blocked_by_me: &'static str,
    pub blocked: fn(&str) -> String,
    pub unblock: &'static str,
    pub menu: &'static str,
    pub verify: &'static str,
    pub verify_text: fn(&str) -> String,
    pub verify_same: &'static str,
    pub verify_no_longer: &'static str,
    pub verified: &'static str,
    pub verified_before: fn(&str) -> String,
    pub lost_device: &'static str,
    pub block: &'static str,
    pub block_sure: fn(&str) -> String,
    pub block_do: &'static str,
    pub report: &'static str,
    pub report_sure: &'static str,
    pub report_do: &'static str,
    pub reported: &'static str,
    pub keep: &'static str,
    pub no_vault_title: &'static str,
    pub no_vault: &'static str,
    pub not_genuine_title: &'static str,
    pub not_genuine: &'static str,
    pub not_allowed: &'static str,
    pub too_long: &'static str,
}

impl PageText for ChatText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
