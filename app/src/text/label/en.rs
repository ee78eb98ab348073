//! English.

use super::LabelText;

/// English.
pub static TEXT: LabelText = LabelText {
    title: "Label",
    text: "Print it and stick it on the parcel, flat and dry. The courier scans it when they collect the parcel.",
    print: "Print",
    hands_only: "To the recipient only",
};
