//! Booking.

mod en;
mod fi;

use super::{Language, PageText};

/// Booking.
pub struct BookText {
    pub title: &'static str,
    pub lead: &'static str,
    pub pickup: &'static str,
    pub address: &'static str,
    pub address_example: &'static str,
    pub no_address: &'static str,
    pub description: &'static str,
    pub description_hint: &'static str,
    pub day: &'static str,
    pub hours: &'static str,
    pub shows: &'static str,
    pub anything: &'static str,
    pub anything_hint: &'static str,
    pub photo: &'static str,
    pub photo_hint: &'static str,
    pub hands: &'static str,
    pub hands_hint: &'static str,
    pub submit: &'static str,
}

impl PageText for BookText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
