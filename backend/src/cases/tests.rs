use porchlight_domain::delivery::{Correction, Proof, StatusChange, Whereabouts};
use porchlight_domain::geo::Position;

use super::*;
use crate::deliveries::{change_status, correct_once, timeline};
use crate::idempotency::Sent;
use crate::testing::{TestDatabase, World};

fn at(lat: f64) -> Whereabouts {
    Whereabouts::At {
        position: Position::new(lat, 24.94).expect("in Helsinki"),
        accuracy_m: 8.0,
    }
}

async fn deliver(world: &World, reference: Reference, whereabouts: Whereabouts) {
    let change = StatusChange {
        proof: Some(Proof::RecipientName("Ada".into())),
        ..StatusChange::to(Status::Delivered, whereabouts)
    };
    change_status(&world.courier, &world.backend, reference, change)
        .await
        .expect("delivered");
}

#[tokio::test]
async fn a_recipient_without_their_parcel_is_heard_once() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let early = not_received(&world.ada, backend, reference, "").await;
        assert!(matches!(early, Err(Error::Conflict { .. })), "{early:?}");
        deliver(&world, reference, at(60.17)).await;
        for stranger in [&world.bob, &world.courier, &world.admin, &Actor::Anonymous] {
            let refused = not_received(stranger, backend, reference, "").await;
            assert!(refused.is_err(), "{stranger:?}");
            let is_admin = std::ptr::eq(stranger, &raw const world.admin);
            assert_eq!(all(stranger, backend).await.is_ok(), is_admin);
        }
        let unreadable = not_received(&world.ada, backend, reference, "\u{0}").await;
        assert!(matches!(
            unreadable,
            Err(Error::Invalid {
                field: Some("words"),
                ..
            })
        ));
        let said =
            (0..8).map(|_| not_received(&world.ada, backend, reference, " Not in the yard. "));
        for said in futures::future::join_all(said).await {
            said.expect("heard");
        }
        let cases = all(&world.admin, backend).await.expect("theirs");
        assert_eq!(cases.len(), 1, "{cases:?}");
        let case = &cases[0];
        assert_eq!(case.kind, CaseKind::NotReceived);
        assert_eq!(case.words.as_deref(), Some("Not in the yard."));

        for other in [&world.ada, &world.courier] {
            assert!(close(other, backend, &case.id, "found").await.is_err());
        }
        let wordless = close(&world.admin, backend, &case.id, " ").await;
        assert!(matches!(
            wordless,
            Err(Error::Invalid {
                field: Some("outcome"),
                ..
            })
        ));
        close(&world.admin, backend, &case.id, "A neighbour had it.")
            .await
            .expect("closed");
        let again = close(&world.admin, backend, &case.id, "once more").await;
        assert!(matches!(again, Err(Error::AlreadyDone { .. })));
        let told = timeline(&world.ada, backend, reference)
            .await
            .expect("hers");
        let of_the_case = told.iter().filter_map(|entry| match &entry.fact {
            Fact::CaseOpened { .. } => Some("opened"),
            Fact::CaseClosed { outcome, .. } => Some(outcome.as_str()),
            _ => None,
        });
        let of_the_case: Vec<_> = of_the_case.collect();
        assert_eq!(of_the_case, ["opened", "A neighbour had it."]);
        not_received(&world.ada, backend, reference, "It is gone again")
            .await
            .expect("another case");
        let cases = all(&world.admin, backend).await.expect("theirs");
        let open: Vec<_> = cases.iter().map(|case| case.closed.is_none()).collect();
        assert_eq!(open, [true, false], "open ones first");
    }
}

#[tokio::test]
async fn what_was_delivered_far_from_the_door_is_looked_into() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let near = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let far = world.out_for_delivery(&world.ada, 60.18, 24.94).await;
        deliver(&world, near, at(60.1703)).await;
        deliver(&world, far, at(60.184)).await;
        let cases = all(&world.admin, backend).await.expect("theirs");
        let about: Vec<_> = cases
            .iter()
            .map(|case| (case.delivery, case.kind))
            .collect();
        assert_eq!(about, [(far, CaseKind::FarFromDoor)]);
        assert_eq!(cases[0].words.as_deref(), Some("445 m"));
        let told = timeline(&world.ada, backend, far).await.expect("hers");
        let distances: Vec<_> = told
            .iter()
            .filter_map(|entry| match entry.fact {
                Fact::StatusChanged { far_m, .. } => far_m,
                _ => None,
            })
            .collect();
        assert_eq!(distances, [445], "she is told how far, and not where");
        assert!(
            !told
                .iter()
                .any(|entry| matches!(entry.fact, Fact::CaseOpened { .. }))
        );
    }
}

#[tokio::test]
async fn a_mistake_is_taken_back_while_the_run_goes_on() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        world.out_for_delivery(&world.bob, 60.18, 24.94).await;
        deliver(&world, reference, at(60.17)).await;
        let mistake = |whereabouts| Correction {
            from: Status::Delivered,
            whereabouts,
            reason: "It was next door's".into(),
        };
        for stranger in [&world.ada, &world.bob, &Actor::Anonymous] {
            let refused = correct_once(
                stranger,
                backend,
                reference,
                mistake(at(60.17)),
                Sent::default(),
            )
            .await;
            assert!(refused.is_err(), "{stranger:?}");
        }
        let nowhere = mistake(Whereabouts::Elsewhere);
        let refused =
            correct_once(&world.courier, backend, reference, nowhere, Sent::default()).await;
        assert!(matches!(
            refused,
            Err(Error::Invalid {
                field: Some("at"),
                ..
            })
        ));
        let at_once = (0..4).map(|_| {
            correct_once(
                &world.courier,
                backend,
                reference,
                mistake(at(60.17)),
                Sent::default(),
            )
        });
        let done = futures::future::join_all(at_once).await;
        assert_eq!(
            done.iter().filter(|done| done.is_ok()).count(),
            1,
            "{done:?}"
        );
        deliver(&world, reference, at(60.17)).await;
        let told = timeline(&world.ada, backend, reference)
            .await
            .expect("hers");
        let told: Vec<_> = told.iter().map(|entry| entry.fact.type_name()).collect();
        let end = [
            "delivery.status.changed",
            "delivery.status.corrected",
            "delivery.status.changed",
        ];
        assert_eq!(told[told.len() - 3..], end);
    }
}
