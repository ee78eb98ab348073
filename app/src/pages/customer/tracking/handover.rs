//! Into their hands only: asked for here, and shown with the code that the courier needs.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::HandoverView;

use crate::api::tracking::{AskForHandover, RenewHandoverCode};
use crate::components::{FormFailure, Icon, Submit, effect, maybe};
use crate::text::use_text;

/// What is asked, and the code once the courier is near.
#[component]
pub fn Handover(
    /// Of which delivery.
    reference: Reference,
    /// As it is known last.
    handover: RwSignal<HandoverView>,
) -> impl IntoView {
    let t = use_text();
    let ask = ServerAction::<AskForHandover>::new();
    let renew = ServerAction::<RenewHandoverCode>::new();
    effect(move || {
        if let Some(Ok(answer)) = ask.value().get() {
            handover.set(answer);
        }
    });
    effect(move || {
        if let Some(Ok(answer)) = renew.value().get() {
            handover.set(answer);
        }
    });
    let error = Signal::derive(move || {
        let asked = ask.value().get().and_then(Result::err);
        asked.or_else(|| renew.value().get().and_then(Result::err))
    });
    let asked = Memo::new(move |_| handover.with(|handover| handover.asked));
    view! {
        <section class="handover" class:handover--asked=asked>
            <h2 class="section-title">
                <Icon name="shield" />
                {t.handover.title}
            </h2>
            {maybe(move || Some(view! { <Said handover=handover.get() /> }.into_any()))}
            <FormFailure error fields=&[] />
            {maybe(move || {
                let locked = handover.with(|handover| handover.locked);
                locked
                    .then(|| {
                        view! {
                            <ActionForm action=renew>
                                <input type="hidden" name="reference" value=reference.to_string() />
                                <Submit label=t.handover.renew pending=renew.pending() />
                            </ActionForm>
                        }
                            .into_any()
                    })
            })}
            {maybe(move || {
                let asked = asked.get();
                let (label, class) = if asked {
                    (t.handover.give_up, "button--quiet")
                } else {
                    (t.handover.ask, "button--wide")
                };
                Some(
                    view! {
                        <ActionForm action=ask>
                            <input type="hidden" name="reference" value=reference.to_string() />
                            <input type="hidden" name="asked" value=(!asked).to_string() />
                            <Submit label pending=ask.pending() class />
                        </ActionForm>
                    }
                        .into_any(),
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
