//! Secrets that open something: sessions, API tokens, share links. Only their hashes are stored.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::events::hex;

/// 256 random bits. Never printed or stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken(String);

impl SecretToken {
    const HEX_CHARS: usize = 64;

    /// Makes a token of randomness that the caller brings.
    pub(crate) fn from_random(bytes: [u8; 32]) -> Self {
        Self(hex(&bytes))
    }

    /// Takes what someone presents as a token; `None` when it can't be one.
    pub fn claimed(text: &str) -> Option<Self> {
        let plausible =
            text.len() == Self::HEX_CHARS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        plausible.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The secret itself, to hand to its owner once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 in hex: with 256 random bits behind it nothing slower is needed.
    pub(crate) fn hash(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretToken(..)")
    }
}
