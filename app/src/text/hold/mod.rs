//! Holding a parcel at a post office, for its recipient.

mod en;
mod fi;

use super::{Language, PageText};

/// Holding a parcel at a post office, for its recipient.
pub struct HoldText {
    pub choose: &'static str,
    pub search: &'static str,
    pub find: &'static str,
    pub near_me: &'static str,
    pub no_place: &'static str,
    pub none: &'static str,
    pub map: &'static str,
    pub map_office: fn(&str) -> String,
    pub walk: fn(&str) -> String,
    pub straight: fn(&str) -> String,
    pub open_until: &'static str,
    pub opens: &'static str,
    pub open_always: &'static str,
    pub closed: &'static str,
    pub hours_unknown: &'static str,
    pub space: fn(u32) -> String,
    pub wheelchair: &'static str,
    pub wheelchair_limited: &'static str,
    pub wheelchair_no: &'static str,
    pub hold_here: fn(&str) -> String,
    pub confirm: &'static str,
    pub near_now: &'static str,
    pub confirmed: &'static str,
    pub confirmed_text: &'static str,
    pub keep_until: &'static str,
    pub hours: &'static str,
    pub change: &'static str,
    pub cancel: &'static str,
    pub back: &'static str,
    pub ready: &'static str,
    pub ready_text: &'static str,
    pub code: &'static str,
    pub qr: &'static str,
    pub print: &'static str,
    pub save: &'static str,
    pub never_send: &'static str,
    pub extend: &'static str,
    pub locked: &'static str,
    pub delegate: &'static str,
    pub delegate_text: &'static str,
    pub delegate_name: &'static str,
    pub delegate_add: &'static str,
    pub delegate_revoke: &'static str,
    pub collected: &'static str,
    pub expired: &'static str,
}

impl PageText for HoldText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
