//! The `porchlight` binary.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use porchlight_server::commands::CommandLine;

#[tokio::main]
async fn main() -> ExitCode {
    match CommandLine::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to be done if nobody reads it.
            let _ = writeln!(std::io::stderr(), "porchlight: {failure}");
            ExitCode::FAILURE
        }
    }
}
