//! `porchlight add-person`.

use std::io::{BufRead, IsTerminal};
use std::process::{Command, Stdio};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use porchlight_backend::accounts::{self, Actor, NewPerson};
use porchlight_domain::people::{Email, Password, PersonName, Role};

use super::{Failure, PASSWORD_VARIABLE, say};
use crate::config::Config;
use crate::service;

/// Who is to be added.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// What they are.
    #[arg(long, value_parser = role())]
    role: Role,
    /// Their name.
    #[arg(long)]
    name: String,
    /// The address with which they sign in.
    #[arg(long)]
    email: String,
    /// A courier's vehicle, such as "White van".
    #[arg(long)]
    vehicle: Option<String>,
}

fn role() -> impl TypedValueParser<Value = Role> {
    let roles = [Role::Courier, Role::Clerk, Role::Admin, Role::Customer];
    PossibleValuesParser::new(roles.map(Role::as_str))
        .try_map(|text| Role::from_text(&text).ok_or("this is not a role"))
}

pub(super) async fn add(config: &Config, options: Options) -> Result<(), Failure> {
    if options.vehicle.is_some() && options.role != Role::Courier {
        return Err("--vehicle is for couriers".into());
    }
    let (name, email) = (
        PersonName::parse(&options.name).map_err(|problem| format!("--name: {problem}"))?,
        Email::parse(&options.email).map_err(|problem| format!("--email: {problem}"))?,
    );
    let person = NewPerson {
        role: options.role,
        name,
        password: Password::choose(&password(&email)?)?,
        email,
        vehicle: options.vehicle,
    };
    let (role, email) = (person.role.as_str(), person.email.clone());
    let backend = service::open_database(config).await?;
    let added = accounts::add_person(&Actor::System, &backend, person).await;
    backend.close().await;
    added?;
    say(&format!("{email} can sign in as {role}"))?;
    Ok(())
}

/// From the environment, or asked for: twice on a terminal, where nobody sees what was typed.
fn password(email: &Email) -> Result<String, Failure> {
    match std::env::var(PASSWORD_VARIABLE) {
        Ok(password) => return Ok(password),
        Err(std::env::VarError::NotPresent) => {}
        Err(problem) => return Err(format!("{PASSWORD_VARIABLE}: {problem}").into()),
    }
    if !std::io::stdin().is_terminal() {
        return read_line();
    }
    let _silent = Silence::begin();
    say(&format!("Password for {email}:"))?;
    let password = read_line()?;
    say("The same again:")?;
    if read_line()? == password {
        Ok(password)
    } else {
        Err("the two passwords differ".into())
    }
}

fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(format!(
            "there is no password: set {PASSWORD_VARIABLE}, or write it to standard input"
        )
        .into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives, the terminal does not show what is typed.
struct Silence;

impl Silence {
    fn begin() -> Self {
        set_terminal("-echo");
        Self
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        set_terminal("echo");
    }
}

fn set_terminal(echo: &str) {
    let set = Command::new("stty")
        .arg(echo)
        .stdin(Stdio::inherit())
        .status();
    if !set.is_ok_and(|status| status.success()) {
        // Nothing is left to be done if nobody reads it.
        let _ = say("This terminal shows what is typed.");
    }
}
