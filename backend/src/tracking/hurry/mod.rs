//! Tells a courier's phone to report sooner the moment somebody sees it, and not at its next report.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};

use porchlight_domain::event::{Envelope, Fact};
use porchlight_domain::ids::PersonId;

use super::board::{LiveCourier, lock};
use super::{ingest, sync};
use crate::events::{Frame, Signal, Topic};
use crate::{Backend, Error};

/// How often other instances are told that somebody sees a courier here, seconds.
const TELL_S: f64 = 30.0;
/// For how long what another instance said holds, seconds: phones that stand report once a minute.
const HOLDS_S: f64 = 75.0;

/// Somebody here sees the courier now, or has gone on seeing them. The caller holds the courier's lock.
pub(super) fn seen(backend: &Backend, courier: &PersonId, live: &mut LiveCourier) {
    let now = backend.now();
    let is_time = |at| now.seconds_since(at) >= TELL_S;
    if backend.bus().is_shared()
        && ingest::is_seen_here(backend, live)
        && live.told_others_at.is_none_or(is_time)
    {
        live.told_others_at = Some(now);
        let courier = courier.clone();
        backend.bus().send(Signal::Watched { courier });
    }
    tell(backend, courier, live);
}

/// Somebody sees the courier on another instance.
pub(super) async fn seen_elsewhere(backend: &Backend, courier: &PersonId) -> Result<(), Error> {
    let place: Arc<Mutex<LiveCourier>> = sync::place_of(backend, courier).await?;
    let mut live = lock(&place);
    live.seen_until = Some(backend.now().plus_s(HOLDS_S));
    tell(backend, courier, &mut live);
    Ok(())
}

/// Tells the phone when it should report sooner than it was told last.
fn tell(backend: &Backend, courier: &PersonId, live: &mut LiveCourier) {
    let next_interval_s = ingest::interval_s(backend, live);
    let longest_s = backend.tracking().settings.cadence.idle_s;
    if live.run.is_none() || next_interval_s >= live.asked_s.unwrap_or(longest_s) {
        return;
    }
    live.asked_s = Some(next_interval_s);
    let topic = Topic::person(courier);
    if !backend.hub().is_heard(&topic) {
        return;
    }
    let envelope = Envelope {
        id: None,
        time: backend.now(),
        subject: courier.to_string(),
        correlation_id: None,
        fact: Fact::CourierWatched { next_interval_s },
    };
    match Frame::live(&envelope) {
        Ok(frame) => backend.hub().publish(&topic, &frame),
        Err(error) => tracing::error!(%error, "A live frame was not made"),
    }
}
