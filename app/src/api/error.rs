//! Why a call failed, as a page shows it.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use porchlight_domain::wire::{Fields, FromFields, Unreadable};
use serde::Serialize;
use thiserror::Error;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ApiError {
    /// It does not exist, or not for this person.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or their session is over.
    #[error("not signed in")]
    SignInNeeded,
    /// This person may not do that.
    #[error("forbidden")]
    Forbidden,
    /// It can't be done now.
    #[error("{detail}")]
    Conflict {
        /// Why, for people.
        detail: String,
    },
    /// Something that was typed is not right.
    #[error("{detail}")]
    Invalid {
        /// What, for people.
        detail: String,
        /// Which field; none when it is about all of them.
        field: Option<String>,
    },
    /// There is nothing to track yet.
    #[error("not dispatched yet")]
    NotDispatched,
    /// Too many tries.
    #[error("too many tries")]
    TooMany {
        /// Seconds until the next one counts.
        retry_after_s: u32,
    },
    /// The server can't answer now.
    #[error("unavailable")]
    Unavailable,
    /// The server failed.
    #[error("internal error")]
    Internal,
    /// The server was not reached.
    #[error("no connection")]
    Unreachable,
}

impl FromFields for ApiError {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        let kind: String = fields.take("kind")?;
        Ok(match &*kind {
            "not_found" => Self::NotFound,
            "sign_in_needed" => Self::SignInNeeded,
            "forbidden" => Self::Forbidden,
            "conflict" => Self::Conflict {
                detail: fields.take("detail")?,
            },
            "invalid" => Self::Invalid {
                detail: fields.take("detail")?,
                field: fields.take("field")?,
            },
            "not_dispatched" => Self::NotDispatched,
            "too_many" => Self::TooMany {
                retry_after_s: fields.take("retry_after_s")?,
            },
            "unavailable" => Self::Unavailable,
            "internal" => Self::Internal,
            "unreachable" => Self::Unreachable,
            _ => return Err(Unreadable("kind")),
        })
    }
}

porchlight_domain::wire_of_fields!(ApiError);

impl ApiError {
    /// What to say next to a field of that name, if it is about that field.
    pub fn about(&self, name: &str) -> Option<&str> {
        match self {
            Self::Invalid {
                detail,
                field: Some(field),
            } if field == name => Some(detail),
            _ => None,
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) => {
                Self::Invalid {
                    detail,
                    field: None,
                }
            }
            // An answer that is no answer of ours comes from a proxy in between.
            ServerFnErrorErr::Deserialization(_) => Self::Unavailable,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_wire() {
        let detail = || "enter a name".to_owned();
        let error = ApiError::Invalid {
            detail: detail(),
            field: Some("name".into()),
        };
        for error in [
            ApiError::NotFound,
            ApiError::SignInNeeded,
            ApiError::Forbidden,
            ApiError::Conflict { detail: detail() },
            error.clone(),
            ApiError::NotDispatched,
            ApiError::TooMany { retry_after_s: 9 },
            ApiError::Unavailable,
            ApiError::Internal,
            ApiError::Unreachable,
        ] {
            assert_eq!(ApiError::de(error.ser()), error);
        }
        assert_eq!(error.about("name"), Some("enter a name"));
        assert_eq!(error.about("email"), None);
    }

    #[test]
    fn a_page_of_a_proxy_is_not_an_answer() {
        assert_eq!(ApiError::de("<html>".into()), ApiError::Unavailable);
    }
}
