//! Notifications: what people are told, once, on the channels they chose.
//!
//! [`planner`] turns the events of a batch into rows of the same transaction: lines of the list behind the bell,
//! and entries of the outbox. [`outbox`] sends those, [`channels`] says how. [`preferences`] is what people chose,
//! [`centre`] the list.
//!
//! To add a channel: a variant of `Channel` in `domain`, a carrier in [`channels`], an address in
//! `outbox/queries.rs`.

pub(crate) mod centre;
mod channels;
mod outbox;
mod planner;
pub(crate) mod preferences;
pub(crate) mod queries;
#[cfg(test)]
mod tests;
mod unsubscribe;

use chrono_tz::Tz;
use porchlight_domain::notification::Channel;

pub use centre::{clear, clear_one, mark_all_read, mark_read, page};
pub use channels::{MailSettings, PUSH_SERVICES, PushSettings, SettingsError, SmsSettings};
pub use outbox::{ended as outbox_entries, resend};
pub use preferences::{
    change as change_preferences, confirm_phone, forget_phone, preferences, remember_language,
    send_test, set_phone, subscribe, unsubscribe_browser,
};
pub use unsubscribe::{WayOut, turn_off, way_out};

pub(crate) use centre::unread;
#[cfg(test)]
pub(crate) use outbox::queries as outbox_statements;
pub(crate) use planner::{Plan, Told, Wish, wishes};

use self::channels::Carriers;
use self::outbox::Lanes;
use crate::{Backend, Secret};

/// How notifications leave the house.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address people use, without a slash at its end.
    pub base_url: String,
    /// The time zone of people who have not said theirs.
    pub time_zone: Tz,
    /// Web Push; none: browsers can't subscribe.
    pub push: Option<PushSettings>,
    /// E-mail.
    pub mail: Option<MailSettings>,
    /// SMS.
    pub sms: Option<SmsSettings>,
    /// Whether what a channel that is not set up would send is kept for admins to look at: for development.
    pub keep_unsent: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: "http://127.0.0.1:3000".into(),
            time_zone: Tz::UTC,
            push: None,
            mail: None,
            sms: None,
            keep_unsent: false,
        }
    }
}

/// What notifications hold in memory.
pub(crate) struct State {
    settings: Settings,
    carriers: Carriers,
    lanes: Lanes,
}

impl State {
    pub(crate) fn open(settings: Settings, secret: &Secret) -> Result<Self, SettingsError> {
        let carriers = Carriers::of(&settings, secret)?;
        let lanes = Lanes::of(carriers.channels());
        Ok(Self {
            settings,
            carriers,
            lanes,
        })
    }

    /// What browsers subscribe with.
    fn push_key(&self) -> Option<String> {
        Some(self.carriers.push.as_ref()?.public_key())
    }

    /// The channels that work here.
    fn channels(&self) -> Vec<Channel> {
        let sent = self.carriers.channels();
        std::iter::once(Channel::InApp).chain(sent).collect()
    }
}

/// Starts what runs beside requests.
pub(crate) fn begin(backend: &Backend) {
    outbox::begin(backend);
    centre::begin(backend);
}
