//! What people are told, and how they want to be told: the list behind the bell, its settings, the way out of letters.

mod en;
mod fi;

use porchlight_domain::notification::text::Language as Written;

use super::{Language, PageText};

/// The list, its settings, and the way out of letters.
pub struct NotificationText {
    /// What notifications themselves say.
    pub written: Written,
    pub title: &'static str,
    pub settings: &'static str,
    pub read_all: &'static str,
    pub clear_all: &'static str,
    pub clear: &'static str,
    pub unread: &'static str,
    pub more: &'static str,
    pub comes: &'static str,
    pub expected: &'static str,
    pub kept_until: &'static str,
    pub none: &'static str,
    pub none_text: &'static str,
    pub back: &'static str,
    pub what: &'static str,
    pub what_text: &'static str,
    pub event: &'static str,
    pub quiet: &'static str,
    pub quiet_text: &'static str,
    pub quiet_on: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub channels: &'static str,
    pub test: &'static str,
    pub tested: &'static str,
    pub test_in_app: &'static str,
    pub push_unsupported: &'static str,
    pub push_off: &'static str,
    pub push_denied: &'static str,
    pub push_on: &'static str,
    pub push_failed: &'static str,
    pub turn_on: &'static str,
    pub turn_off: &'static str,
    pub email_to: fn(&str) -> String,
    pub dead: &'static str,
    pub phone: &'static str,
    pub phone_hint: &'static str,
    pub phone_send: &'static str,
    pub phone_to: fn(&str) -> String,
    pub phone_waiting: fn(&str) -> String,
    pub phone_code: &'static str,
    pub phone_confirm: &'static str,
    pub phone_forget: &'static str,
    pub stop_title: &'static str,
    pub stop_text: fn(&str, &str) -> String,
    pub stop: &'static str,
    pub stopped: fn(&str, &str) -> String,
}

impl PageText for NotificationText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_speak_every_language_of_the_pages() {
        for language in Language::ALL {
            let written = NotificationText::of(language).written;
            assert_eq!(written.tag(), language.tag());
        }
        assert_eq!(Written::ALL.len(), Language::ALL.len());
    }
}
