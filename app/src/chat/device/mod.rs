//! A device of a chat: its keys, and its sessions with other devices. Olm, as `vodozemac` does it; nothing here
//! stores, sends or shows anything.

#[cfg(test)]
mod tests;

use porchlight_domain::chat::wire::{ClaimedKey, Sealed};
use porchlight_domain::chat::{DeviceKeys, KeyUse, SignedKey};
use porchlight_domain::ids::{DeviceId, PersonId};
use serde::{Deserialize, Serialize};
use vodozemac::olm::{Account, AccountPickle, OlmMessage, Session, SessionConfig, SessionPickle};
use vodozemac::{Curve25519PublicKey, Ed25519PublicKey, Ed25519Signature};

/// One-time keys that should wait at the server: so many devices may begin to write before the last resort.
const ONE_TIME_KEYS: usize = 50;
/// With fewer than so many there, new ones are made.
const TOO_FEW: u32 = 20;
/// Sessions with one device that are kept: when two begin at once there are two.
const SESSIONS: usize = 4;

/// Why something can't be encrypted for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no session, and no key to begin one with.
    #[error("this device has no key left to write to it")]
    NoKey,
    /// Its keys are not signed by it, or keep no secret.
    #[error("this device's keys are not its own")]
    BadKeys,
}

/// Why something can't be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is no Olm message.
    #[error("this is not encrypted")]
    NotOlm,
    /// No session opens it: it was changed, was opened before, or is for keys that are gone.
    #[error("no key of this device opens it")]
    NoSession,
}

/// This browser, for one person.
pub struct Device {
    id: DeviceId,
    person: PersonId,
    account: Account,
}

/// A device as it is kept. Secret: whoever has it is this device.
#[derive(Serialize, Deserialize)]
pub struct DevicePickle {
    id: DeviceId,
    person: PersonId,
    account: AccountPickle,
}

/// The sessions with one other device, the one used last first.
#[derive(Default)]
pub struct Sessions(Vec<Session>);

/// Sessions as they are kept. Secret.
#[derive(Default, Serialize, Deserialize)]
pub struct SessionsPickle(Vec<SessionPickle>);

/// Keys to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// For sessions that others begin.
    pub one_time_keys: Vec<SignedKey>,
    /// For when those are used up.
    pub fallback_key: Option<SignedKey>,
}

impl Device {
    /// A new one, with a name of randomness.
    pub fn new(person: PersonId, name: [u8; 16]) -> Self {
        Self {
            id: DeviceId::from_random(name),
            person,
            account: Account::new(),
        }
    }

    /// As it was kept.
    pub fn from_pickle(pickle: DevicePickle) -> Self {
        Self {
            id: pickle.id,
            person: pickle.person,
            account: Account::from_pickle(pickle.account),
        }
    }

    /// To be kept.
    pub fn pickle(&self) -> DevicePickle {
        DevicePickle {
            id: self.id.clone(),
            person: self.person.clone(),
            account: self.account.pickle(),
        }
    }

    /// Its name.
    pub fn id(&self) -> &DeviceId {
        &self.id
    }

    /// What it is to others.
    pub fn keys(&self) -> DeviceKeys {
        let mut keys = DeviceKeys {
            id: self.id.clone(),
            identity: self.account.curve25519_key().to_base64(),
            signing: self.account.ed25519_key().to_base64(),
            signature: String::new(),
        };
        keys.signature = self.sign(&keys.signed_text(&self.person));
        keys
    }

    /// New keys, when fewer than enough are left at the server, and a new one for when they are used up. To be kept
    /// before they are published: what is published and not kept can't be answered.
    pub fn publication(&mut self, left: u32) -> Option<Publication> {
        if left >= TOO_FEW {
            return None;
        }
        let missing = ONE_TIME_KEYS.saturating_sub(usize::try_from(left).unwrap_or_default());
        self.account.generate_one_time_keys(missing);
        self.account.generate_fallback_key();
        let one_time_keys = self
            .account
            .one_time_keys()
            .into_values()
            .map(|key| self.signed(KeyUse::OneTime, key))
            .collect();
        let fallback_key = self
            .account
            .fallback_key()
            .into_values()
            .next()
            .map(|key| self.signed(KeyUse::Fallback, key));
        self.account.mark_keys_as_published();
        Some(Publication {
            one_time_keys,
            fallback_key,
        })
    }

    fn signed(&self, of: KeyUse, key: Curve25519PublicKey) -> SignedKey {
        let key = key.to_base64();
        let signature = self.sign(&SignedKey::signed_text(&self.id, of, &key));
        SignedKey { key, signature }
    }

    fn sign(&self, text: &str) -> String {
        self.account.sign(text.as_bytes()).to_base64()
    }

    /// Begins a session with a device, with a key of it that nobody else was given.
    pub fn begin(
        &self,
        other: &DeviceKeys,
        claimed: &ClaimedKey,
        sessions: &mut Sessions,
    ) -> Result<(), SealError> {
        let text = SignedKey::signed_text(&other.id, claimed.of, &claimed.key.key);
        let is_its_own =
            claimed.device == other.id && is_signed(&other.signing, &text, &claimed.key.signature);
        if !is_its_own {
            return Err(SealError::BadKeys);
        }
        let session = self
            .account
            .create_outbound_session(
                SessionConfig::version_1(),
                public_key(&other.identity)?,
                public_key(&claimed.key.key)?,
            )
            .map_err(|_| SealError::BadKeys)?;
        sessions.put_first(session);
        Ok(())
    }

    /// Decrypts what a device sent. Sessions and the device are others afterwards, and unchanged after an error.
    pub fn open(
        &mut self,
        from: &DeviceKeys,
        sealed: &Sealed,
        sessions: &mut Sessions,
    ) -> Result<Vec<u8>, OpenError> {
        let bytes = vodozemac::base64_decode(&sealed.body).map_err(|_| OpenError::NotOlm)?;
        let message = OlmMessage::from_parts(usize::from(sealed.kind), &bytes)
            .map_err(|_| OpenError::NotOlm)?;
        if let Some(plain) = sessions.open(&message) {
            return Ok(plain);
        }
        let OlmMessage::PreKey(first) = message else {
            return Err(OpenError::NoSession);
        };
        let identity =
            Curve25519PublicKey::from_base64(&from.identity).map_err(|_| OpenError::NoSession)?;
        let made = self
            .account
            .create_inbound_session(SessionConfig::version_1(), identity, &first)
            .map_err(|_| OpenError::NoSession)?;
        sessions.put_first(made.session);
        Ok(made.plaintext)
    }
}

impl Sessions {
    /// As they were kept.
    pub fn from_pickle(pickle: SessionsPickle) -> Self {
        Self(pickle.0.into_iter().map(Session::from_pickle).collect())
    }

    /// To be kept.
    pub fn pickle(&self) -> SessionsPickle {
        SessionsPickle(self.0.iter().map(Session::pickle).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Encrypts for the device. To be kept before it is sent: no key is used twice.
    pub fn seal(&mut self, plain: &[u8]) -> Result<Sealed, SealError> {
        let session = self.0.first_mut().ok_or(SealError::NoKey)?;
        let message = session.encrypt(plain).map_err(|_| SealError::NoKey)?;
        let (kind, bytes) = message.to_parts();
        Ok(Sealed {
            kind: u8::try_from(kind).unwrap_or_default(),
            body: vodozemac::base64_encode(bytes),
        })
    }

    fn open(&mut self, message: &OlmMessage) -> Option<Vec<u8>> {
        let (at, plain) = self
            .0
            .iter_mut()
            .enumerate()
            .find_map(|(at, session)| Some((at, session.decrypt(message).ok()?)))?;
        // Both sides write on with the session that something came over, and so agree on one.
        self.0[..=at].rotate_right(1);
        Some(plain)
    }

    fn put_first(&mut self, session: Session) {
        self.0.insert(0, session);
        self.0.truncate(SESSIONS);
    }
}

/// Whether a device of this person signed its own keys.
pub fn is_genuine(person: &PersonId, device: &DeviceKeys) -> bool {
    let text = device.signed_text(person);
    is_signed(&device.signing, &text, &device.signature)
}

fn is_signed(signing: &str, text: &str, signature: &str) -> bool {
    let key = Ed25519PublicKey::from_base64(signing);
    let signature = Ed25519Signature::from_base64(signature);
    match (key, signature) {
        (Ok(key), Ok(signature)) => key.verify(text.as_bytes(), &signature).is_ok(),
        _ => false,
    }
}

fn public_key(text: &str) -> Result<Curve25519PublicKey, SealError> {
    Curve25519PublicKey::from_base64(text).map_err(|_| SealError::BadKeys)
}
