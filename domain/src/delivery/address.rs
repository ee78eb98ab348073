//! A place a parcel is brought to or collected from.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::geo::Position;
use crate::wire::{Fields, FromWire, Unreadable, Value};

/// A postal address and the point a courier drives to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// One line as a person writes it: `Mannerheimintie 2, 00100 Helsinki`.
    pub text: String,
    /// The door, or the nearest known point to it.
    pub position: Position,
}

impl FromWire for Address {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            text: fields.take("text")?,
            position: fields.take("position")?,
        })
    }
}

/// Text that can't be an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("enter an address of 3 to 200 characters")]
pub struct InvalidAddress;

impl Address {
    /// Trims the text and checks its length.
    pub fn new(text: &str, position: Position) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        let length = text.chars().count();
        if !(3..=200).contains(&length) || text.chars().any(char::is_control) {
            return Err(InvalidAddress);
        }
        Ok(Self {
            text: text.to_owned(),
            position,
        })
    }

    /// The same rules for an address that was sent to us.
    pub fn checked(self) -> Result<Self, InvalidAddress> {
        Self::new(&self.text, self.position)
    }
}
