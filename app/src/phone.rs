//! What the courier's page and its service worker both know: one writes it in Rust, the other is a script that the
//! server completes with it.

use serde::Serialize;

use crate::preferences::Language;
use crate::text::CourierText;

/// The database of what a courier's phone keeps. In a shelf, what is kept stands as JSON under
/// `[courier, place]`.
pub const DATABASE: &str = "porchlight-courier";
/// The shelf of the steps that the server has not taken yet.
pub const STEPS: &str = "steps";
/// The shelf of the run as it was known last.
pub const RUN: &str = "run";
/// The lock that is held by whoever sends steps.
pub const SENDING: &str = "porchlight-sending-steps";
/// The tag under which the browser wakes the worker once there is a network.
pub const SYNC: &str = "porchlight-steps";
/// Steps in one request at most.
pub const STEPS_AT_ONCE: usize = 100;
/// Their bytes in one request at most: a request has a limit.
pub const STEP_BYTES_AT_ONCE: usize = 100_000;

/// All that as the worker reads it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Names {
    database: &'static str,
    steps: &'static str,
    run: &'static str,
    sending: &'static str,
    sync: &'static str,
    at_once: usize,
    bytes_at_once: usize,
}

/// What the worker is to know.
pub const NAMES: Names = Names {
    database: DATABASE,
    steps: STEPS,
    run: RUN,
    sending: SENDING,
    sync: SYNC,
    at_once: STEPS_AT_ONCE,
    bytes_at_once: STEP_BYTES_AT_ONCE,
};

/// What the worker says in one language where there is neither a network nor a page.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct NoPage {
    language: &'static str,
    title: &'static str,
    text: &'static str,
    again: &'static str,
}

/// The same in every language, the usual one first.
pub fn no_page() -> [NoPage; 2] {
    Language::ALL.map(|language| {
        let t = <CourierText as crate::text::PageText>::of(language);
        NoPage {
            language: language.tag(),
            title: t.no_page_title,
            text: t.no_page_text,
            again: t.no_page_again,
        }
    })
}
