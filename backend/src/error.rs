//! Why a call of a capability did not do what it was asked.

use porchlight_domain::delivery::{InvalidAddress, InvalidBooking, Refusal};
use porchlight_domain::people::{InvalidEmail, InvalidName, InvalidPassword};
use porchlight_domain::reference::InvalidReference;
use thiserror::Error;

/// The one error of the backend's boundary; each transport has one match over it.
#[derive(Debug, Error)]
pub enum Error {
    /// It does not exist, or not for this person: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    Unauthenticated,
    /// Signed in, but this is not for their role.
    #[error("this is not for your role")]
    Forbidden,
    /// What was asked does not fit what is.
    #[error("{detail}")]
    Conflict {
        /// A sentence for the person.
        detail: String,
    },
    /// What was asked is so already: perhaps an answer got lost.
    #[error("{detail}")]
    AlreadyDone {
        /// A sentence for the person.
        detail: String,
    },
    /// What was sent can't be right.
    #[error("{detail}")]
    Invalid {
        /// A sentence for the person.
        detail: String,
        /// The field it is about.
        field: Option<&'static str>,
    },
    /// There is nothing to track yet.
    #[error("this delivery has not been dispatched yet")]
    NotDispatched,
    /// Too many tries.
    #[error("too many tries: wait {retry_after_s} s")]
    RateLimited {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The database or another part is not there; nothing was changed.
    #[error("temporarily unavailable")]
    Unavailable {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// A defect. The cause is in the log, not in the answer.
    #[error("something went wrong on our side")]
    Internal,
}

impl Error {
    /// A field of the request is wrong.
    pub fn invalid(field: &'static str, problem: &impl ToString) -> Self {
        Self::Invalid {
            detail: problem.to_string(),
            field: Some(field),
        }
    }
}

/// The database's word for what went wrong decides what the caller hears.
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Conflict {
                detail: "this exists already".into(),
            },
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::Decode(_)
            | sqlx::Error::Encode(_) => {
                tracing::error!(error = %error, "A stored row can't be read");
                Self::Internal
            }
            _ => {
                tracing::error!(error = %error, "The database refused");
                Self::Unavailable { retry_after_s: 2 }
            }
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let field = match &refusal {
            Refusal::AlreadyThere(_) => {
                return Self::AlreadyDone {
                    detail: refusal.to_string(),
                };
            }
            Refusal::IllegalTransition { .. }
            | Refusal::NoCourier
            | Refusal::NothingToCorrect(_)
            | Refusal::TooLateForHandover(_)
            | Refusal::TooLateToReschedule(_)
            | Refusal::TooLateToInstruct(_)
            | Refusal::TooLateToHold(_)
            | Refusal::AtTheDoor
            | Refusal::GoesToAnOffice
            | Refusal::NoOffice
            | Refusal::AnotherOffice
            | Refusal::TooLateToAssign(_) => {
                return Self::Conflict {
                    detail: refusal.to_string(),
                };
            }
            Refusal::ProofMissing
            | Refusal::HandoverMissing
            | Refusal::PickUpMissing
            | Refusal::NobodyTookIt => "proof",
            Refusal::WindowBegun => "window",
            Refusal::PhotoMissing | Refusal::TooManyPictures => "pictures",
            Refusal::ReasonMissing => "reason",
            Refusal::InvalidText(text) => text.name(),
        };
        Self::invalid(field, &refusal)
    }
}

impl From<InvalidBooking> for Error {
    fn from(problem: InvalidBooking) -> Self {
        let field = match problem {
            InvalidBooking::Window => "window",
            InvalidBooking::Description => "description",
            InvalidBooking::Pickup(_) => "pickup",
            InvalidBooking::Address(_) => "address",
        };
        Self::invalid(field, &problem)
    }
}

macro_rules! invalid_field {
    ($($problem:ty => $field:literal),* $(,)?) => {
        $(impl From<$problem> for Error {
            fn from(problem: $problem) -> Self {
                Self::invalid($field, &problem)
            }
        })*
    };
}

invalid_field! {
    InvalidAddress => "address",
    InvalidEmail => "email",
    InvalidName => "name",
    InvalidPassword => "password",
    InvalidReference => "reference",
}
