//! Keyed hashes: HMAC-SHA-256 (RFC 2104, FIPS 198-1).

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The keyed hash of some texts, for one purpose. Each text counts with its length, so that no two lists of
/// texts are the same bytes.
pub fn mac(key: &[u8], purpose: &str, texts: &[&str]) -> [u8; 32] {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for text in std::iter::once(&purpose).chain(texts) {
        mac.update(&(text.len() as u64).to_be_bytes());
        mac.update(text.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

/// Whether two texts are the same, in the same time wherever they differ.
pub(crate) fn is_same(a: &[u8], b: &[u8]) -> bool {
    let differences = a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_purpose_and_each_text_count() {
        let one = mac(b"key", "purpose", &["ab", "c"]);
        assert_eq!(one, mac(b"key", "purpose", &["ab", "c"]));
        for other in [
            mac(b"kez", "purpose", &["ab", "c"]),
            mac(b"key", "purposf", &["ab", "c"]),
            mac(b"key", "purpose", &["a", "bc"]),
            mac(b"key", "purpose", &["abc"]),
            mac(b"key", "purposea", &["b", "c"]),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn only_the_same_text_is_the_same() {
        assert!(is_same(b"000123", b"000123"));
        for other in [&b""[..], b"00012", b"0001230", b"000124", b"100123"] {
            assert!(!is_same(other, b"000123"));
        }
    }
}
