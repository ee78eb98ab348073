//! Into their hands only: asked for here, and shown with the code that the courier needs.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::HandoverView;
use wasm_bindgen_futures::spawn_local;

use crate::api::ApiError;
use crate::api::tracking::{AskForHandover, ask_for_handover};
use crate::components::{Icon, failure_sentence, maybe, words};
use crate::text::use_text;

/// What is asked, and the code once the courier is near.
///
/// Its forms are plain ones: leptos's own would be a sixth of what every tracking page downloads.
#[component]
pub fn Handover(
    /// Of which delivery.
    reference: Reference,
    /// As it is known last.
    handover: RwSignal<HandoverView>,
) -> impl IntoView {
    let t = use_text();
    let error = RwSignal::new(None::<ApiError>);
    let ask = move |asked: bool| {
        spawn_local(async move {
            let answer = ask_for_handover(reference, asked).await;
            error.try_set(answer.as_ref().err().cloned());
            if let Ok(answer) = answer {
                handover.try_set(answer);
            }
        });
    };
    let form = move |asked: bool, label: &'static str, class: &'static str| {
        let send = move |event: SubmitEvent| {
            event.prevent_default();
            ask(asked);
        };
        view! {
            <form method="post" action=AskForHandover::url() on:submit=send>
                <input type="hidden" name="reference" value=reference.to_string() />
                <input type="hidden" name="asked" value=asked.to_string() />
                <button type="submit" class=format!("button {class}")>
                    {label}
                </button>
            </form>
        }
        .into_any()
    };
    let asked = Memo::new(move |_| handover.with(|handover| handover.asked));
    let is_locked = Memo::new(move |_| handover.with(|handover| handover.locked));
    let problem = move || {
        let error = error.get();
        error.map_or_else(String::new, |error| failure_sentence(t, error))
    };
    view! {
        <section class="handover" class:handover--asked=asked>
            <h2 class="section-title">
                <Icon name="shield" />
                {t.handover.title}
            </h2>
            {maybe(move || Some(view! { <Said handover=handover.get() /> }.into_any()))}
            <p class="handover__problem" role="alert">
                {words(problem)}
            </p>
            {maybe(move || {
                is_locked.get().then(|| form(true, t.handover.renew, "button--primary"))
            })}
            {maybe(move || {
                Some(
                    if asked.get() {
                        form(false, t.handover.give_up, "button--quiet")
                    } else {
                        form(true, t.handover.ask, "button--wide")
                    },
                )
            })}
        </section>
    }
}

/// How it stands, in a sentence, and the code.
#[component]
fn Said(handover: HandoverView) -> impl IntoView {
    let t = use_text();
    let text = match &handover {
        HandoverView { asked: false, .. } => t.handover.text,
        HandoverView { locked: true, .. } => t.handover.locked,
        HandoverView { code: Some(_), .. } => t.handover.tell,
        HandoverView { .. } => t.handover.waiting,
    };
    let code = handover.code.map(|code| {
        // In two groups: read out at a door.
        let (first, second) = code.split_at(code.len() / 2);
        view! { <output class="handover__code">{format!("{first} {second}")}</output> }
    });
    view! {
        {code}
        <p class="handover__text">{text}</p>
    }
}
