//! Web Push: RFC 8030 (the request), RFC 8291 (its encryption), RFC 8292 (who we are).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use porchlight_domain::notification::PushKeys;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::redirect::Policy;
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;
use web_push_native::jwt_simple::algorithms::{ECDSAP256PublicKeyLike, ES256KeyPair};
use web_push_native::p256::PublicKey;
use web_push_native::vapid::VapidSignature;
use web_push_native::{Auth, encrypt};

use super::guard::{Guard, OutsideOnly};
use super::{Address, Job, Outcome, PAUSE, SettingsError, TIMEOUT, Writer};
use crate::Secret;
use crate::breaker::Breaker;
use crate::notify::outbox::Entry;

/// For how long a signature says who we are; services allow at most a day.
const SIGNED_FOR: Duration = Duration::from_hours(12);
/// It is made anew well before that.
const SIGNED_ANEW: Duration = Duration::from_hours(6);
/// The keys of subscriptions, bytes.
const AUTH_BYTES: usize = 16;

/// How Web Push is set up.
#[derive(Debug, Clone)]
pub struct PushSettings {
    /// Whom push services ask when something is wrong: `mailto:` an address, or an `https:` address. None: browsers
    /// can subscribe, and what they would be sent is kept for admins to look at.
    pub contact: Option<String>,
    /// The push services that are allowed: hosts, `*.host`, or whole origins, which are taken as they are.
    pub services: Vec<String>,
}

/// The carrier.
pub(in crate::notify) struct Push {
    key: ES256KeyPair,
    contact: Option<String>,
    pub(in crate::notify) guard: Guard,
    client: reqwest::Client,
    breakers: Mutex<HashMap<String, Arc<Breaker>>>,
    signatures: Mutex<HashMap<String, (Instant, String)>>,
}

impl Push {
    pub(super) fn of(settings: &PushSettings, secret: &Secret) -> Result<Self, SettingsError> {
        if !settings.contact.as_deref().is_none_or(is_contact) {
            return Err(SettingsError::PushContact);
        }
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .dns_resolver(OutsideOnly)
            .no_proxy()
            .build()
            .map_err(SettingsError::Http)?;
        Ok(Self {
            key: key_of(secret)?,
            contact: settings.contact.clone(),
            guard: Guard::of(&settings.services)?,
            client,
            breakers: Mutex::default(),
            signatures: Mutex::default(),
        })
    }

    /// What browsers subscribe with: an uncompressed point of P-256, base64url.
    pub(in crate::notify) fn public_key(&self) -> String {
        let point = self.key.public_key().public_key().to_bytes_uncompressed();
        URL_SAFE_NO_PAD.encode(point)
    }

    /// Whether anything is sent, and not only kept.
    pub(super) fn sends(&self) -> bool {
        self.contact.is_some()
    }

    pub(super) async fn carry(
        &self,
        entry: &Entry,
        job: &Job,
        writer: &Writer,
        now: Instant,
    ) -> Outcome {
        let Address::Push {
            endpoint,
            p256dh,
            auth,
        } = &job.address
        else {
            return Outcome::Refused("not a browser".to_owned());
        };
        let gone = |problem: String| Outcome::Gone {
            address: endpoint.clone(),
            problem,
        };
        // It may have been allowed when it was saved.
        let url = match self.guard.check(endpoint) {
            Ok(url) => url,
            Err(refused) => return gone(refused.to_string()),
        };
        let Some((key, auth)) = read_keys(p256dh, auth) else {
            return gone("its keys can't be read".to_owned());
        };
        let breaker = self.breaker_of(&url);
        if !breaker.permits(now) {
            return Outcome::NotNow { after: PAUSE };
        }
        let payload = payload(entry, job, writer).to_string();
        let Ok(body) = encrypt(payload.into_bytes(), &key, &auth) else {
            return Outcome::Refused("it can't be encrypted".to_owned());
        };
        let Some(signature) = self.signature(&url, now) else {
            return Outcome::Refused("it can't be signed".to_owned());
        };
        let left_ms = entry.expires_at.millis() - entry.created_at.millis();
        let urgency = if entry.kind.is_urgent() {
            "high"
        } else {
            "normal"
        };
        let request = self
            .client
            .post(url)
            .header("ttl", (left_ms / 1000).max(0).to_string())
            .header("urgency", urgency)
            .header("topic", topic(entry))
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(AUTHORIZATION, signature)
            .body(body);
        let outcome = match request.send().await {
            Ok(answer) => judge(answer, gone).await,
            Err(error) => Outcome::failed(&error.without_url()),
        };
        if outcome.is_outage() {
            breaker.failed(Instant::now());
        } else {
            breaker.succeeded();
        }
        outcome
    }

    fn breaker_of(&self, url: &Url) -> Arc<Breaker> {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let host = url.host_str().unwrap_or_default();
        // Hosts below an allowed one are without number: none is remembered for ever.
        if breakers.len() > 1000 {
            breakers.clear();
        }
        let breaker = breakers
            .entry(host.to_owned())
            .or_insert_with(|| Arc::new(super::breaker()));
        Arc::clone(breaker)
    }

    /// Who we are, for this service. Made once for many messages: it is the dearest part of one.
    fn signature(&self, url: &Url, now: Instant) -> Option<String> {
        let origin = url.origin().ascii_serialization();
        let mut signatures = self
            .signatures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |made: Instant| now.saturating_duration_since(made) < SIGNED_ANEW;
        if let Some((made, signature)) = signatures.get(&origin)
            && is_fresh(*made)
        {
            return Some(signature.clone());
        }
        let uri = origin.parse().ok()?;
        let contact = self.contact.as_deref()?;
        let made = VapidSignature::sign(&uri, SIGNED_FOR, contact, &self.key).ok()?;
        let signature = made.to_string();
        signatures.retain(|_, (made, _)| is_fresh(*made));
        signatures.insert(origin, (now, signature.clone()));
        Some(signature)
    }
}

fn is_contact(contact: &str) -> bool {
    let is_mail = contact
        .strip_prefix("mailto:")
        .is_some_and(|mail| mail.contains('@'));
    is_mail || contact.starts_with("https://")
}

async fn judge(answer: reqwest::Response, gone: impl Fn(String) -> Outcome) -> Outcome {
    let status = answer.status();
    let after = super::retry_after(answer.headers());
    if status.is_success() {
        return Outcome::Sent;
    }
    let problem = super::explained(answer).await;
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => gone(problem),
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => Outcome::Refused(problem),
        _ if status.is_redirection() => gone(problem),
        // Who we are is doubted, or the service is busy or not well.
        _ => Outcome::Failed { problem, after },
    }
}

/// The key that says who we are, made of the operator's secret: it is there from the first start, the same in every
/// instance, and stored nowhere else.
fn key_of(secret: &Secret) -> Result<ES256KeyPair, SettingsError> {
    // Nearly every number is a key; of the others there are too few to meet four in a row.
    let tries = ["1", "2", "3", "4"].into_iter();
    let mut keys = tries.filter_map(|number| {
        let bytes = secret.mac("web push key", &[number]);
        ES256KeyPair::from_bytes(&bytes).ok()
    });
    keys.next().ok_or(SettingsError::PushKey)
}

/// The keys of a subscription, if they are any.
pub(in crate::notify) fn are_keys(keys: &PushKeys) -> bool {
    read_keys(&keys.p256dh, &keys.auth).is_some()
}

fn read_keys(p256dh: &str, auth: &str) -> Option<(PublicKey, Auth)> {
    let key = PublicKey::from_sec1_bytes(&decoded(p256dh)?).ok()?;
    let auth = decoded(auth).filter(|auth| auth.len() == AUTH_BYTES)?;
    Some((key, Auth::clone_from_slice(&auth)))
}

/// Base64url; some browsers pad it.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let padded = || URL_SAFE.decode(text).ok();
    URL_SAFE_NO_PAD.decode(text).ok().or_else(padded)
}

/// What the service worker shows.
fn payload(entry: &Entry, job: &Job, writer: &Writer) -> serde_json::Value {
    let language = job.language;
    let message = job.message(entry);
    let body: String = message.body.chars().take(300).collect();
    let path = entry.kind.path(entry.reference);
    let photo = entry.details.photo.as_ref().zip(entry.reference);
    let photo =
        photo.map(|(hash, reference)| format!("/api/v1/deliveries/{reference}/pictures/{hash}"));
    // Whoever reads it may have no network by then.
    let pass = || {
        Some(format!(
            "data:image/png;base64,{}",
            STANDARD.encode(job.pass_picture()?.png)
        ))
    };
    let image = photo.or_else(pass);
    let actions = entry.reference.into_iter().flat_map(|reference| {
        let shortcuts = entry.kind.shortcuts().iter();
        shortcuts.map(move |shortcut| {
            json!({
                "action": shortcut.as_str(),
                "title": language.shortcut(*shortcut),
                "path": shortcut.path(reference),
            })
        })
    });
    json!({
        "id": entry.id.split('.').next(),
        "title": message.title,
        "body": body,
        "path": path,
        "lang": language.tag(),
        "image": image,
        "time": entry.created_at.millis(),
        "actions": actions.collect::<Vec<_>>(),
        "url": writer.url(entry),
    })
}

/// While the browser is away, a newer message of a topic takes the place of the older one: at most 32 characters of
/// base64url (RFC 8030, 5.4). What is sent twice is shown once.
fn topic(entry: &Entry) -> String {
    let notification = entry.id.split('.').next().unwrap_or_default();
    let hash = Sha256::digest(notification);
    URL_SAFE_NO_PAD.encode(&hash[..24])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_that_of_the_secret() {
        let key = |secret: &str| {
            let settings = PushSettings {
                contact: Some("mailto:ops@example.org".into()),
                services: Vec::new(),
            };
            crate::testing::install_tls();
            let push = Push::of(&settings, &Secret::of(secret));
            push.expect("a carrier").public_key()
        };
        assert_eq!(key("one"), key("one"));
        assert_ne!(key("one"), key("another"));
        assert_eq!(decoded(&key("one")).map(|point| point.len()), Some(65));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let good = PushKeys {
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4".into(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".into(),
        };
        assert!(are_keys(&good));
        let padded = PushKeys {
            auth: format!("{}==", good.auth),
            ..good.clone()
        };
        assert!(are_keys(&padded));
        let wrong = [
            PushKeys {
                auth: "AAAA".into(),
                ..good.clone()
            },
            PushKeys {
                p256dh: "AAAA".into(),
                ..good.clone()
            },
            // A point that is not on the curve.
            PushKeys {
                p256dh: format!("{}A", &good.p256dh[..86]),
                ..good.clone()
            },
            PushKeys {
                p256dh: "?".into(),
                auth: "?".into(),
            },
        ];
        for keys in wrong {
            assert!(!are_keys(&keys), "{keys:?}");
        }
    }

    #[test]
    fn whom_to_ask_must_be_said() {
        for contact in ["", "ops@example.org", "mailto:", "http://example.org"] {
            let settings = PushSettings {
                contact: Some(contact.into()),
                services: Vec::new(),
            };
            let made = Push::of(&settings, &Secret::of("one"));
            assert!(matches!(made, Err(SettingsError::PushContact)), "{contact}");
        }
    }
}
