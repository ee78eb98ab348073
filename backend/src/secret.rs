//! The operator's secret: what the database alone does not tell.

use std::fmt;

use porchlight_domain::handover::mac;

use crate::events::hex;

/// Something that is needed beside the database to know the codes of handovers. Never printed.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Of a text that the operator chose, or that was made at the first start.
    pub fn of(text: &str) -> Self {
        Self(mac(text.trim().as_bytes(), "the operator's secret", &[]))
    }

    /// A new one, as text to be kept in a file.
    pub fn new_text() -> String {
        hex(&rand::random::<[u8; 32]>())
    }

    /// Tells one secret from another and nothing else of it.
    pub fn mark(&self) -> String {
        let [a, b, c, d, ..] = mac(&self.0, "mark", &[]);
        hex(&[a, b, c, d])
    }

    /// What only who has the secret can compute.
    pub(crate) fn mac(&self, purpose: &str, texts: &[&str]) -> [u8; 32] {
        mac(&self.0, purpose, texts)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
