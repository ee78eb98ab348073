//! English.

use super::DeskText;

/// English.
pub static TEXT: DeskText = DeskText {
    title: "Desk",
    present: "Hand over a parcel",
    present_text: "Scan the customer’s pass, or type their code.",
    code: "Pick-up code",
    check: "Check",
    scan: "Scan the pass",
    stop: "Stop scanning",
    checking: "Checking…",
    name: "The document must say",
    for_whom: |name| format!("collects for {name}"),
    document: "Which document did you see?",
    passport: "Passport",
    identity_card: "Identity card",
    driving_licence: "Driving licence",
    residence_permit: "Residence permit",
    digits: "Last four letters or digits of its number",
    digits_text: "No more than these four are kept.",
    hand_over: "Hand it over",
    refuse: "Do not hand it over",
    refuse_reason: "Why not? The recipient reads it.",
    refuse_send: "Note the refusal",
    cancel: "Cancel",
    done: |reference| format!("{reference} is handed over."),
    refused: |reference| format!("{reference} stays here."),
    offline: "No connection: the pass was checked on this device",
    offline_age: |minutes| {
        format!(
            "What it knows of used and called-back passes is {minutes} min old. Check the name on the shelf label."
        )
    },
    offline_code: "There is no connection, and a typed code can’t be checked without one. Scan the pass instead.",
    waiting: |count| match count {
        1 => "1 hand-over waits for the connection".to_owned(),
        count => format!("{count} hand-overs wait for the connection"),
    },
    not_taken: |why| {
        format!("A hand-over was not taken: {why} Tell your admin: the parcel is gone.")
    },
    noted: "Noted",
    no_pass: "That is not a pick-up pass.",
    forged: "This pass is not genuine. Hand nothing over.",
    foreign: "This pass is for another post office.",
    run_out: "The time on this pass is over.",
    revoked: "This pass was used or called back.",
    locked: "Too many wrong codes. An admin has to look into it before codes are taken again.",
    shelf: "On the shelf",
    expected: "On their way here",
    back: "To be sent back",
    search: "Search by name or reference",
    nothing: "Nothing here.",
    more: |more| format!("{more} more: search for a name or a reference."),
    kept_until: "until",
    is_locked: "locked",
    choose: "Check a code for it",
    chosen: |reference| format!("Only the code of {reference} is taken now."),
    send_back: "It has left",
    count: "Daily count",
    count_text: "Scan or type every parcel on the shelf, then compare.",
    count_add: "Add",
    count_reference: "PL-…",
    counted: |count| match count {
        1 => "1 parcel counted".to_owned(),
        count => format!("{count} parcels counted"),
    },
    count_compare: "Compare",
    count_right: |count| match count {
        1 => "1 is where it should be".to_owned(),
        count => format!("{count} are where they should be"),
    },
    count_missing: "Missing",
    count_unexpected: "Should not be here",
};
