//! The operator's choice of what recipients may see, kept in the database and read by every
//! instance.

use std::sync::PoisonError;

use porchlight_domain::event::Fact;
use porchlight_domain::reveal::RevealPolicy;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::RevealPolicyChange;

use super::queries::SettingChangeRow;
use super::{State, queries};
use crate::accounts::Actor;
use crate::events::{Batch, Signal};
use crate::{Backend, Error};

/// The name of the setting, and the subject of its events.
const SETTING: &str = "reveal_policy";
/// The longest list of changes.
const LIST_LIMIT: i64 = 200;

impl State {
    /// The policy in force.
    pub(crate) fn policy(&self) -> RevealPolicy {
        *self.reveal.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What recipients may see now.
pub async fn reveal_policy(actor: &Actor, backend: &Backend) -> Result<RevealPolicy, Error> {
    actor.must_run_operations()?;
    load(backend).await?;
    Ok(backend.tracking().policy())
}

/// Changes what recipients may see, from the next frame on. The change is an event, told to the
/// admins.
pub async fn set_reveal_policy(
    actor: &Actor,
    backend: &Backend,
    policy: RevealPolicy,
) -> Result<(), Error> {
    actor.must_run_operations()?;
    let mut batch = Batch::begin(backend, actor).await?;
    let old = match queries::lock_setting(batch.tx().await?, SETTING).await? {
        Some(value) => read(&value)?,
        None => backend.tracking().settings.reveal,
    };
    let value = serde_json::to_string(&policy).map_err(|_| Error::Internal)?;
    queries::save_setting(batch.tx().await?, SETTING, &value).await?;
    if old != policy {
        let fact = Fact::RevealPolicyChanged { old, new: policy };
        batch.record(&SETTING, fact, []);
    }
    batch.commit().await?;
    load(backend).await?;
    backend.bus().send(Signal::SettingsChanged);
    tracing::info!(?old, new = ?policy, "Reveal policy changed");
    Ok(())
}

/// Who changed what recipients may see, newest first: for admins.
pub async fn reveal_policy_changes(
    actor: &Actor,
    backend: &Backend,
) -> Result<Vec<RevealPolicyChange>, Error> {
    actor.must_run_operations()?;
    queries::setting_changes(backend.store().readers(), SETTING, LIST_LIMIT)
        .await?
        .into_iter()
        .map(change)
        .collect()
}

fn change(row: SettingChangeRow) -> Result<RevealPolicyChange, Error> {
    let by = row.actor_name.unwrap_or(row.event.actor_role.clone());
    let Fact::RevealPolicyChanged { old, new } = row.event.fact()? else {
        return Err(Error::Internal);
    };
    Ok(RevealPolicyChange {
        time: Timestamp::from_millis(row.event.time_ms),
        by,
        old,
        new,
    })
}

/// Takes over what is stored; without anything stored the configured policy holds.
pub(crate) async fn load(backend: &Backend) -> Result<(), Error> {
    let Some(value) = queries::setting(backend.store().readers(), SETTING).await? else {
        return Ok(());
    };
    let policy = read(&value)?;
    *backend
        .tracking()
        .reveal
        .write()
        .unwrap_or_else(PoisonError::into_inner) = policy;
    Ok(())
}

fn read(stored: &str) -> Result<RevealPolicy, Error> {
    serde_json::from_str(stored).map_err(|error| {
        tracing::error!(%error, "The stored reveal policy can't be read");
        Error::Internal
    })
}
