//! Times as people read them.
//!
//! The server does not know a visitor's clock and the first render must be the same on both sides,
//! so times are rendered by [`neutral`] from the offset the last visit left in a cookie, and once
//! the page is hydrated by the browser's own `Intl`, in the visitor's zone and locale.

mod browser;

use std::time::Duration;

use chrono::{DateTime, Datelike, FixedOffset, Timelike, Utc};
use leptos::prelude::*;
use porchlight_domain::time::Timestamp;

pub use browser::{day_field, moment, now};

use crate::components::{effect, part, words};
use crate::preferences::{self, Preferences};

/// How much of a time to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// `14:10`
    Clock,
    /// `14:10`, without a zone: the end of the span says it.
    Start,
    /// `Today`, `Friday 20 November`
    Day,
    /// `Friday 20 November`, on paper: it is read on other days.
    Date,
    /// `Today 14:10`, `20 Nov 14:10`
    DayAndClock,
}

/// The time now, ticking, and what is known of the visitor's zone before the browser says it.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<Option<Timestamp>>,
    ahead_min: Option<i32>,
}

/// Ages on the page are whole minutes; they change at most so late.
const TICK: Duration = Duration::from_secs(5);

/// Starts the clock of the page. It stands still until hydration.
pub fn provide_clock(preferences: Preferences) {
    let clock = Clock {
        now: RwSignal::new(None),
        ahead_min: preferences.ahead_min,
    };
    provide_context(clock);
    effect(move || {
        clock.now.set(Some(now()));
        preferences::browser::keep_ahead(browser::ahead_min());
        let tick = move || clock.now.set(Some(now()));
        if let Ok(ticking) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || ticking.clear());
        }
    });
}

/// The page's clock, as one component reads it. It stands still until that component is hydrated:
/// one that arrives late, in a chunk of its own, must not render later words than the server did.
pub fn use_clock() -> Clock {
    let page: Clock = expect_context();
    let now = RwSignal::new(None);
    effect(move || now.set(page.now.get()));
    Clock { now, ..page }
}

impl Clock {
    /// The time now; none on the server and until hydration. Tracks.
    pub fn now(self) -> Option<Timestamp> {
        self.now.get()
    }

    /// Minutes by which the visitor's clock is ahead of UTC, as far as it is known. Tracks.
    pub fn ahead_min(self) -> Option<i32> {
        match self.now.get() {
            Some(_) => Some(browser::ahead_min()),
            None => self.ahead_min,
        }
    }

    /// A time in words. Tracks.
    pub fn say(self, at: Timestamp, what: Say) -> String {
        match self.now.get() {
            Some(now) => browser::say(at, now, what),
            None => neutral(at, what, self.ahead_min),
        }
    }

    /// A span of time in words. Tracks.
    pub fn say_span(self, (from, to): (Timestamp, Timestamp)) -> SpanWords {
        SpanWords {
            from: (from, self.say(from, Say::Start)),
            to: (to, self.say(to, Say::Clock)),
        }
    }

    /// The same by the clock of another place, which is named where the visitor's shows something else. Tracks.
    pub fn say_there(self, at: Timestamp, what: Say, zone: &str) -> String {
        match self.now.get() {
            Some(now) => browser::say_there(at, now, what, zone),
            None => neutral(at, what, self.ahead_min),
        }
    }
}

/// A time in words that are the same on the server and in the browser.
fn neutral(at: Timestamp, what: Say, ahead_min: Option<i32>) -> String {
    let utc = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or_default();
    let zone = ahead_min.and_then(|minutes| FixedOffset::east_opt(minutes * 60));
    let (local, zone_name) = match zone {
        Some(zone) => (utc.with_timezone(&zone).naive_local(), ""),
        None => (utc.naive_utc(), " UTC"),
    };
    // Number by number: chrono's format strings would bring their interpreter into every page.
    let start = || format!("{:02}:{:02}", local.hour(), local.minute());
    let clock = || start() + zone_name;
    let day = || format!("{}-{:02}-{:02}", local.year(), local.month(), local.day());
    match what {
        Say::Clock => clock(),
        Say::Start => start(),
        Say::Day | Say::Date => day(),
        Say::DayAndClock => format!("{} {}", day(), clock()),
    }
}

/// A point in time, readable for people and machines.
#[component]
pub fn Time(
    /// When.
    #[prop(into)]
    at: Signal<Timestamp>,
    /// How much of it.
    say: Say,
) -> impl IntoView {
    let clock = use_clock();
    let (machine, people) = (
        move || at.get().to_string(),
        move || clock.say(at.get(), say),
    );
    view! { <time datetime=words(machine)>{words(people)}</time> }
}

/// A point in time by the clock of another place, such as when an office there closes.
#[component]
pub fn TimeThere(
    /// When.
    at: Timestamp,
    /// How much of it.
    say: Say,
    /// The place's zone, as in the IANA database.
    zone: String,
) -> impl IntoView {
    let clock = use_clock();
    let people = move || clock.say_there(at, say, &zone);
    view! { <time datetime=at.to_string()>{words(people)}</time> }
}

/// A span of time for machines and in words, to be compared before it is shown: while the clock ticks, hardly any changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanWords {
    from: (Timestamp, String),
    to: (Timestamp, String),
}

impl SpanWords {
    /// On the page, as it is.
    pub fn view(self) -> AnyView {
        let time = |(at, words): (Timestamp, String)| {
            view! { <time datetime=at.to_string()>{words}</time> }
        };
        view! {
            <span class="span">
                {time(self.from)} <span class="span__dash">" – "</span> {time(self.to)}
            </span>
        }
        .into_any()
    }
}

/// A span of time, such as `14:10 – 14:25`.
#[component]
pub fn TimeSpan(
    /// From when to when.
    #[prop(into)]
    span: Signal<(Timestamp, Timestamp)>,
) -> impl IntoView {
    let clock = use_clock();
    let said = Memo::new(move |_| clock.say_span(span.get()));
    part(move || said.get().view())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_utc_until_the_zone_is_known() {
        let at = Timestamp::from_millis(1_795_183_500_000);
        assert_eq!(neutral(at, Say::Clock, None), "14:05 UTC");
        assert_eq!(neutral(at, Say::Start, None), "14:05");
        assert_eq!(neutral(at, Say::Clock, Some(120)), "16:05");
        assert_eq!(neutral(at, Say::DayAndClock, Some(600)), "2026-11-21 00:05");
        assert_eq!(neutral(at, Say::Day, Some(600)), "2026-11-21");
    }
}
