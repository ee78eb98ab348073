//! What a desk without a network can tell of a pass.

use porchlight_domain::hold::{DeskView, Pass, PassProblem, PassVerifier};
use porchlight_domain::time::Timestamp;

/// Checks a pass with what the desk knew last: it is genuine, for here, in time, and was not known as used.
pub(super) fn check_offline(
    desk: &DeskView,
    told: &str,
    now: Timestamp,
) -> Result<Pass, PassProblem> {
    let verifier =
        PassVerifier::new(&desk.key, desk.office.id.clone()).ok_or(PassProblem::Forged)?;
    let pass = verifier.check(told, now)?;
    let mark = DeskView::mark(pass.reference, &pass.code);
    // A parcel that the desk does not have can't be handed over, whatever the pass says.
    let is_here = desk.parcels.iter().any(|entry| {
        entry.reference == pass.reference && entry.since.is_some() && !entry.is_locked
    });
    if desk.revoked.contains(&mark) || !is_here {
        return Err(PassProblem::Revoked);
    }
    Ok(pass)
}
