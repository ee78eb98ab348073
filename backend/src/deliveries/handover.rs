//! Handed to its recipient only: nothing but the recipient's code delivers such a parcel.
//!
//! The code is made when handover is asked for. It is shown on the recipient's own page only, and not before the
//! courier is near, so that nobody can ask for it earlier. Wrong ones are counted in a transaction of their own,
//! which a refused change does not undo, and only the recipient begins the count anew.

use porchlight_domain::delivery::{Command, Delivery, HandoverLevel, Proof, Status, StatusChange};
use porchlight_domain::event::Fact;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::HandoverView;

use super::access::{Viewer, load_for, viewer_of};
use super::change::{change_in, listeners};
use super::queries;
use crate::accounts::Actor;
use crate::events::Batch;
use crate::{Backend, Error};

/// Wrong codes after which none is taken any more.
const TRIES: i64 = 5;
const DIGITS: usize = 6;

/// The recipient wants the parcel in their hands only, or no longer. Asking again, when too many wrong codes
/// were tried, makes a new one.
pub async fn ask_for_handover(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    asked: bool,
) -> Result<HandoverView, Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    let wish = Command::AskForHandover(asked);
    let before = change_in(&mut batch, actor, reference, wish).await?;
    if asked && before.handover {
        let kept = queries::code_in(batch.tx(), reference).await?;
        if kept.is_some_and(|kept| kept.wrong_tries >= TRIES) {
            make_code(&mut batch, reference).await?;
        }
    }
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, delivery.handover = asked, "Handover asked");
    handover(actor, backend, reference).await
}

/// What the recipient sees of it; nobody else does.
pub async fn handover(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<HandoverView, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    if viewer != Viewer::Customer {
        return Err(Error::Forbidden);
    }
    let delivery = row.delivery()?;
    let pool = backend.store().readers();
    let kept = queries::code(pool, reference).await?;
    let is_near = delivery.status == Status::OutForDelivery
        && queries::has_arrived(pool, reference, delivery.attempts).await?;
    let locked = kept.as_ref().is_some_and(|kept| kept.wrong_tries >= TRIES);
    let shown = kept.filter(|_| delivery.handover && is_near && !locked);
    Ok(HandoverView {
        asked: delivery.handover,
        code: shown.map(|kept| kept.code),
        locked: delivery.handover && locked,
    })
}

/// Makes a code in place of the one before.
pub(super) async fn make_code(batch: &mut Batch, reference: Reference) -> Result<(), Error> {
    let code = code_of(batch.random_bytes());
    let now = batch.now();
    queries::renew_code(batch.tx(), reference, &code, now).await?;
    Ok(())
}

/// Six digits, each code as likely as any other to within 2^-44.
fn code_of(random: [u8; 8]) -> String {
    let number = u64::from_be_bytes(random) % 10_u64.pow(6);
    format!("{number:0DIGITS$}")
}

/// Turns the code that a courier was told into proof, if it is the right one. What it says of other
/// changes and other proof is left to the rules.
pub(super) async fn compared(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    change: StatusChange,
) -> Result<StatusChange, Error> {
    let told = match &change.proof {
        Some(Proof::HandoverCode(told)) => told.clone(),
        // Only the comparison makes such proof.
        Some(Proof::Handover(_)) => {
            return Err(Error::invalid("proof", &"send the code as handover_code"));
        }
        Some(Proof::RecipientName(_)) | None => return Ok(change),
    };
    let proof = match compare(actor, backend, reference, &told).await? {
        Compared::Right => Some(Proof::Handover(HandoverLevel::Pin)),
        Compared::Over => None,
        Compared::Wrong { left } => {
            let detail = match left {
                0 => "too many wrong codes: ask the recipient for a new one".to_owned(),
                1 => "that is not the recipient's code: 1 try left".to_owned(),
                left => format!("that is not the recipient's code: {left} tries left"),
            };
            return Err(Error::invalid("proof", &detail));
        }
    };
    Ok(StatusChange { proof, ..change })
}

enum Compared {
    Right,
    Wrong {
        /// How many may still be tried.
        left: i64,
    },
    /// It was delivered before: the rules say so.
    Over,
}

async fn compare(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    told: &str,
) -> Result<Compared, Error> {
    let mut batch = Batch::begin(backend, actor).await?;
    // The delivery's lock: of many tries at once each is counted.
    let row = queries::lock(batch.tx(), reference)
        .await?
        .ok_or(Error::NotFound)?;
    if !matches!(viewer_of(actor, &row)?, Viewer::Courier | Viewer::Admin) {
        return Err(Error::Forbidden);
    }
    let delivery = row.delivery()?;
    if delivery.status.is_final() {
        return Ok(Compared::Over);
    }
    let Some(kept) = queries::code_in(batch.tx(), reference).await? else {
        return Err(Error::invalid("proof", &"this parcel has no code"));
    };
    if kept.wrong_tries >= TRIES {
        return Ok(Compared::Wrong { left: 0 });
    }
    let digits: String = told.chars().filter(char::is_ascii_digit).collect();
    if is_same(&digits, &kept.code) {
        return Ok(Compared::Right);
    }
    count_wrong(batch, &delivery).await
}

async fn count_wrong(mut batch: Batch, delivery: &Delivery) -> Result<Compared, Error> {
    let reference = delivery.reference;
    let counted = queries::count_wrong_code(batch.tx(), reference).await?;
    let left = counted.map_or(0, |counted| TRIES - counted.wrong_tries);
    tracing::warn!(delivery.reference = %reference, left, "A wrong handover code");
    if left == 0 {
        batch.record(
            &reference,
            Fact::HandoverLocked {},
            listeners(delivery, delivery),
        );
    }
    batch.commit().await?;
    Ok(Compared::Wrong { left })
}

/// In the same time wherever they differ.
fn is_same(told: &str, kept: &str) -> bool {
    let differences = told
        .bytes()
        .zip(kept.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    told.len() == kept.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use porchlight_domain::delivery::Whereabouts;

    use super::*;
    use crate::deliveries::{change_status, share, timeline};
    use crate::testing::{TestDatabase, World};

    const DOOR: (f64, f64) = (60.1700, 24.9400);

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(code_of([0; 8]), "000000");
        assert_eq!(code_of([0xff; 8]), "551615");
        assert_eq!(code_of(*b"anything").len(), DIGITS);
    }

    #[test]
    fn only_the_same_code_is_the_same() {
        assert!(is_same("000123", "000123"));
        for other in ["", "00012", "0001230", "000124", "100123"] {
            assert!(!is_same(other, "000123"), "{other}");
        }
    }

    /// Ada's parcel, out for delivery and for her hands only.
    async fn asked(world: &World) -> Reference {
        let reference = world.out_for_delivery(&world.ada, DOOR.0, DOOR.1).await;
        let view = ask_for_handover(&world.ada, &world.backend, reference, true)
            .await
            .expect("it is hers to ask");
        assert!(view.asked);
        reference
    }

    async fn code_at_the_door(world: &World, reference: Reference) -> String {
        world.settled().await;
        world.drive(DOOR.0, DOOR.1).await;
        let near = async {
            loop {
                let view = handover(&world.ada, &world.backend, reference).await;
                if let Some(code) = view.expect("it is hers").code {
                    return code;
                }
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), near).await;
        in_time.expect("the courier is at the door")
    }

    async fn deliver(
        world: &World,
        actor: &Actor,
        reference: Reference,
        proof: Proof,
    ) -> Result<(), Error> {
        let whereabouts = Whereabouts::NoFix {
            reason: "indoors".into(),
        };
        let change = StatusChange {
            proof: Some(proof),
            ..StatusChange::to(Status::Delivered, whereabouts)
        };
        change_status(actor, &world.backend, reference, change)
            .await
            .map(|_| ())
    }

    fn wrong(code: &str) -> Proof {
        let other = if code.starts_with('0') { "1" } else { "0" };
        Proof::HandoverCode(format!("{other}{}", &code[1..]))
    }

    #[tokio::test]
    async fn nobody_delivers_it_without_the_recipients_code() {
        for database in TestDatabase::all().await {
            let world = World::on(database.backend().await).await;
            let reference = asked(&world).await;
            let code = code_at_the_door(&world, reference).await;
            for (actor, proof) in [
                (&world.courier, Proof::RecipientName("Ada".into())),
                (&world.admin, Proof::RecipientName("Ada".into())),
                (&world.courier, Proof::Handover(HandoverLevel::Pin)),
                (&world.admin, Proof::Handover(HandoverLevel::Pin)),
                (&world.courier, Proof::HandoverCode(String::new())),
                (&world.courier, wrong(&code)),
            ] {
                let refused = deliver(&world, actor, reference, proof.clone()).await;
                let field = Some("proof");
                assert!(
                    matches!(&refused, Err(Error::Invalid { field: about, .. }) if *about == field),
                    "{proof:?}: {refused:?}"
                );
            }
            for stranger in [&world.ada, &world.bob] {
                let told = Proof::HandoverCode(code.clone());
                let refused = deliver(&world, stranger, reference, told).await;
                assert!(matches!(refused, Err(Error::Forbidden | Error::NotFound)));
            }
            let spoken = format!("{} {}", &code[..3], &code[3..]);
            deliver(
                &world,
                &world.courier,
                reference,
                Proof::HandoverCode(spoken),
            )
            .await
            .expect("that is the code");
            let told = timeline(&world.courier, &world.backend, reference).await;
            let told = serde_json::to_string(&told.expect("a timeline")).expect("JSON");
            assert!(told.contains(r#""proof":{"handover":"pin"}"#), "{told}");
            assert!(!told.contains(&code), "the code is nowhere");
        }
    }

    #[tokio::test]
    async fn the_code_is_for_the_recipient_and_not_before_the_courier_is_near() {
        for database in TestDatabase::all().await {
            let world = World::on(database.backend().await).await;
            let reference = asked(&world).await;
            let view = handover(&world.ada, &world.backend, reference).await;
            assert_eq!(view.expect("hers").code, None, "nobody is near");
            code_at_the_door(&world, reference).await;
            let others = [&world.courier, &world.admin, &world.bob, &Actor::Anonymous];
            for other in others {
                let seen = handover(other, &world.backend, reference).await;
                assert!(seen.is_err(), "{other:?}: {seen:?}");
                for asked in [true, false] {
                    let asked = ask_for_handover(other, &world.backend, reference, asked).await;
                    assert!(asked.is_err(), "{other:?}: {asked:?}");
                }
            }
            share(&world.ada, &world.backend, reference, "Mum")
                .await
                .expect("a link shows nothing of it");
            let view = ask_for_handover(&world.ada, &world.backend, reference, false).await;
            assert_eq!(view.expect("hers").code, None, "given up");
        }
    }

    #[tokio::test]
    async fn five_wrong_codes_lock_it_also_when_they_are_tried_at_once() {
        for database in TestDatabase::all().await {
            let world = World::on(database.backend().await).await;
            let reference = asked(&world).await;
            let code = code_at_the_door(&world, reference).await;
            let tries = (0..20).map(|_| deliver(&world, &world.courier, reference, wrong(&code)));
            for refused in futures::future::join_all(tries).await {
                assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
            }
            let right = Proof::HandoverCode(code.clone());
            let refused = deliver(&world, &world.courier, reference, right).await;
            assert!(matches!(refused, Err(Error::Invalid { .. })), "locked");
            let told = timeline(&world.ada, &world.backend, reference).await;
            let locks = told.expect("a timeline");
            let locks = locks
                .iter()
                .filter(|entry| entry.fact == Fact::HandoverLocked {});
            assert_eq!(locks.count(), 1, "everyone is told once");

            let view = handover(&world.ada, &world.backend, reference).await;
            let view = view.expect("hers");
            assert!(view.locked && view.code.is_none());
            let renewed = ask_for_handover(&world.ada, &world.backend, reference, true).await;
            let renewed = renewed.expect("hers").code.expect("the courier is near");
            deliver(
                &world,
                &world.courier,
                reference,
                Proof::HandoverCode(renewed),
            )
            .await
            .expect("the new one");
        }
    }
}
