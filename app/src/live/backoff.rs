//! How long to wait before the next try to open the stream.

/// The first wait is at most so long, milliseconds.
const FIRST_MS: f64 = 1_000.0;
/// No wait is longer, milliseconds.
const LONGEST_MS: f64 = 30_000.0;
/// After so many failures in a row the stream counts as blocked.
const BLOCKED_AFTER: u32 = 3;

/// Milliseconds to wait after so many failures in a row (1 or more): exponential, with full jitter
/// so that a restarted server is not met by everyone at once. `chance` is 0..1.
pub fn wait_ms(failures: u32, chance: f64) -> u32 {
    // Not `exp2`, whose table of four kilobytes would be downloaded with every page.
    let times = 1_u32 << failures.saturating_sub(1).min(16);
    let ceiling = (FIRST_MS * f64::from(times)).min(LONGEST_MS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 30,000"
    )]
    let wait = (ceiling * chance.clamp(0.0, 1.0)) as u32;
    wait
}

/// Whether to stop hoping for the stream and poll as well.
pub fn is_blocked(failures: u32) -> bool {
    failures >= BLOCKED_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_twice_as_long_each_time_up_to_half_a_minute() {
        let longest: Vec<_> = (1..=7).map(|failures| wait_ms(failures, 1.0)).collect();
        assert_eq!(
            longest,
            [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
        );
        assert_eq!(wait_ms(u32::MAX, 1.0), 30_000);
    }

    #[test]
    fn spreads_over_the_whole_wait() {
        assert_eq!(wait_ms(3, 0.0), 0);
        assert_eq!(wait_ms(3, 0.5), 2_000);
    }

    #[test]
    fn polls_after_three_failures() {
        assert!(!is_blocked(2) && is_blocked(3));
    }
}
