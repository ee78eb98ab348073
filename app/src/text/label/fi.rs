//! Suomi.

use super::LabelText;

/// Suomi.
pub static TEXT: LabelText = LabelText {
    title: "Osoitelappu",
    text: "Tulosta ja kiinnitä pakettiin suorana ja kuivana. Kuljettaja skannaa sen noutaessaan paketin.",
    print: "Tulosta",
    hands_only: "Vain vastaanottajalle",
};
