//! Fixes that the server has not acknowledged yet: kept on the phone, so that neither a dead zone nor a
//! reload loses them.

use idb::{Database, DatabaseEvent, Error, Factory, KeyRange, ObjectStoreParams, TransactionMode};
use js_sys::Array;
use porchlight_domain::fix::ReportedFix;
use porchlight_domain::ids::PersonId;
use wasm_bindgen::JsValue;

const DATABASE: &str = "porchlight-courier";
const FIXES: &str = "fixes";

/// One courier's fixes, oldest first. Another one who signs in on the same phone has their own.
pub struct Outbox {
    courier: PersonId,
    kept: Kept,
}

enum Kept {
    OnThePhone(Database),
    /// Where the browser keeps nothing, as in a private window: until the page is closed.
    InMemory(Vec<ReportedFix>),
}

impl Outbox {
    /// Opens the courier's outbox with whatever is in it.
    pub async fn open(courier: PersonId) -> Self {
        let kept = match open_database().await {
            Ok(database) => Kept::OnThePhone(database),
            Err(_) => Kept::InMemory(Vec::new()),
        };
        Self { courier, kept }
    }

    /// Keeps a fix. A phone that is full keeps it until the page is closed.
    pub async fn push(&mut self, fix: ReportedFix) {
        match &mut self.kept {
            Kept::OnThePhone(database) => {
                if put(database, &self.courier, &fix).await.is_err() {
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
            Kept::OnThePhone(database) => get(database, &self.courier, at_most)
                .await
                .unwrap_or_default(),
            Kept::InMemory(fixes) => fixes.iter().take(at_most).copied().collect(),
        }
    }

    /// Forgets everything up to `last`, that included.
    pub async fn forget_up_to(&mut self, last: &ReportedFix) {
        match &mut self.kept {
            // What can't be deleted is sent again, and the server knows it already.
            Kept::OnThePhone(database) => drop(delete(database, &self.courier, last).await),
            Kept::InMemory(fixes) => fixes.retain(|fix| fix.time > last.time),
        }
    }

    /// How many there are.
    pub async fn len(&self) -> usize {
        match &self.kept {
            Kept::OnThePhone(database) => count(database, &self.courier).await.unwrap_or_default(),
            Kept::InMemory(fixes) => fixes.len(),
        }
    }
}

async fn open_database() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        // A store that could not be made is missed by every later step, which then uses the memory.
        if let Ok(database) = event.database() {
            let _ = database.create_object_store(FIXES, ObjectStoreParams::new());
        }
    });
    request.await
}

/// `[courier, milliseconds]`: in order, and the same fix is kept once.
fn key(courier: &PersonId, milliseconds: f64) -> JsValue {
    Array::of2(&courier.as_str().into(), &milliseconds.into()).into()
}

fn key_of(courier: &PersonId, fix: &ReportedFix) -> JsValue {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for 285,000 years around 1970"
    )]
    key(courier, fix.time.millis() as f64)
}

/// Everything of the courier up to a key.
fn up_to(courier: &PersonId, last: &JsValue) -> Result<KeyRange, Error> {
    KeyRange::bound(&key(courier, f64::NEG_INFINITY), last, None, None)
}

fn all_of(courier: &PersonId) -> Result<KeyRange, Error> {
    up_to(courier, &key(courier, f64::INFINITY))
}

async fn put(database: &Database, courier: &PersonId, fix: &ReportedFix) -> Result<(), Error> {
    let transaction = database.transaction(&[FIXES], TransactionMode::ReadWrite)?;
    let text = serde_json::to_string(fix).unwrap_or_default();
    let store = transaction.object_store(FIXES)?;
    store
        .put(&text.into(), Some(&key_of(courier, fix)))?
        .await?;
    transaction.commit()?.await?;
    Ok(())
}

async fn get(
    database: &Database,
    courier: &PersonId,
    at_most: usize,
) -> Result<Vec<ReportedFix>, Error> {
    let transaction = database.transaction(&[FIXES], TransactionMode::ReadOnly)?;
    let store = transaction.object_store(FIXES)?;
    let limit = u32::try_from(at_most).unwrap_or(u32::MAX);
    let texts = store
        .get_all(Some(all_of(courier)?.into()), Some(limit))?
        .await?;
    // What an older version wrote and this one can't read is of no use to anyone.
    Ok(texts
        .iter()
        .filter_map(|text| serde_json::from_str(&text.as_string()?).ok())
        .collect())
}

async fn delete(database: &Database, courier: &PersonId, last: &ReportedFix) -> Result<(), Error> {
    let transaction = database.transaction(&[FIXES], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(FIXES)?;
    let range = up_to(courier, &key_of(courier, last))?;
    store.delete(range)?.await?;
    transaction.commit()?.await?;
    Ok(())
}

async fn count(database: &Database, courier: &PersonId) -> Result<usize, Error> {
    let transaction = database.transaction(&[FIXES], TransactionMode::ReadOnly)?;
    let store = transaction.object_store(FIXES)?;
    let count = store.count(Some(all_of(courier)?.into()))?.await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}
