//! Finnish.

use super::DeliveriesText;

/// Finnish.
pub static TEXT: DeliveriesText = DeliveriesText {
    title: "Toimituksesi",
    upcoming: "Tulossa",
    past: "Aiemmat toimitukset",
    none_title: "Mitään ei ole vielä tulossa",
    none_text: "Kun sinulle on tulossa paketti, näet sen täällä reaaliajassa.",
};
