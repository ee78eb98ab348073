//! What both can rely on, whatever is said: instructions, proposals and other times, each a fact of its own capability.

use porchlight_domain::chat::life::CLOSING_S;
use porchlight_domain::chat::{Agreement, ChatCard};
use porchlight_domain::event::Fact;
use porchlight_domain::schedule::{ProposalEnd, ScheduledBy};

use super::Seat;
use super::queries::ChatRow;
use crate::{Backend, Error, deliveries, instructions, schedule};

/// The cards of a chat, oldest first. Those from after the parcel was theirs are for another courier.
pub(super) async fn of(
    backend: &Backend,
    seat: &Seat,
    chat: Option<&ChatRow>,
) -> Result<Vec<ChatCard>, Error> {
    let told =
        instructions::of_delivery(backend, seat.reference, Some(seat.courier.as_str())).await?;
    let mut cards: Vec<_> = told
        .into_iter()
        .map(|instruction| ChatCard {
            at: instruction.given_at,
            what: Agreement::Instruction { instruction },
        })
        .collect();
    let now = backend.now();
    let proposals = schedule::proposals_by(backend, seat.reference, &seat.courier).await?;
    let proposed: Vec<_> = proposals.iter().map(|made| made.view.span).collect();
    for made in proposals {
        // Nobody agrees to a window that has begun.
        let is_late = made.view.span.from <= now;
        let end = made.end.or(is_late.then_some(ProposalEnd::Overtaken));
        let proposal = made.view;
        cards.push(ChatCard {
            at: made.at,
            what: Agreement::Proposal { proposal, end },
        });
    }
    for (at, fact) in deliveries::moves(backend, seat.reference).await? {
        let Fact::Rescheduled { by, to, .. } = fact else {
            continue;
        };
        // What another courier proposed was agreed on with them.
        if by != ScheduledBy::Courier || proposed.contains(&to) {
            let what = Agreement::Rescheduled { by, to };
            cards.push(ChatCard { at, what });
        }
    }
    if let Some(closes_at) = chat.and_then(ChatRow::closes_at) {
        let ended_at = closes_at.plus_s(-CLOSING_S);
        cards.retain(|card| card.at <= ended_at);
    }
    cards.sort_by_key(|card| card.at);
    Ok(cards)
}
