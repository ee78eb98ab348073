//! What a recipient wishes for a delivery, and what becomes of it: another time, and what the courier is told.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use porchlight_domain::delivery::PictureHash;
use porchlight_domain::delivery::Window;
use porchlight_domain::ids::{InstructionId, ProposalId};
use porchlight_domain::instruction::InstructionView;
#[cfg(feature = "ssr")]
use porchlight_domain::instruction::{InstructionKind, InstructionText};
use porchlight_domain::reference::Reference;
#[cfg(feature = "ssr")]
use porchlight_domain::schedule::{Day, Hours, Slot};
use porchlight_domain::schedule::{ProposalView, SlotView};
use serde::Serialize;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::{Error, deliveries, instructions, schedule};

/// What can be wished for a delivery, and what was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Wishes {
    /// When it is promised.
    pub window: Window,
    /// The windows that it can be moved to; none when it comes no more.
    pub slots: Vec<SlotView>,
    /// What the courier proposes.
    pub proposal: Option<ProposalView>,
    /// What the courier was told, oldest first.
    pub instructions: Vec<InstructionView>,
}

porchlight_domain::wire! { Wishes { window, slots, proposal, instructions } }

/// What can be wished for a delivery, and what was.
#[server(prefix = "/api/ui/v1", endpoint = "wishes")]
pub async fn read_wishes(reference: Reference) -> Result<Wishes, ApiError> {
    let (actor, backend) = request::caller()?;
    let detail = deliveries::detail(&actor, &backend, reference).await?;
    Ok(Wishes {
        window: detail.summary.window,
        slots: schedule::windows(&actor, &backend, reference).await?,
        proposal: schedule::proposal(&actor, &backend, reference).await?,
        instructions: instructions::all(&actor, &backend, reference).await?,
    })
}

/// Moves a delivery to another window.
#[server(prefix = "/api/ui/v1", endpoint = "reschedule")]
pub async fn reschedule(
    reference: Reference,
    date: String,
    window: String,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let slot = Slot {
        date: Day::parse(&date).map_err(|problem| Error::invalid("date", &problem))?,
        window: Hours::parse(&window).map_err(|problem| Error::invalid("window", &problem))?,
    };
    Ok(schedule::reschedule(&actor, &backend, reference, slot, None).await?)
}

/// Agrees to what the courier proposes, or does not.
#[server(prefix = "/api/ui/v1", endpoint = "answer-proposal")]
pub async fn answer_proposal(
    reference: Reference,
    proposal: ProposalId,
    accepts: bool,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(schedule::answer(&actor, &backend, reference, &proposal, accepts).await?)
}

/// Tells the courier something. A picture is sent before.
#[server(prefix = "/api/ui/v1", endpoint = "instruct")]
pub async fn instruct(
    reference: Reference,
    kind: String,
    #[server(default)] words: String,
    #[server(default)] picture: String,
) -> Result<InstructionView, ApiError> {
    let (actor, backend) = request::caller()?;
    let kind = InstructionKind::from_text(&kind)
        .ok_or_else(|| Error::invalid("kind", &"choose what to tell the courier"))?;
    let hash = (!picture.is_empty()).then(|| PictureHash::parse(&picture));
    let text = InstructionText {
        kind,
        words: Some(words),
        picture: hash
            .transpose()
            .map_err(|problem| Error::invalid("picture", &problem))?,
        secret_in: None,
    };
    Ok(instructions::give(&actor, &backend, reference, text, None).await?)
}

/// Takes an instruction back.
#[server(prefix = "/api/ui/v1", endpoint = "withdraw-instruction")]
pub async fn withdraw_instruction(reference: Reference, id: InstructionId) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(instructions::withdraw(&actor, &backend, reference, &id).await?)
}
