//! Cards of what was proposed and said, each usable by itself.

use leptos::prelude::*;
use porchlight_domain::chat::{Agreement, ChatCard};
use porchlight_domain::instruction::{InstructionKind, InstructionState, InstructionView};
use porchlight_domain::schedule::{ProposalEnd, ProposalView, ScheduledBy};

use super::panel::Known;
use crate::api::wishes::{answer_proposal, withdraw_instruction};
use crate::components::{TimeCard, WishCard};
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
        <TimeCard span class="wish wish--asked" title=t.proposal note=t.proposal_text>
            <p class="wish__acts">
                <button type="button" class="button button--primary" on:click=move |_| answer(true)>
                    {t.accept}
                </button>
                <button type="button" class="button" on:click=move |_| decline(false)>
                    {t.decline}
                </button>
            </p>
        </TimeCard>
    }
}

/// What the courier was told, and what they said to it.
#[component]
pub fn InstructionCard(
    /// What is known of the delivery's wishes.
    known: Known,
    /// What was said.
    card: InstructionView,
    /// Whether it can still be taken back.
    can_change: bool,
) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let InstructionView {
        id, state, text, ..
    } = card;
    let title = match text.kind {
        InstructionKind::SafePlace => t.safe_place,
        InstructionKind::Neighbour => t.neighbour,
        InstructionKind::GateCode => t.gate_code,
        InstructionKind::NeverLeave => t.never_leave,
        InstructionKind::Other => t.other,
    };
    let (said, class) = match state {
        InstructionState::Open if text.kind == InstructionKind::NeverLeave => {
            (t.open_never_leave, "wish wish--confirmed")
        }
        InstructionState::Open => (t.open, "wish"),
        InstructionState::Confirmed => (t.confirmed, "wish wish--confirmed"),
        InstructionState::Declined => (t.declined, "wish wish--declined"),
    };
    let note = text.secret_in.as_ref().map_or("", |_| t.in_chat);
    let take_back = move |_| known.act(withdraw_instruction(known.reference, id.clone()), || ());
    let label = format!("{}: {title}", t.take_back);
    view! {
        <WishCard delivery=known.reference text class title note photo=t.photo>
            <p class="wish__foot">
                <span class="wish__state">{said}</span>
                {can_change
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button--quiet"
                                aria-label=label
                                on:click=take_back
                            >
                                {t.take_back}
                            </button>
                        }
                    })}
            </p>
        </WishCard>
    }
}

/// A card of the chat.
pub fn chat_card(known: Known, card: ChatCard, can_change: bool) -> AnyView {
    let t = use_page_text::<WishText>();
    match card.what {
        Agreement::Instruction { instruction: card } => {
            view! { <InstructionCard known card can_change /> }.into_any()
        }
        Agreement::Proposal {
            proposal,
            end: None,
        } if can_change => view! { <ProposalCard known proposal /> }.into_any(),
        Agreement::Proposal { proposal, end } => {
            let note = match end {
                Some(ProposalEnd::Accepted) => t.proposal_accepted,
                Some(ProposalEnd::Declined) => t.proposal_declined,
                Some(ProposalEnd::Overtaken) | None => t.proposal_over,
            };
            view! { <TimeCard span=proposal.span class="wish" title=t.proposal note=note /> }
                .into_any()
        }
        Agreement::Rescheduled { by, to } => {
            let note = match by {
                ScheduledBy::Customer => t.moved_by_you,
                ScheduledBy::Courier => t.moved_by_both,
                ScheduledBy::Operation => t.moved_by_us,
                ScheduledBy::Overtaken => t.moved_back,
            };
            view! { <TimeCard span=to class="wish wish--confirmed" title=t.moved note=note /> }
                .into_any()
        }
    }
}
