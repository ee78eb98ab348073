//! Every sentence a person reads, in every language.
//!
//! To add a text: a field in its section of [`catalogue`], or in the folder of its page, and its words
//! in each language; the compiler lists the languages that lack it. Texts with a number or a name are
//! functions. What one page says stands apart, so that only who opens the page downloads it.

mod account;
mod admin;
mod book;
mod catalogue;
mod chat;
mod courier;
mod deliveries;
mod desk;
mod distance;
mod en;
mod fi;
mod history;
mod hold;
mod label;
mod meet;
mod notifications;
mod offices;
mod proof;
mod reasons;
mod scan;
mod shares;
mod wish;

use leptos::prelude::*;
use porchlight_domain::delivery::{FailureReason, Status};

pub use account::AccountText;
pub use admin::AdminText;
pub use book::BookText;
use catalogue::StatusTexts;
pub use catalogue::Texts;
pub use chat::ChatText;
pub use courier::CourierText;
pub use deliveries::DeliveriesText;
pub use desk::DeskText;
pub use distance::distance;
pub use history::HistoryText;
pub use hold::HoldText;
pub use label::LabelText;
pub use meet::MeetText;
pub use notifications::NotificationText;
pub use offices::OfficesText;
pub use proof::ProofText;
pub use reasons::ReasonsText;
pub use scan::ScanText;
pub use shares::SharesText;
pub use wish::WishText;

use crate::preferences::Language;

/// Fixes the language of the page.
pub fn provide_text(language: Language) {
    provide_context(language);
    provide_context(language.texts());
}

/// What one page says, downloaded with it.
pub trait PageText: 'static {
    /// In this language.
    fn of(language: Language) -> &'static Self;
}

/// What one page says in the page's language; English where nothing was chosen.
pub fn use_page_text<T: PageText>() -> &'static T {
    T::of(use_context().unwrap_or(Language::English))
}

impl Language {
    /// What is said in it.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::English => &en::TEXTS,
            Self::Finnish => &fi::TEXTS,
        }
    }
}

/// The texts of the page's language; English where nothing was chosen.
pub fn use_text() -> &'static Texts {
    use_context().unwrap_or(&en::TEXTS)
}

impl Texts {
    /// A status in a word or two.
    pub fn status_name(&self, status: Status) -> &'static str {
        self.status.of(status)
    }

    /// A status as the answer to "where is it?".
    pub fn headline(&self, status: Status) -> &'static str {
        self.headline.of(status)
    }
}

impl ReasonsText {
    /// A reason as people read it: a code in their language, other words as they are.
    pub fn say<'a>(&'a self, reason: &'a str) -> &'a str {
        FailureReason::from_text(reason).map_or(reason, |code| self.of(code))
    }

    /// A reason in a few words.
    pub fn of(&self, reason: FailureReason) -> &'static str {
        match reason {
            FailureReason::NobodyHome => self.nobody_home,
            FailureReason::Refused => self.refused,
            FailureReason::NoAccess => self.no_access,
            FailureReason::Closed => self.closed,
            FailureReason::IdentityNotShown => self.identity_not_shown,
            FailureReason::WrongAddress => self.wrong_address,
            FailureReason::Damaged => self.damaged,
            FailureReason::Missing => self.missing,
            FailureReason::Courier => self.courier,
            FailureReason::Weather => self.weather,
        }
    }
}

impl StatusTexts {
    /// The text of a status.
    pub fn of(&self, status: Status) -> &'static str {
        match status {
            Status::Booked => self.booked,
            Status::Collected => self.collected,
            Status::InTransit => self.in_transit,
            Status::OutForDelivery => self.out_for_delivery,
            Status::Delivered => self.delivered,
            Status::Failed => self.failed,
            Status::Held => self.held,
            Status::PickedUp => self.picked_up,
            Status::Returned => self.returned,
            Status::Cancelled => self.cancelled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_of_the_day_is_word_for_word() {
        assert_eq!(
            en::TEXTS.news.out_for_delivery,
            "Your package is out for delivery."
        );
    }

    #[test]
    fn counts_read_well() {
        let stops = en::TEXTS.tracking.stops_before;
        assert_eq!(stops(0), "You’re the next stop");
        assert_eq!(stops(1), "1 stop before yours");
        assert_eq!(stops(4), "4 stops before yours");
        assert_eq!(
            (fi::TEXTS.tracking.stops_before)(4),
            "4 pysähdystä ennen sinua"
        );
    }
}
