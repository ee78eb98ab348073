//! How far the courier still is from each stop.

use porchlight_domain::fix::Fix;
use porchlight_domain::reference::Reference;
use porchlight_domain::reveal::Approach;
use porchlight_domain::run::Stop;

use super::board::LiveRun;
use super::legs::{Leg, straight_s};

impl LiveRun {
    /// Each pending stop, in order, with how far the courier at `fix` is from it.
    pub(crate) fn approaches(&self, fix: &Fix) -> Vec<(&Stop, Approach)> {
        let mut remaining_s = 0.0;
        let mut previous: Option<&Stop> = None;
        let mut approaches = Vec::new();
        for (stops_before, stop) in (0_u32..).zip(self.run.pending()) {
            remaining_s += match previous {
                None => self.to_first_s(fix, stop),
                Some(previous) => previous.service_s + self.between_s(previous, stop),
            };
            let approach = Approach {
                stops_before,
                remaining_s,
                distance_m: fix.position.distance_m(stop.position),
            };
            approaches.push((stop, approach));
            previous = Some(stop);
        }
        approaches
    }

    fn to_first_s(&self, fix: &Fix, stop: &Stop) -> f64 {
        self.ways_to(stop.delivery)
            .find_map(|leg| leg.remaining_s(fix.position))
            .unwrap_or_else(|| straight_s(fix.position, stop.position))
    }

    /// The known ways to a stop that can tell how long the van still takes.
    pub(crate) fn ways_to(&self, delivery: Reference) -> impl Iterator<Item = &Leg> {
        let next = self
            .plan
            .next
            .iter()
            .filter(move |(to, _)| *to == delivery)
            .map(|(_, leg)| leg);
        let shown = self.plan.shown.get(&delivery).map(|way| &way.leg);
        next.chain(shown)
    }

    fn between_s(&self, from: &Stop, to: &Stop) -> f64 {
        self.plan
            .between
            .get(&(from.delivery, to.delivery))
            .map_or_else(
                || straight_s(from.position, to.position),
                |leg| leg.duration_s,
            )
    }
}
