//! Why a delivery fails, as carriers code it: what happened, and on whose side.

/// What kept a parcel from being handed over. The list follows the exception codes that carriers share
/// (EDIFACT 4079 and its like), as far as a courier at a door can tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureReason {
    /// Nobody opened.
    NobodyHome,
    /// The recipient does not want it.
    Refused,
    /// A locked door, gate or yard.
    NoAccess,
    /// A shop or office that is closed.
    Closed,
    /// The recipient could not show who they are.
    IdentityNotShown,
    /// The address is wrong or not complete.
    WrongAddress,
    /// The parcel is damaged.
    Damaged,
    /// The parcel is not on the van.
    Missing,
    /// The van, or not enough time.
    Courier,
    /// Snow, storm, flood.
    Weather,
}

/// On whose side something was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Who brings it.
    Carrier,
    /// Who receives it.
    Consignee,
    /// Who sent it.
    Retailer,
    /// Nobody.
    Weather,
}

impl Side {
    /// Every side, the most frequent first.
    pub const ALL: [Self; 4] = [
        Self::Consignee,
        Self::Retailer,
        Self::Carrier,
        Self::Weather,
    ];
}

impl FailureReason {
    /// Every reason, the most frequent first.
    pub const ALL: [Self; 10] = [
        Self::NobodyHome,
        Self::NoAccess,
        Self::Refused,
        Self::WrongAddress,
        Self::Closed,
        Self::IdentityNotShown,
        Self::Damaged,
        Self::Missing,
        Self::Courier,
        Self::Weather,
    ];

    /// Its code, which is the reason of the status change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NobodyHome => "nobody_home",
            Self::Refused => "refused",
            Self::NoAccess => "no_access",
            Self::Closed => "closed",
            Self::IdentityNotShown => "identity_not_shown",
            Self::WrongAddress => "wrong_address",
            Self::Damaged => "damaged",
            Self::Missing => "missing",
            Self::Courier => "courier",
            Self::Weather => "weather",
        }
    }

    /// Reads a code; none when the reason is in someone's own words.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// On whose side it was.
    pub fn side(self) -> Side {
        match self {
            Self::NobodyHome
            | Self::Refused
            | Self::NoAccess
            | Self::Closed
            | Self::IdentityNotShown => Side::Consignee,
            Self::WrongAddress => Side::Retailer,
            Self::Damaged | Self::Missing | Self::Courier => Side::Carrier,
            Self::Weather => Side::Weather,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_code() {
        for reason in FailureReason::ALL {
            assert_eq!(FailureReason::from_text(reason.as_str()), Some(reason));
        }
        assert_eq!(FailureReason::from_text("the dog ate it"), None);
        assert_eq!(FailureReason::NoAccess.side(), Side::Consignee);
    }
}
