//! What the list consists of: what was said, and between it what both can rely on.

use porchlight_domain::chat::{Agreement, Body, ChatCard, Side};
use porchlight_domain::time::Timestamp;

use crate::chat::item::{Item, Message};

/// One thing in the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// What was said or noted.
    Item {
        /// Its place in the chat.
        place: f64,
        /// What.
        item: Item,
        /// What both can rely on of it: a gate code is to be confirmed.
        card: Option<ChatCard>,
    },
    /// What both can rely on.
    Card(ChatCard),
}

impl Entry {
    /// Another one when what is shown is to be shown anew.
    pub fn key(&self) -> (u64, Option<String>) {
        match self {
            Self::Item { place, card, .. } => (place.to_bits(), card.as_ref().map(key_of)),
            Self::Card(card) => (0, Some(key_of(card))),
        }
    }
}

fn key_of(card: &ChatCard) -> String {
    match &card.what {
        Agreement::Instruction { instruction } => {
            format!("{} {}", instruction.id, instruction.state.as_str())
        }
        Agreement::Proposal { proposal, end } => {
            format!("{} {}", proposal.id, end.map_or("", |end| end.as_str()))
        }
        Agreement::Rescheduled { .. } => card.at.millis().to_string(),
    }
}

/// The part of a chat that is shown.
pub struct Part<'a> {
    /// By place, oldest first.
    pub items: &'a [(f64, Item)],
    /// Whether there is something before it.
    pub has_older: bool,
    /// Whether there is something after it.
    pub has_newer: bool,
}

impl Part<'_> {
    /// The part with the cards that belong between what was said, by time.
    pub fn with(&self, cards: &[ChatCard]) -> Vec<Entry> {
        let (told, loose): (Vec<_>, Vec<_>) = cards.iter().partition(|card| self.tells(card));
        let mut loose = loose
            .into_iter()
            .filter(|card| self.reaches(card.at))
            .peekable();
        let mut entries = Vec::with_capacity(self.items.len() + cards.len());
        for (place, item) in self.items {
            while let Some(card) = loose.next_if(|card| card.at < time_of(item)) {
                entries.push(Entry::Card(card.clone()));
            }
            let card = told.iter().find(|card| is_told_by(card, item));
            entries.push(Entry::Item {
                place: *place,
                item: item.clone(),
                card: card.map(|card| card_with_code(card, item)),
            });
        }
        entries.extend(loose.cloned().map(Entry::Card));
        entries
    }

    fn tells(&self, card: &ChatCard) -> bool {
        self.items.iter().any(|(_, item)| is_told_by(card, item))
    }

    /// Whether what happened then is in this part.
    fn reaches(&self, at: Timestamp) -> bool {
        let is_after = || {
            let first = self.items.first();
            first.is_none_or(|(_, item)| time_of(item) <= at)
        };
        let is_before = || {
            let last = self.items.last();
            last.is_none_or(|(_, item)| at <= time_of(item))
        };
        (!self.has_older || is_after()) && (!self.has_newer || is_before())
    }
}

fn is_told_by(card: &ChatCard, item: &Item) -> bool {
    let Item::Message(message) = item else {
        return false;
    };
    // Anything can be named over the API: other words do not vanish behind a card.
    let is_code = matches!(message.body, Body::GateCode { .. });
    is_code && message.by == Side::Recipient && card.is_about(message.id.as_str())
}

/// The server's card does not say the code; the message does.
fn card_with_code(card: &ChatCard, item: &Item) -> ChatCard {
    let mut card = card.clone();
    if let (
        Agreement::Instruction { instruction },
        Item::Message(Message {
            body: Body::GateCode { code },
            ..
        }),
    ) = (&mut card.what, item)
    {
        instruction.text.words = Some(code.clone());
    }
    card
}

fn time_of(item: &Item) -> Timestamp {
    match item {
        Item::Message(message) => message.at,
        Item::Unreadable { at, .. } | Item::Devices { at, .. } => *at,
    }
}

#[cfg(test)]
mod tests {
    use porchlight_domain::chat::ContentKey;
    use porchlight_domain::delivery::Window;
    use porchlight_domain::ids::{InstructionId, MessageId};
    use porchlight_domain::instruction::{
        InstructionKind, InstructionState, InstructionText, InstructionView,
    };
    use porchlight_domain::schedule::ScheduledBy;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    fn message(seq: u32, second: i64, body: Body) -> (f64, Item) {
        let message = Message {
            seq,
            id: MessageId::from_random([u8::try_from(seq).expect("few"); 16]),
            by: Side::Recipient,
            at: at(second),
            body,
            key: ContentKey::from_random([0; 32]),
        };
        (f64::from(seq), Item::Message(message))
    }

    fn text(seq: u32, second: i64) -> (f64, Item) {
        message(seq, second, Body::Text { text: "a".into() })
    }

    fn moved(second: i64) -> ChatCard {
        let to = Window {
            from: at(second),
            to: at(second + 60),
        };
        ChatCard {
            at: at(second),
            what: Agreement::Rescheduled {
                by: ScheduledBy::Customer,
                to,
            },
        }
    }

    /// Places of items, and the time of cards below zero.
    fn order(entries: &[Entry]) -> Vec<i64> {
        let place = |entry: &Entry| match entry {
            #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
            Entry::Item { place, .. } => *place as i64,
            Entry::Card(card) => -card.at.millis() / 1000,
        };
        entries.iter().map(place).collect()
    }

    #[test]
    fn cards_are_where_they_happened() {
        let items = [text(1, 10), text(2, 20)];
        let cards = [moved(5), moved(10), moved(15), moved(30)];
        let part = |has_older, has_newer| Part {
            items: &items,
            has_older,
            has_newer,
        };
        let shown = |older, newer| order(&part(older, newer).with(&cards));
        assert_eq!(shown(false, false), [-5, 1, -10, -15, 2, -30]);
        assert_eq!(shown(true, false), [1, -10, -15, 2, -30]);
        assert_eq!(shown(false, true), [-5, 1, -10, -15, 2]);
        let alone = Part {
            items: &[],
            has_older: false,
            has_newer: false,
        };
        assert_eq!(order(&alone.with(&cards[..1])), [-5]);
    }

    #[test]
    fn a_gate_code_is_on_its_card_and_nowhere_else() {
        let code = Body::GateCode {
            code: "4711".into(),
        };
        let items = [text(1, 10), message(2, 20, code)];
        let secret_in = match &items[1].1 {
            Item::Message(message) => message.id.as_str().to_owned(),
            _ => unreachable!("a message"),
        };
        let card = |secret_in: String| ChatCard {
            at: at(20),
            what: Agreement::Instruction {
                instruction: InstructionView {
                    id: InstructionId::from_text("ins_1"),
                    state: InstructionState::Open,
                    given_at: at(20),
                    text: InstructionText {
                        kind: InstructionKind::GateCode,
                        words: None,
                        picture: None,
                        secret_in: Some(secret_in),
                    },
                },
            },
        };
        let part = Part {
            items: &items,
            has_older: false,
            has_newer: false,
        };
        let entries = part.with(&[card(secret_in)]);
        assert_eq!(order(&entries), [1, 2]);
        let Entry::Item {
            card: Some(card_shown),
            ..
        } = &entries[1]
        else {
            panic!("a card, not {:?}", entries[1]);
        };
        let Agreement::Instruction { instruction } = &card_shown.what else {
            panic!("an instruction");
        };
        assert_eq!(instruction.text.words.as_deref(), Some("4711"));
        // Of a message that says something else, and of one that this device does not have.
        let said = match &items[0].1 {
            Item::Message(message) => message.id.as_str().to_owned(),
            _ => unreachable!("a message"),
        };
        assert_eq!(order(&part.with(&[card(said)])), [1, 2, -20]);
        let other = part.with(&[card("msg_other".into())]);
        assert_eq!(order(&other), [1, 2, -20]);
    }
}
