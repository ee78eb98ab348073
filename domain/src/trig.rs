//! Sines and the like.
//!
//! A page asks its browser for them, which has them anyway: ours, made for angles of any size, would be
//! downloaded with it.

#[cfg(not(target_arch = "wasm32"))]
mod source {
    pub fn sin(radians: f64) -> f64 {
        radians.sin()
    }

    pub fn cos(radians: f64) -> f64 {
        radians.cos()
    }

    pub fn asin(sine: f64) -> f64 {
        sine.asin()
    }

    pub fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }
}

#[cfg(target_arch = "wasm32")]
mod source {
    pub use js_sys::Math::{asin, atan2, cos, sin};
}

pub(crate) use source::{asin, atan2, cos, sin};
