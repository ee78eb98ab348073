//! What people are told about their parcels, on which channel, when, and in which words.
//!
//! To add something to tell: a [`Kind`] (its place in [`Kind::ALL`], and in [`Kind::OFFERED`] once it can happen),
//! an arm in [`News::of`] and in the list of its test, its words in each language of [`text`], and what can be done
//! about it in [`Kind::shortcuts`].

mod choices;
mod news;
mod quiet;
pub mod text;
mod view;

use serde::{Deserialize, Serialize};

use crate::reference::Reference;
use crate::wire::{FromWire, Unreadable, Value};

pub use choices::{Choice, Choices};
pub use news::{Audience, News};
pub use quiet::{InvalidQuietHours, QuietHours};
pub use view::{
    Carried, Details, NotificationPage, NotificationView, OutboxEntry, PreferencesChange,
    PreferencesView, PushKeys, PushSubscription,
};

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The parcel is on the van, on its way to the door.
    OutForDelivery,
    /// Few stops or minutes away.
    ArrivingSoon,
    /// The courier is at the door.
    AtTheDoor,
    /// Handed over or left, perhaps with a photo.
    Delivered,
    /// The courier came and could not deliver.
    Failed,
    /// What was told last was a mistake: the parcel is still on its way.
    Corrected,
    /// It comes at another time.
    Rescheduled,
    /// It goes to a post office, as was asked.
    HoldConfirmed,
    /// It can be picked up there.
    HoldReady,
    /// It is still there, and not for much longer.
    HoldReminder,
    /// Somebody wrote.
    ChatMessage,
    /// It comes later than was said.
    Delayed,
    /// A channel does not work any more and was turned off. In the app only.
    ChannelFailed,
    /// Asked for with a button, to see whether a channel works.
    Test,
    /// The code that shows whose telephone number it is. By SMS only.
    PhoneCode,
}

impl Kind {
    /// Every kind, in the order of a parcel's life; last what nobody chooses.
    pub const ALL: [Self; 15] = [
        Self::OutForDelivery,
        Self::ArrivingSoon,
        Self::AtTheDoor,
        Self::Delivered,
        Self::Failed,
        Self::Corrected,
        Self::Rescheduled,
        Self::Delayed,
        Self::HoldConfirmed,
        Self::HoldReady,
        Self::HoldReminder,
        Self::ChatMessage,
        Self::ChannelFailed,
        Self::Test,
        Self::PhoneCode,
    ];

    /// Those that can happen in this version, and that people therefore choose channels for.
    pub const OFFERED: &'static [Self] = &[
        Self::OutForDelivery,
        Self::ArrivingSoon,
        Self::AtTheDoor,
        Self::Delivered,
        Self::Failed,
        Self::Corrected,
        Self::Rescheduled,
        Self::Delayed,
        Self::HoldConfirmed,
        Self::HoldReady,
        Self::HoldReminder,
        Self::ChatMessage,
    ];

    /// Whether it says where a parcel is to be collected, and once it is there, with which code.
    pub fn is_about_collecting(self) -> bool {
        matches!(
            self,
            Self::HoldConfirmed | Self::HoldReady | Self::HoldReminder
        )
    }

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutForDelivery => "out_for_delivery",
            Self::ArrivingSoon => "arriving_soon",
            Self::AtTheDoor => "at_the_door",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Corrected => "corrected",
            Self::Rescheduled => "rescheduled",
            Self::HoldConfirmed => "hold_confirmed",
            Self::HoldReady => "hold_ready",
            Self::HoldReminder => "hold_reminder",
            Self::ChatMessage => "chat_message",
            Self::Delayed => "delayed",
            Self::ChannelFailed => "channel_failed",
            Self::Test => "test",
            Self::PhoneCode => "phone_code",
        }
    }

    /// Reads what [`Kind::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Seconds after which it is no news any more: what could not be sent until then is not sent.
    pub fn useful_for_s(self) -> f64 {
        const MINUTE: f64 = 60.0;
        const HOUR: f64 = 3600.0;
        match self {
            Self::AtTheDoor | Self::Test | Self::PhoneCode => 15.0 * MINUTE,
            Self::ArrivingSoon => 30.0 * MINUTE,
            Self::OutForDelivery | Self::Delayed => 12.0 * HOUR,
            Self::HoldReminder | Self::ChatMessage => 24.0 * HOUR,
            Self::Delivered
            | Self::Failed
            | Self::Corrected
            | Self::Rescheduled
            | Self::HoldConfirmed
            | Self::HoldReady
            | Self::ChannelFailed => 72.0 * HOUR,
        }
    }

    /// What whoever is told may want to do about it, the likeliest first. Browsers show two at most.
    pub fn shortcuts(self) -> &'static [Shortcut] {
        match self {
            Self::ArrivingSoon | Self::AtTheDoor => &[Shortcut::Track, Shortcut::Chat],
            Self::OutForDelivery | Self::Delayed | Self::Failed => {
                &[Shortcut::Track, Shortcut::Hold]
            }
            Self::ChatMessage => &[Shortcut::Chat, Shortcut::Track],
            Self::Corrected => &[Shortcut::Track],
            Self::Delivered
            | Self::Rescheduled
            | Self::HoldConfirmed
            | Self::HoldReady
            | Self::HoldReminder => &[Shortcut::Show],
            Self::ChannelFailed | Self::Test | Self::PhoneCode => &[],
        }
    }

    /// The page that whoever is told wants to see.
    pub fn path(self, delivery: Option<Reference>) -> String {
        match (self, delivery) {
            (Self::ChannelFailed | Self::Test | Self::PhoneCode, _) => {
                "/notifications/preferences".to_owned()
            }
            (Self::ChatMessage, Some(delivery)) => Shortcut::Chat.path(delivery),
            (_, Some(delivery)) => Shortcut::Track.path(delivery),
            (_, None) => "/notifications".to_owned(),
        }
    }

    /// Whether it is sent before what can wait.
    pub fn is_urgent(self) -> bool {
        self.useful_for_s() <= 1800.0 || matches!(self, Self::ChatMessage)
    }

    /// Whether the person has just asked for it, so that quiet hours don't hold it back.
    pub fn was_asked_for(self) -> bool {
        matches!(self, Self::Test | Self::PhoneCode)
    }
}

/// What can be done from a notification with one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// See where the parcel is.
    Track,
    /// See what became of it: it does not move.
    Show,
    /// Write to the courier.
    Chat,
    /// Have it held at a post office.
    Hold,
}

impl Shortcut {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Show => "show",
            Self::Chat => "chat",
            Self::Hold => "hold",
        }
    }

    /// The page that does it.
    pub fn path(self, delivery: Reference) -> String {
        match self {
            Self::Track | Self::Show => format!("/deliveries/{delivery}"),
            Self::Chat | Self::Hold => format!("/deliveries/{delivery}?open={}", self.as_str()),
        }
    }
}

impl FromWire for Kind {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("kind"))
    }
}

/// A way to reach a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The list behind the bell.
    InApp,
    /// Web Push, to each browser that was allowed to show it.
    Push,
    /// The account's e-mail address.
    Email,
    /// A telephone number that its owner confirmed.
    Sms,
}

impl Channel {
    /// Every channel, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::InApp, Self::Push, Self::Email, Self::Sms];
    /// Those that leave the house.
    pub const SENT: [Self; 3] = [Self::Push, Self::Email, Self::Sms];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Push => "push",
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// Reads what [`Channel::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

impl FromWire for Channel {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("channel"))
    }
}

/// A telephone number as the world writes it (E.164): a plus sign and 7 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// Text that is no telephone number with its country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("enter a mobile number with its country code, such as +358 40 1234567")]
pub struct InvalidPhoneNumber;

impl PhoneNumber {
    /// Takes what people type: spaces, hyphens and brackets are left out.
    pub fn parse(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let bare: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}'))
            .collect();
        let digits = bare.strip_prefix('+').ok_or(InvalidPhoneNumber)?;
        let is_number = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            Ok(Self(bare))
        } else {
            Err(InvalidPhoneNumber)
        }
    }

    /// With the plus sign and without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_is_the_wire_form() {
        for kind in Kind::ALL {
            let json = serde_json::to_string(&kind).expect("an enum serialises");
            assert_eq!(json, format!("\"{}\"", kind.as_str()));
            assert_eq!(Kind::from_text(kind.as_str()), Some(kind));
        }
        for channel in Channel::ALL {
            let json = serde_json::to_string(&channel).expect("an enum serialises");
            assert_eq!(json, format!("\"{}\"", channel.as_str()));
            assert_eq!(Channel::from_text(channel.as_str()), Some(channel));
        }
    }

    #[test]
    fn what_is_over_sooner_is_sent_sooner() {
        assert!(Kind::AtTheDoor.is_urgent() && Kind::ChatMessage.is_urgent());
        assert!(!Kind::Delivered.is_urgent());
        for kind in Kind::ALL {
            assert!(kind.useful_for_s() >= 900.0, "{kind:?}");
        }
    }

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        let number = |text| PhoneNumber::parse(text).map(|number| number.0);
        assert_eq!(number(" +358 (40) 123-4567 "), Ok("+358401234567".into()));
        for text in [
            "",
            "040 1234567",
            "+0401234567",
            "+12",
            "+35840123456789012",
            "+358x401234",
            "+",
        ] {
            assert_eq!(number(text), Err(InvalidPhoneNumber), "{text}");
        }
    }
}
