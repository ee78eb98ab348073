//! Into their hands only: asked for here, and how the two at the door check each other.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use porchlight_domain::delivery::HandoverLevel;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::HandoverView;
use wasm_bindgen_futures::spawn_local;

use super::meet::meet_panel;
use crate::api::ApiError;
use crate::api::tracking::{AskForHandover, ask_for_handover};
use crate::components::{Icon, effect, failure_sentence, later, maybe, words};
use crate::text::use_text;

/// What is asked, and the PIN once the courier is near, or what scans the courier.
///
/// Its forms are plain ones: leptos's own would be a sixth of what every tracking page downloads.
#[component]
pub fn Handover(
    /// Of which delivery.
    reference: Reference,
    /// As it is known last.
    handover: RwSignal<HandoverView>,
    /// Whether the parcel is out for delivery.
    is_out: Memo<bool>,
) -> impl IntoView {
    let t = use_text();
    let error = RwSignal::new(None::<ApiError>);
    let ask = move |level: &'static str| {
        spawn_local(async move {
            let answer = ask_for_handover(reference, level.to_owned()).await;
            error.try_set(answer.as_ref().err().cloned());
            if let Ok(answer) = answer {
                handover.try_set(answer);
            }
        });
    };
    let form = move |level: Option<HandoverLevel>, label: &'static str, class: &'static str| {
        let level = level.map_or("", HandoverLevel::as_str);
        let send = move |event: SubmitEvent| {
            event.prevent_default();
            ask(level);
        };
        view! {
            <form method="post" action=AskForHandover::url() on:submit=send>
                <input type="hidden" name="reference" value=reference.to_string() />
                <input type="hidden" name="level" value=level />
                <button type="submit" class=format!("button {class}")>
                    {label}
                </button>
            </form>
        }
        .into_any()
    };
    let level = Memo::new(move |_| handover.with(|handover| handover.level));
    let is_locked = Memo::new(move |_| handover.with(|handover| handover.locked));
    let problem = move || {
        let error = error.get();
        error.map_or_else(String::new, |error| failure_sentence(t, error))
    };
    // Its code is fetched once it is needed, which the server does not wait for.
    let is_here = RwSignal::new(false);
    effect(move || is_here.set(true));
    let can_meet = Memo::new(move |_| {
        is_here.get()
            && is_out.get()
            && level.get() == Some(HandoverLevel::TwoWay)
            && !is_locked.get()
    });
    let class = move || match level.get() {
        Some(_) => "handover handover--asked",
        None => "handover",
    };
    view! {
        <section class=words(class)>
            <h2 class="section-title">
                <Icon name="shield" />
                {t.handover.title}
            </h2>
            {maybe(move || Some(view! { <Said handover=handover.get() is_out=is_out.get() /> }.into_any()))}
            {maybe(move || can_meet.get().then(|| later(meet_panel(reference))))}
            <p class="handover__problem" role="alert">
                {words(problem)}
            </p>
            {maybe(move || {
                is_locked.get().then(|| form(level.get(), t.handover.renew, "button--primary"))
            })}
            {maybe(move || {
                Some(
                    match level.get() {
                        Some(HandoverLevel::TwoWay) => {
                            form(Some(HandoverLevel::Pin), t.handover.use_pin, "button--quiet")
                        }
                        Some(HandoverLevel::Pin) => {
                            form(Some(HandoverLevel::TwoWay), t.handover.use_scan, "button--quiet")
                        }
                        None => form(Some(HandoverLevel::TwoWay), t.handover.ask, "button--wide"),
                    },
                )
            })}
            {maybe(move || {
                level.get().map(|_| form(None, t.handover.give_up, "button--quiet"))
            })}
        </section>
    }
}

/// How it stands, in a sentence, and the PIN.
#[component]
fn Said(handover: HandoverView, is_out: bool) -> impl IntoView {
    let t = use_text();
    let text = match &handover {
        HandoverView { level: None, .. } => t.handover.text,
        HandoverView { locked: true, .. } => t.handover.locked,
        HandoverView { code: Some(_), .. } => t.handover.tell,
        HandoverView {
            level: Some(HandoverLevel::Pin),
            ..
        } => t.handover.waiting,
        // What scans the courier says it itself.
        HandoverView { .. } if is_out => "",
        HandoverView { .. } => t.handover.waiting_scan,
    };
    let code = handover
        .code
        .map(|code| view! { <output class="handover__code">{code}</output> });
    view! {
        {code}
        <p class="handover__text">{text}</p>
    }
}
