//! The phone's GPS. The only module that knows `Geolocation`.

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use porchlight_domain::fix::ReportedFix;
use porchlight_domain::time::Timestamp;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Geolocation, Position, PositionError, PositionOptions};

/// What the phone says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// It knows where it is.
    Fix(ReportedFix),
    /// It does not know, for now.
    NoSignal,
    /// The person, or a setting, does not let this page know.
    Refused,
}

/// A phone without a fix says so after so long, milliseconds.
const PATIENCE_MS: u32 = 20_000;

/// Listens to the phone until it is dropped.
pub struct Receiver {
    geolocation: Geolocation,
    watch: i32,
    on_fix: Closure<dyn Fn(Position)>,
    on_error: Closure<dyn Fn(PositionError)>,
}

impl Receiver {
    /// Asks for permission, where the person has not answered yet, and listens. None where the browser
    /// has no such thing.
    pub fn start() -> Option<(Self, UnboundedReceiver<Reading>)> {
        let geolocation = web_sys::window()?.navigator().geolocation().ok()?;
        let (sender, readings) = unbounded();
        let on_fix = reporter(&sender, |position: Position| {
            Reading::Fix(fix_of(&position))
        });
        let on_error = reporter(&sender, |error: PositionError| {
            if error.code() == PositionError::PERMISSION_DENIED {
                Reading::Refused
            } else {
                Reading::NoSignal
            }
        });
        let watch = geolocation
            .watch_position_with_error_callback_and_options(
                on_fix.as_ref().unchecked_ref(),
                Some(on_error.as_ref().unchecked_ref()),
                &options(),
            )
            .ok()?;
        let receiver = Self {
            geolocation,
            watch,
            on_fix,
            on_error,
        };
        Some((receiver, readings))
    }

    /// Asks for a reading now: a phone that stands still says nothing by itself.
    pub fn ask(&self) {
        // The browser that took the watch takes this too; if not, the next move tells.
        let _ = self
            .geolocation
            .get_current_position_with_error_callback_and_options(
                self.on_fix.as_ref().unchecked_ref(),
                Some(self.on_error.as_ref().unchecked_ref()),
                &options(),
            );
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.geolocation.clear_watch(self.watch);
    }
}

fn options() -> PositionOptions {
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(PATIENCE_MS);
    options
}

fn reporter<T: wasm_bindgen::convert::FromWasmAbi + 'static>(
    sender: &UnboundedSender<Reading>,
    reading: fn(T) -> Reading,
) -> Closure<dyn Fn(T)> {
    let sender = sender.clone();
    // The reader may be gone already; then nobody needs the reading.
    Closure::new(move |said| {
        let _ = sender.unbounded_send(reading(said));
    })
}

fn fix_of(position: &Position) -> ReportedFix {
    let coordinates = position.coords();
    // A phone that stands still has no heading; browsers say so with NaN.
    let number = |value: Option<f64>| value.filter(|value| value.is_finite());
    ReportedFix {
        lat: coordinates.latitude(),
        lon: coordinates.longitude(),
        accuracy_m: coordinates.accuracy(),
        speed_mps: number(coordinates.speed()),
        heading_deg: number(coordinates.heading()),
        time: time_of(position.timestamp()),
        seq: None,
    }
}

fn time_of(milliseconds: f64) -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 by the phone's clock"
    )]
    let milliseconds = milliseconds as i64;
    Timestamp::from_millis(milliseconds)
}
