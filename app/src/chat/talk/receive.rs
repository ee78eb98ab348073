//! Reading what came.

use std::collections::HashMap;

use leptos::prelude::*;
use porchlight_domain::chat::Content;
use porchlight_domain::chat::wire::{Answer, Ask, ChatMessage};
use porchlight_domain::chat::{PAGE, Side};
use porchlight_domain::ids::DeviceId;

use super::Work;
use super::meet::PLACES;
use crate::chat::device::Sessions;
use crate::chat::item::{Item, Message, Why};
use crate::chat::vault::{Changes, VaultError};

/// What was read of some messages.
struct Read {
    items: Vec<(f64, Item)>,
    sessions: HashMap<DeviceId, Sessions>,
    /// Places of what waited and was sent.
    sent: Vec<i64>,
}

/// Where a message is among everything in a chat.
pub(super) fn place_of(seq: u32) -> f64 {
    f64::from(seq) * f64::from(PLACES)
}

impl Work {
    /// Takes a message that was just told; asks for those before it, should one be missing.
    pub(super) async fn take(&mut self, message: ChatMessage) -> Result<(), VaultError> {
        if message.seq <= self.memory.last_seq {
            // One's own, kept when it was sent, or kept by another tab.
            self.show_new().await?;
            return self.mark().await;
        }
        if message.seq == self.memory.last_seq + 1 && self.knows(&message) {
            self.receive(vec![message]).await?;
            return self.mark().await;
        }
        self.look().await;
        self.fetch().await
    }

    fn knows(&self, message: &ChatMessage) -> bool {
        message.from == *self.device.id() || self.keys_of(message.side, &message.from).is_some()
    }

    /// Asks for everything after what is here, and says how far it came.
    pub(super) async fn fetch(&mut self) -> Result<(), VaultError> {
        loop {
            self.remember().await?;
            let ask = Ask::Messages {
                delivery: self.talk.delivery,
                device: self.device.id().clone(),
                after: self.memory.last_seq,
            };
            let Ok(Answer::Messages { messages }) = self.carrier.ask(&ask).await else {
                return Ok(());
            };
            let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
            self.receive(messages).await?;
            if count < PAGE {
                break;
            }
        }
        self.mark().await
    }

    /// Decrypts and keeps messages, all of them or none. What another tab has kept is only shown.
    async fn receive(&mut self, messages: Vec<ChatMessage>) -> Result<(), VaultError> {
        let turn = self.turn().await;
        self.remember().await?;
        self.reload_device().await?;
        let before = self.memory.clone();
        let mut changes = Changes::default();
        self.note_devices(&mut changes);
        let after = before.last_seq;
        let mut read = Read {
            items: Vec::new(),
            sessions: HashMap::new(),
            sent: Vec::new(),
        };
        for message in messages {
            if message.seq == self.memory.last_seq + 1 {
                self.memory.last_seq = message.seq;
                self.read(&mut read, message).await?;
            }
        }
        if self.memory == before {
            self.show_waiting().await?;
            return self.show_new().await;
        }
        for (place, item) in &read.items {
            self.vault
                .keep_item(&mut changes, self.talk.delivery, *place, item);
        }
        for (device, sessions) in &read.sessions {
            self.vault
                .keep_sessions(&mut changes, device, &sessions.pickle());
        }
        for place in read.sent {
            self.vault
                .forget_waiting(&mut changes, self.talk.delivery, place);
        }
        self.vault.keep_device(&mut changes, &self.device.pickle());
        self.keep_memory(changes).await?;
        drop(turn);
        self.tell_newest(&read.items, after);
        self.show_waiting().await?;
        self.show_new().await
    }

    async fn read(&mut self, read: &mut Read, message: ChatMessage) -> Result<(), VaultError> {
        let place = place_of(message.seq);
        if message.from == *self.device.id() {
            // Kept when it was sent, unless the answer got lost.
            if !self.vault.has_item(self.talk.delivery, place).await? {
                self.read_own(read, message).await?;
            }
            return Ok(());
        }
        let opened = match &message.sealed {
            None => Err(Why::Before),
            Some(_) => self.decrypt(read, &message).await?,
        };
        let item = match opened {
            Ok(content) => Item::Message(said(&message, content)),
            Err(why) => Item::Unreadable {
                by: message.side,
                at: message.at,
                why,
            },
        };
        read.items.push((place, item));
        Ok(())
    }

    async fn read_own(&self, read: &mut Read, message: ChatMessage) -> Result<(), VaultError> {
        let waiting = self.vault.waiting(self.talk.delivery).await?;
        let kept = waiting.into_iter().find(|kept| kept.id == message.id);
        let item = match kept {
            Some(kept) => {
                read.sent.push(kept.place);
                let content = Content {
                    key: kept.key,
                    body: kept.body,
                };
                Item::Message(said(&message, content))
            }
            None => Item::Unreadable {
                by: message.side,
                at: message.at,
                why: Why::NoKey,
            },
        };
        read.items.push((place_of(message.seq), item));
        Ok(())
    }

    /// What a message says, if it is what its sender promised the server.
    async fn decrypt(
        &mut self,
        read: &mut Read,
        message: &ChatMessage,
    ) -> Result<Result<Content, Why>, VaultError> {
        let (Some(sealed), Some(from)) =
            (&message.sealed, self.keys_of(message.side, &message.from))
        else {
            return Ok(Err(Why::NoKey));
        };
        // A session that begins uses a key up.
        self.has_looked_at_keys &= sealed.kind != 0;
        if !read.sessions.contains_key(&from.id) {
            let kept = self.vault.sessions(&from.id).await?;
            read.sessions
                .insert(from.id.clone(), Sessions::from_pickle(kept));
        }
        let Some(sessions) = read.sessions.get_mut(&from.id) else {
            return Ok(Err(Why::NoKey));
        };
        let Ok(plain) = self.device.open(&from, sealed, sessions) else {
            return Ok(Err(Why::NoKey));
        };
        let content = Content::from_bytes(&plain).filter(|content| {
            let Content { key, body } = content;
            body.is_readable()
                && message.commitment.opens(
                    key,
                    self.talk.delivery,
                    &message.id,
                    message.side,
                    body,
                )
        });
        Ok(content.ok_or(Why::Forged))
    }

    /// Says how far this device and its person have come. Read is what is on a screen that somebody looks at.
    pub(super) async fn mark(&mut self) -> Result<(), VaultError> {
        let stored = self.memory.last_seq;
        let is_seen = document().visibility_state() == web_sys::VisibilityState::Visible;
        let read = if is_seen { stored } else { self.marked.1 };
        let exists = self
            .talk
            .view
            .with_untracked(|view| view.as_ref().is_some_and(|view| view.last_seq > 0));
        if (stored, read) == self.marked || (!exists && stored == 0) {
            return Ok(());
        }
        let ask = Ask::Mark {
            delivery: self.talk.delivery,
            device: self.device.id().clone(),
            stored,
            read,
        };
        if let Ok(Answer::Done {}) = self.carrier.ask(&ask).await {
            self.marked = (stored, read);
        }
        Ok(())
    }

    fn tell_newest(&self, items: &[(f64, Item)], after: u32) {
        let side: Side = untrack(|| self.talk.side());
        let newest = items.iter().rev().find_map(|(_, item)| match item {
            Item::Message(message) if message.by != side && message.seq > after => Some(message),
            _ => None,
        });
        if let Some(message) = newest {
            self.talk.newest.set(Some(message.clone()));
        }
    }
}

fn said(message: &ChatMessage, content: Content) -> Message {
    Message {
        seq: message.seq,
        id: message.id.clone(),
        by: message.side,
        at: message.at,
        body: content.body,
        key: content.key,
    }
}
