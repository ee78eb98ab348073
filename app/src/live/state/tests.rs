use super::*;
use porchlight_domain::delivery::Whereabouts;
use porchlight_domain::geo::Position;
use porchlight_domain::ids::EventId;
use porchlight_domain::reveal::Area;
use porchlight_domain::time::Timestamp;

fn second(number: i64) -> Timestamp {
    Timestamp::from_millis(number * 1000)
}

fn door() -> Position {
    Position::new(60.17, 24.94).expect("in Helsinki")
}

fn eta(as_of_s: i64) -> Eta {
    Eta {
        from: second(1_000),
        to: second(2_000),
        as_of: second(as_of_s),
    }
}

fn envelope(at_s: i64, fact: Fact) -> Envelope {
    Envelope {
        id: Some(EventId::from_text("evt_1")),
        time: second(at_s),
        subject: "PL-7K3M-92QX".into(),
        correlation_id: None,
        fact,
    }
}

fn status(at_s: i64, from: Status, to: Status) -> Envelope {
    let fact = Fact::StatusChanged {
        from,
        to,
        whereabouts: Whereabouts::Elsewhere,
        notes: None,
        reason: None,
        proof: None,
        pictures: Vec::new(),
        far_m: None,
        done_at: None,
    };
    envelope(at_s, fact)
}

fn exact(at_s: i64) -> ShownPosition {
    ShownPosition::Exact {
        position: door(),
        accuracy_m: 5.0,
        heading_deg: None,
        time: second(at_s),
    }
}

fn moved(at_s: i64, position: Option<ShownPosition>, route: Option<Line>) -> Envelope {
    let fact = Fact::LocationUpdated {
        position,
        eta: eta(at_s),
        stops_before: 2,
        route,
        seq: None,
    };
    envelope(at_s, fact)
}

fn on_the_van() -> TrackingState {
    TrackingState::new(Status::OutForDelivery, None, Vec::new())
}

#[test]
fn the_same_event_twice_happens_once() {
    let mut state = TrackingState::new(Status::Collected, None, Vec::new());
    let out = status(5, Status::Collected, Status::OutForDelivery);
    let first = state.apply(&out, Some(7));
    assert!(
        first.changed && first.incomplete,
        "the courier's card is still to be asked for"
    );
    let after_one = state.clone();
    assert_eq!(state.apply(&out, Some(7)), NOTHING);
    assert_eq!(state, after_one);
}

#[test]
fn an_event_the_page_was_rendered_with_is_not_news() {
    let mut state = TrackingState::new(Status::Collected, None, Vec::new());
    state.apply(
        &status(5, Status::Collected, Status::OutForDelivery),
        Some(7),
    );
    let mut reloaded = TrackingState::new(state.status, None, state.timeline.clone());
    let again = status(5, Status::Collected, Status::OutForDelivery);
    assert_eq!(reloaded.apply(&again, Some(7)), NOTHING);
}

#[test]
fn the_courier_never_goes_back_in_time() {
    let mut state = on_the_van();
    assert_eq!(
        state.apply(&moved(20, Some(exact(20)), None), None),
        CHANGED
    );
    assert_eq!(
        state.apply(&moved(10, Some(exact(10)), None), None),
        NOTHING
    );
    assert_eq!(state.position, Some(exact(20)));
}

#[test]
fn the_route_stays_until_another_comes_or_the_van_is_hidden() {
    let mut state = on_the_van();
    let route = Line(vec![door()]);
    state.apply(&moved(1, Some(exact(1)), Some(route.clone())), None);
    state.apply(&moved(2, Some(exact(2)), None), None);
    assert_eq!(state.route, Some(route));
    let area = ShownPosition::Area {
        area: Area::around(door()),
        time: second(3),
    };
    state.apply(&moved(3, Some(area), None), None);
    assert_eq!(state.route, None);
    state.apply(&moved(4, None, None), None);
    assert_eq!(state.position, None);
}

#[test]
fn nothing_of_the_courier_is_left_after_the_delivery() {
    let mut state = on_the_van();
    state.apply(&moved(1, Some(exact(1)), Some(Line(vec![door()]))), None);
    state.apply(
        &status(2, Status::OutForDelivery, Status::Delivered),
        Some(9),
    );
    assert_eq!(
        (state.position, state.eta, state.stops_before),
        (None, None, None)
    );
    assert_eq!(state.route, None);
    assert_eq!(state.apply(&moved(3, Some(exact(3)), None), None), NOTHING);
}

#[test]
fn an_answer_does_not_undo_what_the_stream_said_first() {
    let mut state = TrackingState::new(Status::Collected, None, Vec::new());
    state.apply(&status(4, Status::Booked, Status::Collected), Some(3));
    let answer_on_its_way = state.clone();
    state.apply(
        &status(5, Status::Collected, Status::OutForDelivery),
        Some(7),
    );
    state.apply(&moved(6, Some(exact(6)), None), None);
    state.refresh(answer_on_its_way);
    assert_eq!(state.status, Status::OutForDelivery);
    assert_eq!(state.position, Some(exact(6)));
    assert_eq!(state.timeline.len(), 2);
}

#[test]
fn an_arrival_belongs_to_one_try() {
    let mut state = on_the_van();
    let near = envelope(
        1,
        Fact::CourierArriving {
            arrival: Arrival::Near,
            whereabouts: None,
            done_at: None,
        },
    );
    state.apply(&near, Some(1));
    assert_eq!(state.arrival, Some(Arrival::Near));
    state.apply(&status(2, Status::OutForDelivery, Status::Failed), Some(2));
    assert_eq!(state.arrival, None);
    let reloaded = TrackingState::new(Status::Failed, None, state.timeline);
    assert_eq!(reloaded.arrival, None);
}
