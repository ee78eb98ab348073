use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::geo::testing::{at, helsinki, house, streets};

fn leg(from: Position, to: Position) -> Leg {
    let streets = streets();
    let from = streets.nearest(from).expect("on the map");
    let to = streets.nearest(to).expect("on the map");
    streets
        .leg(&from, &to)
        .expect("everything reaches everything")
}

/// Distance to the nearest drivable street in metres.
fn off_street_m(position: Position) -> f64 {
    streets()
        .nearest(position)
        .map_or(f64::INFINITY, |point| point.off_m)
}

#[test]
fn a_route_follows_the_streets() {
    let (from, to) = (house("Kaivokatu", "1"), house("Vuorikatu", "20"));
    let leg = leg(from, to);
    assert!(leg.line.0.len() > 4);
    for pair in leg.line.0.windows(2) {
        for fraction in [0.0, 0.5, 1.0] {
            assert!(off_street_m(pair[0].towards(pair[1], fraction)) < 0.5);
        }
    }
    assert!((leg.line.length_m() - leg.distance_m).abs() < 0.1);
    let kmh = leg.distance_m / leg.duration_s * 3.6;
    assert!((8.0..45.0).contains(&kmh), "{kmh} km/h in a city centre");
}

#[test]
fn a_route_begins_and_ends_where_the_houses_meet_the_street() {
    let (from, to) = (house("Kaivokatu", "1"), house("Vuorikatu", "20"));
    let leg = leg(from, to);
    let (first, last) = (leg.line.0[0], leg.line.0[leg.line.0.len() - 1]);
    let streets = streets();
    assert_eq!(
        Some(first),
        streets.nearest(from).map(|point| point.position)
    );
    assert_eq!(Some(last), streets.nearest(to).map(|point| point.position));
}

#[test]
fn one_way_streets_are_kept_to() {
    let streets = streets();
    let long = streets
        .network
        .segments()
        .iter()
        .filter(|s| s.one_way && s.line.length_m() > 60.0);
    let mut tried = 0;
    for segment in long {
        let near = |metres| segment.line.at(metres).and_then(|at| streets.nearest(at));
        let (Some(a), Some(b)) = (near(10.0), near(50.0)) else {
            continue;
        };
        let same = |point: &StreetPoint| std::ptr::eq(streets.segment(point.segment), segment);
        if !same(&a) || !same(&b) {
            continue;
        }
        tried += 1;
        let with = streets.leg(&a, &b).expect("a way");
        let against = streets.leg(&b, &a).expect("a way around");
        assert!(with.distance_m < 45.0, "{}", with.distance_m);
        assert!(
            against.distance_m > 60.0,
            "against the arrow: {}",
            against.distance_m
        );
    }
    assert!(tried > 30, "{tried} one-way streets");
}

#[test]
fn nobody_is_taken_from_another_town() {
    assert_eq!(streets().nearest(at(61.0, 25.0)), None);
}

#[test]
fn every_house_can_be_reached_and_left() {
    let streets = streets();
    let depot = streets
        .nearest(house("Kaivokatu", "1"))
        .expect("on the map");
    for address in &helsinki().addresses {
        let point = streets
            .nearest(address.position)
            .expect("a street near every house");
        assert!(streets.leg(&depot, &point).is_some(), "to {address}");
        assert!(streets.leg(&point, &depot).is_some(), "from {address}");
    }
}

#[test]
fn travel_times_agree_with_legs() {
    let streets = streets();
    let houses = [
        ("Kaivokatu", "1"),
        ("Vuorikatu", "20"),
        ("Mannerheimintie", "14"),
    ];
    let points: Vec<_> = houses
        .iter()
        .map(|(street, number)| streets.nearest(house(street, number)).expect("on the map"))
        .collect();
    let times = streets.travel_times(&points);
    for (from, row) in points.iter().zip(&times) {
        for (to, seconds) in points.iter().zip(row) {
            let leg = streets.leg(from, to).expect("a way");
            assert!((leg.duration_s - seconds).abs() < 1e-9);
        }
    }
    assert!(times[0][0].abs() < f64::EPSILON);
}

#[test]
fn searches_run_side_by_side() {
    let streets = streets();
    let points: Vec<_> = helsinki()
        .addresses
        .iter()
        .take(60)
        .filter_map(|address| streets.nearest(address.position))
        .collect();
    let alone = streets.travel_times(&points);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(streets.travel_times(&points), alone));
        }
    });
}

#[test]
fn the_graph_is_ready_in_a_moment() {
    let start = Instant::now();
    let graph = StreetGraph::new(Arc::clone(&helsinki().streets));
    assert!(graph.network().junction_count() > 300);
    assert!(graph.network().segment_count() > 400);
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
}

fn anywhere() -> impl Strategy<Value = Position> {
    (60.1645..60.1788, 24.9355..24.9530).prop_map(|(lat, lon)| at(lat, lon))
}

proptest! {
    #[test]
    fn no_route_is_shorter_than_the_crow_flies(from in anywhere(), to in anywhere()) {
        let leg = leg(from, to);
        let (first, last) = (leg.line.0[0], leg.line.0[leg.line.0.len() - 1]);
        prop_assert!(leg.distance_m + 0.01 >= first.distance_m(last));
        prop_assert!(leg.duration_s >= leg.distance_m / (120.0 / 3.6));
        prop_assert!(leg.distance_m < 8_000.0);
    }

    #[test]
    fn a_stop_on_the_way_costs_no_time(from in anywhere(), to in anywhere(), share in 0.1..0.9) {
        let streets = streets();
        let whole = leg(from, to);
        let middle = whole.line.at(whole.distance_m * share).expect("a course");
        // A junction may snap to a side street; the way over it is never faster.
        let over = leg(from, middle).duration_s + leg(middle, to).duration_s;
        prop_assert!(over + 0.1 >= whole.duration_s);
        prop_assert!(streets.nearest(middle).is_some_and(|point| point.off_m < 0.5));
    }
}
