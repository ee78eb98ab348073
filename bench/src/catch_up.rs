//! A phone that comes back from a dead zone: how long until the server has taken everything it kept, in order.

use std::time::Instant;

use clap::Args;
use porchlight_backend::accounts;
use porchlight_backend::deliveries;
use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::delivery::{Status, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::reference::Reference;
use reqwest::Client;
use serde_json::{Value, json};

use crate::figures::say;
use crate::town::{Outcome, Town};

/// The load.
#[derive(Debug, Args)]
pub struct Options {
    /// Steps that were kept.
    #[arg(long, default_value_t = 1000)]
    steps: usize,
    /// Steps in one request.
    #[arg(long, default_value_t = 100)]
    at_once: usize,
}

/// Sends them and prints the figure. A step that is lost or out of order makes it fail.
pub async fn run(options: &Options) -> Outcome<()> {
    let town = Town::open(1).await?;
    let pair = town.pairs.first().ok_or("no van")?;
    let steps = (0..options.steps)
        .map(|number| step(number, pair.reference))
        .collect::<Outcome<Vec<_>>>()?;
    let http = Client::builder().build()?;
    let began = Instant::now();
    for steps in steps.chunks(options.at_once.max(1)) {
        let request = http
            .post(format!("{}/api/v1/courier/steps", town.url))
            .bearer_auth(&pair.courier)
            .json(&json!({ "steps": steps }));
        let answer: Value = request.send().await?.error_for_status()?.json().await?;
        let outcomes = answer["outcomes"].as_array().ok_or("no outcomes")?;
        let taken = outcomes.iter().filter(|one| one["outcome"] == "taken");
        if taken.count() != steps.len() {
            return Err(format!("not all were taken: {answer}").into());
        }
    }
    let took = began.elapsed();
    check(&town, pair.reference, &pair.customer, options.steps).await?;
    say(&format!(
        "catch-up {} steps in {} ms, {} in a request",
        options.steps,
        took.as_millis(),
        options.at_once
    ));
    town.close().await;
    Ok(())
}

/// The parcel fails and goes out again, over and over: the one order in which all of that is possible.
fn step(number: usize, reference: Reference) -> Outcome<Action> {
    let whereabouts = Whereabouts::NoFix {
        reason: "in a tunnel".into(),
    };
    let to = status(number);
    let change = StatusChange {
        reason: (to == Status::Failed).then(|| "nobody_home".into()),
        ..StatusChange::to(to, whereabouts)
    };
    Ok(Action {
        key: IdempotencyKey::parse(&format!("a-step-from-a-tunnel-{number}"))?,
        done_s_ago: 60.0,
        step: Step::ChangeStatus { reference, change },
    })
}

fn status(number: usize) -> Status {
    if number.is_multiple_of(2) {
        Status::Failed
    } else {
        Status::OutForDelivery
    }
}

async fn check(town: &Town, parcel: Reference, customer: &str, steps: usize) -> Outcome<()> {
    let customer = accounts::authenticate(town.backend(), customer)
        .await?
        .actor;
    let entries = deliveries::timeline(&customer, town.backend(), parcel).await?;
    let told = entries.iter().filter_map(|entry| match &entry.fact {
        Fact::StatusChanged { to, .. } => Some(*to),
        _ => None,
    });
    // Collected, and out for the first time.
    let told: Vec<_> = told.skip(2).collect();
    if told == (0..steps).map(status).collect::<Vec<_>>() {
        Ok(())
    } else {
        Err(format!("{} of {steps} steps, or not in order", told.len()).into())
    }
}
