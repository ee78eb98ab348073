//! What notifications say, in every language. To add a language: a variant, a file, an arm in [`Language::words`].

mod en;
mod fi;

use chrono::NaiveDateTime;

use super::{Channel, Details, Kind, Shortcut};
use crate::delivery::FailureReason;
use crate::reference::Reference;

/// A language that notifications are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, when nothing else is known.
    #[default]
    English,
    /// Finnish.
    Finnish,
}

/// From when to when, by the clock on the wall of whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalSpan {
    /// From when.
    pub from: NaiveDateTime,
    /// To when.
    pub to: NaiveDateTime,
}

/// One language's words.
struct Words {
    /// The news in a sentence.
    title: fn(Kind, &Details) -> String,
    /// What else there is to know; may be empty.
    body: fn(Kind, &Details) -> String,
    /// The event in a word or two.
    name: fn(Kind) -> &'static str,
    /// The channel in a word or two.
    channel: fn(Channel) -> &'static str,
    /// What can be done with one press.
    shortcut: fn(Shortcut) -> &'static str,
    /// Why an e-mail came, and how to have no more of its kind.
    why: fn(&str) -> String,
    /// The words of the way out.
    stop: &'static str,
}

/// A notification in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The news in a sentence.
    pub title: String,
    /// What else there is to know; may be empty.
    pub body: String,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Finnish];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Finnish => "fi",
        }
    }

    /// The one with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::Finnish => &fi::WORDS,
        }
    }

    /// A notification in this language, for a page that shows its times itself.
    pub fn message(self, kind: Kind, delivery: Option<Reference>, details: &Details) -> Message {
        self.compose(kind, delivery, details, None)
    }

    /// A notification in this language, with the time that its details have, by its reader's clock.
    pub fn message_at(
        self,
        kind: Kind,
        delivery: Option<Reference>,
        details: &Details,
        when: LocalSpan,
    ) -> Message {
        // Not among the words, which pages bring along.
        let when = match self {
            Self::English => en::when(kind, when),
            Self::Finnish => fi::when(kind, when),
        };
        self.compose(kind, delivery, details, when)
    }

    fn compose(
        self,
        kind: Kind,
        delivery: Option<Reference>,
        details: &Details,
        when: Option<String>,
    ) -> Message {
        let words = self.words();
        let said = (words.body)(kind, details);
        let parcel = details.parcel.clone();
        let reference = delivery.map(|reference| reference.to_string());
        let about: Vec<_> = parcel.into_iter().chain(reference).collect();
        let parts = [said, when.unwrap_or_default(), about.join(" · ")];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Message {
            title: (words.title)(kind, details),
            body: parts.join(" "),
        }
    }

    /// An event in a word or two, for the grid.
    pub fn name(self, kind: Kind) -> &'static str {
        (self.words().name)(kind)
    }

    /// A channel in a word or two.
    pub fn channel(self, channel: Channel) -> &'static str {
        (self.words().channel)(channel)
    }

    /// The words of what can be done with one press.
    pub fn shortcut(self, shortcut: Shortcut) -> &'static str {
        (self.words().shortcut)(shortcut)
    }

    /// Why an e-mail about this came.
    pub fn why(self, kind: Kind) -> String {
        (self.words().why)(self.name(kind))
    }

    /// The words of a way to have no more of them.
    pub fn stop(self) -> &'static str {
        self.words().stop
    }
}

/// Where a parcel waits, and what collects it, as far as that is known.
fn at_an_office(details: &Details, said: fn(&str) -> String) -> String {
    let place = details.place.as_deref().map(|place| format!("{place}."));
    let code = details.code.as_deref().map(said);
    let parts: Vec<_> = place.into_iter().chain(code).collect();
    parts.join(" ")
}

/// A reason as people read it: a code in their language, other words as they are.
fn reason(details: &Details, coded: fn(FailureReason) -> &'static str) -> Option<String> {
    let reason = details.reason.as_deref()?;
    let words = FailureReason::from_text(reason).map_or(reason, coded);
    Some(words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> Details {
        Details {
            parcel: Some("A lamp".into()),
            reason: Some("nobody_home".into()),
            photo: Some("0a".into()),
            name: Some("Aino".into()),
            place: Some("Helsinki 00130".into()),
            window: None,
            channel: Some(Channel::Email),
            code: Some("123456".into()),
        }
    }

    #[test]
    fn the_notice_of_the_day_is_word_for_word() {
        let message = Language::English.message(Kind::OutForDelivery, None, &Details::default());
        assert_eq!(message.title, "Your package is out for delivery.");
        assert_eq!(message.body, "");
    }

    #[test]
    fn everything_that_is_known_is_said() {
        let reference = Some(Reference::from_random(7));
        let say = |language: Language, kind| {
            let message = language.message(kind, reference, &details());
            format!("{} {}", message.title, message.body)
        };
        let english = |kind| say(Language::English, kind);
        let end = reference.map_or_else(String::new, |reference| format!("A lamp · {reference}"));
        assert_eq!(
            english(Kind::Failed),
            format!("Your package could not be delivered. Nobody was at home. {end}")
        );
        assert_eq!(
            english(Kind::Delivered),
            format!("Your package was delivered. A photo shows it. {end}")
        );
        assert!(english(Kind::HoldReady).contains("Helsinki 00130"));
        assert!(english(Kind::ChatMessage).contains("Aino"));
        assert!(english(Kind::ChannelFailed).contains("E-mail"));
        assert!(english(Kind::PhoneCode).contains("123456"));
        let finnish = say(Language::Finnish, Kind::Failed);
        assert!(finnish.contains("Ketään ei ollut kotona."), "{finnish}");
    }

    #[test]
    fn a_time_is_said_by_the_readers_clock() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 5).expect("a day");
        let at = |hour, minute| day.and_hms_opt(hour, minute, 0).expect("a time");
        let when = LocalSpan {
            from: at(8, 0),
            to: at(12, 5),
        };
        let say = |language: Language, kind| {
            let message = language.message_at(kind, None, &Details::default(), when);
            message.body
        };
        let english = |kind| say(Language::English, kind);
        assert_eq!(
            english(Kind::Rescheduled),
            "It comes on Saturday 5 December, 08:00 to 12:05."
        );
        assert_eq!(
            english(Kind::Delayed),
            "It is expected between 08:00 and 12:05."
        );
        assert_eq!(
            english(Kind::HoldReady),
            "It is kept until Saturday 5 December."
        );
        assert_eq!(english(Kind::Delivered), "");
        let finnish = |kind| say(Language::Finnish, kind);
        assert_eq!(
            finnish(Kind::Rescheduled),
            "Se tulee lauantaina 5.12. klo 08.00–12.05."
        );
        assert_eq!(finnish(Kind::Delayed), "Uusi arvio on klo 08.00–12.05.");
        assert_eq!(finnish(Kind::HoldReminder), "Se säilytetään 5.12. asti.");
    }

    #[test]
    fn a_courier_s_own_words_are_passed_on() {
        let details = Details {
            reason: Some("The bridge is closed.".into()),
            ..Details::default()
        };
        let message = Language::English.message(Kind::Failed, None, &details);
        assert_eq!(message.body, "The bridge is closed.");
    }

    #[test]
    fn every_kind_is_said_in_every_language_in_few_words() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            for kind in Kind::ALL {
                for details in [Details::default(), details()] {
                    let Message { title, body } = language.message(kind, None, &details);
                    assert!(
                        title.ends_with(['.', ':']),
                        "{language:?} {kind:?}: {title}"
                    );
                    assert!(
                        title.chars().count() <= 80,
                        "{language:?} {kind:?}: {title}"
                    );
                    assert!(
                        !title.contains("  ") && !body.contains("  "),
                        "{title} {body}"
                    );
                }
                assert!(!language.name(kind).is_empty());
                assert!(language.why(kind).contains(language.name(kind)));
            }
        }
    }
}
