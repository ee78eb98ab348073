//! What tells the time: the system, or a test's hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use porchlight_domain::time::Timestamp;

/// A source of the present moment.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's.
    #[default]
    System,
    /// The system's, and so many milliseconds later.
    Ahead(i64),
    /// Moved by hand, milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that goes with the system's, so many seconds ahead of it.
    pub fn ahead_s(seconds: u32) -> Self {
        match seconds {
            0 => Self::System,
            _ => Self::Ahead(i64::from(seconds) * 1000),
        }
    }

    /// A clock that stands until it is moved.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.millis())))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system(),
            Self::Ahead(millis) => {
                Timestamp::from_millis(system().millis().saturating_add(*millis))
            }
            Self::Manual(millis) => Timestamp::from_millis(millis.load(Ordering::Relaxed)),
        }
    }

    /// Moves a manual clock; one that goes by itself can't be moved.
    pub fn advance_s(&self, seconds: f64) {
        if let Self::Manual(millis) = self {
            millis.store(self.now().plus_s(seconds).millis(), Ordering::Relaxed);
        }
    }
}

fn system() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
