//! Signing in and out, and one's own account.

use leptos::prelude::*;
use porchlight_domain::account::{Me, SessionView};
use porchlight_domain::ids::SessionId;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::accounts::{self, Actor, SessionKind};
#[cfg(feature = "ssr")]
use porchlight_backend::notify;

/// Who is signed in, if anyone.
#[server(prefix = "/api/ui/v1", endpoint = "me")]
pub async fn who_am_i() -> Result<Option<Me>, ApiError> {
    let (actor, backend) = request::caller()?;
    match actor {
        Actor::Person(_) => Ok(Some(accounts::me(&actor, &backend).await?)),
        _ => Ok(None),
    }
}

/// Signs in and says where to go on.
#[server(prefix = "/api/ui/v1", endpoint = "sign-in")]
pub async fn sign_in(email: String, password: String, next: String) -> Result<String, ApiError> {
    let (_, backend) = request::caller()?;
    let typed = porchlight_domain::account::SignIn { email, password };
    let signed_in =
        accounts::sign_in(&backend, typed, &request::client()?, SessionKind::Browser).await?;
    remember_language(&signed_in, &backend).await;
    request::keep_session(&signed_in, backend.now());
    let next = crate::session::safe_next(Some(&next));
    request::lead_on(&next);
    Ok(next)
}

/// What this person is sent is in the language of the page they signed in on, until they choose another.
#[cfg(feature = "ssr")]
async fn remember_language(signed_in: &accounts::SignedIn, backend: &porchlight_backend::Backend) {
    let tag = crate::preferences::Preferences::detect().language.tag();
    let remembered = notify::remember_language(backend, &signed_in.me.id, tag).await;
    // Not worth a sign-in that fails: until they choose one, it is English.
    drop(remembered);
}

/// Makes a customer's account, signs in and says where to go on.
#[server(prefix = "/api/ui/v1", endpoint = "sign-up")]
pub async fn sign_up(
    name: String,
    email: String,
    password: String,
    next: String,
) -> Result<String, ApiError> {
    let (_, backend) = request::caller()?;
    let typed = porchlight_domain::account::SignUp {
        name,
        email,
        password,
    };
    let signed_in = accounts::sign_up(&backend, typed, &request::client()?).await?;
    remember_language(&signed_in, &backend).await;
    request::keep_session(&signed_in, backend.now());
    let next = crate::session::safe_next(Some(&next));
    request::lead_on(&next);
    Ok(next)
}

/// Ends this browser's session.
#[server(prefix = "/api/ui/v1", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    accounts::sign_out(&actor, &backend).await?;
    request::forget_session();
    request::lead_on("/sign-in");
    Ok(())
}

/// Sets another password and ends every other session.
#[server(prefix = "/api/ui/v1", endpoint = "change-password")]
pub async fn change_password(current: String, new: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(accounts::change_password(&actor, &backend, &current, &new, &request::client()?).await?)
}

/// Where this person is signed in.
#[server(prefix = "/api/ui/v1", endpoint = "sessions")]
pub async fn sessions() -> Result<Vec<SessionView>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(accounts::sessions(&actor, &backend).await?)
}

/// Signs out somewhere else.
#[server(prefix = "/api/ui/v1", endpoint = "end-session")]
pub async fn end_session(id: SessionId) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(accounts::end_session(&actor, &backend, &id).await?)
}
