//! What is not sent yet, and what was not taken.

use leptos::prelude::*;
use porchlight_domain::action::{Refused, Step};
use porchlight_domain::delivery::{Proof, Status};

use super::outbox::Kept;
use super::{Steps, Trouble};
use crate::components::{Icon, maybe, sentence};
use crate::text::{CourierText, use_page_text, use_text};

/// At the foot of the screen: the last step while it can be undone, how many are kept, and what went wrong.
#[component]
pub fn StepBar(
    /// Of this phone.
    steps: Steps,
) -> impl IntoView {
    view! {
        <section class="step-bar" aria-live="polite">
            {maybe(move || not_saved(steps))} {maybe(move || unreadable(steps))}
            {maybe(move || refused(steps))} {maybe(move || unsent(steps))}
        </section>
    }
}

/// What was done, in a few words.
fn words(t: &CourierText, kept: &Kept) -> String {
    match &kept.step {
        Step::StartRun => t.started.to_owned(),
        Step::EndRun => t.ending.to_owned(),
        Step::Reorder { .. } => t.reordered.to_owned(),
        Step::SuggestOrder => t.suggesting.to_owned(),
        Step::ChangeStatus { change, .. } if change.to == Status::InTransit => at(kept, t.to_depot),
        Step::ChangeStatus { change, .. } => at(kept, t.done.of(change.to)),
        Step::Correct { .. } => at(kept, t.corrected),
        Step::Arrive { .. } => at(kept, t.arrived),
        Step::WrongCode { .. } => at(kept, t.wrong_code),
        Step::AnswerInstruction { confirmed, .. } if *confirmed => at(kept, t.card_confirmed),
        Step::AnswerInstruction { .. } => at(kept, t.card_declined),
        Step::ProposeWindow { .. } => at(kept, t.proposed),
        Step::TakeToOffice { .. } => at(kept, t.taken_to_office),
        Step::Withdraw { .. } => at(kept, t.withdrawn),
    }
}

/// What was done, and where.
fn at(kept: &Kept, what: &str) -> String {
    let street = kept.place.split(',').next().filter(|it| !it.is_empty());
    match (street, kept.step.reference()) {
        (Some(street), _) => format!("{what}: {street}"),
        (None, Some(reference)) => format!("{what}: {reference}"),
        (None, None) => what.to_owned(),
    }
}

/// A code that fits what this phone has, and that the server has not seen.
fn is_checked_here(step: &Step) -> bool {
    matches!(step, Step::ChangeStatus { change, .. }
        if matches!(change.proof, Some(Proof::HandoverCode(_))))
}

/// The last step with its undo, unless it is on its way, and how many wait for the network.
fn unsent(steps: Steps) -> Option<AnyView> {
    let t = use_page_text::<CourierText>();
    let unsent = steps.unsent_steps();
    let is_done = |kept: &&Kept| !matches!(kept.step, Step::Withdraw { .. });
    let last = unsent.iter().rev().find(is_done).or(unsent.last())?;
    let count = unsent.len();
    if steps.trouble.get() == Some(Trouble::SignIn) {
        return Some(view! { <SignInAgain count /> }.into_any());
    }
    let is_offline = steps.trouble.get() == Some(Trouble::Offline);
    let key = last.key.clone();
    let is_sent = steps.on_its_way.with(|sent| sent.contains(&key));
    let can_be_undone =
        !is_sent && !matches!(last.step, Step::WrongCode { .. } | Step::Withdraw { .. });
    let undo = can_be_undone.then(|| {
        view! {
            <button type="button" class="button step-bar__button" on:click=move |_| steps.undo(&key)>
                {t.undo}
            </button>
        }
    });
    let checked = unsent
        .iter()
        .any(|kept| is_checked_here(&kept.step))
        .then(|| view! { <p class="step-bar__kept">{t.code_checked}</p> });
    let kept = is_offline.then(|| {
        view! {
            <p class="step-bar__kept">
                <strong>{(t.steps_kept)(count)} "."</strong>
                " "
                {t.steps_kept_text}
            </p>
        }
    });
    Some(
        view! {
            <div class="step-bar__card">
                <div class="step-bar__words">
                    <p>{words(t, last)}</p>
                    {checked}
                    {kept}
                </div>
                {undo}
            </div>
        }
        .into_any(),
    )
}

#[component]
fn SignInAgain(count: usize) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <a class="button button--primary button--wide" href="/sign-in" rel="external">
            {(t.sign_in_to_send)(count)}
        </a>
    }
}

fn refused(steps: Steps) -> Option<AnyView> {
    let t = use_page_text::<CourierText>();
    let refused = steps.refused_steps();
    (!refused.is_empty()).then(|| {
        let cards = refused
            .into_iter()
            .map(|kept| refused_card(t, steps, kept))
            .collect_view();
        view! { <div class="step-bar__refused" role="alert">{cards}</div> }.into_any()
    })
}

fn refused_card(t: &'static CourierText, steps: Steps, kept: Kept) -> AnyView {
    let (why, then) = match (&kept.step, &kept.refused) {
        (Step::Withdraw { .. }, _) => (t.withdrawn_late.to_owned(), None),
        (
            _,
            Some(Refused {
                why: Some(why),
                is_mendable,
            }),
        ) => (sentence(why), (!is_mendable).then_some(t.not_taken_text)),
        // A parcel that is not found is someone else's now.
        _ => (t.not_yours.to_owned(), Some(t.not_taken_text)),
    };
    let what = words(t, &kept);
    let key = kept.key;
    view! {
        <div class="step-bar__card step-bar__card--refused">
            <Icon name="alert" />
            <p class="step-bar__words">
                <strong>{what} ". " {t.not_taken} "."</strong>
                " "
                {why}
                " "
                {then}
            </p>
            <button type="button" class="button step-bar__button" on:click=move |_| steps.undo(&key)>
                {use_text().common.dismiss}
            </button>
        </div>
    }
    .into_any()
}

fn not_saved(steps: Steps) -> Option<AnyView> {
    let t = use_page_text::<CourierText>();
    (steps.keeping.get().is_forgetful && steps.unsent() > 0)
        .then(|| warning(t.not_saved.to_owned(), t.not_saved_text))
}

/// Nothing that was done vanishes silently, also when an update can't read what the version before it kept.
fn unreadable(steps: Steps) -> Option<AnyView> {
    let t = use_page_text::<CourierText>();
    let count = steps.keeping.get().unreadable;
    (count > 0).then(|| warning(format!("{}.", (t.unreadable)(count)), t.unreadable_text))
}

fn warning(what: String, then: &'static str) -> AnyView {
    view! {
        <div class="step-bar__card step-bar__card--refused" role="alert">
            <Icon name="alert" />
            <p class="step-bar__words">
                <strong>{what}</strong>
                " "
                {then}
            </p>
        </div>
    }
    .into_any()
}
