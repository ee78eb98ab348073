//! Figures of a run.

use std::io::Write;
use std::time::Duration;

/// Says something to whoever runs the benchmark.
pub fn say(text: &str) {
    // Nobody reads it: nothing to do.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// `p50 1.2 ms, p90 …` of some durations.
pub fn percentiles(mut durations: Vec<Duration>) -> String {
    durations.sort_unstable();
    let at = |part: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a place in a list"
        )]
        let place = (durations.len() as f64 * part) as usize;
        let value = durations.get(place.min(durations.len().saturating_sub(1)));
        value.map_or(f64::NAN, |value| value.as_secs_f64() * 1000.0)
    };
    format!(
        "p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, max {:.1} ms",
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        at(1.0)
    )
}
