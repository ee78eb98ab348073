//! Parts that several pages use. One component, one file.

mod access;
mod bell;
mod connection;
mod courier_card;
mod dynamic;
mod empty;
mod failure;
mod field;
mod frame;
mod icon;
mod loading;
mod lookup;
mod notice;
mod progress;
mod status;
mod steps;
mod submit;
mod toggles;

pub use access::{Access, ForRole};
pub use bell::Bell;
pub use connection::Connection;
pub use courier_card::CourierCardView;
pub use dynamic::{effect, later, maybe, part, words};
pub use empty::Empty;
pub use failure::{Failure, FormFailure, failure_sentence, sentence};
pub use field::Field;
pub use frame::Frame;
pub use icon::{Icon, Logo};
pub use loading::Loading;
pub use lookup::AddressField;
pub use notice::NoticeRegion;
pub use progress::Progress;
pub use status::{StatusChip, tone};
pub use steps::Steps;
pub use submit::Submit;
pub use toggles::{LanguageChoice, ThemeChoice};
