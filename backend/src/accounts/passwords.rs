//! Passwords: Argon2id with the parameters OWASP recommends (19 MiB, 2 passes, 1 lane), as PHC
//! strings. <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use porchlight_domain::people::Password;
use tokio::sync::Semaphore;

use crate::Error;

/// Hashes computed at the same time: each takes a processor and 19 MiB for tens of milliseconds,
/// and a storm of sign-ins must leave room for everyone who is signed in.
const AT_ONCE: usize = 2;

/// Hashes and checks passwords beside the requests.
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
    /// What a password is checked against when there is no account, so that it takes as long.
    nobody: String,
}

impl Passwords {
    /// Computes one hash to compare strangers with; takes tens of milliseconds.
    pub(crate) fn new(random: [u8; 16]) -> Result<Self, Error> {
        let nobody = hash(&random)?;
        Ok(Self {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            nobody,
        })
    }

    /// The PHC string to store.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Error> {
        self.compute(move || hash(password.as_bytes())).await?
    }

    /// Whether it is the password of `stored`; of no account when there is none.
    pub(crate) async fn verify(
        &self,
        password: Password,
        stored: Option<&str>,
    ) -> Result<bool, Error> {
        let exists = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let matches = self.compute(move || verify(&password, &stored)).await?;
        Ok(matches && exists)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| Error::Internal)?;
        tokio::task::spawn_blocking(move || {
            let _held_until_done = permit;
            work()
        })
        .await
        .map_err(|_| Error::Internal)
    }
}

fn hash(password: &[u8]) -> Result<String, Error> {
    Argon2::default()
        .hash_password(password)
        .map(|hash| hash.to_string())
        .map_err(|error| {
            tracing::error!(%error, "A password can't be hashed");
            Error::Internal
        })
}

fn verify(password: &Password, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|stored| {
        Argon2::default()
            .verify_password(password.as_bytes(), &stored)
            .is_ok()
    })
}
