//! Pictures on the courier's phone: taken at a door, made small, kept with their step, and sent before it.

mod camera;
mod shrink;
mod signature;
mod upload;

use std::sync::Arc;

use leptos::prelude::window;
use porchlight_domain::delivery::{Picture, PictureHash, PictureKind};
use porchlight_domain::wire::{FromWire, Unreadable, Value};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

pub use camera::Photos;
pub use shrink::shrink;
pub use signature::SignaturePad;
pub use upload::upload;

/// A picture with its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shot {
    /// As the step names it.
    pub picture: Picture,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// The file, in base64: what a canvas gives and what the phone keeps.
    pub data: String,
}

porchlight_domain::wire! { Shot { picture, media_type, data } }

impl Shot {
    /// Of what a canvas wrote: `data:image/png;base64,…`. None when it wrote nothing, as in a browser that
    /// does not let pages read their canvases.
    fn of_canvas(kind: PictureKind, url: &str) -> Option<Self> {
        let (media_type, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
        let hash = Sha256::digest(bytes(data)?);
        let hex = hash.iter().map(|byte| format!("{byte:02x}"));
        Some(Self {
            picture: Picture {
                kind,
                hash: PictureHash::parse(&hex.collect::<String>()).ok()?,
            },
            media_type: media_type.to_owned(),
            data: data.to_owned(),
        })
    }

    /// To show it here.
    pub fn url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.data)
    }
}

/// What base64 stands for.
fn bytes(base64: &str) -> Option<Vec<u8>> {
    let text = window().atob(base64).ok()?;
    // One character for each byte.
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}

/// The pictures of a step. They are large, and what holds them is copied often.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shots(Arc<Vec<Shot>>);

impl From<Vec<Shot>> for Shots {
    fn from(shots: Vec<Shot>) -> Self {
        Self(Arc::new(shots))
    }
}

impl Shots {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Shot> {
        self.0.iter()
    }
}

impl Serialize for Shots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(serializer)
    }
}

impl FromWire for Shots {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let shots: Option<Vec<Shot>> = FromWire::from_wire(value)?;
        Ok(shots.unwrap_or_default().into())
    }
}
