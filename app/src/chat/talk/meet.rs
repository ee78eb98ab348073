//! Who takes part: this device, one's other ones, and those of the other side.

use porchlight_domain::chat::wire::{Answer, Ask, ChatView};
use porchlight_domain::chat::{DeviceKeys, Phase, Side};
use porchlight_domain::ids::{DeviceId, PersonId};

use super::{Trouble, Work};
use crate::chat::device::{Device, Publication, is_genuine};
use crate::chat::item::Item;
use crate::chat::vault::{Changes, ChatMemory, Vault, VaultError, random};
use crate::clock::now;
use crate::turn::turn;
use leptos::prelude::*;

/// Between two messages there is room for so many notes.
pub(super) const PLACES: u32 = 1000;

/// This browser's device, made the first time.
pub(super) async fn own_device(vault: &Vault, me: &PersonId) -> Result<Device, VaultError> {
    let _turn = turn(&format!("porchlight-chat-{me}")).await;
    if let Some(kept) = vault.device().await? {
        return Ok(Device::from_pickle(kept));
    }
    let device = Device::new(me.clone(), random()?);
    let mut changes = Changes::default();
    vault.keep_device(&mut changes, &device.pickle());
    vault.commit(changes).await?;
    Ok(device)
}

impl Work {
    /// Takes in how the chat is. Whether one can go on with it.
    pub(super) async fn see(&mut self, view: ChatView) -> bool {
        if !is_all_genuine(&view) {
            self.talk.trouble.set(Some(Trouble::NotGenuine));
            return false;
        }
        let is_erased = matches!(view.phase, Phase::None {}) && self.memory.last_seq > 0;
        // Numbers begin anew with another courier, and what waits was not meant for them.
        let with = self.memory.with.as_ref();
        let is_another = with.is_some_and(|with| *with != view.other.person);
        if (is_erased || is_another) && self.vault.forget_chat(view.delivery).await.is_ok() {
            self.memory = ChatMemory::default();
            self.marked = (0, 0);
            self.talk.window.clear();
            self.talk.waiting.set(Vec::new());
        }
        self.talk.alone.set(view.other.devices.is_empty());
        self.talk.view.set(Some(view));
        true
    }

    /// Makes this device known, with enough keys for who wants to write to it.
    pub(super) async fn enrol(&mut self) -> Result<(), VaultError> {
        let is_known = self.talk.view.with_untracked(|view| {
            view.as_ref().is_some_and(|view| {
                view.me
                    .devices
                    .iter()
                    .any(|known| known.id == *self.device.id())
            })
        });
        if is_known && self.has_looked_at_keys {
            return Ok(());
        }
        let mut left = if is_known {
            match self.publish(None).await? {
                Some(left) => left,
                None => return Ok(()),
            }
        } else {
            0
        };
        let turn = self.turn().await;
        self.reload_device().await?;
        if let Some(publication) = self.device.publication(left) {
            let mut changes = Changes::default();
            self.vault.keep_device(&mut changes, &self.device.pickle());
            self.vault.commit(changes).await?;
            match self.publish(Some(publication)).await? {
                Some(there) => left = there,
                None => return Ok(()),
            }
        }
        self.has_looked_at_keys = left > 0;
        drop(turn);
        self.look().await;
        Ok(())
    }

    /// How many one-time keys are at the server; none when it did not answer.
    async fn publish(&self, publication: Option<Publication>) -> Result<Option<u32>, VaultError> {
        let (one_time_keys, fallback_key) = publication.map_or((Vec::new(), None), |publication| {
            (publication.one_time_keys, publication.fallback_key)
        });
        let ask = Ask::Enrol {
            device: self.device.keys(),
            one_time_keys,
            fallback_key,
        };
        match self.carrier.ask(&ask).await {
            Ok(Answer::Enrolled { one_time_keys }) => Ok(Some(one_time_keys)),
            _ => Ok(None),
        }
    }

    /// Another tab may have used keys of this device.
    pub(super) async fn reload_device(&mut self) -> Result<(), VaultError> {
        if let Some(kept) = self.vault.device().await? {
            self.device = Device::from_pickle(kept);
        }
        Ok(())
    }

    /// Remembers who takes part, and puts a note in the chat when it is somebody else than before. The caller has
    /// the turn.
    pub(super) fn note_devices(&mut self, changes: &mut Changes) {
        let Some(view) = self.talk.view.get_untracked() else {
            return;
        };
        let own = self.device.id().clone();
        let others: Vec<_> = view
            .me
            .devices
            .iter()
            .filter(|device| device.id != own)
            .cloned()
            .collect();
        let theirs = compare(self.memory.theirs.take(), &view.other.devices);
        let mine = compare(self.memory.mine.take(), &others);
        for (of, difference) in [(view.side.other(), &theirs), (view.side, &mine)] {
            if difference.added > 0 {
                self.put_note(changes, of, difference.added);
            }
        }
        self.memory.with = Some(view.other.person);
        self.memory.theirs = Some(theirs.known);
        self.memory.mine = Some(mine.known);
    }

    fn put_note(&mut self, changes: &mut Changes, of: Side, added: u32) {
        self.memory.notes = (self.memory.notes + 1) % PLACES;
        let place =
            f64::from(self.memory.last_seq) * f64::from(PLACES) + f64::from(self.memory.notes);
        let item = Item::Devices {
            of,
            added,
            at: now(),
        };
        self.vault
            .keep_item(changes, self.talk.delivery, place, &item);
    }

    /// The keys of a device that wrote or that is written to, also when it is gone by now.
    pub(super) fn keys_of(&self, side: Side, id: &DeviceId) -> Option<DeviceKeys> {
        let is_mine = untrack(|| self.talk.side()) == side;
        let known = if is_mine {
            &self.memory.mine
        } else {
            &self.memory.theirs
        };
        known
            .iter()
            .flatten()
            .find(|device| device.id == *id)
            .cloned()
    }
}

struct Difference {
    /// All that were ever there.
    known: Vec<DeviceKeys>,
    added: u32,
}

/// What is new among devices, compared with those that were known; at the first look nothing is.
fn compare(before: Option<Vec<DeviceKeys>>, now: &[DeviceKeys]) -> Difference {
    let mut known = before.unwrap_or_default();
    // Whoever joins first changes nobody's keys.
    let is_first = known.is_empty();
    let new: Vec<_> = now
        .iter()
        .filter(|device| !known.contains(device))
        .cloned()
        .collect();
    let added = if is_first { 0 } else { new.len() };
    known.extend(new);
    Difference {
        known,
        added: u32::try_from(added).unwrap_or(u32::MAX),
    }
}

/// Whether every device signed its own keys for its person.
fn is_all_genuine(view: &ChatView) -> bool {
    [&view.me, &view.other].into_iter().all(|party| {
        party
            .devices
            .iter()
            .all(|device| is_genuine(&party.person, device))
    })
}
