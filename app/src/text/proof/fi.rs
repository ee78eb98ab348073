//! Finnish.

use super::ProofText;

/// Finnish.
pub static TEXT: ProofText = ProofText {
    delivered: "Näin se luovutettiin",
    failed: "Mitä kuljettaja näki",
    photo: "Kuva ovelta",
    signature: "Allekirjoitus",
    far: |metres| format!("Ilmoitettu {metres} m päässä osoitteestasi."),
    missing: "En ole saanut pakettia",
    missing_text: "Kysy ensin naapureilta ja katso tavalliset paikat. Sen jälkeen kysymme kuljettajalta ja selvitämme asian.",
    missing_words: "Mikä voisi auttaa? (valinnainen)",
    missing_send: "Kerro meille",
    missing_sent: "Tiedämme, ettei paketti ole sinulla, ja selvitämme asiaa.",
};
