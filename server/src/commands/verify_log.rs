//! `porchlight verify-log`.

use porchlight_backend::{events, store};

use super::{Failure, say};
use crate::config::Config;

pub(super) async fn verify(config: &Config) -> Result<(), Failure> {
    let store = store::Store::open(&config.database()).await?;
    let count = events::verify_log(&store).await?;
    say(&format!("{count} events, every seal is whole"))?;
    Ok(())
}
