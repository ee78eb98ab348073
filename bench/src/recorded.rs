//! What the server itself measures.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

use crate::town::Outcome;

/// The durations of one of its histograms, in place of all its metrics.
#[derive(Clone)]
pub struct Recorded {
    name: &'static str,
    durations: Arc<Durations>,
}

#[derive(Default)]
struct Durations(Mutex<Vec<Duration>>);

impl Recorded {
    /// To be called once in a process, before the server starts.
    pub fn start(name: &'static str) -> Outcome<Self> {
        let recorded = Self {
            name,
            durations: Arc::default(),
        };
        metrics::set_global_recorder(recorded.clone())?;
        Ok(recorded)
    }

    /// What was recorded since the last time.
    pub fn take(&self) -> Vec<Duration> {
        let Durations(durations) = &*self.durations;
        std::mem::take(&mut durations.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HistogramFn for Durations {
    fn record(&self, seconds: f64) {
        let mut durations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        durations.push(Duration::from_secs_f64(seconds));
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        if key.name() == self.name {
            Histogram::from_arc(Arc::clone(&self.durations))
        } else {
            Histogram::noop()
        }
    }
}
