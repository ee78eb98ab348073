//! People, roles, passwords, sessions and tokens.

mod actor;
mod attempts;
pub(crate) mod couriers;
mod passwords;
pub(crate) mod queries;
mod sessions;
#[cfg(test)]
mod tests;
mod token;
mod uses;

use std::net::IpAddr;

use porchlight_domain::account::{Me, SignIn, SignUp};
use porchlight_domain::ids::{PersonId, SessionId};
use porchlight_domain::people::{Email, Password, PersonName, Role};
use porchlight_domain::time::Timestamp;

pub use actor::{Actor, Person, ShareGrant};
pub(crate) use couriers::courier_by_email;
pub use sessions::{Authenticated, SessionKind, authenticate, end_session, sessions, sign_out};
pub use token::SecretToken;

use self::attempts::Attempt;
use self::passwords::Passwords;
use self::queries::{AccountRow, NewPersonRow};
use self::sessions::SessionCache;
use crate::{Backend, Error, notify};

/// What accounts hold in memory.
pub(crate) struct State {
    passwords: Passwords,
    sessions: SessionCache,
    uses: uses::Uses,
}

impl State {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            passwords: Passwords::new(rand::random())?,
            sessions: SessionCache::default(),
            uses: uses::Uses::default(),
        })
    }
}

/// Starts what runs beside requests.
pub(crate) fn begin(backend: &Backend) {
    backend.keep_doing(sessions::hear(backend.clone()));
    backend.keep_doing(sessions::sweep(backend.clone()));
    uses::keep(backend);
}

/// Writes what is only noted yet.
pub(crate) async fn write_noted(backend: &Backend) -> Result<(), Error> {
    uses::flush(backend).await
}

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The peer, or whom a trusted proxy names.
    pub address: IpAddr,
    /// As the browser or program names itself.
    pub user_agent: String,
}

impl Client {
    /// What a person reads in their list of sessions.
    fn label(&self) -> String {
        self.user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect()
    }
}

/// Someone who has just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Goes into the cookie or the bearer header.
    pub token: SecretToken,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Who they are.
    pub me: Me,
}

/// Makes a customer's account and signs them in.
pub async fn sign_up(backend: &Backend, form: SignUp, client: &Client) -> Result<SignedIn, Error> {
    let new = NewPerson {
        role: Role::Customer,
        name: PersonName::parse(&form.name)?,
        email: Email::parse(&form.email)?,
        password: Password::choose(&form.password)?,
        vehicle: None,
    };
    attempts::count_sign_up(backend, client).await?;
    // Counted like a try to sign in as well: it tells whether there is an account.
    let attempt = Attempt::begin(backend, &new.email, client).await?;
    let id = insert(backend, new).await?;
    attempt.succeeded(backend).await?;
    let row = account(backend, &id).await?;
    let (token, expires_at) = sessions::open(backend, &id, SessionKind::Browser, client).await?;
    Ok(SignedIn {
        token,
        expires_at,
        me: me_of(&row, 0)?,
    })
}

/// Signs someone in. An unknown address and a wrong password get the same answer after the same
/// time.
pub async fn sign_in(
    backend: &Backend,
    form: SignIn,
    client: &Client,
    kind: SessionKind,
) -> Result<SignedIn, Error> {
    let wrong = || Error::Invalid {
        detail: "this address and password don't belong together".into(),
        field: Some("password"),
    };
    let email = Email::parse(&form.email)?;
    let password = Password::claim(&form.password)?;
    let attempt = Attempt::begin(backend, &email, client).await?;
    let row = queries::person_by_email(backend.store().readers(), email.as_str()).await?;
    let stored = row.as_ref().map(|row| row.password_hash.as_str());
    let is_right = backend
        .accounts()
        .passwords
        .verify(password, stored)
        .await?;
    let Some(row) = row.filter(|_| is_right) else {
        return Err(wrong());
    };
    attempt.succeeded(backend).await?;
    let id = PersonId::from_text(row.id.as_str());
    let (token, expires_at) = sessions::open(backend, &id, kind, client).await?;
    tracing::info!(person.id = %id, "Signed in");
    Ok(SignedIn {
        token,
        expires_at,
        me: me_of(&row, 0)?,
    })
}

/// Who is signed in.
pub async fn me(actor: &Actor, backend: &Backend) -> Result<Me, Error> {
    let id = &actor.person()?.id;
    let row = account(backend, id).await?;
    me_of(&row, notify::unread(backend, id).await?)
}

/// Changes the password and ends all other sessions.
pub async fn change_password(
    actor: &Actor,
    backend: &Backend,
    current: &str,
    new: &str,
    client: &Client,
) -> Result<(), Error> {
    let person = actor.person()?;
    let new = Password::choose(new).map_err(|problem| Error::invalid("new_password", &problem))?;
    let current = Password::claim(current)?;
    let row = account(backend, &person.id).await?;
    let email = Email::parse(&row.email)?;
    let attempt = Attempt::begin(backend, &email, client).await?;
    let passwords = &backend.accounts().passwords;
    if !passwords.verify(current, Some(&row.password_hash)).await? {
        return Err(Error::invalid(
            "current_password",
            &"this is not your password",
        ));
    }
    attempt.succeeded(backend).await?;
    let hash = passwords.hash(new).await?;
    let mut tx = backend.store().begin().await?;
    queries::set_password(&mut tx, &person.id, &hash).await?;
    let ended = queries::end_other_sessions(&mut tx, &person.id, &person.session).await?;
    tx.commit().await?;
    let ended = ended.into_iter().map(SessionId::from_text).collect();
    sessions::announce_end(backend, ended).await;
    tracing::info!(person.id = %person.id, "Password changed");
    Ok(())
}

/// A person to add.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// What they are.
    pub role: Role,
    /// Their name.
    pub name: PersonName,
    /// Their address.
    pub email: Email,
    /// Their first password.
    pub password: Password,
    /// A courier's vehicle, such as "White van".
    pub vehicle: Option<String>,
}

/// Adds a person of any role: for admins and for set-up.
pub async fn add_person(
    actor: &Actor,
    backend: &Backend,
    person: NewPerson,
) -> Result<PersonId, Error> {
    actor.must_run_operations()?;
    if let Some(vehicle) = &person.vehicle {
        check_vehicle(vehicle)?;
    }
    let role = person.role;
    let id = insert(backend, person).await?;
    tracing::info!(person.id = %id, person.role = role.as_str(), "Added");
    Ok(id)
}

/// Recipients read it beside the courier's name.
fn check_vehicle(vehicle: &str) -> Result<(), Error> {
    if (1..=80).contains(&vehicle.trim().chars().count()) && !vehicle.chars().any(char::is_control)
    {
        return Ok(());
    }
    Err(Error::invalid(
        "vehicle",
        &"describe the vehicle in 1 to 80 characters",
    ))
}

/// What the person with this address is, if there is one: for admins and for set-up.
pub async fn role_of(
    actor: &Actor,
    backend: &Backend,
    email: &Email,
) -> Result<Option<Role>, Error> {
    actor.must_run_operations()?;
    let row = queries::person_by_email(backend.store().readers(), email.as_str()).await?;
    Ok(row.map(|row| row.role()).transpose()?)
}

async fn insert(backend: &Backend, person: NewPerson) -> Result<PersonId, Error> {
    let id = PersonId::from_random(backend.random_bytes());
    let password_hash = backend.accounts().passwords.hash(person.password).await?;
    let row = NewPersonRow {
        id: &id,
        role: person.role,
        email: person.email.as_str(),
        name: person.name.as_str(),
        password_hash: &password_hash,
        vehicle: person.vehicle.as_deref(),
        created_at: backend.now(),
    };
    let mut tx = backend.store().begin().await?;
    queries::insert_person(&mut tx, &row)
        .await
        .map_err(|error| match Error::from(error) {
            Error::Conflict { .. } => {
                Error::invalid("email", &"there is an account with this address")
            }
            other => other,
        })?;
    tx.commit().await?;
    Ok(id)
}

async fn account(backend: &Backend, id: &PersonId) -> Result<AccountRow, Error> {
    queries::person_by_id(backend.store().readers(), id)
        .await?
        .ok_or(Error::Unauthenticated)
}

/// `unread` is 0 for whoever has only just signed in: they ask again.
fn me_of(row: &AccountRow, unread: u32) -> Result<Me, Error> {
    Ok(Me {
        id: PersonId::from_text(row.id.as_str()),
        name: row.name.clone(),
        email: row.email.clone(),
        role: row.role()?,
        unread,
    })
}
