//! How often someone may try a password, or make an account. Tries are counted in the database, so
//! that all instances count together, and before the password is looked at, so that parallel tries
//! don't slip through.

use std::net::IpAddr;

use porchlight_domain::people::Email;
use porchlight_domain::time::Timestamp;

use super::{Client, queries};
use crate::{Backend, Error};

/// The span in which tries of a password are counted, seconds.
const WINDOW_S: f64 = 15.0 * 60.0;
/// The span in which new accounts are counted, seconds.
const SIGN_UP_WINDOW_S: f64 = 3600.0;
/// For one account from one address: a person who forgot.
const PER_ACCOUNT_AND_ADDRESS: i64 = 10;
/// For one account from everywhere: a swarm.
const PER_ACCOUNT: i64 = 100;
/// For one address over all accounts: spraying.
const PER_ADDRESS: i64 = 100;
/// New accounts from one address: a household, or an office on its first day.
const SIGN_UPS_PER_ADDRESS: i64 = 20;

/// A try that has been counted.
pub(super) struct Attempt {
    subjects: [String; 3],
}

impl Attempt {
    /// Counts a try, or refuses it. The account's own limit comes last: what an address may not try
    /// any more does not count there, or one address could lock everybody else's account.
    pub(super) async fn begin(
        backend: &Backend,
        email: &Email,
        client: &Client,
    ) -> Result<Self, Error> {
        let network = network_of(client.address);
        let subjects = [
            format!("both:{email}:{network}"),
            format!("address:{network}"),
            format!("account:{email}"),
        ];
        let limits = [PER_ACCOUNT_AND_ADDRESS, PER_ADDRESS, PER_ACCOUNT];
        let counted = subjects.iter().map(String::as_str).zip(limits);
        count(backend, client, WINDOW_S, counted).await?;
        Ok(Self { subjects })
    }

    /// It was the right password: the try does not count.
    pub(super) async fn succeeded(self, backend: &Backend) -> Result<(), Error> {
        let mut tx = backend.store().begin().await?;
        for subject in &self.subjects {
            queries::uncount_try(&mut tx, subject).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Counts a new account, or refuses it. It counts also when it comes to nothing: whether an address
/// has an account is told only so often.
pub(super) async fn count_sign_up(backend: &Backend, client: &Client) -> Result<(), Error> {
    let subject = format!("sign-up:{}", network_of(client.address));
    let counted = [(subject.as_str(), SIGN_UPS_PER_ADDRESS)];
    count(backend, client, SIGN_UP_WINDOW_S, counted.into_iter()).await
}

/// Counts for one subject after the other, up to the first that has had enough. The order is always
/// the same, so that parallel tries don't wait for each other in a circle.
async fn count(
    backend: &Backend,
    client: &Client,
    window_s: f64,
    limits: impl Iterator<Item = (&str, i64)>,
) -> Result<(), Error> {
    let now = backend.now();
    let mut tx = backend.store().begin().await?;
    let mut refused_since = None;
    for (subject, limit) in limits {
        let counted = queries::count_try(&mut tx, subject, now, now.plus_s(-window_s)).await?;
        if counted.tries > limit {
            refused_since = Some(counted.since_ms);
            break;
        }
    }
    tx.commit().await?;
    let Some(since_ms) = refused_since else {
        return Ok(());
    };
    tracing::warn!(client.address = %client.address, "Too many tries to sign in or up");
    Err(Error::RateLimited {
        retry_after_s: seconds_left(since_ms, window_s, now),
    })
}

fn seconds_left(since_ms: i64, window_s: f64, now: Timestamp) -> u32 {
    let end = Timestamp::from_millis(since_ms).plus_s(window_s);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the window"
    )]
    let seconds = end.seconds_since(now).clamp(1.0, window_s) as u32;
    seconds
}

/// Who has one IPv6 address has 2⁶⁴ of them: they count as one.
fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// The oldest moment whose tries still count.
pub(super) fn counted_since(now: Timestamp) -> Timestamp {
    now.plus_s(-SIGN_UP_WINDOW_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_ipv6_network_is_one_address() {
        let network = |text: &str| network_of(text.parse().expect("an address"));
        assert_eq!(
            network("2001:db8:1:2:3::4"),
            network("2001:db8:1:2:ffff::1")
        );
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
