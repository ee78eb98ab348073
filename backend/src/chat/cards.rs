//! What both can rely on, whatever is said: instructions, proposals and other times, each a fact of its own capability.

use porchlight_domain::chat::{Agreement, ChatCard};
use porchlight_domain::event::Fact;

use super::Seat;
use super::queries::ChatRow;
use crate::{Backend, Error, deliveries, instructions, schedule};

/// The cards of a chat, oldest first. Those from after it closed are for another courier.
pub(super) async fn of(
    backend: &Backend,
    seat: &Seat,
    chat: Option<&ChatRow>,
) -> Result<Vec<ChatCard>, Error> {
    let told = instructions::of_delivery(backend, seat.reference, &seat.courier).await?;
    let mut cards: Vec<_> = told
        .into_iter()
        .map(|instruction| ChatCard {
            at: instruction.given_at,
            what: Agreement::Instruction { instruction },
        })
        .collect();
    for made in schedule::proposals_by(backend, seat.reference, &seat.courier).await? {
        let (proposal, end) = (made.view, made.end);
        cards.push(ChatCard {
            at: made.at,
            what: Agreement::Proposal { proposal, end },
        });
    }
    for (at, fact) in deliveries::facts(backend, seat.reference).await? {
        if let Fact::Rescheduled { by, to, .. } = fact {
            cards.push(ChatCard {
                at,
                what: Agreement::Rescheduled { by, to },
            });
        }
    }
    if let Some(closes_at) = chat.and_then(ChatRow::closes_at) {
        cards.retain(|card| card.at <= closes_at);
    }
    cards.sort_by_key(|card| card.at);
    Ok(cards)
}
