//! English.

use super::ProofText;

/// English.
pub static TEXT: ProofText = ProofText {
    delivered: "How it was handed over",
    failed: "What the courier saw",
    photo: "Photo from the door",
    signature: "Signature",
    far: |metres| format!("Reported {metres} m from your address."),
    missing: "I don’t have it",
    missing_text: "Look with neighbours and in the usual places first. We then ask the courier and look into it.",
    missing_words: "Anything that helps? (optional)",
    missing_send: "Tell us",
    missing_sent: "We know that you don’t have it, and are looking into it.",
};
