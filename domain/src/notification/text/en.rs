//! English.

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::{Channel, Details, Kind, LocalSpan, Shortcut, Words, at_an_office, reason};
use crate::delivery::FailureReason;

pub(super) const WORDS: Words = Words {
    title,
    body,
    name,
    channel,
    shortcut,
    why: |name| format!("You get this e-mail because “{name}” is on for your account."),
    stop: "Get no more of these e-mails",
};

fn title(kind: Kind, details: &Details) -> String {
    let title = match kind {
        Kind::OutForDelivery => "Your package is out for delivery.",
        Kind::ArrivingSoon => "Your courier is almost there.",
        Kind::AtTheDoor => "Your courier is at the door.",
        Kind::Delivered => "Your package was delivered.",
        Kind::Failed => "Your package could not be delivered.",
        Kind::Corrected => "That was a mistake: your package is still on its way.",
        Kind::Rescheduled => "Your package comes at another time.",
        Kind::HoldConfirmed => "Your package will be held at a post office.",
        Kind::HoldReady => "Your package is ready for pick-up.",
        Kind::HoldReminder => "Your package is still waiting for you.",
        Kind::ChatMessage => match &details.name {
            Some(name) => return format!("{} sent you a message.", short(name)),
            None => "You have a new message.",
        },
        Kind::Delayed => "Your package is delayed.",
        Kind::ChannelFailed => "One way to reach you has stopped working.",
        Kind::Test => "It works: this is how Porchlight reaches you.",
        Kind::PhoneCode => "Your Porchlight code:",
    };
    title.to_owned()
}

fn body(kind: Kind, details: &Details) -> String {
    match kind {
        Kind::Delivered if details.photo.is_some() => "A photo shows it.".to_owned(),
        Kind::Failed => reason(details, failure).unwrap_or_default(),
        Kind::HoldConfirmed | Kind::HoldReady | Kind::HoldReminder => {
            at_an_office(details, |code| format!("Your pick-up code is {code}."))
        }
        Kind::ChannelFailed => {
            let name = details.channel.map_or("It", channel);
            format!("{name} is off until you set it up again in your settings.")
        }
        Kind::PhoneCode => details.code.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// When it comes, or until when it is there; none where a kind has no such time.
pub(super) fn when(kind: Kind, LocalSpan { from, to }: LocalSpan) -> Option<String> {
    let clock = |at: NaiveDateTime| format!("{:02}:{:02}", at.hour(), at.minute());
    match kind {
        Kind::Rescheduled => Some(format!(
            "It comes on {}, {} to {}.",
            day(from),
            clock(from),
            clock(to)
        )),
        Kind::Delayed => Some(format!(
            "It is expected between {} and {}.",
            clock(from),
            clock(to)
        )),
        Kind::HoldReady | Kind::HoldReminder => Some(format!("It is kept until {}.", day(to))),
        _ => None,
    }
}

/// `Saturday 5 December`
fn day(at: NaiveDateTime) -> String {
    const WEEKDAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let weekday = WEEKDAYS[at.weekday() as usize];
    format!("{weekday} {} {}", at.day(), MONTHS[at.month0() as usize])
}

fn shortcut(shortcut: Shortcut) -> &'static str {
    match shortcut {
        Shortcut::Track => "Follow it live",
        Shortcut::Show => "Show my package",
        Shortcut::Chat => "Write to the courier",
        Shortcut::Hold => "Hold at a post office",
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::OutForDelivery => "Out for delivery",
        Kind::ArrivingSoon => "Arriving soon",
        Kind::AtTheDoor => "At the door",
        Kind::Delivered => "Delivered",
        Kind::Failed => "Not delivered",
        Kind::Corrected => "Corrections",
        Kind::Rescheduled => "Rescheduled",
        Kind::HoldConfirmed => "Hold confirmed",
        Kind::HoldReady => "Ready for pick-up",
        Kind::HoldReminder => "Pick-up reminders",
        Kind::ChatMessage => "New messages",
        Kind::Delayed => "Delays",
        Kind::ChannelFailed => "Broken channels",
        Kind::Test => "Tests",
        Kind::PhoneCode => "Codes",
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::InApp => "In the app",
        Channel::Push => "On this device",
        Channel::Email => "E-mail",
        Channel::Sms => "SMS",
    }
}

fn failure(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::NobodyHome => "Nobody was at home.",
        FailureReason::Refused => "It was not accepted.",
        FailureReason::NoAccess => "A door, gate or yard was locked.",
        FailureReason::Closed => "The place was closed.",
        FailureReason::IdentityNotShown => "Nobody could show who they are.",
        FailureReason::WrongAddress => "The address is wrong or not complete.",
        FailureReason::Damaged => "It is damaged.",
        FailureReason::Missing => "It was not on the van.",
        FailureReason::Courier => "The courier could not make it.",
        FailureReason::Weather => "The weather did not allow it.",
    }
}

/// A name that leaves room for the rest of a line.
fn short(name: &str) -> String {
    name.chars().take(40).collect()
}
