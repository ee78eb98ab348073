//! What people are told, and how they want to be told.

use leptos::prelude::*;
use porchlight_domain::ids::NotificationId;
use porchlight_domain::notification::{
    Channel, Kind, NotificationPage, OutboxEntry, PreferencesView,
};
use porchlight_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::notify;
#[cfg(feature = "ssr")]
use porchlight_domain::notification::{
    Choice, PreferencesChange, PushKeys, PushSubscription, QuietHours,
};

/// Some of the list behind the bell, the newest first.
#[server(prefix = "/api/ui/v1", endpoint = "notifications")]
pub async fn told_before(before: Option<String>) -> Result<NotificationPage, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::page(&actor, &backend, before.as_deref(), None).await?)
}

/// Reads one.
#[server(prefix = "/api/ui/v1", endpoint = "read-notification")]
pub async fn read_notification(id: NotificationId) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::mark_read(&actor, &backend, &id).await?)
}

/// Reads all that is not newer.
#[server(prefix = "/api/ui/v1", endpoint = "read-notifications")]
pub async fn read_notifications(up_to: Timestamp) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::mark_all_read(&actor, &backend, Some(up_to)).await?)
}

/// Takes one out of the list.
#[server(prefix = "/api/ui/v1", endpoint = "clear-notification")]
pub async fn clear_notification(id: NotificationId) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::clear_one(&actor, &backend, &id).await?)
}

/// Empties the list, but for what is newer.
#[server(prefix = "/api/ui/v1", endpoint = "clear-notifications")]
pub async fn clear_notifications(up_to: Timestamp) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::clear(&actor, &backend, Some(up_to)).await?)
}

/// What was chosen, and what can be.
#[server(prefix = "/api/ui/v1", endpoint = "notification-preferences")]
pub async fn notification_preferences() -> Result<PreferencesView, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::preferences(&actor, &backend).await?)
}

/// Sets one cell of the grid.
#[server(prefix = "/api/ui/v1", endpoint = "choose-notification")]
pub async fn choose_notification(
    kind: Kind,
    channel: Channel,
    is_on: bool,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let change = PreferencesChange {
        choices: vec![Choice {
            kind,
            channel,
            is_on,
        }],
        ..PreferencesChange::default()
    };
    Ok(notify::change_preferences(&actor, &backend, change).await?)
}

/// Sets quiet hours as the two fields have them, `07:30`; or none. The browser says in which zone.
#[server(prefix = "/api/ui/v1", endpoint = "choose-quiet-hours")]
pub async fn choose_quiet_hours(
    is_on: bool,
    from: String,
    to: String,
    time_zone: Option<String>,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let hours = if is_on {
        Some(quiet_hours(&from, &to)?)
    } else {
        None
    };
    let change = PreferencesChange {
        quiet_hours: Some(hours),
        time_zone,
        ..PreferencesChange::default()
    };
    Ok(notify::change_preferences(&actor, &backend, change).await?)
}

#[cfg(feature = "ssr")]
fn quiet_hours(from: &str, to: &str) -> Result<QuietHours, ApiError> {
    let wrong = |detail: String| ApiError::Invalid {
        detail,
        field: Some("quiet_hours".into()),
    };
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
        Some(hour * 60 + minute)
    };
    let both = minutes(from).zip(minutes(to));
    let (from, to) = both.ok_or_else(|| wrong("enter two times of the day".into()))?;
    QuietHours::new(from, to).map_err(|invalid| wrong(invalid.to_string()))
}

/// Remembers the language of the pages and the zone of the browser for what is sent.
#[server(prefix = "/api/ui/v1", endpoint = "remember-place")]
pub async fn remember_place(language: String, time_zone: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let change = PreferencesChange {
        language: Some(language),
        time_zone: Some(time_zone),
        ..PreferencesChange::default()
    };
    Ok(notify::change_preferences(&actor, &backend, change).await?)
}

/// Sends a test.
#[server(prefix = "/api/ui/v1", endpoint = "test-channel")]
pub async fn test_channel(channel: Channel) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::send_test(&actor, &backend, channel).await?)
}

/// Sends a code to a number.
#[server(prefix = "/api/ui/v1", endpoint = "set-phone")]
pub async fn set_phone(phone: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::set_phone(&actor, &backend, &phone).await?)
}

/// Takes the code that came.
#[server(prefix = "/api/ui/v1", endpoint = "confirm-phone")]
pub async fn confirm_phone(code: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::confirm_phone(&actor, &backend, &code).await?)
}

/// Forgets the number.
#[server(prefix = "/api/ui/v1", endpoint = "forget-phone")]
pub async fn forget_phone() -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::forget_phone(&actor, &backend).await?)
}

/// This browser is told from now on.
#[server(prefix = "/api/ui/v1", endpoint = "subscribe-browser")]
pub async fn subscribe_browser(
    endpoint: String,
    p256dh: String,
    auth: String,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let subscription = PushSubscription {
        endpoint,
        keys: PushKeys { p256dh, auth },
        replaces: None,
    };
    Ok(notify::subscribe(&actor, &backend, subscription).await?)
}

/// This browser is not told any more.
#[server(prefix = "/api/ui/v1", endpoint = "unsubscribe-browser")]
pub async fn unsubscribe_browser(endpoint: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::unsubscribe_browser(&actor, &backend, &endpoint).await?)
}

/// What a way out stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// What it is about.
    pub kind: Kind,
    /// On which channel.
    pub channel: Channel,
}

/// What the way out of a letter stops.
#[server(prefix = "/api/ui/v1", endpoint = "way-out")]
pub async fn way_out(token: String) -> Result<Stopped, ApiError> {
    let (_, backend) = request::caller()?;
    let found = notify::way_out(&backend, &token).await?;
    Ok(Stopped {
        kind: found.kind,
        channel: found.channel,
    })
}

/// Stops it.
#[server(prefix = "/api/ui/v1", endpoint = "take-way-out")]
pub async fn take_way_out(token: String) -> Result<(), ApiError> {
    let (_, backend) = request::caller()?;
    notify::turn_off(&backend, &token).await?;
    Ok(())
}

/// What was given up, and what was kept instead of being sent.
#[server(prefix = "/api/ui/v1", endpoint = "notification-outbox")]
pub async fn outbox_entries() -> Result<Vec<OutboxEntry>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::outbox_entries(&actor, &backend).await?)
}

/// Sends again what was given up.
#[server(prefix = "/api/ui/v1", endpoint = "resend-notification")]
pub async fn resend_notification(id: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(notify::resend(&actor, &backend, &id).await?)
}
