//! The operator's choice of what recipients may see, kept in the database and read by every
//! instance.

use std::sync::PoisonError;

use porchlight_domain::reveal::RevealPolicy;

use super::{State, queries};
use crate::accounts::Actor;
use crate::events::Signal;
use crate::{Backend, Error};

const SETTING: &str = "reveal_policy";

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

/// Changes what recipients may see, from the next frame on.
pub async fn set_reveal_policy(
    actor: &Actor,
    backend: &Backend,
    policy: RevealPolicy,
) -> Result<(), Error> {
    actor.must_run_operations()?;
    let value = serde_json::to_string(&policy).map_err(|_| Error::Internal)?;
    let mut tx = backend.store().begin().await?;
    queries::save_setting(&mut tx, SETTING, &value).await?;
    tx.commit().await?;
    load(backend).await?;
    backend.bus().send(Signal::SettingsChanged);
    tracing::info!(?policy, "Reveal policy changed");
    Ok(())
}

/// Takes over what is stored; without anything stored the configured policy holds.
pub(crate) async fn load(backend: &Backend) -> Result<(), Error> {
    let Some(value) = queries::setting(backend.store().readers(), SETTING).await? else {
        return Ok(());
    };
    let policy = serde_json::from_str(&value).map_err(|error| {
        tracing::error!(%error, "The stored reveal policy can't be read");
        Error::Internal
    })?;
    *backend
        .tracking()
        .reveal
        .write()
        .unwrap_or_else(PoisonError::into_inner) = policy;
    Ok(())
}
