use porchlight_domain::hold::{Away, HoldPreferences};
use porchlight_domain::instruction::InstructionKind;

use super::*;
use crate::instructions;
use crate::testing::{NOON, TestDatabase};

#[tokio::test]
async fn what_is_booked_while_they_are_away_goes_to_an_office_with_room() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let mine = office(backend, 1, 1).await;
        let next = office(backend, 2, 1).await;
        let away = |from_s: f64, to_s: f64| HoldPreferences {
            office: Some(mine.clone()),
            away: Some(Away {
                from: NOON.plus_s(from_s),
                to: NOON.plus_s(to_s),
            }),
            ..HoldPreferences::default()
        };
        let wrong = set_preferences(&world.ada, backend, &away(5.0, 1.0)).await;
        assert!(matches!(wrong, Err(Error::Invalid { .. })), "{wrong:?}");
        set_preferences(&world.ada, backend, &away(0.0, 86_400.0))
            .await
            .expect("hers to say");
        let saved = preferences(&world.ada, backend).await;
        assert_eq!(saved.expect("hers"), away(0.0, 86_400.0));

        let where_to = async |reference| {
            let seen = hold(&world.ada, backend, reference).await.expect("hers");
            seen.map(|hold| hold.office.id)
        };
        let first = world.book(&world.ada, 60.1750, 24.9400).await;
        assert_eq!(where_to(first).await, Some(mine.clone()));
        let second = world.book(&world.ada, 60.1750, 24.9400).await;
        assert_eq!(
            where_to(second).await,
            Some(next.clone()),
            "the first is full"
        );
        let third = world.book(&world.ada, 60.1750, 24.9400).await;
        assert_eq!(
            where_to(third).await,
            None,
            "both are full: it is booked all the same"
        );
        let told = told(&world, third).await;
        assert_eq!(told, ["delivery.booked"], "and nothing was promised");
        // One by one it can be undone.
        cancel(&world.ada, backend, first).await.expect("hers");
        assert_eq!(where_to(first).await, None);

        set_preferences(&world.ada, backend, &away(86_400.0, 2.0 * 86_400.0))
            .await
            .expect("hers to say");
        let before = world.book(&world.ada, 60.1750, 24.9400).await;
        assert_eq!(where_to(before).await, None);
        let others = world.book(&world.bob, 60.1750, 24.9400).await;
        let seen = hold(&world.bob, backend, others).await;
        assert_eq!(seen.expect("his"), None);
        let courier = preferences(&world.courier, backend).await;
        assert!(matches!(courier, Err(Error::Forbidden)));
    }
}

#[tokio::test]
async fn what_is_never_left_at_the_door_needs_somebody_who_takes_it() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let never = HoldPreferences {
            never_at_the_door: true,
            ..HoldPreferences::default()
        };
        set_preferences(&world.ada, backend, &never)
            .await
            .expect("hers to say");
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let told = instructions::all(&world.courier, backend, reference).await;
        let told = told.expect("theirs to read");
        let [card] = &told[..] else {
            panic!("one card, not {told:?}");
        };
        assert_eq!(card.text.kind, InstructionKind::NeverLeave);
        let nothing = StatusChange::to(
            Status::Delivered,
            Whereabouts::NoFix {
                reason: "indoors".into(),
            },
        );
        let refused = deliveries::change_status(&world.courier, backend, reference, nothing).await;
        assert!(says(&refused, "never left at the door"), "{refused:?}");
        // For this parcel it may be taken back.
        instructions::withdraw(&world.ada, backend, reference, &card.id)
            .await
            .expect("hers to say");
        let left = instructions::all(&world.ada, backend, reference).await;
        assert_eq!(left.expect("hers to read"), []);
    }
}
