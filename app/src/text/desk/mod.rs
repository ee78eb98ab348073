//! The desk of a post office.

mod en;
mod fi;

use porchlight_domain::hold::Document;

use super::{Language, PageText};

/// The desk of a post office.
pub struct DeskText {
    pub title: &'static str,
    pub present: &'static str,
    pub present_text: &'static str,
    pub code: &'static str,
    pub check: &'static str,
    pub scan: &'static str,
    pub stop: &'static str,
    pub checking: &'static str,
    pub name: &'static str,
    pub for_whom: fn(&str) -> String,
    pub document: &'static str,
    pub passport: &'static str,
    pub identity_card: &'static str,
    pub driving_licence: &'static str,
    pub residence_permit: &'static str,
    pub digits: &'static str,
    pub digits_text: &'static str,
    pub hand_over: &'static str,
    pub refuse: &'static str,
    pub refuse_reason: &'static str,
    pub refuse_send: &'static str,
    pub cancel: &'static str,
    pub done: fn(&str) -> String,
    pub refused: fn(&str) -> String,
    pub offline: &'static str,
    pub offline_age: fn(&str) -> String,
    pub offline_code: &'static str,
    pub waiting: fn(u32) -> String,
    pub not_taken: fn(&str) -> String,
    pub noted: &'static str,
    pub no_pass: &'static str,
    pub forged: &'static str,
    pub foreign: &'static str,
    pub run_out: &'static str,
    pub revoked: &'static str,
    pub locked: &'static str,
    pub shelf: &'static str,
    pub expected: &'static str,
    pub back: &'static str,
    pub search: &'static str,
    pub nothing: &'static str,
    pub more: fn(u32) -> String,
    pub kept_until: &'static str,
    pub is_locked: &'static str,
    pub choose: &'static str,
    pub chosen: fn(&str) -> String,
    pub send_back: &'static str,
    pub count: &'static str,
    pub count_text: &'static str,
    pub count_add: &'static str,
    pub count_reference: &'static str,
    pub counted: fn(u32) -> String,
    pub count_compare: &'static str,
    pub count_right: fn(u32) -> String,
    pub count_missing: &'static str,
    pub count_unexpected: &'static str,
}

impl PageText for DeskText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}

impl DeskText {
    /// What a document is called.
    pub fn document_name(&self, document: Document) -> &'static str {
        match document {
            Document::Passport => self.passport,
            Document::IdentityCard => self.identity_card,
            Document::DrivingLicence => self.driving_licence,
            Document::ResidencePermit => self.residence_permit,
        }
    }
}
