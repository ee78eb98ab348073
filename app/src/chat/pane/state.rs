//! What may be done in a chat now, in a sentence.

use leptos::prelude::*;
use porchlight_domain::chat::Phase;

use crate::chat::talk::Talk;
use crate::clock::{Say, use_clock};
use crate::components::maybe;
use crate::text::{ChatText, use_page_text};

/// Why nothing can be written, or until when.
#[component]
pub fn Notes(talk: Talk, name: Memo<String>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let clock = use_clock();
    let state = Memo::new(move |_| {
        talk.view.with(|view| {
            view.as_ref()
                .map(|view| (view.phase, view.blocked_by, view.side))
        })
    });
    maybe(move || {
        let (phase, blocked_by, side) = state.get()?;
        let (words, can_open) = match (blocked_by, phase) {
            (Some(by), _) if by == side => (t.blocked_by_me.to_owned(), phase.is_writable()),
            (Some(_), _) => ((t.blocked)(&name.get()), false),
            (None, Phase::Closing { until }) => ((t.closing)(&clock.say(until, Say::Clock)), false),
            (None, Phase::ReadOnly {} | Phase::None {}) => (t.read_only.to_owned(), false),
            (None, Phase::Open {}) => return None,
        };
        Some(
            view! {
                <div class="chat__state" role="status">
                    <p>{words}</p>
                    {can_open
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button button--small"
                                    on:click=move |_| talk.block(false)
                                >
                                    {t.unblock}
                                </button>
                            }
                        })}
                </div>
            }
            .into_any(),
        )
    })
}
