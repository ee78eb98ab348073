//! What a customer wants for every parcel that is booked from now on.

use serde::Serialize;

use crate::delivery::Window;
use crate::ids::PostOfficeId;
use crate::time::Timestamp;

/// Standing wishes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HoldPreferences {
    /// The office to hold at; none is the one nearest to each address.
    pub office: Option<PostOfficeId>,
    /// Hold everything.
    pub always: bool,
    /// Hold what comes while they are away.
    pub away: Option<Away>,
    /// Never leave a parcel where nobody takes it.
    pub never_at_the_door: bool,
}

crate::wire! {
    HoldPreferences { office, always, away, never_at_the_door }
    Away { from, to }
}

/// Days on which nobody is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Away {
    /// The first moment.
    pub from: Timestamp,
    /// The last moment.
    pub to: Timestamp,
}

impl HoldPreferences {
    /// Whether a parcel that should come in this window is held.
    pub fn holds(&self, window: Window) -> bool {
        let is_away = self
            .away
            .is_some_and(|away| away.from < window.to && window.from < away.to);
        self.always || is_away
    }
}
