//! English.

use super::SharesText;

/// English.
pub static TEXT: SharesText = SharesText {
    text: "A link shows the courier, never your name or address. It ends with the delivery.",
    label: "Who is it for?",
    label_example: "For whom, such as “Grandma”",
    create: "Create link",
    shown_once: "Copy the link now: it is shown only once.",
    link: "Link",
    copy: "Copy",
    copied: "Copied",
    until: "until",
    end: "End",
    shared_title: "A delivery on its way",
    shared_text: "This delivery was shared with you. The link works",
};
