use futures::future::join_all;

use super::*;
use crate::testing::TestDatabase;

/// Hundreds want one of a few places at the same moment.
#[tokio::test]
async fn an_office_never_takes_more_than_fit() {
    const WANTED: usize = 300;
    const ROOM: usize = 20;
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, i64::try_from(ROOM).expect("small")).await;
        let mut references = Vec::new();
        for _ in 0..WANTED {
            references.push(world.book(&world.ada, 60.1750, 24.9400).await);
        }
        let tries = references.iter().map(|reference| async {
            // A pool that is exhausted answers "unavailable" within a second: people try again.
            loop {
                match request(&world.ada, &world.backend, *reference, &office).await {
                    Err(Error::Unavailable { .. }) => tokio::task::yield_now().await,
                    other => return other,
                }
            }
        });
        let answers = join_all(tries).await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(won, ROOM);
        assert!(
            answers
                .iter()
                .all(|answer| answer.is_ok() || says(answer, "no room left"))
        );
        assert_eq!(
            used(&world, &office).await,
            i64::try_from(ROOM).expect("small")
        );
        let mut held = 0;
        for reference in references {
            let seen = hold(&world.ada, &world.backend, reference).await;
            held += usize::from(seen.expect("hers").is_some());
        }
        assert_eq!(held, ROOM, "who was refused goes to the door");
    }
}

/// Everyone changes their mind all the time, between two offices and the door.
#[tokio::test]
async fn a_parcel_never_has_two_destinations() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let offices = [
            office(&world.backend, 1, 4).await,
            office(&world.backend, 2, 4).await,
        ];
        let mut references = Vec::new();
        for _ in 0..6 {
            references.push(world.book(&world.ada, 60.1750, 24.9400).await);
        }
        let tries = (0..120_usize).map(|number| {
            let (world, offices) = (&world, &offices);
            let reference = references[number % references.len()];
            async move {
                // Whatever becomes of it, what is left must add up.
                let _ = match number % 3 {
                    2 => cancel(&world.ada, &world.backend, reference).await,
                    at => request(&world.ada, &world.backend, reference, &offices[at]).await,
                };
            }
        });
        join_all(tries).await;
        let mut at = [0_i64, 0];
        for reference in references {
            let seen = hold(&world.ada, &world.backend, reference).await;
            if let Some(seen) = seen.expect("hers") {
                at[usize::from(seen.office.id == offices[1])] += 1;
            }
        }
        let taken = [
            used(&world, &offices[0]).await,
            used(&world, &offices[1]).await,
        ];
        assert_eq!(taken, at);
        assert!(taken.iter().all(|taken| (0..=4).contains(taken)));
    }
}
