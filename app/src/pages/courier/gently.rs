//! Does something at once, and then not again and again: a phone that comes back from a dead zone causes hundreds of
//! events, and need not ask for the run after each.

use std::time::Duration;

use leptos::prelude::*;

/// Between two times at least.
const REST: Duration = Duration::from_millis(500);

/// What `act` does, now or a moment later: what is asked for meanwhile is done once.
pub fn gently(act: impl Fn() + Copy + 'static) -> impl Fn() + Copy + 'static {
    let state = StoredValue::new(State::Ready);
    move || match state.try_get_value() {
        Some(State::Ready) => {
            act();
            rest(state, act);
        }
        Some(State::Resting | State::Wanted) => {
            state.try_set_value(State::Wanted);
        }
        // The page is gone.
        None => {}
    }
}

#[derive(Debug, Clone, Copy)]
enum State {
    Ready,
    Resting,
    /// Asked for while it rests.
    Wanted,
}

fn rest(state: StoredValue<State>, act: impl Fn() + Copy + 'static) {
    state.try_set_value(State::Resting);
    let wake = move || match state.try_get_value() {
        Some(State::Wanted) => {
            act();
            rest(state, act);
        }
        Some(State::Ready | State::Resting) => {
            state.try_set_value(State::Ready);
        }
        None => {}
    };
    set_timeout(wake, REST);
}
