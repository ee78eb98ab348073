//! English.

use super::DeliveriesText;

/// English.
pub static TEXT: DeliveriesText = DeliveriesText {
    title: "Your deliveries",
    upcoming: "Upcoming",
    past: "Past deliveries",
    none_title: "Nothing on its way yet",
    none_text: "When a parcel is coming to you, you’ll see it here, live.",
};
