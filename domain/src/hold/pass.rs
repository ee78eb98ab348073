//! The pick-up pass: the code in a signed form that a desk can check without a network.
//!
//! `PLP1/reference/code/office/keep-until/signature`: the last is Ed25519 (RFC 8032) in hex over the others. The desk
//! has the public key only, so that a desk that was stolen makes no passes. Whoever collects in the recipient's stead
//! has `PLP2/reference/code/office/keep-until/name/signature`, with their name in hex of its UTF-8: a desk without a
//! network asks for that name on the document, and not for the recipient's.

use std::fmt::Write;

use ed25519_dalek::{Signature, VerifyingKey};
use thiserror::Error;

use super::PickUpCode;
use crate::ids::PostOfficeId;
use crate::reference::Reference;
use crate::time::Timestamp;

/// Names the form; another form gets another name.
const FORM: &str = "PLP1";
/// The same of a delegate's.
const DELEGATE_FORM: &str = "PLP2";

/// What a pass says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Which parcel.
    pub reference: Reference,
    /// The code in it.
    pub code: PickUpCode,
    /// Where it can be collected.
    pub office: PostOfficeId,
    /// Until when, as known when the pass was made: it may have been extended since.
    pub keep_until: Timestamp,
    /// Who collects in the recipient's stead; none is the recipient.
    pub delegate: Option<String>,
}

/// Why a desk does not take a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PassProblem {
    /// It is no pass.
    #[error("that is not a pick-up pass")]
    NoPass,
    /// Nobody who may has signed it.
    #[error("this pass is not genuine")]
    Forged,
    /// It is for another office.
    #[error("this pass is for another post office")]
    Foreign,
    /// It has run out, as far as it says itself.
    #[error("this pass has run out")]
    RunOut,
    /// It was used, or called back.
    #[error("this pass is not valid any more")]
    Revoked,
}

/// What is signed.
pub fn pass_message(pass: &Pass) -> String {
    let Pass {
        reference,
        code,
        office,
        keep_until,
        delegate,
    } = pass;
    let (code, keep_until_s) = (code.digits(), keep_until.millis() / 1000);
    let said = format!("{reference}/{code}/{office}/{keep_until_s}");
    match delegate {
        None => format!("{FORM}/{said}"),
        Some(name) => format!("{DELEGATE_FORM}/{said}/{}", hex(name.as_bytes())),
    }
}

impl Pass {
    /// Reads a pass and its signature; whether that is right is for [`PassVerifier`] to say.
    pub fn read(text: &str) -> Option<(Self, [u8; 64])> {
        let mut parts = text.trim().split('/');
        let is_delegates = match parts.next()? {
            FORM => false,
            DELEGATE_FORM => true,
            _ => return None,
        };
        let mut pass = Self {
            reference: parts.next()?.parse().ok()?,
            code: PickUpCode::typed(parts.next()?)?,
            office: PostOfficeId::from_text(parts.next()?),
            keep_until: Timestamp::from_millis(
                parts.next()?.parse::<i64>().ok()?.checked_mul(1000)?,
            ),
            delegate: None,
        };
        if is_delegates {
            pass.delegate = Some(String::from_utf8(all_bytes(parts.next()?)?).ok()?);
        }
        let signature = bytes(parts.next()?)?;
        parts.next().is_none().then_some((pass, signature))
    }

    /// The code that was scanned or typed: that of a pass, or the text itself.
    pub fn code_in(text: &str) -> Option<PickUpCode> {
        match Self::read(text) {
            Some((pass, _)) => Some(pass.code),
            None => PickUpCode::typed(text),
        }
    }
}

/// What a desk checks passes with.
#[derive(Debug, Clone)]
pub struct PassVerifier {
    key: VerifyingKey,
    office: PostOfficeId,
}

impl PassVerifier {
    /// Of the public key, in hex, for one office; none where that is no key.
    pub fn new(key: &str, office: PostOfficeId) -> Option<Self> {
        let key = VerifyingKey::from_bytes(&bytes(key)?).ok()?;
        Some(Self { key, office })
    }

    /// Checks a pass with nothing but what it says and the time. Whether it was used or called back since, only the
    /// server knows for sure.
    pub fn check(&self, text: &str, now: Timestamp) -> Result<Pass, PassProblem> {
        let (pass, signature) = Pass::read(text).ok_or(PassProblem::NoPass)?;
        let signature = Signature::from_bytes(&signature);
        // Strict: no small-order keys, no second signature of the same text.
        self.key
            .verify_strict(pass_message(&pass).as_bytes(), &signature)
            .map_err(|_| PassProblem::Forged)?;
        if pass.office != self.office {
            return Err(PassProblem::Foreign);
        }
        if pass.keep_until < now {
            return Err(PassProblem::RunOut);
        }
        Ok(pass)
    }
}

/// Writes bytes in hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads bytes in hex.
fn all_bytes(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}

/// Reads so many bytes in hex.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    all_bytes(text)?.try_into().ok()
}
