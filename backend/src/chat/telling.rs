//! What devices that listen are told at once: who is typing, who has read, that devices are others. It is a hint and
//! stored nowhere; a device that missed it finds out when it asks.

use bytes::Bytes;
use porchlight_domain::chat::wire::{ChatEvent, Told};
use porchlight_domain::event::{Envelope, Fact};
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use tokio::sync::broadcast::error::RecvError;

use super::{Seat, queries};
use crate::events::{Frame, Signal, Topic};
use crate::{Backend, Error};

/// Tells both, on this instance and the others.
pub(super) fn tell(backend: &Backend, seat: &Seat, event: ChatEvent) {
    tell_people(backend, seat.people(), seat.reference, event);
}

fn tell_people(backend: &Backend, people: [PersonId; 2], delivery: Reference, event: ChatEvent) {
    pass_on(backend, &people, delivery, event);
    backend.bus().send(Signal::Chat {
        people,
        delivery,
        event,
    });
}

/// Tells those of them who listen here.
fn pass_on(backend: &Backend, people: &[PersonId], delivery: Reference, event: ChatEvent) {
    let told = Told::Event { delivery, event };
    let Ok(json) = serde_json::to_vec(&told) else {
        return;
    };
    let frame = Frame {
        seq: None,
        json: Bytes::from(json),
    };
    for person in people {
        backend.hub().publish(&Topic::chat(person), &frame);
    }
}

/// Somebody has a device that nobody has written to yet.
pub(super) async fn devices_changed(backend: &Backend, person: &PersonId) -> Result<(), Error> {
    let pool = backend.store().readers();
    for pair in queries::live_chats_of(pool, person, backend.now()).await? {
        let delivery = pair.reference()?;
        tell_people(backend, pair.people(), delivery, ChatEvent::Changed {});
    }
    Ok(())
}

/// Follows what is told on other instances, for ever.
pub(super) fn begin(backend: &Backend) {
    let backend = backend.clone();
    let listening = backend.clone();
    backend.keep_doing(async move {
        let mut signals = listening.bus().subscribe();
        loop {
            match signals.recv().await {
                Ok(Signal::Chat {
                    people,
                    delivery,
                    event,
                }) => pass_on(&listening, &people, delivery, event),
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// What a frame of somebody's topic means to their chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Somebody wrote.
    Message {
        /// About which delivery.
        delivery: Reference,
        /// The message's number.
        seq: u32,
    },
    /// What the two can rely on, or what may be done, is another than before.
    Changed {
        /// About which delivery.
        delivery: Reference,
    },
}

/// What a frame means to chats; none when it means nothing to them. Most frames are positions, which are not read.
pub fn news(frame: &Frame) -> Option<News> {
    const KIND: &[u8] = b"\"type\":\"";
    let start = frame
        .json
        .windows(KIND.len())
        .position(|part| part == KIND)?
        + KIND.len();
    let kind = &frame.json[start..];
    let of_chats: [&[u8]; 6] = [
        b"chat.message.created\"",
        b"delivery.instruction.",
        b"delivery.proposal.",
        b"delivery.rescheduled\"",
        b"delivery.assigned\"",
        b"delivery.status.",
    ];
    if !of_chats.iter().any(|start| kind.starts_with(start)) {
        return None;
    }
    let Envelope { subject, fact, .. } = serde_json::from_slice(&frame.json).ok()?;
    match fact {
        Fact::ChatMessageCreated { delivery, seq, .. } => Some(News::Message { delivery, seq }),
        _ => Some(News::Changed {
            delivery: subject.parse().ok()?,
        }),
    }
}
