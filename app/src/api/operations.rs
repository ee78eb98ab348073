//! What an administrator sets and looks at.

use leptos::prelude::*;
use porchlight_domain::reveal::{RevealPolicy, RevealRule};
use porchlight_domain::tracking::{PositionReading, SilentCourier};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::tracking;

/// When recipients see the courier.
#[server(prefix = "/api/ui/v1", endpoint = "reveal-policy")]
pub async fn current_policy() -> Result<RevealPolicy, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(tracking::reveal_policy(&actor, &backend).await?)
}

/// One rule as a form sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// As soon as the parcel is out.
    Always,
    /// By stops in between.
    Stops,
    /// By minutes to arrival.
    Minutes,
    /// By metres as the crow flies.
    Metres,
}

impl RuleKind {
    /// Every kind, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Always, Self::Stops, Self::Minutes, Self::Metres];

    /// As the form sends it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Stops => "stops",
            Self::Minutes => "minutes",
            Self::Metres => "metres",
        }
    }

    /// The rule of this kind with a limit.
    #[cfg(feature = "ssr")]
    fn with(self, limit: u32) -> RevealRule {
        match self {
            Self::Always => RevealRule::Always,
            Self::Stops => RevealRule::Stops(limit),
            Self::Minutes => RevealRule::Minutes(limit),
            Self::Metres => RevealRule::Metres(limit),
        }
    }

    /// A rule's kind and limit.
    pub fn of(rule: RevealRule) -> (Self, u32) {
        match rule {
            RevealRule::Always => (Self::Always, 0),
            RevealRule::Stops(limit) => (Self::Stops, limit),
            RevealRule::Minutes(limit) => (Self::Minutes, limit),
            RevealRule::Metres(limit) => (Self::Metres, limit),
        }
    }
}

/// Sets when recipients see the courier.
#[server(prefix = "/api/ui/v1", endpoint = "set-reveal-policy")]
pub async fn set_reveal_policy(
    area: RuleKind,
    area_limit: u32,
    exact: RuleKind,
    exact_limit: u32,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let policy = RevealPolicy {
        area: area.with(area_limit),
        exact: exact.with(exact_limit),
    };
    tracking::set_reveal_policy(&actor, &backend, policy).await?;
    Ok(())
}

/// Who is on the road and not heard, the longest silent first.
#[server(prefix = "/api/ui/v1", endpoint = "silent-couriers")]
pub async fn silent_couriers() -> Result<Vec<SilentCourier>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(tracking::silent_couriers(&actor, &backend).await?)
}

/// Who read whose position, newest first.
#[server(prefix = "/api/ui/v1", endpoint = "position-readings")]
pub async fn position_readings() -> Result<Vec<PositionReading>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(tracking::readings(&actor, &backend).await?)
}
