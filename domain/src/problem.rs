//! What an API client is told when a request is refused (RFC 9457).

use serde::{Deserialize, Serialize};

/// A refusal as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable: `https://porchlight.dev/problems/` and a kind such as `not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of a kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong with this request, for a person to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The field of the request that was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}
