//! Cards of what was proposed and said, each usable by itself.

use leptos::prelude::*;
use porchlight_domain::instruction::{InstructionKind, InstructionState, InstructionView};
use porchlight_domain::schedule::ProposalView;

use super::panel::Known;
use crate::api::wishes::{answer_proposal, withdraw_instruction};
use crate::clock::{Say, Time, TimeSpan};
use crate::components::Icon;
use crate::text::{WishText, use_page_text};

/// Another time that the courier proposes, to be accepted or declined.
#[component]
pub fn ProposalCard(
    /// What is known of the delivery's wishes.
    known: Known,
    /// What is proposed.
    proposal: ProposalView,
) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let ProposalView { id, span, .. } = proposal;
    let answer = move |accepts: bool| {
        let proposal = id.clone();
        known.act(answer_proposal(known.reference, proposal, accepts), || ());
    };
    let decline = answer.clone();
    view! {
        <article class="wish wish--asked" aria-live="polite">
            <p class="wish__kind">
                <Icon name="clock" />
                {t.proposal}
            </p>
            <p class="wish__when">
                <Time at=Signal::stored(span.from) say=Say::Day />
                ", "
                <TimeSpan span=Signal::stored((span.from, span.to)) />
            </p>
            <p class="wish__note">{t.proposal_text}</p>
            <p class="wish__acts">
                <button type="button" class="button button--primary" on:click=move |_| answer(true)>
                    {t.accept}
                </button>
                <button type="button" class="button" on:click=move |_| decline(false)>
                    {t.decline}
                </button>
            </p>
        </article>
    }
}

/// What the courier was told, and what they said to it.
#[component]
pub fn InstructionCard(
    /// What is known of the delivery's wishes.
    known: Known,
    /// What was said.
    card: InstructionView,
) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let InstructionView {
        id, state, text, ..
    } = card;
    let (kind, icon) = match text.kind {
        InstructionKind::SafePlace => (t.safe_place, "door"),
        InstructionKind::Neighbour => (t.neighbour, "person"),
        InstructionKind::GateCode => (t.gate_code, "shield"),
        InstructionKind::NeverLeave => (t.never_leave, "shield"),
        InstructionKind::Other => (t.other, "pin"),
    };
    let (said, class) = match state {
        InstructionState::Open if text.kind == InstructionKind::NeverLeave => {
            (t.open_never_leave, "wish wish--confirmed")
        }
        InstructionState::Open => (t.open, "wish"),
        InstructionState::Confirmed => (t.confirmed, "wish wish--confirmed"),
        InstructionState::Declined => (t.declined, "wish wish--declined"),
    };
    let picture = text.picture.map(|hash| {
        let url = format!(
            "/api/v1/deliveries/{}/pictures/{}",
            known.reference,
            hash.as_str()
        );
        view! { <img class="wish__picture" src=url alt=t.photo loading="lazy" /> }
    });
    let take_back = move |_| known.act(withdraw_instruction(known.reference, id.clone()), || ());
    let label = format!("{}: {kind}", t.take_back);
    view! {
        <li class=class>
            <p class="wish__kind">
                <Icon name=icon />
                {kind}
            </p>
            {text.words.map(|words| view! { <p class="wish__words">{words}</p> })}
            {text.secret_in.map(|_| view! { <p class="wish__note">{t.in_chat}</p> })}
            {picture}
            <p class="wish__foot">
                <span class="wish__state">{said}</span>
                <button type="button" class="button button--quiet" aria-label=label on:click=take_back>
                    {t.take_back}
                </button>
            </p>
        </li>
    }
}
