//! What the recipient told the courier: read at a glance, answered with a tap, offline too.

use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::instruction::{InstructionKind, InstructionState, InstructionView};
use porchlight_domain::schedule::ProposalView;

use super::AtStop;
use crate::clock::{Say, Time, TimeSpan};
use crate::components::Icon;
use crate::text::{CourierText, use_page_text};

/// The cards of a stop, oldest first, and what the courier proposed.
#[component]
pub fn Cards(
    /// Where.
    at: AtStop,
    /// What was said.
    cards: Vec<InstructionView>,
    /// What the recipient has not answered yet.
    proposal: Option<ProposalView>,
) -> impl IntoView {
    let shown = cards
        .into_iter()
        .map(|card| view! { <Card at card /> }.into_any());
    let shown: Vec<_> = shown.collect();
    view! {
        <ul class="cards">
            {shown} {proposal.map(|proposal| view! { <Proposed proposal /> }.into_any())}
        </ul>
    }
}

/// One card, usable by itself.
#[component]
pub fn Card(
    /// Where.
    at: AtStop,
    /// What was said.
    card: InstructionView,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let InstructionView {
        id, state, text, ..
    } = card;
    let (kind, icon, note) = match text.kind {
        InstructionKind::SafePlace => (t.card_safe_place, "door", ""),
        InstructionKind::Neighbour => (t.card_neighbour, "person", ""),
        InstructionKind::GateCode => (t.card_gate_code, "shield", t.card_gate_code_text),
        InstructionKind::NeverLeave => (t.card_never_leave, "shield", t.card_never_leave_text),
        InstructionKind::Other => (t.card_other, "pin", ""),
    };
    let class = match state {
        InstructionState::Open => "wish wish--open",
        InstructionState::Confirmed => "wish wish--confirmed",
        InstructionState::Declined => "wish wish--declined",
    };
    let picture = text.picture.map(|hash| {
        let url = format!(
            "/api/v1/deliveries/{}/pictures/{}",
            at.reference,
            hash.as_str()
        );
        view! { <img class="wish__picture" src=url alt=t.card_photo loading="lazy" /> }
    });
    let can_be_declined = text.kind.can_be_declined();
    let answer = move |confirmed: bool| {
        let step = Step::AnswerInstruction {
            reference: at.reference,
            instruction: id.clone(),
            confirmed,
        };
        at.steps.take(step, at.place.get_untracked());
    };
    let foot = match state {
        InstructionState::Open => {
            let decline = answer.clone();
            let confirm_words = if can_be_declined {
                t.card_confirm
            } else {
                t.card_seen
            };
            view! {
                <p class="wish__acts">
                    <button type="button" class="button button--primary" on:click=move |_| answer(true)>
                        <Icon name="check" />
                        {confirm_words}
                    </button>
                    {can_be_declined
                        .then(|| {
                            view! {
                                <button type="button" class="button" on:click=move |_| decline(false)>
                                    <Icon name="close" />
                                    {t.card_decline}
                                </button>
                            }
                        })}
                </p>
            }
            .into_any()
        }
        InstructionState::Confirmed => {
            view! { <p class="wish__state">{t.card_is_confirmed}</p> }.into_any()
        }
        InstructionState::Declined => {
            view! { <p class="wish__state">{t.card_is_declined}</p> }.into_any()
        }
    };
    view! {
        <li class=class>
            <p class="wish__kind">
                <Icon name=icon />
                {kind}
            </p>
            {text.words.map(|words| view! { <p class="wish__words">{words}</p> })}
            {(!note.is_empty()).then(|| view! { <p class="wish__note">{note}</p> })}
            {picture}
            {foot}
        </li>
    }
}

/// That another time was proposed, and waits for an answer.
#[component]
fn Proposed(proposal: ProposalView) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let span = proposal.span;
    view! {
        <li class="wish">
            <p class="wish__kind">
                <Icon name="clock" />
                {t.proposal}
            </p>
            <p class="wish__when">
                <Time at=Signal::stored(span.from) say=Say::Day />
                ", "
                <TimeSpan span=Signal::stored((span.from, span.to)) />
            </p>
            <p class="wish__note">{t.proposal_waits}</p>
        </li>
    }
}
