//! Reading what goes over the wire, field by field.
//!
//! A page downloads its reader, and serde's derived readers are made anew for each pair of type and format,
//! three times over where a type is tagged or flattened: they were a fifth of the tracking page's
//! WebAssembly. Here JSON is parsed once into a [`Value`], and each type takes its fields from that. What
//! only the server reads keeps its derived reader.
//!
//! To make a type readable: [`wire!`](crate::wire!) with its fields, or [`FromFields`] by hand for an enum.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Map;
pub use serde_json::Value;

use crate::time::Timestamp;

/// What was read is not of the form that was expected: the name of the field or type it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is missing or not of the right form")]
pub struct Unreadable(pub &'static str);

/// What can be read from a JSON value; a missing field is read as `null`.
pub trait FromWire: Sized {
    /// Reads it.
    fn from_wire(value: Value) -> Result<Self, Unreadable>;
}

/// What can be read from the fields of a JSON object, its own or those of an object it is flattened into.
pub trait FromFields: Sized {
    /// Takes its fields and leaves the others.
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable>;
}

/// The fields of a JSON object.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Those of an object.
    pub fn of(value: Value) -> Result<Self, Unreadable> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(Unreadable("object")),
        }
    }

    /// Takes one.
    pub fn take<T: FromWire>(&mut self, name: &'static str) -> Result<T, Unreadable> {
        T::from_wire(self.value(name)).map_err(|_| Unreadable(name))
    }

    /// Takes a list; one that is not there is empty.
    pub fn list<T: FromWire>(&mut self, name: &'static str) -> Result<Vec<T>, Unreadable> {
        Ok(self.take::<Option<_>>(name)?.unwrap_or_default())
    }

    /// Takes one, unread.
    pub fn value(&mut self, name: &str) -> Value {
        self.0.remove(name).unwrap_or_default()
    }
}

/// Reads a whole value with serde: the body of a `Deserialize`.
pub fn read<'de, T: FromWire, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::from_wire(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Makes structs readable: their own fields by name, those of flattened ones behind `..`.
#[macro_export]
macro_rules! wire {
    ($($type:ident { $($field:ident),* $(; ..$flat:ident)? })*) => {$(
        impl $crate::wire::FromFields for $type {
            fn from_fields(fields: &mut $crate::wire::Fields) -> Result<Self, $crate::wire::Unreadable> {
                Ok(Self {
                    $($field: fields.take(stringify!($field))?,)*
                    $($flat: $crate::wire::FromFields::from_fields(fields)?,)?
                })
            }
        }
        $crate::wire_of_fields!($type);
    )*};
}

/// Makes what is read from fields readable as a value, and with serde.
#[macro_export]
macro_rules! wire_of_fields {
    ($($type:ident)*) => {$(
        impl $crate::wire::FromWire for $type {
            fn from_wire(value: $crate::wire::Value) -> Result<Self, $crate::wire::Unreadable> {
                $crate::wire::FromFields::from_fields(&mut $crate::wire::Fields::of(value)?)
            }
        }
        $crate::wire_with_serde!($type);
    )*};
}

/// Lets serde read what is readable as a value.
#[macro_export]
macro_rules! wire_with_serde {
    ($($type:ident)*) => {$(
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::read(deserializer)
            }
        }
    )*};
}

impl FromWire for String {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(Unreadable("text")),
        }
    }
}

impl FromWire for bool {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        value.as_bool().ok_or(Unreadable("yes or no"))
    }
}

impl FromWire for f64 {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        value.as_f64().ok_or(Unreadable("number"))
    }
}

impl FromWire for i64 {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        value.as_i64().ok_or(Unreadable("number"))
    }
}

impl FromWire for u64 {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        value.as_u64().ok_or(Unreadable("number"))
    }
}

impl FromWire for u32 {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        u64::from_wire(value)?
            .try_into()
            .map_err(|_| Unreadable("number"))
    }
}

impl FromWire for Timestamp {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        String::from_wire(value)?
            .parse()
            .map_err(|_| Unreadable("time"))
    }
}

impl<T: FromWire> FromWire for Option<T> {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        match value {
            Value::Null => Ok(None),
            value => T::from_wire(value).map(Some),
        }
    }
}

impl<T: FromWire> FromWire for Vec<T> {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        match value {
            Value::Array(values) => values.into_iter().map(T::from_wire).collect(),
            _ => Err(Unreadable("list")),
        }
    }
}
