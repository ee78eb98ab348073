use porchlight_domain::delivery::Status;
use porchlight_domain::fix::{FixRefusal, ReportedFix};
use porchlight_domain::geo::{Bounds, Line, Position};
use porchlight_domain::reveal::{OTHER_DOOR_M, RevealPolicy, RevealRule};
use porchlight_domain::tracking::ShownPosition;
use rand::SeedableRng;
use serde_json::Value;

use super::*;
use crate::holds::tests::{office, on_its_way};
use crate::testing::{Listener, TestDatabase, World};
use crate::{Backend, Error};

#[tokio::test]
async fn the_customer_sees_the_courier_move_and_nobody_else_does() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        let ada = Listener::join(&world.backend, vec![World::topic(&world.ada)]);
        let bob = Listener::join(&world.backend, vec![World::topic(&world.bob)]);
        for step in 0..5 {
            world
                .drive(60.1700 + f64::from(step) * 0.0005, 24.9400)
                .await;
            clock.advance_s(10.0);
        }
        let heard = ada.until(|heard| moves(heard).len() == 5).await;
        let last = moves(&heard)[4];
        assert_eq!(last["subject"], reference.to_string());
        assert_eq!(last["data"]["position"]["precision"], "exact");
        assert_eq!(last["data"]["position"]["lat"], 60.1720);
        assert_eq!(last["data"]["stops_before"], 0);
        assert!(last.get("id").is_none(), "live frames are not in the log");
        assert!(bob.heard().is_empty());
        assert_eq!(world.stored_fixes().await, 5);
    }
}

fn moves(heard: &[Value]) -> Vec<&Value> {
    heard
        .iter()
        .filter(|event| event["type"] == "courier.location.updated")
        .collect()
}

#[tokio::test]
async fn before_and_after_the_delivery_there_is_nothing_to_see() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let booked = world.book(&world.ada, 60.1750, 24.9400).await;
        assert!(matches!(
            tracking(&world.ada, backend, booked).await,
            Err(Error::NotDispatched)
        ));
        world.assign(booked).await;
        world
            .step(booked, Status::Collected)
            .await
            .expect("collected");
        // Another parcel starts the run; this one is still in the van, not out.
        world.out_for_delivery(&world.bob, 60.1800, 24.9400).await;
        world.settled().await;
        world.drive(60.1740, 24.9400).await;
        let view = tracking(&world.ada, backend, booked)
            .await
            .expect("collected");
        assert!(view.position.is_none() && view.eta.is_none() && view.courier.is_none());

        world
            .step(booked, Status::OutForDelivery)
            .await
            .expect("out");
        world.settled().await;
        let view = tracking(&world.ada, backend, booked).await.expect("out");
        assert!(view.position.is_some() && view.eta.is_some());
        assert_eq!(view.courier.expect("a card").first_name, "Väinö");

        world
            .step(booked, Status::Delivered)
            .await
            .expect("delivered");
        world.settled().await;
        clock.advance_s(10.0);
        let ada = Listener::join(backend, vec![World::topic(&world.ada)]);
        world.drive(60.1745, 24.9400).await;
        let view = tracking(&world.ada, backend, booked)
            .await
            .expect("delivered");
        assert!(view.position.is_none() && view.eta.is_none() && view.courier.is_none());
        assert!(ada.heard().is_empty());
        assert!(matches!(
            tracking(&world.bob, backend, booked).await,
            Err(Error::NotFound)
        ));
    }
}

#[tokio::test]
async fn a_parcel_that_is_not_on_the_van_delays_nobody() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let first = world.book(&world.bob, 60.2500, 24.9400).await;
        world.assign(first).await;
        let hers = world.out_for_delivery(&world.ada, 60.1710, 24.9400).await;
        crate::runs::reorder(&world.courier, backend, vec![first, hers])
            .await
            .expect("ordered");
        world.settled().await;
        world.drive(60.1700, 24.9400).await;
        let view = tracking(&world.ada, backend, hers).await.expect("hers");
        assert_eq!(view.stops_before, Some(0));
        let eta = view.eta.expect("it is out");
        assert!(eta.to.seconds_since(eta.as_of) < 300.0, "{eta:?}");

        world
            .step(first, Status::Collected)
            .await
            .expect("collected");
        world.settled().await;
        clock.advance_s(10.0);
        world.drive(60.1700, 24.9400).await;
        let view = tracking(&world.ada, backend, hers).await.expect("hers");
        assert_eq!(view.stops_before, Some(1));
        let later = view.eta.expect("it is out");
        assert!(later.from > eta.to, "by way of {first}: {later:?}");
    }
}

#[tokio::test]
async fn a_parcel_that_goes_out_again_after_its_run_is_seen() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let parcel = world.out_for_delivery(&world.ada, 60.1710, 24.9400).await;
        world.step(parcel, Status::Failed).await.expect("failed");
        crate::runs::end(&world.courier, backend)
            .await
            .expect("ended");
        clock.advance_s(3600.0);

        world
            .step(parcel, Status::OutForDelivery)
            .await
            .expect("out again");
        world.settled().await;
        let run = crate::runs::today(&world.courier, backend)
            .await
            .expect("asked")
            .expect("a new run");
        let stops: Vec<_> = run.stops.iter().map(|stop| stop.reference).collect();
        assert_eq!(stops, [parcel]);
        world.drive(60.1700, 24.9400).await;
        let view = tracking(&world.ada, backend, parcel).await.expect("hers");
        assert!(view.position.is_some() && view.eta.is_some());

        let told = crate::deliveries::timeline(&world.admin, backend, parcel)
            .await
            .expect("the admin's");
        let kinds: Vec<_> = told.iter().map(|entry| entry.fact.type_name()).collect();
        let again = ["delivery.assigned", "delivery.status.changed"];
        assert!(
            kinds.windows(2).rev().any(|pair| pair == again),
            "{kinds:?}"
        );
        assert_eq!(kinds.iter().filter(|kind| **kind == again[0]).count(), 2);
        assert_eq!(run.state, porchlight_domain::run::RunState::Active);
    }
}

#[tokio::test]
async fn bad_fixes_are_refused_one_by_one_and_duplicates_change_nothing() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        let good = world.fix(60.1700, 24.9400);
        let later = ReportedFix {
            time: good.time.plus_s(10.0),
            ..good
        };
        let batch = vec![
            good,
            ReportedFix { lat: 91.0, ..later },
            ReportedFix {
                lat: 60.2700,
                ..later
            },
            ReportedFix {
                accuracy_m: 900.0,
                ..later
            },
        ];
        clock.advance_s(20.0);
        let first = ingest(&world.courier, &world.backend, batch.clone())
            .await
            .expect("taken");
        let reasons: Vec<_> = first
            .refused
            .iter()
            .map(|refused| (refused.index, refused.reason))
            .collect();
        assert_eq!(first.accepted, 1);
        assert_eq!(
            reasons,
            [
                (1, FixRefusal::InvalidPosition),
                (2, FixRefusal::ImpossibleJump),
                (3, FixRefusal::TooInaccurate),
            ]
        );
        let again = ingest(&world.courier, &world.backend, vec![good])
            .await
            .expect("taken");
        assert_eq!(
            (again.accepted, again.refused[0].reason),
            (0, FixRefusal::Duplicate)
        );
        assert_eq!(world.stored_fixes().await, 1);
    }
}

#[tokio::test]
async fn positions_are_taken_only_during_a_run_and_only_from_couriers() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let fix = world.fix(60.1700, 24.9400);
        let refused = ingest(&world.courier, &world.backend, vec![fix]).await;
        assert!(matches!(refused, Err(Error::Conflict { .. })));
        let refused = ingest(&world.ada, &world.backend, vec![fix]).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let refused = ingest(&world.courier, &world.backend, Vec::new()).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })));
        assert_eq!(world.stored_fixes().await, 0);
    }
}

#[tokio::test]
async fn what_a_phone_kept_of_a_run_is_taken_after_its_end() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        // In a dead zone: two while it drove, and one at home.
        clock.advance_s(300.0);
        let on_the_road = [world.fix(60.1700, 24.9400), world.fix(60.1710, 24.9400)];
        let on_the_road = [
            on_the_road[0],
            ReportedFix {
                time: on_the_road[1].time.plus_s(20.0),
                ..on_the_road[1]
            },
        ];
        clock.advance_s(300.0);
        world
            .step(reference, Status::Delivered)
            .await
            .expect("a legal step");
        crate::runs::end(&world.courier, &world.backend)
            .await
            .expect("theirs");
        world.settled().await;
        let ended = world.backend.now();
        clock.advance_s(300.0);
        let at_home = world.fix(60.2000, 24.9000);
        let kept = vec![on_the_road[0], on_the_road[1], at_home];
        let taken = ingest(&world.courier, &world.backend, kept).await;
        let taken = taken.expect("they are of that run");
        assert_eq!(taken.accepted, 2);
        assert_eq!(
            taken.refused,
            [RefusedFix {
                index: 2,
                reason: FixRefusal::NoRun
            }]
        );
        let only_at_home = ingest(&world.courier, &world.backend, vec![at_home]).await;
        assert!(matches!(only_at_home, Err(Error::Conflict { .. })));

        // The next run is active by the time that the rest comes, and it is not of that one.
        clock.advance_s(300.0);
        let next = world.out_for_delivery(&world.ada, 60.1760, 24.9400).await;
        let late = ReportedFix {
            time: ended.plus_s(-60.0),
            ..world.fix(60.1720, 24.9400)
        };
        let taken = ingest(&world.courier, &world.backend, vec![late]).await;
        assert_eq!(taken.expect("history").accepted, 1);
        let seen = tracking(&world.ada, &world.backend, next).await;
        assert_eq!(seen.expect("hers").position, None, "nothing is shown of it");
        assert_eq!(world.stored_fixes().await, 3);
    }
}

#[tokio::test]
async fn a_courier_who_has_just_set_out_is_not_refused() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        assert_eq!(world.drive(60.1700, 24.9400).await.accepted, 1);
        let view = tracking(&world.ada, &world.backend, reference)
            .await
            .expect("hers");
        assert!(view.position.is_some());
    }
}

/// A van at somebody's door is hidden from others; a post office is nobody's.
#[tokio::test]
async fn a_van_at_a_post_office_gives_no_door_away() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let office = office(&world.backend, 1, 5).await;
        on_its_way(&world, &office).await;
        let his = world.out_for_delivery(&world.bob, 60.1850, 24.9400).await;
        world.settled().await;
        for lat in [60.1700, 60.1708, 60.1711] {
            world.drive(lat, 24.9400).await;
            clock.advance_s(30.0);
            let seen = tracking(&world.bob, &world.backend, his).await;
            let seen = seen.expect("his").position;
            let Some(ShownPosition::Exact { position, .. }) = seen else {
                panic!("{lat}: {seen:?}");
            };
            let driven = Position::new(lat, 24.9400).expect("on Earth");
            assert_eq!(position, driven);
        }
    }
}

#[tokio::test]
async fn arriving_is_told_once() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        let ada = Listener::join(&world.backend, vec![World::topic(&world.ada)]);
        for lat in [60.1700, 60.1710, 60.174_95, 60.174_96, 60.1740] {
            world.drive(lat, 24.9400).await;
            clock.advance_s(30.0);
        }
        let arrivals = |heard: &[Value]| {
            let arriving = heard
                .iter()
                .filter(|event| event["type"] == "courier.arriving");
            arriving
                .map(|event| event["data"]["arrival"].clone())
                .collect::<Vec<_>>()
        };
        let heard = ada.until(|heard| arrivals(heard).len() == 2).await;
        let mut told = arrivals(&heard);
        told.sort_by_key(ToString::to_string);
        assert_eq!(told, ["at_the_door", "near"]);
    }
}

#[tokio::test]
async fn every_reading_is_in_the_access_log_and_the_courier_sees_who_looks() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        world.drive(60.1700, 24.9400).await;
        assert!(
            readings(&world.admin, backend)
                .await
                .expect("the log")
                .is_empty()
        );
        tracking(&world.ada, backend, reference)
            .await
            .expect("hers");
        tracking(&world.admin, backend, reference)
            .await
            .expect("an admin's");
        let log = readings(&world.courier, backend).await.expect("the log");
        let mut readers: Vec<_> = log.iter().map(|reading| reading.reader.as_str()).collect();
        readers.sort_unstable();
        assert_eq!(readers, ["Ada", "dispatch"]);
        let run = crate::runs::today(&world.courier, backend)
            .await
            .expect("asked")
            .expect("a run");
        assert_eq!(run.watchers.len(), 2);
        assert!(matches!(
            readings(&world.ada, backend).await,
            Err(Error::Forbidden)
        ));
    }
}

#[tokio::test]
async fn the_reveal_is_the_operators_choice() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        world.drive(60.1700, 24.9400).await;
        let shown = |policy| {
            let world = &world;
            async move {
                set_reveal_policy(&world.admin, &world.backend, policy)
                    .await
                    .expect("set");
                tracking(&world.ada, &world.backend, reference)
                    .await
                    .expect("hers")
            }
        };
        let (near, always) = (RevealRule::Metres(100), RevealRule::Always);
        let hidden = shown(RevealPolicy {
            area: near,
            exact: near,
        })
        .await;
        assert!(hidden.position.is_none() && hidden.route.is_none() && hidden.eta.is_some());
        let area = shown(RevealPolicy {
            area: always,
            exact: near,
        })
        .await;
        assert!(matches!(area.position, Some(ShownPosition::Area { .. })));
        world.drive(60.1700, 24.9400).await;
        let refused = set_reveal_policy(&world.ada, backend, RevealPolicy::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}

#[tokio::test]
async fn a_change_of_the_reveal_is_an_event_for_admins() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let backend = &world.backend;
        let admins = Listener::join(backend, vec![crate::events::Topic::operations()]);
        let policy = |stops| RevealPolicy {
            exact: RevealRule::Stops(stops),
            ..RevealPolicy::default()
        };
        for stops in [3, 1, 1, 2] {
            set_reveal_policy(&world.admin, backend, policy(stops))
                .await
                .expect("set");
        }
        let told = admins.until(|heard| heard.len() == 2).await;
        assert_eq!(told[0]["type"], "reveal_policy.changed");
        assert_eq!(told[0]["data"]["old"]["exact"]["stops"], 3);
        assert_eq!(told[0]["data"]["new"]["exact"]["stops"], 1);

        let listed = reveal_policy_changes(&world.admin, backend)
            .await
            .expect("the admin's");
        let steps: Vec<_> = listed
            .iter()
            .map(|change| (change.by.as_str(), change.old, change.new))
            .collect();
        let by = "Grace Hopper";
        assert_eq!(
            steps,
            [(by, policy(1), policy(2)), (by, policy(3), policy(1))]
        );
        let refused = reveal_policy_changes(&world.courier, backend).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}

/// Replays a whole tour and looks at every byte that each recipient gets: no coordinate within
/// reach of another's door, and before the reveal none at all.
#[tokio::test]
async fn a_whole_tour_gives_away_no_other_door() {
    let database = TestDatabase::sqlite();
    let (world, clock) = World::with_clock(&database).await;
    let doors: Vec<(f64, f64)> = (0..14)
        .map(|stop| {
            (
                60.1600 + f64::from(stop) * 0.002,
                24.9300 + f64::from(stop % 3) * 0.003,
            )
        })
        .collect();
    let mut references = Vec::new();
    for (place, (lat, lon)) in doors.iter().enumerate() {
        let customer = if place == 13 { &world.ada } else { &world.bob };
        references.push(world.out_for_delivery(customer, *lat, *lon).await);
    }
    world.settled().await;
    let ada = Listener::join(&world.backend, vec![World::topic(&world.ada)]);
    let mut van = (60.1580, 24.9300);
    let mut bytes_before_reveal = String::new();
    for (place, door) in doors.iter().enumerate() {
        for step in 1..=8 {
            let part = f64::from(step) / 8.0;
            world
                .drive(
                    van.0 + (door.0 - van.0) * part,
                    van.1 + (door.1 - van.1) * part,
                )
                .await;
            clock.advance_s(12.0);
        }
        van = *door;
        if place + 11 < doors.len() {
            bytes_before_reveal = serde_json::to_string(&ada.heard()).expect("JSON");
        }
        world
            .step(references[place], Status::Delivered)
            .await
            .expect("delivered");
        world.settled().await;
    }
    let before_reveal =
        bytes_before_reveal.contains("lat") || bytes_before_reveal.contains("centre");
    assert!(!before_reveal, "{bytes_before_reveal}");
    let exact: Vec<Position> = ada.heard().iter().filter_map(exact_position).collect();
    assert!(exact.len() > 10, "she does see the van when it is near");
    for (place, (lat, lon)) in doors.iter().enumerate().take(13) {
        let door = Position::new(*lat, *lon).expect("a door");
        let own = Position::new(doors[13].0, doors[13].1).expect("a door");
        for seen in &exact {
            let near_other = seen.distance_m(door) < OTHER_DOOR_M
                && seen.distance_m(own) > seen.distance_m(door);
            assert!(!near_other, "door {place} is given away by {seen:?}");
        }
    }
}

/// Replays tours along the streets of the demo city. Whatever way the last recipient is shown begins
/// where they see the van, and is the way from there: nothing of it comes from where the van is
/// while it is hidden from them at another's door.
#[tokio::test]
async fn the_way_shown_is_the_way_from_where_the_van_is_seen() {
    let atlas = crate::geo::testing::atlas();
    let mut hidden = 0;
    for seed in 0..6 {
        let database = TestDatabase::sqlite();
        let settings = crate::Settings {
            atlas: Some(atlas.clone()),
            ..database.settings()
        };
        let clock = settings.clock.clone();
        let world = World::on(Backend::start(settings).await.expect("starts")).await;
        let doors = doors_of_a_tour(seed);
        let own = *doors.last().expect("six of them");
        let mut parcels = Vec::new();
        for door in &doors {
            let customer = if *door == own { &world.ada } else { &world.bob };
            parcels.push(
                world
                    .out_for_delivery(customer, door.lat(), door.lon())
                    .await,
            );
        }
        world.settled().await;
        let ada = Listener::join(&world.backend, vec![World::topic(&world.ada)]);
        let mut van = crate::geo::testing::house("Fabianinkatu", "37");
        for (door, parcel) in doors.iter().zip(&parcels) {
            let street = atlas
                .way(van, *door)
                .await
                .expect("streets lead there")
                .line;
            for along in (0..).map(|step| f64::from(step) * 20.0) {
                let Some(here) = street.at(along).filter(|_| along < street.length_m()) else {
                    break;
                };
                world.drive(here.lat(), here.lon()).await;
                planned(&world).await;
                clock.advance_s(3.0);
                let ada_reads = tracking(&world.ada, &world.backend, parcels[parcels.len() - 1]);
                let shown = ada_reads.await.expect("hers");
                if let (Some(ShownPosition::Exact { position, .. }), Some(Line(route))) =
                    (shown.position, shown.route)
                {
                    hidden += u32::from(position.distance_m(here) > 1.0);
                    assert_eq!(route[0], position, "tour {seed}");
                }
            }
            van = *door;
            let delivered = world.step(*parcel, Status::Delivered).await;
            delivered.expect("delivered");
            world.settled().await;
            planned(&world).await;
        }
        let heard = ada.heard();
        let ways: Vec<_> = heard.iter().filter_map(shown_way).collect();
        assert!(!ways.is_empty(), "tour {seed}");
        for (seen, Line(way)) in ways {
            let from_there = atlas.way(seen, own).await.expect("a way").line;
            assert_eq!(way[0], seen, "tour {seed}");
            for point in &way[1..] {
                let off_m = from_there.nearest(*point).expect("a line").off_m;
                assert!(off_m < 3.0, "tour {seed}: {point:?} is {off_m} m off");
            }
        }
    }
    assert!(hidden > 0, "no tour hid the van");
}

/// Six houses of the demo city, no two at the same door.
fn doors_of_a_tour(seed: u64) -> Vec<Position> {
    use rand::seq::IndexedRandom;
    let mut chance = rand::rngs::StdRng::seed_from_u64(seed);
    let mut doors: Vec<Position> = Vec::new();
    while doors.len() < 6 {
        let house = crate::geo::testing::helsinki()
            .addresses
            .choose(&mut chance);
        let door = house.expect("there are houses").position;
        if doors.iter().all(|other| other.distance_m(door) > 1.0) {
            doors.push(door);
        }
    }
    doors
}

/// Waits until no way is being computed.
async fn planned(world: &World) {
    let courier = World::id(&world.courier);
    let board = &world.backend.tracking().board;
    let place = board.find(&courier).expect("the courier is on the board");
    let is_busy = || {
        let live = board::lock(&place);
        live.run.as_ref().is_some_and(|run| run.plan.in_progress)
    };
    while is_busy() {
        tokio::task::yield_now().await;
    }
}

fn shown_way(event: &Value) -> Option<(Position, Line)> {
    let way = serde_json::from_value(event["data"]["route"].clone()).ok()?;
    Some((exact_position(event)?, way))
}

fn exact_position(event: &Value) -> Option<Position> {
    let position = &event["data"]["position"];
    Position::new(position["lat"].as_f64()?, position["lon"].as_f64()?).ok()
}

#[tokio::test]
async fn a_restarted_server_shows_the_last_known_position() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        world.drive(60.1700, 24.9400).await;
        let restarted = database.backend().await;
        let view = tracking(&world.ada, &restarted, reference)
            .await
            .expect("hers");
        assert!(view.position.is_some() && view.eta.is_some());
    }
}

#[tokio::test]
async fn old_positions_are_purged_and_recent_ones_kept() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        // More than one portion, and less than another.
        let old = u64::from(retention::PORTION) + 1;
        for _ in 0..old {
            world.drive(60.1700, 24.9400).await;
            clock.advance_s(1.0);
        }
        clock.advance_s(30.0 * 86_400.0);
        world.drive(60.1710, 24.9400).await;
        assert_eq!(retention::purge(&world.backend).await.expect("purged"), old);
        assert_eq!(world.stored_fixes().await, 1);
    }
}

#[tokio::test]
async fn history_is_found_by_time_and_area() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        for lat in [60.1700, 60.1710, 60.1720] {
            world.drive(lat, 24.9400).await;
            clock.advance_s(60.0);
        }
        let at = |lat, lon| Position::new(lat, lon).expect("on Earth");
        let query = HistoryQuery {
            courier: World::id(&world.courier),
            from: crate::testing::NOON,
            to: crate::testing::NOON.plus_s(90.0),
            area: Bounds {
                min: at(60.1705, 24.0),
                max: at(61.0, 25.0),
            },
        };
        for actor in [&world.admin, &world.courier] {
            let found = history(actor, &world.backend, &query)
                .await
                .expect("theirs to read");
            assert_eq!(found.len(), 1);
        }
        let refused = history(&world.ada, &world.backend, &query).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}

/// Two instances share one database and hear each other over Redis: a fix that one takes is shown
/// to those who listen on the other.
#[tokio::test]
async fn a_fix_taken_by_one_instance_is_shown_by_the_other() {
    let Ok(redis) = std::env::var(crate::testing::REDIS_URL) else {
        return;
    };
    for database in TestDatabase::all().await {
        let settings = crate::Settings {
            redis_url: Some(redis.clone()),
            ..database.settings()
        };
        let here = World::on(Backend::start(settings.clone()).await.expect("starts")).await;
        let there = Backend::start(settings).await.expect("starts");
        let ada = Listener::join(&there, vec![World::topic(&here.ada)]);
        let reference = here.out_for_delivery(&here.ada, 60.1750, 24.9400).await;
        ada.until(|heard| {
            heard
                .iter()
                .any(|event| event["data"]["to"] == "out_for_delivery")
        })
        .await;
        here.settled().await;
        here.drive(60.1700, 24.9400).await;
        let moved = ada.until_type("courier.location.updated").await;
        assert_eq!(moved["subject"], reference.to_string());
    }
}
