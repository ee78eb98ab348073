//! What is not sent yet, and what was not taken.

use leptos::prelude::*;
use porchlight_domain::action::Step;

use super::outbox::Kept;
use super::{Steps, Trouble};
use crate::components::{Icon, maybe};
use crate::text::{Texts, use_text};

/// At the foot of the screen: the last step while it can be undone, how many are kept, and what went wrong.
#[component]
pub fn StepBar(
    /// Of this phone.
    steps: Steps,
) -> impl IntoView {
    view! {
        <section class="step-bar" aria-live="polite">
            {maybe(move || not_saved(steps))} {maybe(move || refused(steps))}
            {maybe(move || kept(steps))} {maybe(move || last(steps))}
        </section>
    }
}

/// What was done, in a few words.
fn words(t: &Texts, step: &Step) -> String {
    match step {
        Step::StartRun => t.run.started.to_owned(),
        Step::EndRun => t.run.ending.to_owned(),
        Step::ChangeStatus { reference, change } => {
            format!("{} · {reference}", t.done_name(change.to))
        }
    }
}

/// The last step, with its undo; not once it is on its way.
fn last(steps: Steps) -> Option<AnyView> {
    let t = use_text();
    let last = steps.unsent_steps().pop()?;
    let key = last.key.clone();
    let is_sent = steps.on_its_way.with(|sent| sent.as_ref() == Some(&key));
    (!is_sent).then(|| {
        view! {
            <div class="step-bar__card">
                <p class="step-bar__words">{words(t, &last.step)}</p>
                <button
                    type="button"
                    class="button step-bar__button"
                    on:click=move |_| steps.undo(&key)
                >
                    {t.run.undo}
                </button>
            </div>
        }
        .into_any()
    })
}

/// How many wait for the network, or for the courier to sign in.
fn kept(steps: Steps) -> Option<AnyView> {
    let t = use_text();
    let count = steps.unsent();
    let trouble = steps.trouble.get().filter(|_| count > 0)?;
    let card = match trouble {
        Trouble::Offline => view! {
            <div class="step-bar__card">
                <p class="step-bar__words">
                    <strong>{(t.run.steps_kept)(count)}</strong>
                    " "
                    {t.run.steps_kept_text}
                </p>
            </div>
        }
        .into_any(),
        Trouble::SignIn => view! {
            <a class="button button--primary button--wide" href="/sign-in" rel="external">
                {(t.run.sign_in_to_send)(count)}
            </a>
        }
        .into_any(),
    };
    Some(card)
}

fn refused(steps: Steps) -> Option<AnyView> {
    let t = use_text();
    let refused = steps.refused_steps();
    (!refused.is_empty()).then(|| {
        let cards = refused
            .into_iter()
            .map(|kept| refused_card(t, steps, kept))
            .collect_view();
        view! { <div class="step-bar__refused" role="alert">{cards}</div> }.into_any()
    })
}

fn refused_card(t: &'static Texts, steps: Steps, kept: Kept) -> AnyView {
    // A parcel that is not found is someone else's now.
    let why = kept.refused.filter(|why| !why.is_empty());
    let why = why.map_or_else(
        || t.run.not_yours.to_owned(),
        |why| crate::components::sentence(&why),
    );
    let key = kept.key;
    view! {
        <div class="step-bar__card step-bar__card--refused">
            <Icon name="alert" />
            <p class="step-bar__words">
                <strong>{t.run.not_taken} ": " {words(t, &kept.step)}</strong>
                " "
                {why}
                " "
                {t.run.not_taken_text}
            </p>
            <button type="button" class="button step-bar__button" on:click=move |_| steps.undo(&key)>
                {t.common.dismiss}
            </button>
        </div>
    }
    .into_any()
}

fn not_saved(steps: Steps) -> Option<AnyView> {
    let t = use_text();
    (steps.is_forgetful.get() && steps.unsent() > 0).then(|| {
        view! {
            <div class="step-bar__card step-bar__card--refused" role="alert">
                <Icon name="alert" />
                <p class="step-bar__words">
                    <strong>{t.run.not_saved}</strong>
                    " "
                    {t.run.not_saved_text}
                </p>
            </div>
        }
        .into_any()
    })
}
