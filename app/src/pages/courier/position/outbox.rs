//! Fixes that the server has not acknowledged yet: kept on the phone, so that neither a dead zone nor a
//! reload loses them.

use porchlight_domain::fix::ReportedFix;
use porchlight_domain::ids::PersonId;

use crate::pages::courier::storage::{Shelf, Storage};

/// One courier's fixes, oldest first. Another one who signs in on the same phone has their own.
pub struct Outbox {
    courier: PersonId,
    kept: Kept,
}

enum Kept {
    OnThePhone(Storage),
    /// Where the browser keeps nothing, as in a private window: until the page is closed.
    InMemory(Vec<ReportedFix>),
}

impl Outbox {
    /// Opens the courier's outbox with whatever is in it.
    pub async fn open(courier: PersonId) -> Self {
        let kept = match Storage::open().await {
            Ok(storage) => Kept::OnThePhone(storage),
            Err(_) => Kept::InMemory(Vec::new()),
        };
        Self { courier, kept }
    }

    /// Keeps a fix. A phone that is full keeps it until the page is closed.
    pub async fn push(&mut self, fix: ReportedFix) {
        match &mut self.kept {
            Kept::OnThePhone(storage) => {
                // The same fix has the same place.
                let put = storage.put(Shelf::Fixes, &self.courier, fix.time.millis(), &fix);
                if put.await.is_err() {
                    let mut fixes = self.oldest(usize::MAX).await;
                    fixes.push(fix);
                    self.kept = Kept::InMemory(fixes);
                }
            }
            Kept::InMemory(fixes) => fixes.push(fix),
        }
    }

    /// The oldest fixes, at most so many.
    pub async fn oldest(&self, at_most: usize) -> Vec<ReportedFix> {
        match &self.kept {
            Kept::OnThePhone(storage) => storage
                .first(Shelf::Fixes, &self.courier, at_most)
                .await
                .unwrap_or_default(),
            Kept::InMemory(fixes) => fixes.iter().take(at_most).copied().collect(),
        }
    }

    /// Forgets everything up to `last`, that included.
    pub async fn forget_up_to(&mut self, last: &ReportedFix) {
        match &mut self.kept {
            // What can't be deleted is sent again, and the server knows it already.
            Kept::OnThePhone(storage) => {
                let last = last.time.millis();
                drop(storage.empty_up_to(Shelf::Fixes, &self.courier, last).await);
            }
            Kept::InMemory(fixes) => fixes.retain(|fix| fix.time > last.time),
        }
    }

    /// Forgets everything.
    pub async fn forget_all(&mut self) {
        match &mut self.kept {
            Kept::OnThePhone(storage) => {
                drop(
                    storage
                        .empty_up_to(Shelf::Fixes, &self.courier, i64::MAX)
                        .await,
                );
            }
            Kept::InMemory(fixes) => fixes.clear(),
        }
    }

    /// How many there are.
    pub async fn len(&self) -> usize {
        match &self.kept {
            Kept::OnThePhone(storage) => storage
                .count(Shelf::Fixes, &self.courier)
                .await
                .unwrap_or_default(),
            Kept::InMemory(fixes) => fixes.len(),
        }
    }
}
