//! What `porchlight` does when it is called.

mod add_person;
mod import_osm;
mod replay;
mod serve;
mod verify_log;

use std::collections::HashSet;
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};

use crate::config::Config;

/// Holds the password that a command needs, so that no list of processes shows it.
const PASSWORD_VARIABLE: &str = "PORCHLIGHT_PASSWORD";

/// Brings a parcel to a person, not to a porch.
#[derive(Debug, Parser)]
#[command(name = "porchlight", version, about)]
pub struct CommandLine {
    /// The file with the settings.
    #[arg(long, default_value = "Leptos.toml", global = true)]
    settings: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve people, partners and couriers.
    Serve {
        /// Fill the city with people, parcels and couriers; listens on loopback only.
        #[arg(long)]
        demo: bool,
    },
    /// Make a city of any OpenStreetMap extract: streets, addresses, post offices, base map.
    ImportOsm {
        /// A file ending in `.osm.pbf`.
        file: PathBuf,
        /// Where the city goes; name it in the setting `city`.
        #[arg(long, default_value = "city.plcity")]
        out: PathBuf,
    },
    /// Drive a courier along a recorded GPX trace.
    Replay {
        /// The trace.
        file: PathBuf,
        /// The courier's address.
        #[arg(long = "as")]
        courier: String,
        /// How many times faster than recorded.
        #[arg(long, default_value_t = 1.0)]
        times: f64,
        /// The server.
        #[arg(long, default_value = "http://127.0.0.1:3000")]
        url: String,
        /// The courier's password.
        #[arg(
            long,
            env = PASSWORD_VARIABLE,
            hide_env_values = true,
            default_value = "porchlight-demo"
        )]
        password: String,
    },
    /// Add someone: a courier, a clerk, an admin or a customer. Their password comes from the
    /// environment variable `PORCHLIGHT_PASSWORD`, or is asked for.
    AddPerson(add_person::Options),
    /// Check the seals of the whole event log.
    VerifyLog,
}

/// The environment variables that stand for options of commands: they are no settings.
pub fn environment_options() -> HashSet<String> {
    CommandLine::command()
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter_map(|option| option.get_env()?.to_str().map(str::to_owned))
        .collect()
}

/// Why a command failed, as a sentence.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl CommandLine {
    /// Does it.
    pub async fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Serve { demo } => serve::serve(Config::read(&self.settings)?, demo).await,
            Command::ImportOsm { file, out } => import_osm::import(&file, &out),
            Command::Replay {
                file,
                courier,
                times,
                url,
                password,
            } => replay::replay(&file, &courier, &password, times, &url).await,
            Command::AddPerson(options) => {
                add_person::add(&Config::read(&self.settings)?, options).await
            }
            Command::VerifyLog => verify_log::verify(&Config::read(&self.settings)?).await,
        }
    }
}

/// Says something to whoever called the command.
fn say(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}
