//! The administrator's page.

mod en;
mod fi;

use super::{Language, PageText};

/// The administrator's page.
pub struct AdminText {
    pub cases: &'static str,
    pub no_cases: &'static str,
    pub closed_cases: &'static str,
    pub case_not_received: &'static str,
    pub case_far: &'static str,
    pub case_locked: &'static str,
    pub case_outcome: &'static str,
    pub case_close: &'static str,
    pub reveal: &'static str,
    pub reveal_text: &'static str,
    pub area: &'static str,
    pub exact: &'static str,
    pub always: &'static str,
    pub stops: &'static str,
    pub minutes: &'static str,
    pub metres: &'static str,
    pub limit: &'static str,
    pub measured: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
    pub readings: &'static str,
    pub readings_text: &'static str,
    pub no_readings: &'static str,
    pub no_readings_text: &'static str,
    pub reader: &'static str,
    pub courier: &'static str,
    pub parcel: &'static str,
    pub shown: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub shown_nothing: &'static str,
    pub shown_area: &'static str,
    pub shown_exact: &'static str,
    pub show_label: &'static str,
    pub silent: &'static str,
    pub reports: &'static str,
    pub reports_text: &'static str,
    pub reports_none: &'static str,
    pub report_by_courier: &'static str,
    pub report_by_recipient: &'static str,
    pub silent_text: &'static str,
    pub all_heard: &'static str,
    pub last_heard: &'static str,
    pub parcels_out: fn(u32) -> String,
    pub outbox: &'static str,
    pub outbox_text: &'static str,
    pub outbox_look: &'static str,
    pub outbox_empty: &'static str,
    pub outbox_attempts: fn(u32) -> String,
    pub outbox_resend: &'static str,
}

impl PageText for AdminText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
