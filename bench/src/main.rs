//! Load on a real server. `README.md` beside this says what each benchmark does.

mod fanout;
mod figures;
mod intake;
mod town;

use std::error::Error;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about)]
struct CommandLine {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Debug, Subcommand)]
enum Benchmark {
    /// Positions to those who watch.
    Fanout(fanout::Options),
    /// Fixes to the disk.
    Intake(intake::Options),
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    match CommandLine::parse().benchmark {
        Benchmark::Fanout(options) => fanout::run(&options).await,
        Benchmark::Intake(options) => intake::run(&options).await,
    }
}
