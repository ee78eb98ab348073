//! A device and the keys it publishes, signed by itself.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, PersonId, is_well_formed};

/// What a device is to others: its long-lived public keys, in base 64 without padding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeviceKeys {
    /// The name that the device gave itself.
    pub id: DeviceId,
    /// Curve25519: sessions are made with it.
    pub identity: String,
    /// Ed25519: everything the device publishes is signed with it.
    pub signing: String,
    /// Its signature of [`DeviceKeys::signed_text`].
    pub signature: String,
}

impl DeviceKeys {
    /// What the device signs of itself: whoever hands its keys on under another name is found out.
    pub fn signed_text(&self, person: &PersonId) -> String {
        let Self {
            id,
            identity,
            signing,
            ..
        } = self;
        format!("porchlight chat device 1\n{person}\n{id}\n{identity}\n{signing}")
    }

    /// Whether the name has the form of one.
    pub fn has_good_name(&self) -> bool {
        is_well_formed(self.id.as_str(), "dev")
    }
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    /// For one session.
    OneTime,
    /// For sessions that begin when no other key is left.
    Fallback,
}

/// A key with which others begin a session, signed by its device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedKey {
    /// Curve25519, in base 64.
    pub key: String,
    /// The device's signature of [`SignedKey::signed_text`].
    pub signature: String,
}

impl SignedKey {
    /// What the device signs.
    pub fn signed_text(device: &DeviceId, of: KeyUse, key: &str) -> String {
        let of = match of {
            KeyUse::OneTime => "one-time",
            KeyUse::Fallback => "fallback",
        };
        format!("porchlight chat key 1\n{device}\n{of}\n{key}")
    }
}
