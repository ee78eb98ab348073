//! The phone's GPS. The only module that knows `Geolocation`.

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use js_sys::Function;
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
    /// None while it rests.
    watch: Option<i32>,
    /// The browser's: it may answer what was asked before this is dropped.
    on_fix: Function,
    on_error: Function,
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
        let mut receiver = Self {
            geolocation,
            watch: None,
            on_fix,
            on_error,
        };
        receiver.watch();
        receiver.watch?;
        Some((receiver, readings))
    }

    /// Whether it rests: only what is asked for is answered then, and the GPS is off in between.
    pub fn rest(&mut self, rests: bool) {
        match self.watch {
            Some(_) if rests => self.stop(),
            None if !rests => self.watch(),
            _ => {}
        }
    }

    fn watch(&mut self) {
        let watch = self
            .geolocation
            .watch_position_with_error_callback_and_options(
                &self.on_fix,
                Some(&self.on_error),
                &options(),
            );
        self.watch = watch.ok();
    }

    fn stop(&mut self) {
        if let Some(watch) = self.watch.take() {
            self.geolocation.clear_watch(watch);
        }
    }

    /// Asks for a reading now: a phone that stands still says nothing by itself.
    pub fn ask(&self) {
        // The browser that took the watch takes this too; if not, the next move tells.
        let _ = self
            .geolocation
            .get_current_position_with_error_callback_and_options(
                &self.on_fix,
                Some(&self.on_error),
                &options(),
            );
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop();
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
) -> Function {
    let sender = sender.clone();
    // The reader may be gone already; then nobody needs the reading.
    let report = Closure::<dyn Fn(T)>::new(move |said| {
        let _ = sender.unbounded_send(reading(said));
    });
    report.into_js_value().unchecked_into()
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
