//! English.

use super::HistoryText;

/// English.
pub static TEXT: HistoryText = HistoryText {
    moved: |when| format!("You moved it: it comes {when}"),
    moved_by_courier: |when| format!("You agreed with the courier: it comes {when}"),
    moved_by_operation: |when| format!("We moved it: it comes {when}"),
    moved_back: |_| "It had been brought before it was moved".to_owned(),
    proposed: |when| format!("The courier asked whether it may come {when}"),
    proposal_declined: "You told the courier to come as planned",
    proposal_overtaken: "The courier’s question is over",
    told: |what| format!("You told the courier: {what}"),
    confirmed: |what| format!("The courier confirmed: {what}"),
    declined: |what| format!("The courier can’t do this: {what}"),
    taken_back: |what| format!("Taken back: {what}"),
    safe_place: "A safe place",
    neighbour: "A neighbour",
    gate_code: "A gate code, in the encrypted chat",
    never_leave: "Never leave it at the door",
    other: "Something to know",
};
