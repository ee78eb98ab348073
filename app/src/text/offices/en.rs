//! English.

use super::OfficesText;

/// English.
pub static TEXT: OfficesText = OfficesText {
    title: "Post offices",
    text: "An import of the map changes names and places. What you set here stays.",
    capacity: "Room for",
    hours: "Own opening hours",
    hours_hint: "As in OpenStreetMap; empty takes those of the map",
    closed_from: "Closed from",
    closed_to: "to",
    save: "Save",
    clerk: "Give a clerk this desk (e-mail)",
    assign: "Assign",
    used: |used| format!("{used} there or on their way"),
    locked: "Locked after too many wrong codes",
    unlock: "Release the desk",
    parcel: "Release a parcel",
    release: "Release",
    counted: |count| match count {
        1 => "1 parcel counted".to_owned(),
        count => format!("{count} parcels counted"),
    },
    count_missing: "missing",
    count_unexpected: "should not be there",
    collected: "Who collected a parcel? (reference)",
    in_their_stead: |name| format!("collected by {name}"),
    signature: "What was signed at the desk",
    wishes: "When you are not at home",
    wishes_text: "For every delivery you book from now on. You can change it for each one on its page.",
    always: "Always hold at a post office",
    away: "Hold while I am away",
    away_from: "From",
    away_to: "Until",
    never: "Never leave a parcel at the door",
    office: "Post office",
    nearest: "The nearest to each address",
    find: "Search",
    office_search: "Find one near an address or postcode",
    saved: "Saved",
};
