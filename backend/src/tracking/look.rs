//! What one recipient may see of the courier now: the only place that decides it. Frames,
//! snapshots and API answers all come from here.

use porchlight_domain::eta::Eta;
use porchlight_domain::fix::Fix;
use porchlight_domain::geo::Line;
use porchlight_domain::reference::Reference;
use porchlight_domain::reveal::{
    Approach, Area, OTHER_DOOR_M, Reveal, RevealPolicy, points_at_another_door,
};
use porchlight_domain::run::Stop;
use porchlight_domain::tracking::ShownPosition;

use super::board::{LiveCourier, LiveRun};
use super::legs::OFF_LINE_M;

/// Two doors nearer than this are one door, metres.
const SAME_DOOR_M: f64 = 1.0;

/// A recipient's view of the courier.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) reveal: Reveal,
    pub(crate) position: Option<ShownPosition>,
    /// The fix behind an exact position.
    pub(crate) fix: Option<Fix>,
    pub(crate) eta: Eta,
    pub(crate) stops_before: u32,
}

impl LiveCourier {
    /// What the recipient of `delivery` may see: nothing unless the run is active, the parcel is
    /// out for delivery on it, and the courier's place is known.
    pub(crate) fn look(&self, delivery: Reference, policy: &RevealPolicy) -> Option<Look> {
        let (run, fix) = (self.run.as_ref()?, self.track.latest()?);
        let approaches = run.approaches(&fix);
        let (stop, approach) = approaches
            .iter()
            .find(|(stop, _)| stop.delivery == delivery)?;
        stop.out_for_delivery
            .then(|| run.look_at(&fix, stop, approach, policy))
    }

    /// What each recipient of what is out for delivery may see.
    pub(crate) fn looks(&self, policy: &RevealPolicy) -> Vec<(Reference, Look)> {
        let (Some(run), Some(fix)) = (self.run.as_ref(), self.track.latest()) else {
            return Vec::new();
        };
        let approaches = run.approaches(&fix).into_iter();
        approaches
            .filter(|(stop, _)| stop.out_for_delivery)
            .map(|(stop, approach)| (stop.delivery, run.look_at(&fix, stop, &approach, policy)))
            .collect()
    }

    /// Notes for every recipient who may see the van exactly that this is where they see it,
    /// unless it would point at another door. Called once for each newest fix.
    pub(crate) fn reveal(&mut self, policy: &RevealPolicy) {
        let (Some(run), Some(fix)) = (self.run.as_mut(), self.track.latest()) else {
            return;
        };
        // Near which doors the van is: few, so the rest need not be compared one by one. A post office is
        // nobody's door, and vans are often at one.
        let near: Vec<Stop> = run
            .run
            .stops
            .iter()
            .filter(|stop| !stop.at_an_office)
            .filter(|stop| stop.position.distance_m(fix.position) < OTHER_DOOR_M)
            .cloned()
            .collect();
        let seen: Vec<(Reference, Option<bool>)> = run
            .approaches(&fix)
            .into_iter()
            .filter(|(stop, _)| stop.out_for_delivery)
            .map(|(stop, approach)| {
                let exact = policy.reveal(&approach) == Reveal::Exact;
                let others = near
                    .iter()
                    .map(|other| other.position)
                    .filter(|door| door.distance_m(stop.position) > SAME_DOOR_M);
                let is_next = approach.stops_before == 0;
                let clear = !points_at_another_door(fix.position, stop.position, is_next, others);
                (stop.delivery, exact.then_some(clear))
            })
            .collect();
        for (delivery, exact) in seen {
            match exact {
                Some(true) => drop(run.revealed.insert(delivery, fix)),
                Some(false) => {}
                None => drop(run.revealed.remove(&delivery)),
            }
        }
    }
}

impl LiveRun {
    pub(crate) fn look_at(
        &self,
        fix: &Fix,
        stop: &Stop,
        approach: &Approach,
        policy: &RevealPolicy,
    ) -> Look {
        let allowed = policy.reveal(approach);
        let exact = self
            .revealed
            .get(&stop.delivery)
            .filter(|_| allowed == Reveal::Exact);
        let reveal = match exact {
            Some(_) => Reveal::Exact,
            // Allowed, but never yet away from other doors: the area will do.
            None => allowed.min(Reveal::Area),
        };
        let position = match (reveal, exact) {
            (Reveal::Hidden, _) => None,
            (Reveal::Exact, Some(seen)) => Some(ShownPosition::Exact {
                position: seen.position,
                accuracy_m: seen.accuracy_m,
                heading_deg: seen.heading_deg,
                time: seen.time,
            }),
            (Reveal::Area | Reveal::Exact, _) => Some(ShownPosition::Area {
                area: Area::around(fix.position),
                time: fix.time,
            }),
        };
        Look {
            reveal,
            position,
            fix: exact.copied().filter(|_| reveal == Reveal::Exact),
            eta: Eta::window(
                approach.remaining_s,
                approach.stops_before,
                fix.time,
                reveal,
            ),
            stops_before: approach.stops_before,
        }
    }

    /// The way along streets from where a recipient sees the van to their door, and its version.
    /// It begins exactly where they see the van: what lies behind is where the van has been, and
    /// while the van is at another's door, where it is now is not on it.
    pub(crate) fn route_from(&self, seen: &Fix, delivery: Reference) -> Option<(Line, u64)> {
        let way = self.plan.shown.get(&delivery)?;
        let on = way.leg.line.nearest(seen.position)?;
        if on.off_m > OFF_LINE_M {
            return None;
        }
        let Line(ahead) = way.leg.line.from_along(on.along_m);
        let line = std::iter::once(seen.position).chain(ahead).collect();
        Some((Line(line), way.version))
    }
}
