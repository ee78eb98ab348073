//! SMS through an HTTP gateway that takes messages in the form of Twilio's.

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{Job, Outcome, SettingsError, TIMEOUT, Writer};
use crate::breaker::Breaker;
use crate::notify::outbox::Entry;
use porchlight_domain::notification::Kind;

/// Codes by which gateways say that a number will never take a message: not a number, stopped by its owner, not a
/// mobile, not reachable from here.
const DEAD_NUMBERS: [u32; 6] = [21211, 21217, 21610, 21612, 21614, 30006];
/// Text of at most so many characters goes into two messages.
const MAX_CHARS: usize = 300;

/// How SMS is set up.
#[derive(Clone)]
pub struct SmsSettings {
    /// Where the gateway is, such as `https://api.twilio.com`.
    pub url: String,
    /// The account.
    pub account: String,
    /// Its token.
    pub token: String,
    /// The number or name that messages come from.
    pub from: String,
}

impl std::fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmsSettings({} from {})", self.url, self.from)
    }
}

/// The carrier.
pub(super) struct Sms {
    settings: SmsSettings,
    url: Url,
    client: reqwest::Client,
    pub(super) breaker: Breaker,
}

/// What a gateway says when it does not take a message.
#[derive(Deserialize)]
struct Problem {
    code: Option<u32>,
}

impl Sms {
    pub(super) fn of(settings: &SmsSettings) -> Result<Self, SettingsError> {
        let base = settings.url.trim_end_matches('/');
        let path = format!(
            "{base}/2010-04-01/Accounts/{}/Messages.json",
            settings.account
        );
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(SettingsError::Http)?;
        Ok(Self {
            url: Url::parse(&path).map_err(SettingsError::SmsUrl)?,
            settings: settings.clone(),
            client,
            breaker: super::breaker(),
        })
    }

    pub(super) async fn send(
        &self,
        entry: &Entry,
        job: &Job,
        number: &str,
        writer: &Writer,
    ) -> Outcome {
        let form = Serializer::new(String::new())
            .append_pair("To", number)
            .append_pair("From", &self.settings.from)
            .append_pair("Body", &body(entry, job, writer))
            .finish();
        let request = self
            .client
            .post(self.url.clone())
            .basic_auth(&self.settings.account, Some(&self.settings.token))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            // Sent twice, it is the same message.
            .header("i-twilio-idempotency-token", &entry.id)
            .body(form);
        match request.send().await {
            Ok(answer) => judge(answer, number).await,
            Err(error) => Outcome::failed(&error.without_url()),
        }
    }
}

async fn judge(answer: reqwest::Response, number: &str) -> Outcome {
    let status = answer.status();
    let after = super::retry_after(answer.headers());
    if status.is_success() {
        return Outcome::Sent;
    }
    let problem = super::explained(answer).await;
    let said = problem.split_once(' ').map_or("", |(_, said)| said);
    let code = serde_json::from_str::<Problem>(said)
        .ok()
        .and_then(|said| said.code);
    match status {
        _ if code.is_some_and(|code| DEAD_NUMBERS.contains(&code)) => Outcome::Gone {
            address: number.to_owned(),
            problem,
        },
        // Our account, or too many: ours to mend, or the gateway's.
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS => Outcome::Failed { problem, after },
        _ if status.is_client_error() => Outcome::Refused(problem),
        _ => Outcome::Failed { problem, after },
    }
}

/// What it says: the news, and where to read on.
pub(super) fn body(entry: &Entry, job: &Job, writer: &Writer) -> String {
    let message = job.message(entry);
    if entry.kind == Kind::PhoneCode {
        return format!("{} {}", message.title, message.body);
    }
    let words: String = format!("{} {}", message.title, message.body)
        .trim()
        .chars()
        .take(MAX_CHARS)
        .collect();
    format!("{words} {}", writer.url(entry))
}
