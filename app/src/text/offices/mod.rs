//! Post offices, for admins; and standing wishes, for customers.

mod en;
mod fi;

use super::{Language, PageText};

/// Post offices, for admins; and standing wishes, for customers.
pub struct OfficesText {
    pub title: &'static str,
    pub text: &'static str,
    pub capacity: &'static str,
    pub hours: &'static str,
    pub hours_hint: &'static str,
    pub closed_from: &'static str,
    pub closed_to: &'static str,
    pub save: &'static str,
    pub clerk: &'static str,
    pub assign: &'static str,
    pub used: fn(u32) -> String,
    pub locked: &'static str,
    pub unlock: &'static str,
    pub parcel: &'static str,
    pub release: &'static str,
    pub counted: fn(u32) -> String,
    pub count_missing: &'static str,
    pub count_unexpected: &'static str,
    pub collected: &'static str,
    pub in_their_stead: fn(&str) -> String,
    pub signature: &'static str,
    pub wishes: &'static str,
    pub wishes_text: &'static str,
    pub always: &'static str,
    pub away: &'static str,
    pub away_from: &'static str,
    pub away_to: &'static str,
    pub never: &'static str,
    pub office: &'static str,
    pub nearest: &'static str,
    pub find: &'static str,
    pub office_search: &'static str,
    pub saved: &'static str,
}

impl PageText for OfficesText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
