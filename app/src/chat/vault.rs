//! Where this browser keeps its keys and what was said: `IndexedDB`, each record encrypted with a key of the browser's
//! own (AES-GCM, Web Crypto) that no script can read out. Who copies the files has nothing without it.

use futures::future::try_join_all;
use idb::{
    Database, DatabaseEvent, Error as IdbError, Factory, KeyRange, ObjectStoreParams,
    TransactionMode,
};
use js_sys::{Array, Object, Reflect, Uint8Array};
use porchlight_domain::chat::DeviceKeys;
use porchlight_domain::ids::{DeviceId, PersonId};
use porchlight_domain::reference::Reference;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};

use super::device::{DevicePickle, SessionsPickle};
use super::forget::DATABASE;
use super::item::{Item, Waiting};

const VERSION: u32 = 1;
const KEYS: &str = "keys";
const RECORDS: &str = "records";
/// AES-GCM's own length for what must be different each time, bytes (NIST SP 800-38D).
const NONCE: usize = 12;
const CIPHER: &str = "AES-GCM";

/// Why something can't be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The browser keeps nothing, as in some private windows.
    #[error("this browser keeps nothing: {0}")]
    Storage(#[from] IdbError),
    /// It has no keys that it does not hand out, as without HTTPS.
    #[error("this browser has no cryptography here")]
    Cryptography,
    /// What is kept can't be read.
    #[error("what was kept can't be read")]
    Unreadable,
}

/// What is remembered of one chat.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatMemory {
    /// With whom it is. Somebody else's chat about the same delivery is another one.
    #[serde(default)]
    pub with: Option<PersonId>,
    /// The last message that was stored here.
    pub last_seq: u32,
    /// The other side's devices, those that are gone among them; none before the first look.
    pub theirs: Option<Vec<DeviceKeys>>,
    /// One's own, likewise.
    pub mine: Option<Vec<DeviceKeys>>,
    /// The number that the two compared.
    pub compared: Option<String>,
    /// Counts what is put between messages.
    pub notes: u32,
}

/// The vault of one person.
pub struct Vault {
    database: Database,
    key: CryptoKey,
    person: PersonId,
}

/// What is to be kept, all or nothing.
#[derive(Default)]
pub struct Changes(Vec<(JsValue, Option<Vec<u8>>)>);

impl Vault {
    /// Opens it; the browser makes its key the first time.
    pub async fn open(person: PersonId) -> Result<Self, VaultError> {
        let mut request = Factory::new()?.open(DATABASE, Some(VERSION))?;
        request.on_upgrade_needed(|event| {
            // A shelf that could not be made is missed by every later step, which says so.
            if let Ok(database) = event.database() {
                for shelf in [KEYS, RECORDS] {
                    let _ = database.create_object_store(shelf, ObjectStoreParams::new());
                }
            }
        });
        let mut database = request.await?;
        // Whoever signs out in another tab deletes it, and must not wait for this one.
        database.on_version_change(|event| {
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        let key = browser_key(&database).await?;
        Ok(Self {
            database,
            key,
            person,
        })
    }

    /// This browser's device.
    pub async fn device(&self) -> Result<Option<DevicePickle>, VaultError> {
        self.one(&self.place(&["device"])).await
    }

    /// Keeps the device.
    pub fn keep_device(&self, changes: &mut Changes, device: &DevicePickle) {
        changes.put(self.place(&["device"]), device);
    }

    /// The sessions with another device.
    pub async fn sessions(&self, with: &DeviceId) -> Result<SessionsPickle, VaultError> {
        let place = self.place(&["sessions", with.as_str()]);
        Ok(self.one(&place).await?.unwrap_or_default())
    }

    /// Keeps them.
    pub fn keep_sessions(&self, changes: &mut Changes, with: &DeviceId, sessions: &SessionsPickle) {
        changes.put(self.place(&["sessions", with.as_str()]), sessions);
    }

    /// What is remembered of a chat.
    pub async fn chat(&self, delivery: Reference) -> Result<ChatMemory, VaultError> {
        let place = self.place(&["chat", &delivery.to_string()]);
        Ok(self.one(&place).await?.unwrap_or_default())
    }

    /// Remembers it.
    pub fn keep_chat(&self, changes: &mut Changes, delivery: Reference, memory: &ChatMemory) {
        changes.put(self.place(&["chat", &delivery.to_string()]), memory);
    }

    /// What was said, from one place to before another, oldest first.
    pub async fn items(
        &self,
        delivery: Reference,
        from: f64,
        to: f64,
    ) -> Result<Vec<(f64, Item)>, VaultError> {
        let (first, last) = (
            self.numbered("item", delivery, from),
            self.numbered("item", delivery, to),
        );
        let range = KeyRange::bound(&first, &last, None, Some(true))?;
        let rows = self.all(range).await?;
        let numbered = |(place, item): (JsValue, Item)| {
            let number = Array::from(&place).get(3).as_f64()?;
            Some((number, item))
        };
        Ok(rows.into_iter().filter_map(numbered).collect())
    }

    /// Whether there is something in a place.
    pub async fn has_item(&self, delivery: Reference, place: f64) -> Result<bool, VaultError> {
        let transaction = self
            .database
            .transaction(&[RECORDS], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(RECORDS)?;
        let found = store.get(self.numbered("item", delivery, place))?.await?;
        Ok(found.is_some())
    }

    /// Keeps what was said in its place.
    pub fn keep_item(&self, changes: &mut Changes, delivery: Reference, place: f64, item: &Item) {
        changes.put(self.numbered("item", delivery, place), item);
    }

    /// What waits to be sent, in the order it was written.
    pub async fn waiting(&self, delivery: Reference) -> Result<Vec<Waiting>, VaultError> {
        let first = self.numbered("waiting", delivery, f64::NEG_INFINITY);
        let last = self.numbered("waiting", delivery, f64::INFINITY);
        let rows = self
            .all(KeyRange::bound(&first, &last, None, None)?)
            .await?;
        Ok(rows.into_iter().map(|(_, waiting)| waiting).collect())
    }

    /// Keeps what is to be sent.
    pub fn keep_waiting(&self, changes: &mut Changes, delivery: Reference, waiting: &Waiting) {
        changes.put(
            self.numbered("waiting", delivery, exact(waiting.place)),
            waiting,
        );
    }

    /// Forgets what was sent.
    pub fn forget_waiting(&self, changes: &mut Changes, delivery: Reference, place: i64) {
        let place = self.numbered("waiting", delivery, exact(place));
        changes.0.push((place, None));
    }

    /// Forgets everything that was said about a delivery: the server has erased it.
    pub async fn forget_chat(&self, delivery: Reference) -> Result<(), VaultError> {
        let transaction = self
            .database
            .transaction(&[RECORDS], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(RECORDS)?;
        for kind in ["item", "waiting"] {
            let first = self.numbered(kind, delivery, f64::NEG_INFINITY);
            let last = self.numbered(kind, delivery, f64::INFINITY);
            store.delete(KeyRange::bound(&first, &last, None, None)?)?;
        }
        let memory = self.place(&["chat", &delivery.to_string()]);
        store.delete(idb::Query::Key(memory))?;
        transaction.commit()?.await?;
        Ok(())
    }

    /// Keeps everything, or nothing.
    pub async fn commit(&self, changes: Changes) -> Result<(), VaultError> {
        // Encrypted first: a transaction of IndexedDB ends when something else is waited for.
        let mut sealed = Vec::with_capacity(changes.0.len());
        for (place, plain) in changes.0 {
            let record = match plain {
                Some(plain) => Some(self.seal(&plain).await?),
                None => None,
            };
            sealed.push((place, record));
        }
        let transaction = self
            .database
            .transaction(&[RECORDS], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(RECORDS)?;
        for (place, record) in sealed {
            match record {
                Some(record) => drop(store.put(&record, Some(&place))?),
                None => drop(store.delete(idb::Query::Key(place))?),
            }
        }
        transaction.commit()?.await?;
        Ok(())
    }

    async fn one<T: DeserializeOwned>(&self, place: &JsValue) -> Result<Option<T>, VaultError> {
        let transaction = self
            .database
            .transaction(&[RECORDS], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(RECORDS)?;
        match store.get(idb::Query::Key(place.clone()))?.await? {
            Some(record) => self.read(record).await.map(Some),
            None => Ok(None),
        }
    }

    async fn all<T: DeserializeOwned>(
        &self,
        range: KeyRange,
    ) -> Result<Vec<(JsValue, T)>, VaultError> {
        let (places, records) = {
            let transaction = self
                .database
                .transaction(&[RECORDS], TransactionMode::ReadOnly)?;
            let store = transaction.object_store(RECORDS)?;
            let places = store.get_all_keys(Some(range.clone().into()), None)?;
            let records = store.get_all(Some(range.into()), None)?;
            (places.await?, records.await?)
        };
        // All at once: the browser decrypts beside the page, and each answer takes a turn of its own.
        let read = places.into_iter().zip(records);
        let read = read.map(async |(place, record)| Ok((place, self.read(record).await?)));
        try_join_all(read).await
    }

    async fn read<T: DeserializeOwned>(&self, record: JsValue) -> Result<T, VaultError> {
        let record: Uint8Array = record.dyn_into().map_err(|_| VaultError::Unreadable)?;
        let plain = self.unseal(&record).await?;
        serde_json::from_slice(&plain).map_err(|_| VaultError::Unreadable)
    }

    async fn seal(&self, plain: &[u8]) -> Result<Uint8Array, VaultError> {
        let nonce = Uint8Array::from(&random::<NONCE>()?[..]);
        let sealing = crypto()?
            .subtle()
            .encrypt_with_object_and_js_u8_array(
                &algorithm(&nonce)?,
                &self.key,
                &Uint8Array::from(plain),
            )
            .map_err(|_| VaultError::Cryptography)?;
        let sealed = done(sealing).await?;
        let record =
            Uint8Array::new_with_length(u32::try_from(NONCE).unwrap_or_default() + sealed.length());
        record.set(&nonce, 0);
        record.set(&sealed, u32::try_from(NONCE).unwrap_or_default());
        Ok(record)
    }

    async fn unseal(&self, record: &Uint8Array) -> Result<Vec<u8>, VaultError> {
        let at = u32::try_from(NONCE).unwrap_or_default();
        let nonce = record.slice(0, at);
        let opening = crypto()?
            .subtle()
            .decrypt_with_object_and_js_u8_array(
                &algorithm(&nonce)?,
                &self.key,
                &record.slice(at, record.length()),
            )
            .map_err(|_| VaultError::Cryptography)?;
        Ok(done(opening).await?.to_vec())
    }

    /// `[person, kind, …]`
    fn place(&self, parts: &[&str]) -> JsValue {
        let place = Array::of1(&self.person.as_str().into());
        for part in parts {
            place.push(&(*part).into());
        }
        place.into()
    }

    /// `[person, kind, delivery, number]`: in order of the numbers.
    fn numbered(&self, kind: &str, delivery: Reference, number: f64) -> JsValue {
        let place = Array::from(&self.place(&[kind, &delivery.to_string()]));
        place.push(&number.into());
        place.into()
    }
}

impl Changes {
    fn put(&mut self, place: JsValue, thing: &impl Serialize) {
        // Nothing that is kept can fail to be written as JSON; were it, nothing could read it.
        let plain = serde_json::to_vec(thing).unwrap_or_default();
        self.0.push((place, Some(plain)));
    }
}

/// Bytes that nobody guesses.
pub fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    crypto()?
        .get_random_values_with_u8_array(&mut bytes)
        .map_err(|_| VaultError::Cryptography)?;
    Ok(bytes)
}

async fn browser_key(database: &Database) -> Result<CryptoKey, VaultError> {
    let place = JsValue::from("browser");
    if let Some(key) = kept_key(database, &place).await? {
        return Ok(key);
    }
    let made = make_key().await?;
    {
        let transaction = database.transaction(&[KEYS], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(KEYS)?;
        // Another tab may have made one meanwhile: the first one stays.
        if store.add(&made, Some(&place))?.await.is_ok() {
            transaction.commit()?.await?;
        }
    }
    kept_key(database, &place)
        .await?
        .ok_or(VaultError::Cryptography)
}

async fn kept_key(database: &Database, place: &JsValue) -> Result<Option<CryptoKey>, VaultError> {
    let transaction = database.transaction(&[KEYS], TransactionMode::ReadOnly)?;
    let store = transaction.object_store(KEYS)?;
    let kept = store.get(idb::Query::Key(place.clone()))?.await?;
    Ok(kept.and_then(|key| key.dyn_into().ok()))
}

/// A key that is used by the browser and never handed out.
async fn make_key() -> Result<CryptoKey, VaultError> {
    let form = Object::new();
    set(&form, "name", &CIPHER.into())?;
    set(&form, "length", &256.into())?;
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    let making = crypto()?
        .subtle()
        .generate_key_with_object(&form, false, &uses)
        .map_err(|_| VaultError::Cryptography)?;
    let made = JsFuture::from(making)
        .await
        .map_err(|_| VaultError::Cryptography)?;
    made.dyn_into().map_err(|_| VaultError::Cryptography)
}

fn algorithm(nonce: &Uint8Array) -> Result<Object, VaultError> {
    let algorithm = Object::new();
    set(&algorithm, "name", &CIPHER.into())?;
    set(&algorithm, "iv", nonce)?;
    Ok(algorithm)
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), VaultError> {
    Reflect::set(object, &name.into(), value)
        .map(|_| ())
        .map_err(|_| VaultError::Cryptography)
}

/// Without HTTPS a browser has none of it.
fn crypto() -> Result<Crypto, VaultError> {
    let crypto = leptos::prelude::window()
        .crypto()
        .map_err(|_| VaultError::Cryptography)?;
    let has_subtle = Reflect::get(&crypto, &"subtle".into()).is_ok_and(|subtle| subtle.is_object());
    has_subtle.then_some(crypto).ok_or(VaultError::Cryptography)
}

async fn done(promise: js_sys::Promise) -> Result<Uint8Array, VaultError> {
    let buffer = JsFuture::from(promise)
        .await
        .map_err(|_| VaultError::Unreadable)?;
    Ok(Uint8Array::new(&buffer))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds are exact for 285,000 years around 1970"
)]
fn exact(place: i64) -> f64 {
    place as f64
}
