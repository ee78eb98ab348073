use futures::future::join_all;
use porchlight_domain::hold::{PickUpCode, TRIES};

use super::*;
use crate::testing::TestDatabase;

/// Codes that could be right, and are not.
fn guesses(right: &str, count: u64) -> Vec<String> {
    (0..count)
        .map(|number| PickUpCode::from_random(number * 0x1234_5678_9abc + 1).shown())
        .filter(|guess| guess != right)
        .collect()
}

async fn events_of(world: &World, kind: &str) -> usize {
    let rows = crate::events::queries::after(world.backend.store().readers(), 0, 5000).await;
    let rows = rows.expect("the log is there");
    rows.iter().filter(|row| row.kind == kind).count()
}

#[tokio::test]
async fn whoever_guesses_at_a_desk_has_ten_tries_also_all_at_once() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        let guesses = guesses(&code, 60);
        let tries = guesses.iter().map(|guess| hand_out(&clerk, &world, guess));
        let answers = join_all(tries).await;
        let compared = answers.iter().filter(|answer| says(answer, "left")).count();
        let limit = usize::try_from(TRIES).expect("small");
        // The one that locks says so, like all after it.
        assert_eq!(compared, limit - 1, "{answers:?}");
        let locked = hand_out(&clerk, &world, &code).await;
        assert!(
            says(&locked, "an admin has to look"),
            "the right one, too: {locked:?}"
        );
        let seen = desk(&clerk, &world.backend).await.expect("theirs");
        assert!(seen.is_locked);
        // The assignment of the clerk, and the alert: once.
        assert_eq!(events_of(&world, "post_office.changed").await, 2);

        let desk_lock = Locked::Desk(office.clone());
        let by_clerk = unlock(&clerk, &world.backend, &desk_lock).await;
        assert!(matches!(by_clerk, Err(Error::Forbidden)));
        unlock(&world.admin, &world.backend, &desk_lock)
            .await
            .expect("looked into");
        assert_eq!(
            events_of(&world, "post_office.changed").await,
            3,
            "it leaves a trace"
        );
        hand_out(&clerk, &world, &code).await.expect("right");
    }
}

#[tokio::test]
async fn a_parcel_is_locked_wherever_its_code_is_guessed_and_its_recipient_hears() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        for guess in guesses(&code, u64::from(TRIES)) {
            let wrong = present(&clerk, &world.backend, &guess, Some(reference)).await;
            assert!(wrong.is_err());
        }
        assert!(held(&world, reference).await.is_locked);
        let told = told(&world, reference).await;
        assert_eq!(told.last().map(String::as_str), Some("hold.noted locked"));
        assert_eq!(events_of(&world, "case.opened").await, 1);
        unlock(&world.admin, &world.backend, &Locked::Desk(office.clone()))
            .await
            .expect("looked into");
        let still = hand_out(&clerk, &world, &code).await;
        assert!(says(&still, "for this parcel"), "{still:?}");
        unlock(&world.admin, &world.backend, &Locked::Parcel(reference))
            .await
            .expect("looked into");
        hand_out(&clerk, &world, &code).await.expect("right");
    }
}

#[tokio::test]
async fn typing_errors_and_old_tries_lock_nothing() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("it opens");
        let world = World::on(backend).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        let first = if code.starts_with('0') { "1" } else { "0" };
        let mistyped = format!("{first}{}", &code[1..]);
        for told in [&*mistyped, "", "PL-7K3M-92QX", "hello"] {
            for _ in 0..5 {
                let refused = hand_out(&clerk, &world, told).await;
                assert!(says(&refused, "no pick-up code"), "{refused:?}");
            }
        }
        for day in 0..5_u32 {
            for guess in guesses(&code, 8) {
                let wrong = hand_out(&clerk, &world, &guess).await;
                assert!(says(&wrong, "left"), "day {day}: {wrong:?}");
            }
            clock.advance_s(25.0 * 3600.0);
        }
        hand_out(&clerk, &world, &code).await.expect("right");
    }
}

#[tokio::test]
async fn no_code_is_in_the_database_or_the_log() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        name_delegate(&world.ada, &world.backend, reference, "Toini")
            .await
            .expect("hers to say");
        let seen = held(&world, reference).await;
        let codes = [
            seen.pass.expect("there").code,
            seen.delegates[0].pass.code.clone(),
        ];
        let mut stored = world.everything_stored().await;
        hand_out(&clerk, &world, &codes[0]).await.expect("right");
        stored += &world.everything_stored().await;
        let view = desk(&clerk, &world.backend).await.expect("theirs");
        stored += &serde_json::to_string(&view).expect("JSON");
        for code in codes {
            for form in [code.clone(), code.replace('-', "")] {
                assert!(!stored.contains(&form), "{form} is in {stored}");
            }
        }
    }
}
