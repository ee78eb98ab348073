//! What was told, and how soon.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use super::{Options, PATIENCE, Seen};
use crate::figures::{percentiles, say};

/// When what happens to whom: each in turn.
pub struct Plan {
    start: Instant,
    rate: u32,
    /// To whom something happens.
    pub customers: usize,
    /// How often.
    pub events: usize,
}

impl Plan {
    /// Begins in a moment.
    pub fn of(options: &Options) -> Self {
        Self {
            start: Instant::now() + Duration::from_millis(500),
            rate: options.rate.max(1),
            customers: options.customers.max(1),
            events: (options.rate * options.seconds) as usize,
        }
    }

    /// When an event is to happen.
    pub fn due(&self, number: usize) -> Instant {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.start + Duration::from_secs(1) * number / self.rate
    }

    /// To whom.
    pub fn customer(&self, number: usize) -> usize {
        number % self.customers
    }

    /// The event of which this is the `nth` notification of a customer.
    fn number(&self, customer: usize, nth: usize) -> usize {
        nth * self.customers + customer
    }
}

/// How long after what happened it was told, and in how many cases too often.
#[derive(Default)]
pub struct Told {
    /// Until it was stored.
    pub stored: Vec<Duration>,
    /// Until it was in the app.
    pub lines: Vec<Duration>,
    /// Until it was at the push service.
    pub pushes: Vec<Duration>,
    events: usize,
    twice: usize,
    line_of: Vec<usize>,
    push_of: Vec<usize>,
}

impl Told {
    /// Takes what comes, until that is whole or nothing comes any more.
    pub async fn listen(
        &mut self,
        arriving: &mut UnboundedReceiver<Seen>,
        plan: &Plan,
        is_whole: impl Fn(&Self) -> bool,
    ) {
        self.events = plan.events;
        self.line_of = vec![0; plan.customers];
        self.push_of = vec![0; plan.customers];
        while !is_whole(self) {
            let Ok(Some(seen)) = tokio::time::timeout(PATIENCE, arriving.recv()).await else {
                return;
            };
            self.take(&seen, plan);
        }
    }

    fn take(&mut self, seen: &Seen, plan: &Plan) {
        let (known, durations, customer, at) = match *seen {
            Seen::Line { customer, at } => (&mut self.line_of, &mut self.lines, customer, at),
            Seen::Push { customer, at } => (&mut self.push_of, &mut self.pushes, customer, at),
        };
        // Of the queue.
        let Some(nth) = known.get_mut(customer) else {
            return;
        };
        let number = plan.number(customer, *nth);
        *nth += 1;
        if number < plan.events {
            durations.push(at.saturating_duration_since(plan.due(number)));
        } else {
            self.twice += 1;
        }
    }

    /// Whether everybody was told.
    pub fn is_complete(&self) -> bool {
        self.lines.len() == self.events && self.pushes.len() == self.events
    }

    /// Whether everybody was told, once.
    pub fn is_whole(&self) -> bool {
        self.is_complete() && self.twice == 0
    }

    /// Prints it.
    pub fn report(&self, what: &str) {
        let lost = |told: &[Duration]| self.events.saturating_sub(told.len());
        say(&format!(
            "{what} {} events, {} lines lost, {} pushes lost, {} told twice",
            self.events,
            lost(&self.lines),
            lost(&self.pushes),
            self.twice
        ));
        for (name, durations) in [
            ("stored", &self.stored),
            ("in-app", &self.lines),
            ("push  ", &self.pushes),
        ] {
            say(&format!("{what} {name} {}", percentiles(durations.clone())));
        }
    }
}
