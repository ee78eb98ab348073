//! English.

use super::ReasonsText;

/// English.
pub static TEXT: ReasonsText = ReasonsText {
    nobody_home: "Nobody home",
    refused: "The recipient refused it",
    no_access: "No way in",
    closed: "Closed",
    identity_not_shown: "No identification",
    wrong_address: "The address is wrong",
    damaged: "The parcel is damaged",
    missing: "The parcel is not on the van",
    courier: "No time, or the van broke down",
    weather: "The weather",
};
