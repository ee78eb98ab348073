//! What a page knows of one delivery, and how a message changes it.
//!
//! Messages may come twice, late, or out of order with what the page was rendered from: applying
//! one again changes nothing, and the courier never goes back in time.

use porchlight_domain::delivery::Status;
use porchlight_domain::eta::Eta;
use porchlight_domain::event::{Envelope, Fact};
use porchlight_domain::geo::Line;
use porchlight_domain::geofence::Arrival;
use porchlight_domain::tracking::{CourierCard, ShownPosition, TimelineEntry, TrackingView};

/// What a page knows of one delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackingState {
    /// Where it stands.
    pub status: Status,
    /// Who brings it.
    pub courier: Option<CourierCard>,
    /// Where they are, as far as it is shown.
    pub position: Option<ShownPosition>,
    /// When they come.
    pub eta: Option<Eta>,
    /// Stops in between.
    pub stops_before: Option<u32>,
    /// The way to the door.
    pub route: Option<Line>,
    /// How near they are.
    pub arrival: Option<Arrival>,
    /// Everything that happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// What a message did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Whether anything is different.
    pub changed: bool,
    /// Whether the page must ask the server for the rest, such as who the courier is.
    pub incomplete: bool,
}

const NOTHING: Applied = Applied {
    changed: false,
    incomplete: false,
};
const CHANGED: Applied = Applied {
    changed: true,
    incomplete: false,
};

impl TrackingState {
    /// From what the server answered. The tracking view is none before dispatch; the timeline is
    /// empty where a page does not show it.
    pub fn new(
        status: Status,
        tracking: Option<TrackingView>,
        timeline: Vec<TimelineEntry>,
    ) -> Self {
        let mut state = Self {
            status,
            courier: None,
            position: None,
            eta: None,
            stops_before: None,
            route: None,
            arrival: last_arrival(&timeline),
            timeline,
        };
        if let Some(view) = tracking {
            state.courier = view.courier;
            state.position = view.position;
            state.eta = view.eta;
            state.stops_before = view.stops_before;
            state.route = view.route;
        }
        state
    }

    /// Takes a later answer of the server, which is right unless the stream was quicker.
    pub fn refresh(&mut self, mut answer: Self) {
        let was_ahead = self.last_seq() > answer.last_seq() && !answer.timeline.is_empty();
        if was_ahead {
            answer.status = self.status;
        }
        let known = std::mem::take(&mut self.timeline);
        for entry in known {
            answer.remember(entry);
        }
        if self.as_of() > answer.as_of() && answer.status == Status::OutForDelivery {
            answer.position = self.position;
            answer.eta = self.eta;
            answer.stops_before = self.stops_before;
            answer.route = self.route.take();
        }
        answer.courier = answer.courier.or(self.courier.take());
        *self = answer;
        self.drop_what_is_over();
    }

    /// Takes one message; `seq` is its number in the log, when it is logged.
    pub fn apply(&mut self, envelope: &Envelope, seq: Option<i64>) -> Applied {
        if let Some(seq) = seq {
            let entry = TimelineEntry {
                seq,
                time: envelope.time,
                fact: envelope.fact.clone(),
                actor: String::new(),
                hash: String::new(),
            };
            if !self.remember(entry) {
                return NOTHING;
            }
        }
        match &envelope.fact {
            Fact::StatusChanged { to, .. } | Fact::StatusCorrected { to, .. } => {
                self.apply_status(*to)
            }
            Fact::LocationUpdated {
                position,
                eta,
                stops_before,
                route,
                ..
            } => self.apply_location(*position, *eta, *stops_before, route.as_ref()),
            Fact::EtaUpdated { eta, stops_before } => self.apply_eta(*eta, *stops_before),
            Fact::CourierArriving { arrival, .. } => {
                self.arrival = Some(*arrival);
                CHANGED
            }
            _ => Applied {
                changed: seq.is_some(),
                incomplete: false,
            },
        }
    }

    fn apply_status(&mut self, to: Status) -> Applied {
        if self.status == to {
            return NOTHING;
        }
        self.status = to;
        self.arrival = None;
        self.drop_what_is_over();
        Applied {
            changed: true,
            incomplete: to == Status::OutForDelivery,
        }
    }

    fn apply_location(
        &mut self,
        position: Option<ShownPosition>,
        eta: Eta,
        stops_before: u32,
        route: Option<&Line>,
    ) -> Applied {
        if self.status != Status::OutForDelivery || self.is_older(eta) {
            return NOTHING;
        }
        let shows_van = matches!(position, Some(ShownPosition::Exact { .. }));
        if !shows_van {
            self.route = None;
        } else if let Some(route) = route {
            self.route = Some(route.clone());
        }
        self.position = position;
        self.eta = Some(eta);
        self.stops_before = Some(stops_before);
        CHANGED
    }

    fn apply_eta(&mut self, eta: Eta, stops_before: u32) -> Applied {
        if self.status != Status::OutForDelivery || self.is_older(eta) {
            return NOTHING;
        }
        self.eta = Some(eta);
        self.stops_before = Some(stops_before);
        CHANGED
    }

    fn is_older(&self, eta: Eta) -> bool {
        self.eta.is_some_and(|known| eta.as_of < known.as_of)
    }

    fn as_of(&self) -> Option<porchlight_domain::time::Timestamp> {
        self.eta.map(|eta| eta.as_of)
    }

    fn last_seq(&self) -> Option<i64> {
        self.timeline.last().map(|entry| entry.seq)
    }

    /// Puts an entry at its place in the timeline; false when it was there already.
    fn remember(&mut self, entry: TimelineEntry) -> bool {
        match self
            .timeline
            .binary_search_by_key(&entry.seq, |known| known.seq)
        {
            Ok(_) => false,
            Err(place) => {
                self.timeline.insert(place, entry);
                true
            }
        }
    }

    /// Off the van there is no courier to see.
    fn drop_what_is_over(&mut self) {
        if self.status != Status::OutForDelivery {
            self.courier = None;
            self.position = None;
            self.eta = None;
            self.stops_before = None;
            self.route = None;
        }
    }
}

/// The approach of the current try: arrivals before the last change of status are over.
fn last_arrival(timeline: &[TimelineEntry]) -> Option<Arrival> {
    timeline
        .iter()
        .fold(None, |arrival, entry| match entry.fact {
            Fact::StatusChanged { .. } | Fact::StatusCorrected { .. } => None,
            Fact::CourierArriving { arrival, .. } => Some(arrival),
            _ => arrival,
        })
}

#[cfg(test)]
mod tests;
