//! What a courier does on the road: steps that their phone keeps until the server has taken them, and
//! that the server takes once, however often they are sent.

use serde::Serialize;
use thiserror::Error;

use crate::delivery::{Status, StatusChange};
use crate::reference::Reference;
use crate::run::RunState;
use crate::time::Timestamp;
use crate::tracking::RunView;
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
    /// A parcel has another status.
    ChangeStatus {
        /// Which.
        reference: Reference,
        /// From what to what, where, and with what proof.
        #[serde(flatten)]
        change: StatusChange,
    },
    /// A code was told at a door that the phone found wrong. Five of them lock the parcel.
    WrongCode {
        /// Of which parcel.
        reference: Reference,
        /// What was told. The server looks for itself: a phone in a dead zone does not know of a newer code.
        told: String,
    },
}

impl FromFields for Step {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        let kind: String = fields.take("kind")?;
        Ok(match &*kind {
            "start_run" => Self::StartRun,
            "end_run" => Self::EndRun,
            "change_status" => Self::ChangeStatus {
                reference: fields.take("reference")?,
                change: StatusChange::from_fields(fields)?,
            },
            "wrong_code" => Self::WrongCode {
                reference: fields.take("reference")?,
                told: fields.take("told")?,
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
            Self::ChangeStatus { reference, .. } | Self::WrongCode { reference, .. } => {
                Some(*reference)
            }
            Self::StartRun | Self::EndRun => None,
        }
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
            Self::WrongCode { reference, .. } => {
                let stop = run
                    .stops
                    .iter_mut()
                    .find(|stop| stop.reference == *reference);
                if let Some(kit) = stop.and_then(|stop| stop.kit.as_mut()) {
                    kit.tries_left = kit.tries_left.saturating_sub(1);
                }
            }
            Self::ChangeStatus { reference, change } => {
                let is_possible = |from: Status| from.next().contains(&change.to);
                if let Some(stop) = run
                    .stops
                    .iter_mut()
                    .find(|stop| stop.reference == *reference)
                    && is_possible(stop.status)
                {
                    stop.status = change.to;
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
    use crate::delivery::{Address, HandoverLevel, Proof, Whereabouts, Window};
    use crate::geo::Position;
    use crate::handover::{HandoverCode, HandoverKit, Verifier};
    use crate::ids::RunId;
    use crate::tracking::StopView;

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
            kit: None,
        };
        RunView {
            id: RunId::from_text("run_1"),
            state: RunState::Planned,
            stops: vec![stop(1), stop(2)],
            watchers: Vec::new(),
        }
    }

    #[test]
    fn survives_the_phone_and_the_wire() {
        let delivered = StatusChange {
            proof: Some(Proof::RecipientName("Aino".into())),
            notes: Some("second floor".into()),
            done_at: Some(NOW),
            ..StatusChange::to(Status::Delivered, no_fix())
        };
        let steps = [
            Step::StartRun,
            Step::EndRun,
            Step::WrongCode {
                reference: Reference::from_random(7),
                told: "7K3M-92QX".into(),
            },
            Step::ChangeStatus {
                reference: Reference::from_random(7),
                change: delivered,
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

        change(Status::Delivered).show_on(&mut run);
        assert_eq!(run.stops[0].status, Status::Delivered);
        assert_eq!(run.stops[1].status, Status::OutForDelivery);

        change(Status::Failed).show_on(&mut run);
        assert_eq!(run.stops[0].status, Status::Delivered, "it is final");

        Step::EndRun.show_on(&mut run);
        assert_eq!(run.state, RunState::Ended);
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
}
