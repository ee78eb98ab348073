//! Accounts as they go over the wire: what a person types and what they are told.

use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, SessionId};
use crate::people::Role;
use crate::time::Timestamp;

/// `POST /api/v1/tokens`, and the sign-in form.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
}

/// The sign-up form: customers make their own accounts.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignUp {
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Me {
    /// Their id.
    pub id: PersonId,
    /// Their whole name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// How many notifications they have not read, at most 100.
    pub unread: u32,
}

crate::wire! { Me { id, name, email, role, unread } }

/// The answer of `POST /api/v1/tokens`.
#[derive(Clone, Serialize, Deserialize)]
pub struct IssuedToken {
    /// Goes into `Authorization: Bearer`.
    pub token: String,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// What its person is.
    pub role: Role,
}

/// A place where a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Its id, not its secret.
    pub id: SessionId,
    /// The browser or client as it named itself.
    pub client: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}
