//! People and what they may type about themselves.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::wire::{FromWire, Unreadable, Value};

/// What a person is to Porchlight. One account has one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Receives parcels.
    Customer,
    /// Drives a run and delivers.
    Courier,
    /// Hands over held parcels at a post office.
    Clerk,
    /// Runs the operation.
    Admin,
}

impl FromWire for Role {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let text = String::from_wire(value)?;
        Self::from_text(&text).ok_or(Unreadable("role"))
    }
}

impl Role {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Courier => "courier",
            Self::Clerk => "clerk",
            Self::Admin => "admin",
        }
    }

    /// Reads what [`Role::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Customer, Self::Courier, Self::Clerk, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

/// An e-mail address in the form we accept: trimmed, lower case, at most 254 bytes (RFC 5321).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Text that can't be an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("enter an e-mail address such as ada@example.org")]
pub struct InvalidEmail;

impl Email {
    /// Checks the form only; that the address works is shown by a message that arrives.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let plausible = !local.is_empty()
            && local.len() <= 64
            && text.len() <= 254
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
            && text
                .chars()
                .all(|c| !c.is_whitespace() && !c.is_control() && c != '<' && c != '>');
        if plausible {
            Ok(Self(text))
        } else {
            Err(InvalidEmail)
        }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// A person's name: 1 to 80 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// Text that can't be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("enter a name of 1 to 80 characters")]
pub struct InvalidName;

impl PersonName {
    /// Trims, and checks the length.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        let length = text.chars().count();
        if (1..=80).contains(&length) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidName)
        }
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a stranger may know of it: the first word.
    pub fn first(&self) -> &str {
        self.0.split_whitespace().next().unwrap_or(&self.0)
    }
}

impl TryFrom<String> for PersonName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

/// A password someone chose, not yet hashed. Never printed, stored or sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password is not taken. Length is what counts (NIST SP 800-63B-4, 3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPassword {
    /// Fewer than [`Password::MIN_CHARS`] characters.
    #[error("choose a password of at least 12 characters")]
    TooShort,
    /// More than [`Password::MAX_BYTES`] bytes.
    #[error("choose a password of at most 256 characters")]
    TooLong,
}

impl Password {
    /// Shorter ones fall to offline guessing.
    pub const MIN_CHARS: usize = 12;
    /// Longer ones only cost us time.
    pub const MAX_BYTES: usize = 1024;

    /// Checks a password that someone wants to have from now on.
    pub fn choose(text: &str) -> Result<Self, InvalidPassword> {
        if text.chars().count() < Self::MIN_CHARS {
            return Err(InvalidPassword::TooShort);
        }
        Self::claim(text)
    }

    /// Takes a password that someone says is theirs.
    pub fn claim(text: &str) -> Result<Self, InvalidPassword> {
        if text.len() > Self::MAX_BYTES {
            return Err(InvalidPassword::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// The bytes to hash.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_refuses_the_rest() {
        assert_eq!(
            Email::parse(" Ada@Example.ORG ").map(String::from),
            Ok("ada@example.org".into())
        );
        for text in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "a b@example.org",
            "a@b..c",
            "a@b.c\r\nBcc: x@y.z",
        ] {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text}");
        }
    }

    #[test]
    fn shows_strangers_the_first_name_only() {
        let name = PersonName::parse("Aino Korhonen").expect("a name");
        assert_eq!(name.first(), "Aino");
    }

    #[test]
    fn asks_for_twelve_characters() {
        assert_eq!(
            Password::choose("elevenchars"),
            Err(InvalidPassword::TooShort)
        );
        assert!(Password::choose("äiti osti kissan").is_ok());
        assert_eq!(
            format!("{:?}", Password::claim("secret")),
            "Ok(Password(..))"
        );
    }
}
