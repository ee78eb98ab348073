//! Notifications as they go over the wire.

use serde::{Deserialize, Serialize};

use super::{Channel, Choice, Kind, QuietHours};
use crate::delivery::Window;
use crate::ids::NotificationId;
use crate::reference::Reference;
use crate::time::Timestamp;

/// What the words of a notification are filled in with.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Details {
    /// What is in the parcel, as its recipient called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<String>,
    /// Why it failed: a code, or the courier's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The hash of the photo that shows the handover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// Who wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The post office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it comes now, or until when it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The channel that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// A code to type in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

crate::wire! { Details { parcel, reason, photo, name, place, window, channel, code } }

/// One line of the list behind the bell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotificationView {
    /// Its id.
    pub id: NotificationId,
    /// What it is about.
    pub kind: Kind,
    /// Which parcel.
    pub delivery: Option<Reference>,
    /// What its words are filled in with.
    pub details: Details,
    /// When it happened.
    pub created_at: Timestamp,
    /// Whether it was read.
    pub is_read: bool,
}

crate::wire! { NotificationView { id, kind, delivery, details, created_at, is_read } }

/// Some lines, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotificationPage {
    /// The lines.
    pub notifications: Vec<NotificationView>,
    /// How many are not read, at most 100.
    pub unread: u32,
    /// Where the next lines begin; none at the end.
    pub next: Option<String>,
}

crate::wire! { NotificationPage { notifications, unread, next } }

/// Everything a person chose, and what they can choose from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PreferencesView {
    /// Channels that work here.
    pub channels: Vec<Channel>,
    /// Each cell of the grid.
    pub choices: Vec<Choice>,
    /// When nothing rings.
    pub quiet_hours: Option<QuietHours>,
    /// Their time zone, as the tz database calls it.
    pub time_zone: String,
    /// The language they are written to, as a BCP 47 tag.
    pub language: String,
    /// Where e-mails go.
    pub email: String,
    /// The number they confirmed.
    pub phone: Option<String>,
    /// A number that waits for its code.
    pub phone_unconfirmed: Option<String>,
    /// The address was refused for good: it is not used until it is tried again.
    pub dead_channels: Vec<Channel>,
    /// What browsers need to subscribe; none where there is no Web Push.
    pub push_key: Option<String>,
    /// How many browsers are subscribed.
    pub push_browsers: u32,
}

crate::wire! { PreferencesView {
    channels, choices, quiet_hours, time_zone, language, email, phone, phone_unconfirmed, dead_channels, push_key,
    push_browsers
} }

/// What is to be another from now on; what is not said stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreferencesChange {
    /// Cells of the grid.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// When nothing rings; `null` for never.
    #[serde(default, with = "said", skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<Option<QuietHours>>,
    /// A time zone of the tz database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// A BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Tells `null` from what is not there.
mod said {
    use super::QuietHours;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(
        clippy::option_option,
        clippy::ref_option,
        reason = "null and absent are two things"
    )]
    pub fn serialize<S: Serializer>(
        hours: &Option<Option<QuietHours>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        hours.flatten().serialize(serializer)
    }

    #[expect(clippy::option_option, reason = "null and absent are two things")]
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<QuietHours>>, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }
}

/// The keys of a browser's push subscription, base64url (RFC 8291).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushKeys {
    /// Its public key, an uncompressed point of P-256.
    pub p256dh: String,
    /// 16 bytes that only the browser and we know.
    pub auth: String,
}

/// A browser's push subscription, as `PushSubscription.toJSON()` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    /// Where to post.
    pub endpoint: String,
    /// What to encrypt with.
    pub keys: PushKeys,
    /// The subscription that this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// How far an outbox entry has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// It waits to be sent.
    Waiting,
    /// It was given up.
    Dead,
    /// It was kept here instead of being sent: the channel is not set up.
    Kept,
}

impl Carried {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Dead => "dead",
            Self::Kept => "kept",
        }
    }

    /// Reads what [`Carried::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Dead, Self::Kept]
            .into_iter()
            .find(|carried| carried.as_str() == text)
    }
}

/// A message that was given up, or kept instead of being sent: for admins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Its id.
    pub id: String,
    /// To whom.
    pub person: String,
    /// On which channel.
    pub channel: Channel,
    /// What it is about.
    pub kind: Kind,
    /// How far it has come.
    pub state: Carried,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was given up.
    pub problem: Option<String>,
    /// What it says, when it was kept.
    pub text: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_tells_nothing_from_never() {
        let read = |json| serde_json::from_str::<PreferencesChange>(json).expect("a change");
        assert_eq!(read("{}").quiet_hours, None);
        assert_eq!(read(r#"{"quiet_hours":null}"#).quiet_hours, Some(None));
        let night = read(r#"{"quiet_hours":{"from_min":1320,"to_min":420}}"#);
        let hours = QuietHours::new(1320, 420).expect("a night");
        assert_eq!(night.quiet_hours, Some(Some(hours)));
        let json = serde_json::to_string(&night).expect("serialises");
        assert_eq!(
            serde_json::from_str::<PreferencesChange>(&json).expect("reads"),
            night
        );
    }

    #[test]
    fn a_line_survives_the_wire() {
        let line = NotificationView {
            id: NotificationId::from_text("ntf_1"),
            kind: Kind::Delivered,
            delivery: Some(Reference::from_random(7)),
            details: Details {
                parcel: Some("A lamp".into()),
                channel: Some(Channel::Push),
                ..Details::default()
            },
            created_at: Timestamp::from_millis(1_795_183_500_000),
            is_read: false,
        };
        let json = serde_json::to_string(&line).expect("serialises");
        assert_eq!(
            serde_json::from_str::<NotificationView>(&json).expect("reads"),
            line
        );
    }
}
