//! A customer's deliveries.

use leptos::prelude::*;
use porchlight_domain::chat::ChatBadge;
use porchlight_domain::eta::Eta;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::DeliverySummary;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{addresses, request};
#[cfg(feature = "ssr")]
use porchlight_backend::{chat, deliveries, tracking};
#[cfg(feature = "ssr")]
use porchlight_domain::delivery::{Booking, HandoverLevel, Status, Window};

/// A delivery in the customer's list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    /// What it is and where it stands.
    pub summary: DeliverySummary,
    /// When it comes, while it is out for delivery.
    pub eta: Option<Eta>,
    /// Stops in between, while it is out for delivery.
    pub stops_before: Option<u32>,
    /// What is new in the chat with its courier.
    pub chat: ChatBadge,
}

porchlight_domain::wire! { Listed { summary, eta, stops_before, chat } }

/// The caller's deliveries, newest first.
#[server(prefix = "/api/ui/v1", endpoint = "my-deliveries")]
pub async fn my_deliveries() -> Result<Vec<Listed>, ApiError> {
    let (actor, backend) = request::caller()?;
    let mut listed = Vec::new();
    let mut chats = chat::badges(&actor, &backend).await?;
    for summary in deliveries::mine(&actor, &backend).await? {
        let tracked = match summary.status {
            Status::OutForDelivery => tracking::tracking(&actor, &backend, summary.reference)
                .await
                .ok(),
            _ => None,
        };
        listed.push(Listed {
            chat: chats.remove(&summary.reference).unwrap_or_default(),
            summary,
            eta: tracked.as_ref().and_then(|view| view.eta),
            stops_before: tracked.and_then(|view| view.stops_before),
        });
    }
    Ok(listed)
}

/// A booking form as it is sent: texts, and times on the sender's own clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookingForm {
    /// Where the parcel is collected, as typed.
    pub pickup: String,
    /// Where it goes, as typed.
    pub address: String,
    /// What it is.
    pub description: String,
    /// Day of delivery, `2026-11-20`.
    pub day: String,
    /// Part of the day, `08-12`.
    pub hours: String,
    /// What shows that it was delivered: `photo` at the door, `two_way` for the recipient's hands only, or nothing
    /// for whatever the courier has.
    #[serde(default)]
    pub hands: String,
    /// Minutes by which the sender's clock is ahead of UTC.
    pub ahead_min: i32,
}

/// Books a delivery and says its reference.
#[server(prefix = "/api/ui/v1", endpoint = "book")]
pub async fn book(form: BookingForm) -> Result<Reference, ApiError> {
    let (actor, backend) = request::caller()?;
    let window = form
        .window()
        .ok_or_else(|| porchlight_backend::Error::Invalid {
            detail: "Choose a day.".to_owned(),
            field: Some("window"),
        })?;
    let booking = Booking {
        pickup: addresses::resolve(&actor, &backend, &form.pickup, "pickup")?,
        address: addresses::resolve(&actor, &backend, &form.address, "address")?,
        description: form.description,
        window,
        photo_needed: form.hands == PHOTO,
        handover: HandoverLevel::from_text(&form.hands),
    };
    let booked = deliveries::book(&actor, &backend, booking).await?;
    let reference = booked.summary.reference;
    request::lead_on(&format!("/deliveries/{reference}"));
    Ok(reference)
}

/// In [`BookingForm::hands`]: not without a photo at the door.
#[cfg(feature = "ssr")]
const PHOTO: &str = "photo";

#[cfg(feature = "ssr")]
impl BookingForm {
    /// The window that was chosen; none when it is no day or no part of one.
    fn window(&self) -> Option<Window> {
        use chrono::{FixedOffset, NaiveDate, TimeDelta};
        use porchlight_domain::time::Timestamp;
        let day: NaiveDate = self.day.parse().ok()?;
        let (from, to) = self.hours.split_once('-')?;
        let zone = FixedOffset::east_opt(self.ahead_min.checked_mul(60)?)?;
        let midnight = day
            .and_hms_opt(0, 0, 0)?
            .and_local_timezone(zone)
            .single()?;
        let at = |hour: &str| {
            let hour: i64 = hour.parse().ok().filter(|hour| (0..=24).contains(hour))?;
            let time = midnight.checked_add_signed(TimeDelta::hours(hour))?;
            Some(Timestamp::from_millis(time.timestamp_millis()))
        };
        Some(Window {
            from: at(from)?,
            to: at(to)?,
        })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn form(day: &str, hours: &str, ahead_min: i32) -> BookingForm {
        BookingForm {
            pickup: String::new(),
            address: String::new(),
            description: String::new(),
            day: day.into(),
            hours: hours.into(),
            hands: String::new(),
            ahead_min,
        }
    }

    #[test]
    fn a_window_is_on_the_senders_clock() {
        let window = form("2026-11-20", "08-12", 120).window().expect("a window");
        assert_eq!(window.from.to_string(), "2026-11-20T06:00:00.000Z");
        assert_eq!(window.to.to_string(), "2026-11-20T10:00:00.000Z");
    }

    #[test]
    fn nonsense_is_no_window() {
        for (day, hours, ahead) in [
            ("", "08-12", 0),
            ("2026-02-30", "08-12", 0),
            ("2026-11-20", "8", 0),
            ("2026-11-20", "08-99", 0),
            ("2026-11-20", "08-12", i32::MAX),
            ("+262142-12-31", "08-24", -600),
        ] {
            let window = form(day, hours, ahead).window();
            assert!(
                window.is_none_or(|window| window.from.millis() > 0),
                "{day} {hours}"
            );
        }
    }
}
