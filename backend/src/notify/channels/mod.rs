//! How a notification leaves the house: one carrier for each channel, each with a time-out and a circuit breaker.

pub(super) mod guard;
mod letter;
mod mail;
mod push;
mod qr;
mod sms;

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime};
use chrono_tz::Tz;
use porchlight_domain::hold::PickUpPass;
use porchlight_domain::notification::text::{Language, LocalSpan, Message};
use porchlight_domain::notification::{Channel, Details};
use porchlight_domain::time::Timestamp;

pub use guard::PUSH_SERVICES;
pub use mail::MailSettings;
pub use push::PushSettings;
pub use sms::SmsSettings;

use self::letter::Letter;
use self::mail::Mail;
use self::push::Push;
pub(super) use self::push::are_keys;
use self::sms::Sms;
use super::Settings;
use super::outbox::Entry;
use crate::Secret;
use crate::breaker::Breaker;
use crate::holds::PickUp;

/// The longest that one message may take on its way to whoever carries it on.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Failures in a row after which whoever carries it on is left alone, and for how long.
const FAILURES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(30);
/// The longest answer of theirs that is read: it only explains a failure.
const MAX_ANSWER: usize = 16 * 1024;

/// Why a channel can't be set up. Names the setting.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not where a mail server is.
    #[error("smtp_url: {0}")]
    SmtpUrl(lettre::transport::smtp::Error),
    /// Nobody to send mail from.
    #[error("mail_from: {0}")]
    MailFrom(lettre::address::AddressError),
    /// Push services want to know whom to ask.
    #[error("push_contact must be mailto: and an address, or an https: address")]
    PushContact,
    /// Not the name of a push service.
    #[error("push_services: {0} is neither a host, *.host, nor a whole origin")]
    PushService(String),
    /// Not where a gateway is.
    #[error("sms_url: {0}")]
    SmsUrl(url::ParseError),
    /// There is no HTTP client.
    #[error("notifications: {0}")]
    Http(reqwest::Error),
    /// The secret makes no key: as likely as two equal secrets.
    #[error("no push key can be made of this secret: choose another")]
    PushKey,
}

/// Where one notification goes, and in which words.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) address: Address,
    pub(super) name: String,
    pub(super) language: Language,
    /// Where their clock hangs.
    pub(super) zone: Tz,
    /// Where and with what their parcel is collected. Known while it is sent, and written down nowhere.
    pub(super) pick_up: Option<PickUp>,
}

impl Job {
    /// A notification in their words, with times by their clock.
    fn message(&self, entry: &Entry) -> Message {
        let when = entry.details.window.and_then(|window| {
            Some(LocalSpan {
                from: self.local(window.from)?,
                to: self.local(window.to)?,
            })
        });
        let (kind, parcel) = (entry.kind, entry.reference);
        let details = &Details {
            code: match self.pass() {
                Some(pass) => Some(pass.code.clone()),
                None => entry.details.code.clone(),
            },
            ..entry.details.clone()
        };
        match when {
            Some(when) => self.language.message_at(kind, parcel, details, when),
            None => self.language.message(kind, parcel, details),
        }
    }

    /// What collects their parcel.
    fn pass(&self) -> Option<&PickUpPass> {
        self.pick_up.as_ref()?.pass.as_ref()
    }

    /// The square code of their pass.
    fn pass_picture(&self) -> Option<qr::Picture> {
        qr::picture_of(&self.pass()?.pass)
    }

    fn local(&self, at: Timestamp) -> Option<NaiveDateTime> {
        let utc = DateTime::from_timestamp_millis(at.millis())?;
        Some(utc.with_timezone(&self.zone).naive_local())
    }
}

/// Where a channel ends.
#[derive(Debug, Clone)]
pub(super) enum Address {
    /// A browser.
    Push {
        endpoint: String,
        p256dh: String,
        auth: String,
    },
    /// A mailbox.
    Email(String),
    /// A telephone.
    Sms(String),
}

impl Address {
    fn as_str(&self) -> &str {
        match self {
            Self::Push { endpoint, .. } => endpoint,
            Self::Email(address) | Self::Sms(address) => address,
        }
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was taken.
    Sent,
    /// The channel is not set up: it is kept here, in these words.
    Kept(String),
    /// Nothing will ever arrive at that address again.
    Gone { address: String, problem: String },
    /// This one will never be taken.
    Refused(String),
    /// It was not tried: whoever carries it on is left alone for so long.
    NotNow { after: Duration },
    /// It was not taken; another time it may be, not before `after`.
    Failed {
        problem: String,
        after: Option<Duration>,
    },
}

impl Outcome {
    /// For metrics.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Kept(_) => "kept",
            Self::Gone { .. } => "gone",
            Self::Refused(_) => "refused",
            Self::NotNow { .. } => "not_now",
            Self::Failed { .. } => "failed",
        }
    }

    fn failed(problem: &impl ToString) -> Self {
        Self::Failed {
            problem: problem.to_string(),
            after: None,
        }
    }

    /// Whether it shows that whoever carries it on is not well.
    fn is_outage(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

/// The carriers that are set up.
pub(super) struct Carriers {
    pub(super) push: Option<Push>,
    mail: Option<Mail>,
    sms: Option<Sms>,
    keeps_unsent: bool,
    writer: Writer,
}

/// What is said of a notification beside its words.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    base_url: String,
    secret: Secret,
}

impl Writer {
    /// Where a notification leads.
    pub(super) fn url(&self, entry: &Entry) -> String {
        format!("{}{}", self.base_url, entry.kind.path(entry.reference))
    }

    /// Where its person has no more of its kind on its channel, without signing in: the page, and the way for
    /// mail programs.
    fn ways_out(&self, entry: &Entry) -> (String, String) {
        let token = super::unsubscribe::token(&self.secret, entry);
        let base = &self.base_url;
        (
            format!("{base}/unsubscribe/{token}"),
            format!("{base}/api/v1/unsubscribe/{token}"),
        )
    }

    /// The host that message ids end with.
    fn host(&self) -> String {
        let url = url::Url::parse(&self.base_url).ok();
        let host = url.as_ref().and_then(url::Url::host_str);
        host.unwrap_or("porchlight").to_owned()
    }
}

impl Carriers {
    pub(super) fn of(settings: &Settings, secret: &Secret) -> Result<Self, SettingsError> {
        Ok(Self {
            push: settings
                .push
                .as_ref()
                .map(|push| Push::of(push, secret))
                .transpose()?,
            mail: settings.mail.as_ref().map(Mail::of).transpose()?,
            sms: settings.sms.as_ref().map(Sms::of).transpose()?,
            keeps_unsent: settings.keep_unsent,
            writer: Writer {
                base_url: settings.base_url.trim_end_matches('/').to_owned(),
                secret: secret.clone(),
            },
        })
    }

    /// The channels that something is sent on, or kept for.
    pub(super) fn channels(&self) -> impl Iterator<Item = Channel> {
        let [push, mail, sms] = [self.push.is_some(), self.mail.is_some(), self.sms.is_some()];
        Channel::SENT
            .into_iter()
            .filter(move |channel| match channel {
                Channel::Push => push,
                Channel::Email => mail || self.keeps_unsent,
                Channel::Sms => sms || self.keeps_unsent,
                Channel::InApp => false,
            })
    }

    /// Whether anything may be sent on a channel now: push has a breaker for each service, and decides later.
    pub(super) fn permits(&self, channel: Channel, now: Instant) -> bool {
        let breaker = match channel {
            Channel::Email => self.mail.as_ref().map(|mail| &mail.breaker),
            Channel::Sms => self.sms.as_ref().map(|sms| &sms.breaker),
            Channel::Push | Channel::InApp => None,
        };
        breaker.is_none_or(|breaker| !breaker.is_resting(now))
    }

    /// Hands a notification to whoever carries it on.
    pub(super) async fn carry(&self, entry: &Entry, job: &Job, now: Instant) -> Outcome {
        let writer = &self.writer;
        match (entry.channel, &job.address) {
            (Channel::Push, Address::Push { .. }) => match &self.push {
                Some(push) if push.sends() => push.carry(entry, job, writer, now).await,
                _ => self.kept(entry, job),
            },
            (Channel::Email, Address::Email(address)) => match &self.mail {
                Some(mail) => {
                    guarded(&mail.breaker, now, mail.send(entry, job, address, writer)).await
                }
                None => self.kept(entry, job),
            },
            (Channel::Sms, Address::Sms(number)) => match &self.sms {
                Some(sms) => guarded(&sms.breaker, now, sms.send(entry, job, number, writer)).await,
                None => self.kept(entry, job),
            },
            _ => Outcome::Refused("an address of another channel".to_owned()),
        }
    }

    /// What would have been sent, for admins to look at: without what collects a parcel.
    fn kept(&self, entry: &Entry, job: &Job) -> Outcome {
        let without_pass = |pick_up| PickUp {
            pass: None,
            ..pick_up
        };
        let job = &Job {
            pick_up: job.pick_up.clone().map(without_pass),
            ..job.clone()
        };
        let text = match entry.channel {
            Channel::Email => Letter::of(entry, job, &self.writer).plain(),
            _ => sms::body(entry, job, &self.writer),
        };
        Outcome::Kept(format!("{}\n\n{text}", job.address.as_str()))
    }
}

/// Sends unless whoever carries it on is left alone, and notes how it went.
async fn guarded(
    breaker: &Breaker,
    now: Instant,
    sending: impl Future<Output = Outcome>,
) -> Outcome {
    if !breaker.permits(now) {
        return Outcome::NotNow { after: PAUSE };
    }
    let outcome = match tokio::time::timeout(TIMEOUT, sending).await {
        Ok(outcome) => outcome,
        Err(_) => Outcome::failed(&"it took too long"),
    };
    if outcome.is_outage() {
        breaker.failed(Instant::now());
    } else {
        breaker.succeeded();
    }
    outcome
}

fn breaker() -> Breaker {
    Breaker::new(FAILURES, PAUSE)
}

/// How long an answer asks to wait, when it says so in seconds; at most an hour.
fn retry_after(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    let text = headers.get(reqwest::header::RETRY_AFTER)?.to_str().ok()?;
    let seconds: u64 = text.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(3600)))
}

/// The beginning of an answer, on one line, to explain a failure.
async fn explained(mut answer: reqwest::Response) -> String {
    let status = answer.status();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= MAX_ANSWER {
            break;
        }
    }
    let text = String::from_utf8_lossy(&body);
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect();
    format!("{} {}", status.as_u16(), text.trim())
}
