//! How often one person may do something, for the server's sake. Each instance counts by itself.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use porchlight_domain::ids::PersonId;

use crate::Error;

/// People who are counted before those who have rested are forgotten.
const PEOPLE_COUNTED: usize = 4096;

/// Counts what people do.
pub(crate) struct PerPerson {
    counted: DefaultKeyedRateLimiter<PersonId>,
    /// What whoever did it too often is told to wait, seconds.
    retry_after_s: u32,
}

impl PerPerson {
    /// So many at once, and again in each minute.
    pub(crate) fn a_minute(most: NonZeroU32, retry_after_s: u32) -> Self {
        Self {
            counted: RateLimiter::keyed(Quota::per_minute(most)),
            retry_after_s,
        }
    }

    /// Counts one, or refuses it.
    pub(crate) fn count(&self, person: &PersonId) -> Result<(), Error> {
        if self.counted.len() > PEOPLE_COUNTED {
            self.counted.retain_recent();
        }
        self.counted
            .check_key(person)
            .map_err(|_| Error::RateLimited {
                retry_after_s: self.retry_after_s,
            })
    }
}
