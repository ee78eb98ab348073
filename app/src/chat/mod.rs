//! The chat between recipient and courier, as a browser takes part in it. Fetched when a chat is opened.
//!
//! [`device`] encrypts and decrypts; `vault.rs` keeps what it needs, encrypted with a key that the browser does not
//! hand out; `carrier.rs` asks the server, over a WebSocket or without; `talk/` brings the three together, for one
//! delivery; `pane/` shows it.

mod carrier;
pub mod device;
mod forget;
mod item;
mod pane;
mod talk;
mod vault;

pub use forget::forget_all;
pub use pane::{Opened, chat_pane};
