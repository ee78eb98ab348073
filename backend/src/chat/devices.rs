//! Devices, and the keys with which others begin sessions with them. Nobody's word is taken for a key: each is signed.

use porchlight_domain::chat::wire::{Answer, ClaimedKey};
use porchlight_domain::chat::{DEVICES_LIMIT, DeviceKeys, KeyUse, ONE_TIME_KEYS_LIMIT, SignedKey};
use porchlight_domain::ids::{DeviceId, PersonId};
use vodozemac::{Curve25519PublicKey, Ed25519PublicKey, Ed25519Signature};

use super::queries;
use super::{Seat, telling};
use crate::accounts::Person;
use crate::{Backend, Error};

/// Publishes a device, or more keys of it. Its name and its long-lived keys never change.
pub(super) async fn enrol(
    person: &Person,
    backend: &Backend,
    device: &DeviceKeys,
    one_time_keys: &[SignedKey],
    fallback_key: Option<SignedKey>,
) -> Result<Answer, Error> {
    let signing = checked(&person.id, device)?;
    for key in one_time_keys {
        check_key(&signing, &device.id, KeyUse::OneTime, key)?;
    }
    if let Some(key) = &fallback_key {
        check_key(&signing, &device.id, KeyUse::Fallback, key)?;
    }
    let now = backend.now();
    let mut tx = backend.store().begin().await?;
    let since = queries::enrol(&mut tx, &person.id, &person.session, device, now)
        .await?
        .ok_or_else(|| Error::Conflict {
            detail: "this device is known with other keys: give it a new name".into(),
        })?;
    let left = queries::count_keys(&mut tx, &device.id).await?;
    if left as usize + one_time_keys.len() > ONE_TIME_KEYS_LIMIT {
        return Err(Error::invalid("one_time_keys", &"there are enough"));
    }
    queries::insert_keys(&mut tx, &device.id, one_time_keys).await?;
    if let Some(key) = &fallback_key {
        queries::set_fallback(&mut tx, &device.id, key).await?;
    }
    let keep = i64::try_from(DEVICES_LIMIT).unwrap_or(i64::MAX);
    queries::forget_too_many(&mut tx, &person.id, keep).await?;
    let one_time_keys = queries::count_keys(&mut tx, &device.id).await?;
    tx.commit().await?;
    if since == now {
        tracing::info!(person.id = %person.id, "A device joined the chat");
        telling::devices_changed(backend, &person.id).await?;
    }
    Ok(Answer::Enrolled { one_time_keys })
}

/// Gives out a key of each of these devices of the two.
pub(super) async fn claim_keys(
    backend: &Backend,
    seat: &Seat,
    wanted: &[DeviceId],
) -> Result<Answer, Error> {
    if wanted.len() > 2 * DEVICES_LIMIT {
        return Err(Error::invalid("devices", &"these are too many"));
    }
    let mut keys = Vec::with_capacity(wanted.len());
    let now = backend.now();
    let mut tx = backend.store().begin().await?;
    for person in seat.people() {
        for row in queries::devices(&mut *tx, &person, now).await? {
            let device = row.keys().id;
            if !wanted.contains(&device) {
                continue;
            }
            if let Some((of, key)) = queries::claim_key(&mut tx, &device).await? {
                keys.push(ClaimedKey { device, of, key });
            }
        }
    }
    tx.commit().await?;
    Ok(Answer::Keys { keys })
}

/// What the device signs with, if its keys are keys, and its own.
fn checked(person: &PersonId, device: &DeviceKeys) -> Result<Ed25519PublicKey, Error> {
    if !device.has_good_name() {
        let rule = "a device is named dev_ and 26 characters of base 32";
        return Err(Error::invalid("device.id", &rule));
    }
    public_key("device.identity", &device.identity)?;
    let signing = Ed25519PublicKey::from_base64(&device.signing)
        .map_err(|error| Error::invalid("device.signing", &error))?;
    verify(
        &signing,
        &device.signed_text(person),
        &device.signature,
        "device.signature",
    )?;
    Ok(signing)
}

fn check_key(
    signing: &Ed25519PublicKey,
    device: &DeviceId,
    of: KeyUse,
    key: &SignedKey,
) -> Result<(), Error> {
    let field = match of {
        KeyUse::OneTime => "one_time_keys",
        KeyUse::Fallback => "fallback_key",
    };
    public_key(field, &key.key)?;
    let text = SignedKey::signed_text(device, of, &key.key);
    verify(signing, &text, &key.signature, field)
}

/// A Curve25519 key with which a shared secret is no secret is none (RFC 7748, section 6.1).
fn public_key(field: &'static str, text: &str) -> Result<(), Error> {
    let key =
        Curve25519PublicKey::from_base64(text).map_err(|error| Error::invalid(field, &error))?;
    vodozemac::Curve25519SecretKey::new()
        .diffie_hellman(&key)
        .map(|_| ())
        .ok_or_else(|| Error::invalid(field, &"this key keeps no secret"))
}

fn verify(
    signing: &Ed25519PublicKey,
    text: &str,
    signature: &str,
    field: &'static str,
) -> Result<(), Error> {
    Ed25519Signature::from_base64(signature)
        .and_then(|signature| signing.verify(text.as_bytes(), &signature))
        .map_err(|_| Error::invalid(field, &"it is not signed by this device"))
}
