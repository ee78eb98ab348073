//! Why a call failed, as a page shows it.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use porchlight_domain::wire::{self, Fields, FromFields, FromWire, Unreadable, Value};
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
    /// It is so already.
    #[error("{detail}")]
    AlreadyDone {
        /// What, for people.
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
            "already_done" => Self::AlreadyDone {
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

/// What a call came to, as the server puts it into the page for hydration. A `Result` would do the same with
/// serde's own reader, which every page would have to download.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer<T>(pub Result<T, ApiError>);

impl<'de, T: FromWire> serde::Deserialize<'de> for Answer<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::read(deserializer)
    }
}

impl<T: FromWire> FromWire for Answer<T> {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let mut fields = Fields::of(value)?;
        match fields.value("Ok") {
            Value::Null => match fields.take("Err")? {
                Some(error) => Ok(Self(Err(error))),
                None => T::from_wire(Value::Null).map(|nothing| Self(Ok(nothing))),
            },
            value => T::from_wire(value).map(|value| Self(Ok(value))),
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
            ApiError::AlreadyDone { detail: detail() },
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
    fn an_answer_survives_the_page() {
        let survives = |answer: &Answer<Option<String>>| {
            let json = serde_json::to_string(answer).expect("serialises");
            let read: Answer<Option<String>> = serde_json::from_str(&json).expect("reads");
            assert_eq!(read, *answer, "{json}");
        };
        survives(&Answer(Ok(Some("Ada".into()))));
        survives(&Answer(Ok(None)));
        survives(&Answer(Err(ApiError::NotFound)));
        assert!(serde_json::from_str::<Answer<String>>("{}").is_err());
    }

    #[test]
    fn a_page_of_a_proxy_is_not_an_answer() {
        assert_eq!(ApiError::de("<html>".into()), ApiError::Unavailable);
    }
}
