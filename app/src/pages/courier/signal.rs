//! Told without a look at the screen: a sound and a buzz, another one for each outcome.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::{GetValue, SetValue, StoredValue, window};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, OscillatorType};

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The parcel is collected now.
    Good,
    /// It was before.
    Already,
    /// It is somebody else's.
    NotOnThisRun,
    /// It is no parcel's code.
    NoParcel,
}

/// One tone: how high, hertz; when it begins and ends, seconds.
type Tone = (f32, f64, f64);

impl Outcome {
    fn tones(self) -> &'static [Tone] {
        match self {
            Self::Good => &[(880.0, 0.0, 0.09), (1320.0, 0.09, 0.2)],
            Self::Already => &[(660.0, 0.0, 0.07), (660.0, 0.14, 0.21)],
            Self::NotOnThisRun | Self::NoParcel => &[(196.0, 0.0, 0.45)],
        }
    }

    /// Milliseconds of buzz, pause, buzz.
    fn buzzes(self) -> &'static [u32] {
        match self {
            Self::Good => &[60],
            Self::Already => &[40, 60, 40],
            Self::NotOnThisRun | Self::NoParcel => &[300, 80, 300],
        }
    }
}

/// Gives signals, where the phone can. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Signals(StoredValue<Option<SendWrapper<AudioContext>>>);

impl Default for Signals {
    fn default() -> Self {
        Self(StoredValue::new(None))
    }
}

impl Signals {
    /// Browsers let a page make sounds from when somebody touched it: called from a click.
    pub fn allow(self) {
        if self.0.get_value().is_none()
            && let Ok(sounds) = AudioContext::new()
        {
            self.0.set_value(Some(SendWrapper::new(sounds)));
        }
    }

    /// Tells an outcome.
    pub fn give(self, outcome: Outcome) {
        if let Some(sounds) = self.0.get_value() {
            for tone in outcome.tones() {
                // A phone without a sound has the buzz and the screen.
                drop(play(&sounds, *tone));
            }
        }
        buzz(outcome.buzzes());
    }
}

fn play(sounds: &AudioContext, (height, begins, ends): Tone) -> Result<(), JsValue> {
    let (tone, volume) = (sounds.create_oscillator()?, sounds.create_gain()?);
    tone.set_type(OscillatorType::Triangle);
    tone.frequency().set_value(height);
    volume.gain().set_value(0.25);
    tone.connect_with_audio_node(&volume)?;
    volume.connect_with_audio_node(&sounds.destination())?;
    let now = sounds.current_time();
    tone.start_with_when(now + begins)?;
    tone.stop_with_when(now + ends)
}

/// Not in every browser: iPhones don't let pages buzz.
fn buzz(pattern: &[u32]) {
    let navigator = JsValue::from(window().navigator());
    let vibrate = Reflect::get(&navigator, &"vibrate".into()).ok();
    if let Some(vibrate) = vibrate.and_then(|vibrate| vibrate.dyn_into::<Function>().ok()) {
        let pattern: Array = pattern.iter().map(|ms| JsValue::from(*ms)).collect();
        drop(vibrate.call1(&navigator, &pattern));
    }
}
