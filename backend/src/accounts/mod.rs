//! People, roles, passwords, sessions and tokens.

mod actor;
pub(crate) mod couriers;
mod token;

pub use actor::{Actor, Person, ShareGrant};
pub(crate) use couriers::courier_by_email;
pub use token::SecretToken;
