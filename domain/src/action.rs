//! What a courier does on the road: steps that their phone keeps until the server has taken them, and
//! that the server takes once, however often they are sent.

use serde::Serialize;
use thiserror::Error;

use crate::delivery::{Correction, Status, StatusChange, Whereabouts, goes_back_to_the_depot};
use crate::ids::{InstructionId, PostOfficeId};
use crate::instruction::InstructionState;
use crate::reference::Reference;
use crate::run::RunState;
use crate::schedule::Slot;
use crate::sequence::reordered;
use crate::time::Timestamp;
use crate::tracking::{RunView, StopView};
use crate::wire::{Fields, FromFields, FromWire, Unreadable, Value};

/// Names one request, so that it is the same request when it is sent again: the value of the
/// `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct IdempotencyKey(String);

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an idempotency key has 16 to 128 letters, digits, hyphens or underscores")]
pub struct InvalidKey;

impl IdempotencyKey {
    /// Reads a key. Short ones are refused: they would meet by chance.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let is_simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if (16..=128).contains(&text.len()) && text.chars().all(is_simple) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidKey)
        }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromWire for IdempotencyKey {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::parse(&String::from_wire(value)?).map_err(|_| Unreadable("key"))
    }
}

crate::wire_with_serde!(IdempotencyKey);

/// One step of a courier's day.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// The run begins: every parcel on the van goes out.
    StartRun,
    /// The run is over.
    EndRun,
    /// The courier is at a parcel's door, and says so: GPS may not know.
    Arrive {
        /// Which parcel.
        reference: Reference,
        /// Where the phone was, or why that is not known.
        whereabouts: Whereabouts,
    },
    /// The stops are driven in another order.
    Reorder {
        /// The stops that the courier saw, in the order wanted.
        order: Vec<Reference>,
    },
    /// Porchlight is to put the stops in order, but for the one that is driven to.
    SuggestOrder,
    /// A parcel has another status.
    ChangeStatus {
        /// Which.
        reference: Reference,
        /// From what to what, where, and with what proof.
        #[serde(flatten)]
        change: StatusChange,
    },
    /// A status was a mistake.
    Correct {
        /// Of which parcel.
        reference: Reference,
        /// Which, where, and what went wrong.
        #[serde(flatten)]
        correction: Correction,
    },
    /// A code was told at a door that the phone found wrong. Five of them lock the parcel.
    WrongCode {
        /// Of which parcel.
        reference: Reference,
        /// What was told. The server looks for itself: a phone in a dead zone does not know of a newer code.
        told: String,
    },
    /// The courier does what the recipient told them, or can't.
    AnswerInstruction {
        /// Of which parcel.
        reference: Reference,
        /// Which instruction.
        instruction: InstructionId,
        /// Whether they do it.
        confirmed: bool,
    },
    /// The courier proposes another time to the recipient.
    ProposeWindow {
        /// For which parcel.
        reference: Reference,
        /// Which window.
        #[serde(flatten)]
        slot: Slot,
    },
    /// What could not be delivered goes to a post office near by.
    TakeToOffice {
        /// Which parcel.
        reference: Reference,
        /// Which office.
        #[serde(rename = "post_office_id")]
        office: PostOfficeId,
    },
    /// A step that may have been sent was undone: the server is not to take it any more. Refused where it has.
    Withdraw {
        /// Under which the step was sent.
        key: IdempotencyKey,
    },
}

impl FromFields for Step {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        let kind: String = fields.take("kind")?;
        Ok(match &*kind {
            "start_run" => Self::StartRun,
            "end_run" => Self::EndRun,
            "arrive" => Self::Arrive {
                reference: fields.take("reference")?,
                whereabouts: fields.take("whereabouts")?,
            },
            "reorder" => Self::Reorder {
                order: fields.take("order")?,
            },
            "suggest_order" => Self::SuggestOrder,
            "change_status" => Self::ChangeStatus {
                reference: fields.take("reference")?,
                change: StatusChange::from_fields(fields)?,
            },
            "correct" => Self::Correct {
                reference: fields.take("reference")?,
                correction: Correction::from_fields(fields)?,
            },
            "wrong_code" => Self::WrongCode {
                reference: fields.take("reference")?,
                told: fields.take("told")?,
            },
            "answer_instruction" => Self::AnswerInstruction {
                reference: fields.take("reference")?,
                instruction: fields.take("instruction")?,
                confirmed: fields.take("confirmed")?,
            },
            "propose_window" => Self::ProposeWindow {
                reference: fields.take("reference")?,
                slot: Slot::from_fields(fields)?,
            },
            "take_to_office" => Self::TakeToOffice {
                reference: fields.take("reference")?,
                office: fields.take("post_office_id")?,
            },
            "withdraw" => Self::Withdraw {
                key: fields.take("key")?,
            },
            _ => return Err(Unreadable("kind")),
        })
    }
}

crate::wire_of_fields!(Step);

/// A step on its way to the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    /// The same each time it is sent.
    pub key: IdempotencyKey,
    /// Seconds since it was done. A span and not a time: phones' clocks are wrong by minutes and days,
    /// and still measure an afternoon well.
    pub done_s_ago: f64,
    /// What was done.
    pub step: Step,
}

crate::wire! { Action { key, done_s_ago, step } }

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It is done, now or already.
    Taken,
    /// It can't be done like that, or not any more.
    Refused(Refused),
}

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// In the server's words; none where the parcel is someone else's now.
    pub why: Option<String>,
    /// Whether the courier can do it again better, as after a wrong code.
    pub is_mendable: bool,
}

crate::wire! { Refused { why, is_mendable } }

impl FromFields for Outcome {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        let outcome: String = fields.take("outcome")?;
        Ok(match &*outcome {
            "taken" => Self::Taken,
            "refused" => Self::Refused(Refused::from_fields(fields)?),
            _ => return Err(Unreadable("outcome")),
        })
    }
}

crate::wire_of_fields!(Outcome);

/// The longest that a step may have waited on a phone and still be dated, seconds: a week.
const LONGEST_WAIT_S: f64 = 7.0 * 24.0 * 3600.0;

/// When something was done that is reported at `now`; none when the span can't be right, as after the
/// phone's clock was set.
pub fn done_at(now: Timestamp, done_s_ago: f64) -> Option<Timestamp> {
    (0.0..=LONGEST_WAIT_S)
        .contains(&done_s_ago)
        .then(|| now.plus_s(-done_s_ago))
}

impl Step {
    /// The parcel it is about.
    pub fn reference(&self) -> Option<Reference> {
        match self {
            Self::ChangeStatus { reference, .. }
            | Self::Correct { reference, .. }
            | Self::Arrive { reference, .. }
            | Self::WrongCode { reference, .. }
            | Self::AnswerInstruction { reference, .. }
            | Self::ProposeWindow { reference, .. }
            | Self::TakeToOffice { reference, .. } => Some(*reference),
            Self::StartRun
            | Self::EndRun
            | Self::Reorder { .. }
            | Self::SuggestOrder
            | Self::Withdraw { .. } => None,
        }
    }

    /// Whether it brings something that is kept: who took the parcel, a picture, a signature.
    pub fn has_proof(&self) -> bool {
        matches!(self, Self::ChangeStatus { change, .. }
            if change.proof.is_some() || !change.pictures.is_empty())
    }

    /// Shows a run as it is once the step is taken: what the courier sees until the server has it.
    pub fn show_on(&self, run: &mut RunView) {
        match self {
            Self::StartRun => {
                run.state = RunState::Active;
                for stop in &mut run.stops {
                    if matches!(stop.status, Status::Collected | Status::InTransit) {
                        stop.status = Status::OutForDelivery;
                    }
                }
            }
            Self::EndRun => run.state = RunState::Ended,
            Self::Arrive { reference, .. } => {
                if let Some(stop) = run.stop_mut(*reference) {
                    stop.arrived |= stop.status == Status::OutForDelivery;
                }
            }
            Self::Correct {
                reference,
                correction,
            } => {
                if let Some(stop) = run.stop_mut(*reference)
                    && stop.status == correction.from
                {
                    stop.status = Status::OutForDelivery;
                }
            }
            Self::Reorder { order } => {
                let now: Vec<Reference> = run.stops.iter().map(|stop| stop.reference).collect();
                let then = reordered(&now, order);
                let place = |stop: &StopView| then.iter().position(|at| *at == stop.reference);
                run.stops.sort_by_cached_key(place);
                run.by_hand = true;
            }
            Self::SuggestOrder | Self::Withdraw { .. } => {}
            Self::WrongCode { reference, .. } => {
                if let Some(kit) = run.stop_mut(*reference).and_then(|stop| stop.kit.as_mut()) {
                    kit.tries_left = kit.tries_left.saturating_sub(1);
                }
            }
            Self::AnswerInstruction {
                reference,
                instruction,
                confirmed,
            } => {
                let stop = run.stop_mut(*reference);
                let card = stop.and_then(|stop| stop.instruction_mut(instruction));
                if let Some(card) = card {
                    card.state = match confirmed {
                        true => InstructionState::Confirmed,
                        false => InstructionState::Declined,
                    };
                }
            }
            Self::ProposeWindow { reference, slot } => run.show_proposal(*reference, *slot),
            Self::TakeToOffice { reference, office } => run.show_office(*reference, office),
            Self::ChangeStatus { reference, change } => {
                let is_possible = |from: Status| from.next().contains(&change.to);
                let is_back = |stop: &StopView| {
                    stop.reference == *reference && goes_back_to_the_depot(stop.status, change.to)
                };
                run.stops.retain(|stop| !is_back(stop));
                if let Some(stop) = run.stop_mut(*reference)
                    && is_possible(stop.status)
                {
                    stop.status = change.to;
                    stop.arrived = false;
                    if change.to == Status::OutForDelivery {
                        run.state = RunState::Active;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ChatBadge;
    use crate::delivery::{
        Address, HandoverLevel, Picture, PictureHash, PictureKind, Proof, Whereabouts, Window,
    };
    use crate::geo::Position;
    use crate::handover::{HandoverCode, HandoverKit, Verifier};
    use crate::ids::RunId;

    const NOW: Timestamp = Timestamp::from_millis(1_795_183_500_000);

    fn no_fix() -> Whereabouts {
        Whereabouts::NoFix {
            reason: "in the cellar".into(),
        }
    }

    fn change(to: Status) -> Step {
        Step::ChangeStatus {
            reference: Reference::from_random(1),
            change: StatusChange::to(to, no_fix()),
        }
    }

    fn correction() -> Correction {
        Correction {
            from: Status::Delivered,
            whereabouts: no_fix(),
            reason: "the wrong door".into(),
        }
    }

    fn run(status: Status) -> RunView {
        let stop = |number| StopView {
            reference: Reference::from_random(number),
            status,
            address: Address {
                text: "Annankatu 12".into(),
                position: Position::new(60.17, 24.94).expect("in Helsinki"),
            },
            description: "Books".into(),
            recipient: "Ada".into(),
            window: Window { from: NOW, to: NOW },
            eta: None,
            handover: false,
            photo_needed: false,
            arrived: false,
            chat: ChatBadge::default(),
            kit: None,
            never_leave: None,
            instructions: Vec::new(),
            proposal: None,
            office: None,
        };
        RunView {
            id: RunId::from_text("run_1"),
            state: RunState::Planned,
            stops: vec![stop(1), stop(2)],
            watchers: Vec::new(),
            next_interval_s: None,
            by_hand: false,
            slots: Vec::new(),
            offices: Vec::new(),
        }
    }

    #[test]
    fn survives_the_phone_and_the_wire() {
        let delivered = StatusChange {
            proof: Some(Proof::RecipientName("Aino".into())),
            pictures: vec![Picture {
                kind: PictureKind::Signature,
                hash: PictureHash::parse(&"0a".repeat(32)).expect("a hash"),
            }],
            notes: Some("second floor".into()),
            done_at: Some(NOW),
            ..StatusChange::to(Status::Delivered, no_fix())
        };
        let steps = [
            Step::StartRun,
            Step::EndRun,
            Step::Arrive {
                reference: Reference::from_random(7),
                whereabouts: no_fix(),
            },
            Step::Reorder {
                order: vec![Reference::from_random(2), Reference::from_random(1)],
            },
            Step::SuggestOrder,
            Step::Withdraw {
                key: IdempotencyKey::parse("a-key-of-the-phone-7").expect("a key"),
            },
            Step::WrongCode {
                reference: Reference::from_random(7),
                told: "7K3M-92QX".into(),
            },
            Step::ChangeStatus {
                reference: Reference::from_random(7),
                change: delivered,
            },
            Step::Correct {
                reference: Reference::from_random(7),
                correction: correction(),
            },
        ];
        for step in steps {
            let action = Action {
                key: IdempotencyKey::parse("0123456789abcdef").expect("a key"),
                done_s_ago: 12.5,
                step,
            };
            let json = serde_json::to_string(&action).expect("serialises");
            let read: Action = serde_json::from_str(&json).expect("reads");
            assert_eq!(read, action, "{json}");
        }
    }

    #[test]
    fn an_outcome_survives_the_wire() {
        let outcomes = [
            Outcome::Taken,
            Outcome::Refused(Refused {
                why: Some("it was delivered".into()),
                is_mendable: false,
            }),
            Outcome::Refused(Refused {
                why: None,
                is_mendable: true,
            }),
        ];
        let json = serde_json::to_string(&outcomes).expect("serialises");
        let read: Vec<Outcome> = serde_json::from_str(&json).expect("reads");
        assert_eq!(read, outcomes, "{json}");
    }

    #[test]
    fn a_key_is_long_and_simple() {
        for refused in [
            "",
            "short",
            "0123456789abcde ",
            "0123456789abcdef\n",
            &"k".repeat(129),
        ] {
            assert_eq!(IdempotencyKey::parse(refused), Err(InvalidKey), "{refused}");
        }
        assert!(IdempotencyKey::parse("5f0c7d1e-8f6b-4a52-9a53-3d0c7e6f1b2a").is_ok());
    }

    #[test]
    fn what_was_done_before_is_dated_by_the_servers_clock() {
        assert_eq!(done_at(NOW, 0.0), Some(NOW));
        assert_eq!(done_at(NOW, 3600.0), Some(NOW.plus_s(-3600.0)));
        for wrong in [-1.0, 8.0 * 24.0 * 3600.0, f64::NAN, f64::INFINITY] {
            assert_eq!(done_at(NOW, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_courier_sees_at_once_what_they_did() {
        let mut run = run(Status::Collected);
        Step::StartRun.show_on(&mut run);
        assert_eq!(run.state, RunState::Active);
        assert!(
            run.stops
                .iter()
                .all(|stop| stop.status == Status::OutForDelivery)
        );

        let arrive = Step::Arrive {
            reference: Reference::from_random(1),
            whereabouts: no_fix(),
        };
        arrive.show_on(&mut run);
        assert!(run.stops[0].arrived && !run.stops[1].arrived);

        change(Status::Delivered).show_on(&mut run);
        assert!(
            !run.stops[0].arrived,
            "it is for one time the parcel is out"
        );
        assert_eq!(run.stops[0].status, Status::Delivered);
        assert_eq!(run.stops[1].status, Status::OutForDelivery);

        change(Status::Failed).show_on(&mut run);
        assert_eq!(run.stops[0].status, Status::Delivered, "it is final");

        let correct = Step::Correct {
            reference: run.stops[0].reference,
            correction: correction(),
        };
        correct.show_on(&mut run);
        assert_eq!(run.stops[0].status, Status::OutForDelivery);
        change(Status::Failed).show_on(&mut run);
        correct.show_on(&mut run);
        assert_eq!(run.stops[0].status, Status::Failed, "another mistake");

        Step::EndRun.show_on(&mut run);
        assert_eq!(run.state, RunState::Ended);
    }

    #[test]
    fn a_courier_sees_another_order_at_once() {
        let [one, two, gone] = [1, 2, 9].map(Reference::from_random);
        let mut run = run(Status::OutForDelivery);
        let step = Step::Reorder {
            order: vec![two, gone, one],
        };
        step.show_on(&mut run);
        let order: Vec<_> = run.stops.iter().map(|stop| stop.reference).collect();
        assert_eq!(order, [two, one]);
        assert!(run.by_hand);
        let before = run.clone();
        Step::SuggestOrder.show_on(&mut run);
        assert_eq!(run, before, "that is for the server to say");
    }

    #[test]
    fn a_stop_is_late_when_it_is_expected_after_what_was_promised() {
        let mut stop = run(Status::OutForDelivery).stops.remove(0);
        assert!(!stop.is_late(), "nobody knows");
        let expected = |from_s: f64, to_s: f64| {
            let (from, to) = (NOW.plus_s(from_s), NOW.plus_s(to_s));
            Some(crate::eta::Eta {
                from,
                to,
                as_of: NOW,
            })
        };
        stop.eta = expected(-600.0, 590.0);
        assert!(!stop.is_late());
        stop.eta = expected(-590.0, 600.0);
        assert!(stop.is_late());
    }

    #[test]
    fn the_phone_counts_wrong_codes_of_each_parcel() {
        let level = HandoverLevel::Pin;
        let mut run = run(Status::OutForDelivery);
        for stop in &mut run.stops {
            let code = HandoverCode::from_random(level, 1);
            stop.kit = Some(HandoverKit {
                level,
                presence_key: None,
                verifier: Verifier::of(level, stop.reference, &code, "salt".into()),
                tries_left: 1,
            });
        }
        let wrong = Step::WrongCode {
            reference: run.stops[0].reference,
            told: "000 000".into(),
        };
        wrong.show_on(&mut run);
        wrong.show_on(&mut run);
        let left = |at: usize| run.stops[at].kit.as_ref().map(|kit| kit.tries_left);
        assert_eq!((left(0), left(1)), (Some(0), Some(1)));
    }

    #[test]
    fn a_courier_sees_at_once_what_they_answered_and_proposed() {
        let mut run = run(Status::OutForDelivery);
        let reference = run.stops[0].reference;
        let slot = Slot {
            date: crate::schedule::Day::parse("2026-11-24").expect("a day"),
            window: crate::schedule::Hours::parse("08-12").expect("hours"),
        };
        let span = Window {
            from: NOW,
            to: NOW.plus_s(3600.0),
        };
        run.slots = vec![crate::schedule::SlotView {
            slot,
            span,
            left: 1,
        }];
        let id = InstructionId::from_text("ins_1");
        run.stops[0].instructions = vec![crate::instruction::InstructionView {
            id: id.clone(),
            state: InstructionState::Open,
            given_at: NOW,
            text: crate::instruction::InstructionText {
                kind: crate::instruction::InstructionKind::NeverLeave,
                words: None,
                picture: None,
                secret_in: None,
            },
        }];
        let steps = [
            Step::AnswerInstruction {
                reference,
                instruction: id,
                confirmed: true,
            },
            Step::ProposeWindow { reference, slot },
        ];
        for step in steps {
            let json = serde_json::to_string(&step).expect("serialises");
            assert_eq!(serde_json::from_str::<Step>(&json).expect("reads"), step);
            assert_eq!(step.reference(), Some(reference));
            step.show_on(&mut run);
        }
        let stop = &run.stops[0];
        assert_eq!(stop.instructions[0].state, InstructionState::Confirmed);
        let proposed = stop.proposal.as_ref().map(|proposal| proposal.span);
        assert_eq!(proposed, Some(span));
        assert_eq!(run.stops[1].proposal, None);
    }
}
