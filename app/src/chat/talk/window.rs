//! The part of a chat that is shown: a page has a few hundred messages at most, however long the chat is.

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::Work;
use super::receive::place_of;
use crate::chat::item::Item;
use crate::chat::vault::VaultError;

/// Messages that are loaded at once: more than a phone shows, and few enough to be there before a finger notices.
const STEP: u32 = 20;
/// Messages that are shown at most.
const MOST: u32 = 200;

/// The part that is shown. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Window {
    /// What is in it, by place, oldest first.
    pub items: RwSignal<Vec<(f64, Item)>>,
    range: RwSignal<Range>,
    /// Whether more of it was asked for and is not here yet: a finger that scrolls asks many times.
    is_loading: StoredValue<bool>,
    /// Called right before what is shown becomes another.
    about_to_change: StoredValue<Option<Callback<()>>>,
}

/// From which message to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: u32,
    /// The one after the last; what is at the end is always before it.
    end: u32,
    has_newer: bool,
}

impl Range {
    const NOTHING: Self = Self {
        first: 0,
        end: 1,
        has_newer: false,
    };
}

impl Window {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            items: RwSignal::new(Vec::new()),
            range: RwSignal::new(Range::NOTHING),
            is_loading: StoredValue::new(false),
            about_to_change: StoredValue::new(None),
        }
    }

    /// Forgets what is shown: it is gone.
    pub fn clear(self) {
        self.items.set(Vec::new());
        self.range.set(Range::NOTHING);
    }

    /// Whether there is something before it. Tracks.
    pub fn has_older(self) -> bool {
        self.range.get().first > 1
    }

    /// Whether there is something after it. Tracks.
    pub fn has_newer(self) -> bool {
        self.range.get().has_newer
    }

    /// Whether more may be asked for now; it is loading from then on.
    pub(super) fn begin_loading(self) -> bool {
        let was_loading = self
            .is_loading
            .try_update_value(|is| std::mem::replace(is, true));
        was_loading == Some(false)
    }

    /// More of it is here, or could not be had.
    pub(super) fn end_loading(self) {
        self.is_loading.try_set_value(false);
    }

    /// Does something right before what is shown becomes another: a list that scrolls keeps its place.
    pub fn before_change(self, act: impl Fn() + 'static) {
        let act = SendWrapper::new(act);
        let act = Callback::new(move |()| act());
        self.about_to_change.set_value(Some(act));
        on_cleanup(move || {
            self.about_to_change.try_set_value(None);
        });
    }
}

impl Work {
    /// Shows the end.
    pub(super) async fn show_latest(&mut self) -> Result<(), VaultError> {
        let last = self.memory.last_seq;
        self.show((last + 1).saturating_sub(STEP), last + 1).await
    }

    /// Shows what is new, unless somebody reads what was before.
    pub(super) async fn show_new(&mut self) -> Result<(), VaultError> {
        let window = self.talk.window;
        let Range {
            first, has_newer, ..
        } = window.range.get_untracked();
        if has_newer {
            return Ok(());
        }
        let last = self.memory.last_seq;
        let first = first.max((last + 1).saturating_sub(MOST));
        self.show(first, last + 1).await
    }

    pub(super) async fn show_older(&mut self) -> Result<(), VaultError> {
        let Range { first, end, .. } = self.talk.window.range.get_untracked();
        let first = first.saturating_sub(STEP);
        self.load(first, end.min(first + MOST)).await
    }

    pub(super) async fn show_newer(&mut self) -> Result<(), VaultError> {
        let Range { first, end, .. } = self.talk.window.range.get_untracked();
        let end = (end + STEP).min(self.memory.last_seq + 1);
        self.load(first.max(end.saturating_sub(MOST)), end).await
    }

    /// Shows what was asked for, after which more may be.
    async fn load(&mut self, first: u32, end: u32) -> Result<(), VaultError> {
        let shown = self.show(first, end).await;
        self.talk.window.end_loading();
        shown
    }

    /// Messages from one number to before another, and what is noted between them. What is shown already stays; the
    /// last of it is looked at again, for notes behind it.
    async fn show(&mut self, first: u32, end: u32) -> Result<(), VaultError> {
        let window = self.talk.window;
        let shown = window.range.get_untracked();
        let kept = (first.max(shown.first), end.min(shown.end.saturating_sub(1)));
        let items = if kept.0 < kept.1 {
            let mut items = self.items(first, kept.0).await?;
            let (from, to) = (place_of(kept.0), place_of(kept.1));
            let is_kept = |(place, _): &&(f64, Item)| from <= *place && *place < to;
            window
                .items
                .with_untracked(|shown| items.extend(shown.iter().filter(is_kept).cloned()));
            items.extend(self.items(kept.1, end).await?);
            items
        } else {
            self.items(first, end).await?
        };
        let range = Range {
            first,
            end,
            has_newer: end <= self.memory.last_seq,
        };
        let has_changed = window.items.with_untracked(|shown| *shown != items);
        if let Some(act) = window.about_to_change.get_value().filter(|_| has_changed) {
            act.run(());
        }
        if range != shown {
            window.range.set(range);
        }
        if has_changed {
            window.items.set(items);
        }
        Ok(())
    }

    async fn items(&self, first: u32, end: u32) -> Result<Vec<(f64, Item)>, VaultError> {
        if first >= end {
            return Ok(Vec::new());
        }
        let (from, to) = (place_of(first), place_of(end));
        self.vault.items(self.talk.delivery, from, to).await
    }
}
