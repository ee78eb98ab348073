//! The chat of one stop, above the run. One at a time.

use leptos::prelude::*;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::RunView;

use super::position::PositionSharing;
use super::steps::Steps;
use super::stop::{AtStop, chat_card, place_of};
use crate::chat::{Opened, chat_pane};
use crate::components::{effect, later, maybe};

/// Faster than anyone walks, metres a second.
const DRIVING_MPS: f64 = 3.0;

/// Whose chat is open.
#[derive(Clone, Copy)]
pub struct OpenChat {
    /// About which parcel.
    pub about: RwSignal<Option<Reference>>,
    /// Counts how often the run was asked for: it says how much is new.
    pub asked: RwSignal<u32>,
}

/// The open chat, if there is one, and how much is new in all of them on the app's icon.
#[component]
pub fn RunChat(
    run: Memo<Option<RunView>>,
    steps: Steps,
    position: PositionSharing,
    courier: Signal<Option<PersonId>>,
) -> impl IntoView {
    let OpenChat { about, asked } = expect_context();
    // By itself: each fix that changes nothing of it would take away what is being written.
    let is_driving = Memo::new(move |_| {
        let speed = position.newest().and_then(|fix| fix.speed_mps);
        speed.is_some_and(|speed| speed > DRIVING_MPS)
    });
    let new = Memo::new(move |_| {
        run.with(|run| {
            let stops = run.iter().flat_map(|run| &run.stops);
            stops.map(|stop| stop.chat.unread).sum::<u32>()
        })
    });
    effect(move || steps.count_unread(new.get()));
    on_cleanup(move || steps.count_unread(0));
    let close = Callback::new(move |()| {
        about.set(None);
        asked.update(|times| *times = times.wrapping_add(1));
    });
    maybe(move || {
        let delivery = about.get()?;
        let me = courier.get_untracked()?;
        let place = Memo::new(move |_| place_of(run, delivery));
        let at = AtStop {
            reference: delivery,
            place,
            steps,
            position,
        };
        let opened = Opened {
            delivery,
            is_courier: true,
            is_driving: is_driving.into(),
            close,
            card: Callback::new(move |card| chat_card(at, card, run)),
            wishes: None,
        };
        Some(later(chat_pane(me, opened)))
    })
}
