//! The live board: for each courier on the road the newest fix, the run, and what was shown.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use porchlight_domain::fix::{Fix, Track};
use porchlight_domain::geofence::Arrival;
use porchlight_domain::ids::{PersonId, RunId};
use porchlight_domain::reference::Reference;
use porchlight_domain::run::{Run, RunState};
use porchlight_domain::time::Timestamp;

use super::legs::Plan;
use super::show::Shown;

/// All couriers this instance has heard of.
#[derive(Default)]
pub(crate) struct Board {
    /// Read for every fix; written when a courier appears.
    couriers: RwLock<HashMap<PersonId, Arc<Mutex<LiveCourier>>>>,
    /// Where each delivery's stop is, to find the old run of one that moved.
    runs: RwLock<HashMap<Reference, RunId>>,
    /// Held from before a run is read until it is on the board: what was read earlier must not come later,
    /// or a courier would be shown to someone who has their parcel.
    loading: [tokio::sync::Mutex<()>; LOADS_AT_ONCE],
}

/// Runs whose loads do not wait for each other, at most.
const LOADS_AT_ONCE: usize = 32;

/// One courier as the board knows them.
#[derive(Default)]
pub(crate) struct LiveCourier {
    pub(crate) track: Track,
    /// The active run: none means that position sharing is off.
    pub(crate) run: Option<LiveRun>,
    /// When the phone was heard last by this instance.
    pub(crate) heard_at: Option<Timestamp>,
    /// The seconds between reports that the phone was asked for last, by this instance.
    pub(crate) asked_s: Option<u32>,
    /// Until when another instance's word holds that somebody there sees the courier.
    pub(crate) seen_until: Option<Timestamp>,
    /// When other instances were told last that somebody here does.
    pub(crate) told_others_at: Option<Timestamp>,
}

/// The run a courier is driving.
pub(crate) struct LiveRun {
    pub(crate) run: Run,
    pub(crate) plan: Plan,
    /// The last fix each recipient may see exactly: what they keep seeing while the van is at
    /// another recipient's door.
    pub(crate) revealed: HashMap<Reference, Fix>,
    /// What was sent to those who watch.
    pub(crate) shown: HashMap<Reference, Shown>,
    /// The innermost geofence each delivery has been told about.
    pub(crate) arrivals: HashMap<Reference, Arrival>,
}

impl LiveRun {
    fn new(run: Run) -> Self {
        Self {
            run,
            plan: Plan::default(),
            revealed: HashMap::new(),
            shown: HashMap::new(),
            arrivals: HashMap::new(),
        }
    }
}

impl Board {
    /// The courier's place on the board, if they have one.
    pub(crate) fn find(&self, courier: &PersonId) -> Option<Arc<Mutex<LiveCourier>>> {
        self.couriers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(courier)
            .cloned()
    }

    /// Gives a courier a place; whoever is first decides what is on it.
    pub(crate) fn place(&self, courier: &PersonId, live: LiveCourier) -> Arc<Mutex<LiveCourier>> {
        self.couriers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(courier.clone())
            .or_insert_with(|| Arc::new(Mutex::new(live)))
            .clone()
    }

    /// The turn to load a run.
    pub(crate) async fn turn_to_load(&self, run: &RunId) -> tokio::sync::MutexGuard<'_, ()> {
        let sum: usize = run.as_str().bytes().map(usize::from).sum();
        self.loading[sum % LOADS_AT_ONCE].lock().await
    }

    /// The run a delivery was last seen on.
    pub(crate) fn run_of(&self, delivery: Reference) -> Option<RunId> {
        self.runs
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&delivery)
            .cloned()
    }

    /// Notes where the stops of a run are now.
    pub(crate) fn note_stops(&self, run: &Run) {
        let mut runs = self.runs.write().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|_, id| *id != run.id);
        if run.state != RunState::Ended {
            runs.extend(run.stops.iter().map(|stop| (stop.delivery, run.id.clone())));
        }
    }
}

impl LiveCourier {
    /// Takes a run as the database has it now.
    pub(crate) fn take_run(&mut self, run: Run) {
        if run.state != RunState::Active {
            if self.run.as_ref().is_some_and(|live| live.run.id == run.id) {
                self.run = None;
            }
            return;
        }
        match &mut self.run {
            Some(live) if live.run.id == run.id => {
                let is_out = |reference: &Reference| {
                    run.stops.iter().any(|stop| {
                        stop.delivery == *reference && stop.pending && stop.out_for_delivery
                    })
                };
                live.revealed.retain(|reference, _| is_out(reference));
                live.shown.retain(|reference, _| is_out(reference));
                live.arrivals.retain(|reference, _| is_out(reference));
                live.run = run;
            }
            _ => self.run = Some(LiveRun::new(run)),
        }
    }
}

/// A panic elsewhere must not stop the map: the board holds nothing that a half-done change could
/// spoil for good.
pub(crate) fn lock(live: &Mutex<LiveCourier>) -> MutexGuard<'_, LiveCourier> {
    live.lock().unwrap_or_else(PoisonError::into_inner)
}
