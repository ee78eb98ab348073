//! `porchlight replay`.

use std::path::Path;

use super::{Failure, say};
use crate::simulation::api::Api;
use crate::simulation::replay;

pub(super) async fn replay(
    file: &Path,
    courier: &str,
    password: &str,
    times: f64,
    url: &str,
) -> Result<(), Failure> {
    if !(times > 0.0 && times.is_finite()) {
        return Err("--times must be a number above 0".into());
    }
    crate::service::install_tls();
    let trace = replay::read(file)?;
    let api = Api::sign_in(url, courier, password).await?;
    say(&format!(
        "Driving {courier} along {} points, {times} times as fast …",
        trace.len()
    ))?;
    let accepted = replay::replay(&api, &trace, times).await?;
    say(&format!(
        "Done: {accepted} of {} positions were believed",
        trace.len()
    ))?;
    Ok(())
}
