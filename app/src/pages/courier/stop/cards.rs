//! What the recipient told the courier: read at a glance, answered with a tap, offline too.

use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::chat::{Agreement, ChatCard};
use porchlight_domain::instruction::{InstructionKind, InstructionState, InstructionView};
use porchlight_domain::schedule::{ProposalEnd, ProposalView, ScheduledBy};
use porchlight_domain::tracking::RunView;

use super::AtStop;
use crate::components::{Icon, TimeCard, WishCard, part};
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
    let t = use_page_text::<CourierText>();
    let shown = cards
        .into_iter()
        .map(|card| view! { <li><Card at card can_answer=true /></li> }.into_any());
    let shown: Vec<_> = shown.collect();
    let proposed = proposal.map(|proposal| {
        let (span, note) = (proposal.span, t.proposal_waits);
        view! { <li><TimeCard span class="wish" title=t.proposal note /></li> }.into_any()
    });
    view! { <ul class="cards">{shown} {proposed}</ul> }
}

/// One card, usable by itself.
#[component]
fn Card(
    /// Where.
    at: AtStop,
    /// What was said.
    card: InstructionView,
    /// Whether the courier still brings the parcel.
    can_answer: bool,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let InstructionView {
        id, state, text, ..
    } = card;
    let (title, note) = match text.kind {
        InstructionKind::SafePlace => (t.card_safe_place, ""),
        InstructionKind::Neighbour => (t.card_neighbour, ""),
        // In the chat it is told.
        InstructionKind::GateCode if text.words.is_some() => (t.card_gate_code, ""),
        InstructionKind::GateCode => (t.card_gate_code, t.card_gate_code_text),
        InstructionKind::NeverLeave => (t.card_never_leave, t.card_never_leave_text),
        InstructionKind::Other => (t.card_other, ""),
    };
    let class = match state {
        InstructionState::Open => "wish wish--open",
        InstructionState::Confirmed => "wish wish--confirmed",
        InstructionState::Declined => "wish wish--declined",
    };
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
        InstructionState::Open if can_answer => answers(t, can_be_declined, answer),
        InstructionState::Open => ().into_any(),
        InstructionState::Confirmed => {
            view! { <p class="wish__state">{t.card_is_confirmed}</p> }.into_any()
        }
        InstructionState::Declined => {
            view! { <p class="wish__state">{t.card_is_declined}</p> }.into_any()
        }
    };
    view! {
        <WishCard delivery=at.reference text class title note photo=t.card_photo>
            {foot}
        </WishCard>
    }
}

/// What can be said to a card, with a thumb.
fn answers(
    t: &'static CourierText,
    can_be_declined: bool,
    answer: impl Fn(bool) + Clone + 'static,
) -> AnyView {
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

/// A card of the chat. What was answered here and is not sent yet shows as answered.
pub fn chat_card(at: AtStop, card: ChatCard, run: Memo<Option<RunView>>) -> AnyView {
    let t = use_page_text::<CourierText>();
    match card.what {
        Agreement::Instruction { instruction } => {
            let id = instruction.id.clone();
            let state = Memo::new(move |_| {
                run.with(|run| {
                    let stop = run.as_ref()?.stop(at.reference)?;
                    let mut known = stop.instructions.iter();
                    let known = known.find(|known| known.id == id)?;
                    stop.status.still_comes().then_some(known.state)
                })
            });
            let card = StoredValue::new(instruction);
            part(move || {
                let (now, mut card) = (state.get(), card.get_value());
                card.state = now.unwrap_or(card.state);
                view! { <Card at card can_answer=now.is_some() /> }.into_any()
            })
            .into_any()
        }
        Agreement::Proposal { proposal, end } => {
            let note = match end {
                None => t.proposal_waits,
                Some(ProposalEnd::Accepted) => t.proposal_accepted,
                Some(ProposalEnd::Declined) => t.proposal_declined,
                Some(ProposalEnd::Overtaken) => t.proposal_over,
            };
            view! { <TimeCard span=proposal.span class="wish" title=t.proposal note=note /> }
                .into_any()
        }
        Agreement::Rescheduled { by, to } => {
            let note = match by {
                ScheduledBy::Customer => t.moved_by_recipient,
                ScheduledBy::Courier => t.moved_by_both,
                ScheduledBy::Operation => t.moved_by_dispatch,
                ScheduledBy::Overtaken => t.moved_back,
            };
            view! { <TimeCard span=to class="wish wish--confirmed" title=t.comes_then note=note /> }
                .into_any()
        }
    }
}
