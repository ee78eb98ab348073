//! The seal of an event: SHA-256 over the event and the seal before it, so that changing,
//! removing or inserting an event breaks every seal that follows.

use sha2::{Digest, Sha256};

/// What is sealed, as it is stored.
pub(crate) struct Sealed<'a> {
    pub(crate) seq: i64,
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) time_ms: i64,
    pub(crate) subject: &'a str,
    pub(crate) actor_role: &'a str,
    pub(crate) actor_id: &'a str,
    pub(crate) correlation_id: &'a str,
    pub(crate) data: &'a str,
    pub(crate) previous_hash: &'a str,
}

impl Sealed<'_> {
    /// The seal in hex. Each part goes in behind its length, so that no two events read the same.
    pub(crate) fn hash(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(self.seq.to_be_bytes());
        digest.update(self.time_ms.to_be_bytes());
        for part in [
            self.previous_hash,
            self.id,
            self.kind,
            self.subject,
            self.actor_role,
            self.actor_id,
            self.correlation_id,
            self.data,
        ] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        hex(&digest.finalize())
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let event = |subject, data| {
            Sealed {
                seq: 1,
                id: "evt_1",
                kind: "delivery.booked",
                time_ms: 5,
                subject,
                actor_role: "customer",
                actor_id: "per_1",
                correlation_id: "cor_1",
                data,
                previous_hash: "",
            }
            .hash()
        };
        assert_eq!(event("a", "bc").len(), 64);
        assert_ne!(event("a", "bc"), event("ab", "c"));
    }
}
