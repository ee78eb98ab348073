//! Suomi.

use super::HistoryText;

/// Suomi.
pub static TEXT: HistoryText = HistoryText {
    moved: |when| format!("Siirsit paketin: se tulee {when}"),
    moved_by_courier: |when| format!("Sovitte kuljettajan kanssa: se tulee {when}"),
    moved_by_operation: |when| format!("Siirsimme paketin: se tulee {when}"),
    moved_back: |_| "Se oli tuotu jo ennen siirtoa".to_owned(),
    proposed: |when| format!("Kuljettaja kysyi, sopiiko {when}"),
    proposal_declined: "Pyysit kuljettajaa tulemaan kuten sovittu",
    proposal_overtaken: "Kuljettajan kysymys raukesi",
    told: |what| format!("Kerroit kuljettajalle: {what}"),
    confirmed: |what| format!("Kuljettaja vahvisti: {what}"),
    declined: |what| format!("Kuljettajalle ei onnistu: {what}"),
    taken_back: |what| format!("Peruttu: {what}"),
    safe_place: "Turvallinen paikka",
    neighbour: "Naapuri",
    gate_code: "Porttikoodi salatussa keskustelussa",
    never_leave: "Älä koskaan jätä ovelle",
    other: "Tiedoksi",
};
