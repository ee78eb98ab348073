//! What a courier's phone keeps, so that neither a dead zone nor a reload loses it. The only module that
//! knows `IndexedDB`; the service worker sends the steps from it and empties the run.

use idb::{Database, DatabaseEvent, Error, Factory, KeyRange, ObjectStoreParams, TransactionMode};
use js_sys::Array;
use porchlight_domain::ids::PersonId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::phone;

/// One more for each shelf that is added.
const VERSION: u32 = 2;

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Positions that the server has not acknowledged yet.
    Fixes,
    /// Steps of the day that the server has not taken yet.
    Steps,
    /// The run as it was known last.
    Run,
}

impl Shelf {
    const ALL: [Self; 3] = [Self::Fixes, Self::Steps, Self::Run];

    fn name(self) -> &'static str {
        match self {
            Self::Fixes => "fixes",
            Self::Steps => phone::STEPS,
            Self::Run => phone::RUN,
        }
    }
}

/// The phone's storage. Couriers who share a phone do not see each other's things: every call names whose.
pub struct Storage(Database);

impl Storage {
    /// Opens it. An error where the browser keeps nothing, as in some private windows.
    pub async fn open() -> Result<Self, Error> {
        let mut request = Factory::new()?.open(phone::DATABASE, Some(VERSION))?;
        request.on_upgrade_needed(|event| {
            // A shelf that could not be made is missed by every later step, which says so.
            if let Ok(database) = event.database() {
                let there = database.store_names();
                for shelf in Shelf::ALL.map(Shelf::name) {
                    if !there.iter().any(|name| name == shelf) {
                        let _ = database.create_object_store(shelf, ObjectStoreParams::new());
                    }
                }
            }
        });
        Ok(Self(request.await?))
    }

    /// Keeps a thing in its place. The same place holds one.
    pub async fn put(
        &self,
        shelf: Shelf,
        courier: &PersonId,
        place: i64,
        thing: &impl Serialize,
    ) -> Result<(), Error> {
        // Nothing that is kept can fail to be written as JSON; were it, nothing could read it.
        let text = serde_json::to_string(thing).unwrap_or_default();
        let shelf = shelf.name();
        let transaction = self.0.transaction(&[shelf], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(shelf)?;
        store
            .put(&text.as_str().into(), Some(&key(courier, exact(place))))?
            .await?;
        transaction.commit()?.await?;
        Ok(())
    }

    /// What is in the first places, at most so many, without what an older version wrote and this one can't read.
    pub async fn first<T: DeserializeOwned>(
        &self,
        shelf: Shelf,
        courier: &PersonId,
        at_most: usize,
    ) -> Result<Vec<T>, Error> {
        let shelf = shelf.name();
        let transaction = self.0.transaction(&[shelf], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(shelf)?;
        let limit = u32::try_from(at_most).unwrap_or(u32::MAX);
        let texts = store
            .get_all(Some(all_of(courier)?.into()), Some(limit))?
            .await?;
        let read = |text: &JsValue| serde_json::from_str(&text.as_string()?).ok();
        Ok(texts.iter().filter_map(read).collect())
    }

    /// What is in one place.
    pub async fn one<T: DeserializeOwned>(
        &self,
        shelf: Shelf,
        courier: &PersonId,
        place: i64,
    ) -> Result<Option<T>, Error> {
        let shelf = shelf.name();
        let transaction = self.0.transaction(&[shelf], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(shelf)?;
        let text = store.get(key(courier, exact(place)))?.await?;
        let text = text.and_then(|text| text.as_string());
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Empties every place up to one, that included.
    pub async fn empty_up_to(
        &self,
        shelf: Shelf,
        courier: &PersonId,
        last: i64,
    ) -> Result<(), Error> {
        self.empty(shelf, up_to(courier, exact(last))?).await
    }

    /// Empties some places, all or none.
    pub async fn empty_each(
        &self,
        shelf: Shelf,
        courier: &PersonId,
        places: impl Iterator<Item = i64>,
    ) -> Result<(), Error> {
        let shelf = shelf.name();
        let transaction = self.0.transaction(&[shelf], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(shelf)?;
        for place in places {
            store.delete(KeyRange::only(&key(courier, exact(place)))?)?;
        }
        transaction.commit()?.await?;
        Ok(())
    }

    async fn empty(&self, shelf: Shelf, range: KeyRange) -> Result<(), Error> {
        let shelf = shelf.name();
        let transaction = self.0.transaction(&[shelf], TransactionMode::ReadWrite)?;
        transaction.object_store(shelf)?.delete(range)?.await?;
        transaction.commit()?.await?;
        Ok(())
    }

    /// How many things there are.
    pub async fn count(&self, shelf: Shelf, courier: &PersonId) -> Result<usize, Error> {
        let shelf = shelf.name();
        let transaction = self.0.transaction(&[shelf], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(shelf)?;
        let count = store.count(Some(all_of(courier)?.into()))?.await?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds are exact for 285,000 years around 1970"
)]
fn exact(place: i64) -> f64 {
    place as f64
}

/// `[courier, place]`: in order of the places.
fn key(courier: &PersonId, place: f64) -> JsValue {
    Array::of2(&courier.as_str().into(), &place.into()).into()
}

fn up_to(courier: &PersonId, last: f64) -> Result<KeyRange, Error> {
    let first = key(courier, f64::NEG_INFINITY);
    KeyRange::bound(&first, &key(courier, last), None, None)
}

fn all_of(courier: &PersonId) -> Result<KeyRange, Error> {
    up_to(courier, f64::INFINITY)
}
