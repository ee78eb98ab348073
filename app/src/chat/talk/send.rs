//! Sending what waits, one after the other.

use leptos::prelude::*;
use porchlight_domain::chat::wire::{Answer, Ask, ChatView, Outgoing, SealedFor};
use porchlight_domain::chat::{Body, Commitment, Content, DeviceKeys};
use porchlight_domain::problem::Problem;
use porchlight_domain::time::Timestamp;

use super::receive::place_of;
use super::{Trouble, Work, new_message};
use crate::chat::carrier::Unreachable;
use crate::chat::device::Sessions;
use crate::chat::item::{Item, Message, Waiting};
use crate::chat::vault::{Changes, VaultError};
use crate::clock::now;

/// Devices may come and go while a message is encrypted for them; after so many tries it waits.
const TRIES: u32 = 4;

/// What became of a message.
enum Fate {
    Sent {
        seq: u32,
        at: Timestamp,
    },
    /// There are other devices than it was encrypted for.
    Again,
    /// The other side has no device, or nothing can be sent now.
    Waits,
    /// It will never be sent.
    Refused(String),
}

impl Work {
    /// Keeps what is to be said until it is sent: behind everything that waits already.
    pub(super) async fn keep_waiting(&mut self, body: Body) -> Result<(), VaultError> {
        let _turn = self.turn().await;
        let last = self
            .vault
            .waiting(self.talk.delivery)
            .await?
            .last()
            .map_or(0, |last| last.place);
        let (id, key) = new_message()?;
        let waiting = Waiting {
            place: now().millis().max(last + 1),
            id,
            body,
            key,
            refused: None,
        };
        let mut changes = Changes::default();
        self.vault
            .keep_waiting(&mut changes, self.talk.delivery, &waiting);
        self.vault.commit(changes).await?;
        self.show_waiting().await?;
        self.show_latest().await
    }

    /// Sends what waits, as far as it can be sent.
    pub(super) async fn flush(&mut self) -> Result<(), VaultError> {
        let mut tries = 0;
        loop {
            let turn = self.turn().await;
            let waiting = self.vault.waiting(self.talk.delivery).await?;
            let Some(next) = waiting.into_iter().find(|next| next.refused.is_none()) else {
                return Ok(());
            };
            self.remember().await?;
            let fate = self.send(&next).await?;
            match fate {
                Fate::Sent { seq, at } => {
                    self.keep_sent(next, seq, at).await?;
                    tries = 0;
                }
                Fate::Again if tries < TRIES => tries += 1,
                Fate::Again | Fate::Waits => return Ok(()),
                Fate::Refused(why) => self.keep_refused(next, why).await?,
            }
            drop(turn);
            self.show_waiting().await?;
            self.show_new().await?;
        }
    }

    async fn send(&mut self, next: &Waiting) -> Result<Fate, VaultError> {
        let Some(view) = self.talk.view.get_untracked() else {
            return Ok(Fate::Waits);
        };
        if view.other.devices.is_empty() {
            let delivery = view.delivery;
            return Ok(match self.carrier.ask(&Ask::Knock { delivery }).await {
                Ok(Answer::Refused(problem)) => fate_of(problem),
                _ => Fate::Waits,
            });
        }
        let Some(message) = self.seal(&view, next).await? else {
            return Ok(Fate::Waits);
        };
        let ask = Ask::Send {
            delivery: view.delivery,
            message,
        };
        Ok(match self.carrier.ask(&ask).await {
            Ok(Answer::Sent { seq, at }) => Fate::Sent { seq, at },
            Ok(Answer::OtherDevices { chat }) => {
                if self.see(chat).await {
                    Fate::Again
                } else {
                    Fate::Waits
                }
            }
            Ok(Answer::Refused(problem)) => fate_of(problem),
            Ok(_) | Err(Unreachable) => Fate::Waits,
        })
    }

    /// Encrypts for every device there is but this one. What it used up is kept before anything is sent.
    async fn seal(
        &mut self,
        view: &ChatView,
        next: &Waiting,
    ) -> Result<Option<Outgoing>, VaultError> {
        let content = Content {
            key: next.key.clone(),
            body: next.body.clone(),
        };
        let plain = content.to_bytes();
        let mut changes = Changes::default();
        self.note_devices(&mut changes);
        let own = self.device.id().clone();
        let devices: Vec<DeviceKeys> = view
            .other
            .devices
            .iter()
            .chain(&view.me.devices)
            .filter(|device| device.id != own)
            .cloned()
            .collect();
        let mut met = Vec::with_capacity(devices.len());
        for device in devices {
            let sessions = Sessions::from_pickle(self.vault.sessions(&device.id).await?);
            met.push((device, sessions));
        }
        if !self.begin_sessions(&mut met).await {
            return Ok(None);
        }
        let mut sealed = Vec::with_capacity(met.len());
        for (device, sessions) in &mut met {
            let Ok(message) = sessions.seal(&plain) else {
                return Ok(None);
            };
            sealed.push(SealedFor {
                device: device.id.clone(),
                sealed: message,
            });
            self.vault
                .keep_sessions(&mut changes, &device.id, &sessions.pickle());
        }
        self.keep_memory(changes).await?;
        Ok(Some(Outgoing {
            id: next.id.clone(),
            from: own,
            commitment: Commitment::of(&next.key, view.delivery, &next.id, view.side, &next.body),
            sealed,
            is_gate_code: matches!(next.body, Body::GateCode { .. }),
        }))
    }

    /// Begins sessions with those with whom there is none. Whether there is one with everybody.
    async fn begin_sessions(&self, met: &mut [(DeviceKeys, Sessions)]) -> bool {
        let strangers: Vec<_> = met
            .iter()
            .filter(|(_, sessions)| sessions.is_empty())
            .map(|(device, _)| device.id.clone())
            .collect();
        if strangers.is_empty() {
            return true;
        }
        let ask = Ask::ClaimKeys {
            delivery: self.talk.delivery,
            devices: strangers,
        };
        let Ok(Answer::Keys { keys }) = self.carrier.ask(&ask).await else {
            return false;
        };
        for (device, sessions) in met.iter_mut().filter(|(_, sessions)| sessions.is_empty()) {
            let Some(key) = keys.iter().find(|key| key.device == device.id) else {
                return false;
            };
            if self.device.begin(device, key, sessions).is_err() {
                self.talk.trouble.set(Some(Trouble::NotGenuine));
                return false;
            }
        }
        true
    }

    async fn keep_sent(
        &mut self,
        sent: Waiting,
        seq: u32,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        let item = Item::Message(Message {
            seq,
            id: sent.id,
            by: untrack(|| self.talk.side()),
            at,
            body: sent.body,
            key: sent.key,
        });
        let mut changes = Changes::default();
        let delivery = self.talk.delivery;
        self.vault
            .keep_item(&mut changes, delivery, place_of(seq), &item);
        self.vault
            .forget_waiting(&mut changes, delivery, sent.place);
        // What came in between is fetched first.
        if seq == self.memory.last_seq + 1 {
            self.memory.last_seq = seq;
        }
        self.talk.view.update(|view| {
            if let Some(view) = view {
                view.last_seq = view.last_seq.max(seq);
            }
        });
        self.keep_memory(changes).await
    }

    async fn keep_refused(&mut self, refused: Waiting, why: String) -> Result<(), VaultError> {
        let mut changes = Changes::default();
        let refused = Waiting {
            refused: Some(why),
            ..refused
        };
        self.vault
            .keep_waiting(&mut changes, self.talk.delivery, &refused);
        self.vault.commit(changes).await
    }
}

/// What may be taken later waits; what never will is told.
fn fate_of(problem: Problem) -> Fate {
    match problem.status {
        409 | 413 | 422 | 400 => Fate::Refused(problem.detail.unwrap_or(problem.title)),
        _ => Fate::Waits,
    }
}
