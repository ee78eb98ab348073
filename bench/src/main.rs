//! Load on a real server. `README.md` beside this says what each benchmark does.

mod catch_up;
mod chat;
mod comeback;
mod events;
mod fanout;
mod figures;
mod holds;
mod intake;
mod notify;
mod recorded;
mod sequence;
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
    /// A phone that comes back from a dead zone.
    CatchUp(catch_up::Options),
    /// Messages from device to device.
    Chat(chat::Options),
    /// Everybody after a restart.
    Comeback(comeback::Options),
    /// Positions to those who watch.
    Fanout(fanout::Options),
    /// The nearest post offices, and places at one.
    Holds(holds::Options),
    /// Fixes to the disk.
    Intake(intake::Options),
    /// Notifications to the list behind the bell and to the push service.
    Notify(notify::Options),
    /// Stops in order.
    Sequence(sequence::Options),
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    match CommandLine::parse().benchmark {
        Benchmark::CatchUp(options) => catch_up::run(&options).await,
        Benchmark::Chat(options) => chat::run(&options).await,
        Benchmark::Comeback(options) => comeback::run(&options).await,
        Benchmark::Fanout(options) => fanout::run(&options).await,
        Benchmark::Holds(options) => holds::run(&options).await,
        Benchmark::Intake(options) => intake::run(&options).await,
        Benchmark::Notify(options) => notify::run(&options).await,
        Benchmark::Sequence(options) => sequence::run(&options),
    }
}
