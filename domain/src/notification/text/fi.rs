//! Finnish.

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::{Channel, Details, Kind, LocalSpan, Shortcut, Words, at_an_office, reason};
use crate::delivery::FailureReason;

pub(super) const WORDS: Words = Words {
    title,
    body,
    name,
    channel,
    shortcut,
    why: |name| format!("Saat tämän viestin, koska tilisi ilmoitus ”{name}” on päällä."),
    stop: "En halua enää näitä sähköposteja",
};

fn title(kind: Kind, details: &Details) -> String {
    let title = match kind {
        Kind::OutForDelivery => "Pakettisi on lähtenyt jakeluun.",
        Kind::ArrivingSoon => "Kuljettaja on melkein perillä.",
        Kind::AtTheDoor => "Kuljettaja on ovella.",
        Kind::Delivered => "Pakettisi on toimitettu.",
        Kind::Failed => "Pakettiasi ei voitu toimittaa.",
        Kind::Corrected => "Se oli erehdys: pakettisi on yhä matkalla.",
        Kind::Rescheduled => "Pakettisi tulee toiseen aikaan.",
        Kind::HoldConfirmed => "Pakettisi viedään postiin odottamaan.",
        Kind::HoldReady => "Pakettisi on noudettavissa.",
        Kind::HoldReminder => "Pakettisi odottaa yhä noutoa.",
        Kind::ChatMessage => match &details.name {
            Some(name) => return format!("Uusi viesti: {}.", short(name)),
            None => "Sait uuden viestin.",
        },
        Kind::Delayed => "Pakettisi myöhästyy.",
        Kind::ChannelFailed => "Yksi ilmoitustapa ei enää toimi.",
        Kind::Test => "Toimii: näin Porchlight tavoittaa sinut.",
        Kind::PhoneCode => "Porchlight-koodisi:",
    };
    title.to_owned()
}

fn body(kind: Kind, details: &Details) -> String {
    match kind {
        Kind::Delivered if details.photo.is_some() => "Kuva näyttää sen.".to_owned(),
        Kind::Failed => reason(details, failure).unwrap_or_default(),
        Kind::HoldConfirmed | Kind::HoldReady | Kind::HoldReminder => {
            at_an_office(details, |code| format!("Noutokoodisi on {code}."))
        }
        Kind::ChannelFailed => {
            let name = details.channel.map_or("Se", channel);
            format!("{name} on pois päältä, kunnes otat sen uudelleen käyttöön asetuksissa.")
        }
        Kind::PhoneCode => details.code.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// When it comes, or until when it is there; none where a kind has no such time.
pub(super) fn when(kind: Kind, LocalSpan { from, to }: LocalSpan) -> Option<String> {
    const WEEKDAYS: [&str; 7] = [
        "maanantaina",
        "tiistaina",
        "keskiviikkona",
        "torstaina",
        "perjantaina",
        "lauantaina",
        "sunnuntaina",
    ];
    let clock = |at: NaiveDateTime| format!("{:02}.{:02}", at.hour(), at.minute());
    let day = |at: NaiveDateTime| format!("{}.{}.", at.day(), at.month());
    match kind {
        Kind::Rescheduled => Some(format!(
            "Se tulee {} {} klo {}–{}.",
            WEEKDAYS[from.weekday() as usize],
            day(from),
            clock(from),
            clock(to)
        )),
        Kind::Delayed => Some(format!("Uusi arvio on klo {}–{}.", clock(from), clock(to))),
        Kind::HoldReady | Kind::HoldReminder => Some(format!("Se säilytetään {} asti.", day(to))),
        _ => None,
    }
}

fn shortcut(shortcut: Shortcut) -> &'static str {
    match shortcut {
        Shortcut::Track => "Seuraa kartalla",
        Shortcut::Show => "Näytä paketti",
        Shortcut::Chat => "Kirjoita kuljettajalle",
        Shortcut::Hold => "Säilytä postissa",
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::OutForDelivery => "Jakelussa",
        Kind::ArrivingSoon => "Pian perillä",
        Kind::AtTheDoor => "Ovella",
        Kind::Delivered => "Toimitettu",
        Kind::Failed => "Ei toimitettu",
        Kind::Corrected => "Oikaisut",
        Kind::Rescheduled => "Uusi aika",
        Kind::HoldConfirmed => "Nouto vahvistettu",
        Kind::HoldReady => "Noudettavissa",
        Kind::HoldReminder => "Noutomuistutukset",
        Kind::ChatMessage => "Uudet viestit",
        Kind::Delayed => "Myöhästymiset",
        Kind::ChannelFailed => "Rikkoutuneet ilmoitustavat",
        Kind::Test => "Kokeilut",
        Kind::PhoneCode => "Koodit",
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::InApp => "Sovelluksessa",
        Channel::Push => "Tällä laitteella",
        Channel::Email => "Sähköposti",
        Channel::Sms => "Tekstiviesti",
    }
}

fn failure(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::NobodyHome => "Ketään ei ollut kotona.",
        FailureReason::Refused => "Sitä ei otettu vastaan.",
        FailureReason::NoAccess => "Ovi, portti tai piha oli lukossa.",
        FailureReason::Closed => "Paikka oli suljettu.",
        FailureReason::IdentityNotShown => "Henkilöllisyyttä ei voitu osoittaa.",
        FailureReason::WrongAddress => "Osoite on väärä tai puutteellinen.",
        FailureReason::Damaged => "Se on vaurioitunut.",
        FailureReason::Missing => "Se ei ollut autossa.",
        FailureReason::Courier => "Kuljettaja ei ehtinyt.",
        FailureReason::Weather => "Sää ei sallinut sitä.",
    }
}

/// A name that leaves room for the rest of a line.
fn short(name: &str) -> String {
    name.chars().take(40).collect()
}
