//! Post offices: the nearest of many, and many who want a place at one.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use porchlight_backend::accounts::{self, Actor};
use porchlight_backend::holds::{self, Configuration, OfficeIndex};
use porchlight_backend::{Backend, deliveries};
use porchlight_domain::delivery::{Address, Booking, Window};
use porchlight_domain::geo::Position;
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::reference::Reference;

use crate::figures::{percentiles, say};
use crate::recorded::Recorded;
use crate::town::{Outcome, Town};

/// The load.
#[derive(Debug, Args)]
pub struct Options {
    /// Offices on the globe.
    #[arg(long, default_value_t = 200_000)]
    offices: u32,
    /// People who want a place at one office at the same time.
    #[arg(long, default_value_t = 50)]
    holders: usize,
    /// Parcels they have together.
    #[arg(long, default_value_t = 1000)]
    parcels: usize,
}

/// Questions to the index.
const QUESTIONS: u32 = 2000;
/// Offices in an answer.
const NEAREST: usize = 10;

/// Runs both and prints the figures.
pub async fn run(options: &Options) -> Outcome<()> {
    nearest(options.offices)?;
    confirm(options).await
}

/// A place that looks random and is the same each time: the golden ratio spreads them evenly.
fn place(number: u32) -> Outcome<Position> {
    let (a, b) = (
        f64::from(number) * 0.618_033_988_749,
        f64::from(number) * 0.754_877_666_247,
    );
    Ok(Position::new(
        a.fract() * 170.0 - 85.0,
        b.fract() * 360.0 - 180.0,
    )?)
}

fn nearest(count: u32) -> Outcome<()> {
    let mut offices = Vec::new();
    for number in 0..count {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        offices.push((PostOfficeId::from_random(id), place(number)?));
    }
    let began = Instant::now();
    let index = OfficeIndex::new(offices.clone());
    say(&format!(
        "index    {count} offices in {:.0} ms",
        millis(began)
    ));
    let mut with_index = Vec::new();
    for number in 0..QUESTIONS {
        let from = place(count + number)?;
        let began = Instant::now();
        black_box(index.nearest(from, NEAREST).count());
        with_index.push(began.elapsed());
    }
    say(&format!("nearest  {}", percentiles(with_index)));
    let mut with_scan = Vec::new();
    for number in 0..QUESTIONS / 50 {
        let from = place(count + number)?;
        let began = Instant::now();
        let mut all: Vec<(f64, usize)> = offices
            .iter()
            .enumerate()
            .map(|(at, (_, place))| (from.distance_m(*place), at))
            .collect();
        all.select_nth_unstable_by(NEAREST, |a, b| a.0.total_cmp(&b.0));
        black_box(&all[..NEAREST]);
        with_scan.push(began.elapsed());
    }
    say(&format!("scan     {}", percentiles(with_scan)));
    Ok(())
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

async fn confirm(options: &Options) -> Outcome<()> {
    let writes = Recorded::start("porchlight_write_seconds")?;
    let town = Town::open(1).await?;
    let backend = town.backend().clone();
    let customer = accounts::authenticate(&backend, &town.pairs[0].customer)
        .await?
        .actor;
    holds::import_offices(&Actor::System, &backend).await?;
    let office = holds::list_offices(&Actor::System, &backend).await?[0]
        .office
        .id
        .clone();
    let room = options.parcels * 3 / 4;
    let configuration = Configuration {
        capacity: u32::try_from(room)?,
        opening_hours: None,
        closed: None,
    };
    holds::configure(&Actor::System, &backend, &office, configuration).await?;
    // One after the other: what a confirmation itself takes.
    let alone = book(&backend, &customer, 200).await?;
    let mut durations = Vec::new();
    for reference in &alone {
        let began = Instant::now();
        holds::request(&customer, &backend, *reference, &office).await?;
        durations.push(began.elapsed());
    }
    say(&format!("confirm  one by one: {}", percentiles(durations)));
    for reference in &alone {
        holds::cancel(&customer, &backend, *reference).await?;
    }
    let parcels = Arc::new(book(&backend, &customer, options.parcels).await?);
    let (next, won) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let holders = (0..options.holders).map(|_| {
        let (backend, customer, office) = (backend.clone(), customer.clone(), office.clone());
        let (parcels, next, won) = (Arc::clone(&parcels), Arc::clone(&next), Arc::clone(&won));
        tokio::spawn(async move {
            let mut durations: Vec<Duration> = Vec::new();
            while let Some(parcel) = parcels.get(next.fetch_add(1, Ordering::Relaxed)) {
                let began = Instant::now();
                let answer = holds::request(&customer, &backend, *parcel, &office).await;
                durations.push(began.elapsed());
                won.fetch_add(usize::from(answer.is_ok()), Ordering::Relaxed);
            }
            durations
        })
    });
    let mut durations = Vec::new();
    writes.take();
    let began = Instant::now();
    for holder in holders.collect::<Vec<_>>() {
        durations.extend(holder.await?);
    }
    let took_s = began.elapsed().as_secs_f64();
    say(&format!(
        "confirm  {} at once, waiting in line included: {}; {} parcels in {took_s:.1} s",
        options.holders,
        percentiles(durations),
        options.parcels
    ));
    say(&format!(
        "confirm  {} at once, the transaction from its turn to the disk: {}",
        options.holders,
        percentiles(writes.take())
    ));
    let used = holds::list_offices(&Actor::System, &backend).await?[0].used;
    say(&format!(
        "places   {room}, promised {}, taken {used}",
        won.load(Ordering::Relaxed)
    ));
    town.close().await;
    Ok(())
}

async fn book(backend: &Backend, customer: &Actor, count: usize) -> Outcome<Vec<Reference>> {
    let address = |lat: f64| -> Outcome<Address> {
        Ok(Address::new("Somewhere", Position::new(lat, 24.945)?)?)
    };
    let mut references = Vec::with_capacity(count);
    for _ in 0..count {
        let now = backend.now();
        let booking = Booking {
            pickup: address(60.170)?,
            address: address(60.172)?,
            description: "A parcel".into(),
            window: Window {
                from: now,
                to: now.plus_s(3600.0),
            },
            photo_needed: false,
            handover: None,
        };
        let booked = deliveries::book(customer, backend, booking).await?;
        references.push(booked.summary.reference);
    }
    Ok(references)
}
