//! Readers that don't read, on real sockets.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use porchlight_backend::testing::{TestDatabase, World};
use porchlight_domain::delivery::Status;
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tokio::sync::Semaphore;

use super::*;

pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// More frames than the lane and the system together keep for a reader.
const FLOOD: usize = 400;

pub(super) fn admission(actor: &Actor) -> admission::Admission {
    let permit = Arc::new(Semaphore::new(1))
        .try_acquire_owned()
        .expect("nobody else is there");
    OpenStreams::at_most(32)
        .admit(actor, permit.into())
        .expect("the first stream")
}

/// A reader of `actor`'s stream whose system takes little ahead.
fn reader(streams: &Streams, actor: &Actor) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    socket.connect(&address.into()).expect("connected");
    let (server_side, _) = listener.accept().expect("accepted");
    let subscriber = Subscriber {
        admission: admission(actor),
        actor: actor.clone(),
        topics: topics_of(actor).expect("a person"),
        last_event_id: None,
    };
    streams
        .lane
        .send(Order::Join(server_side, Box::new(subscriber)));
    let client: TcpStream = socket.into();
    client
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit");
    client
}

/// Tells the person something long.
pub(super) fn publish(backend: &Backend, actor: &Actor, number: usize) {
    let padding = "x".repeat(4096);
    let json = format!(r#"{{"number":{number},"padding":"{padding}"}}"#);
    let frame = events::Frame {
        seq: None,
        json: json.into(),
    };
    let person = actor.person().expect("a person");
    backend.hub().publish(&Topic::person(&person.id), &frame);
}

/// The events that come, until the end of the stream, which may be in the middle of one.
fn events_of(socket: TcpStream) -> impl Iterator<Item = Value> {
    BufReader::new(socket)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| {
            let data = line.strip_prefix("data: ")?;
            serde_json::from_str(data).ok()
        })
}

pub(super) async fn until_listening(backend: &Backend, listeners: u32) {
    let waiting = async {
        while backend.hub().listeners() != listeners {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .unwrap_or_else(|_| panic!("{} listen", backend.hub().listeners()));
}

fn topics_per_person(actor: &Actor) -> u32 {
    u32::try_from(topics_of(actor).expect("a person").len()).expect("few")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_hinders_nobody_and_is_cut_off() {
    let database = TestDatabase::sqlite();
    let world = World::on(database.backend().await).await;
    let pace = Pace {
        heartbeat: Duration::from_millis(100),
        stalled: Duration::from_millis(300),
    };
    let streams = Streams::start_at(&world.backend, pace).expect("a lane");
    let topics = topics_per_person(&world.ada);
    let stalled: Vec<_> = (0..10).map(|_| reader(&streams, &world.ada)).collect();
    let reading = reader(&streams, &world.ada);
    until_listening(&world.backend, 11 * topics).await;

    let (backend, ada) = (world.backend.clone(), world.ada.clone());
    let read = tokio::task::spawn_blocking(move || {
        let mut events = events_of(reading);
        for number in 0..FLOOD {
            publish(&backend, &ada, number);
            let event = events.next().expect("it goes on");
            assert_eq!(event["number"], number, "nothing lost, nothing twice");
        }
        events
    });
    let reading = read.await.expect("all is read");
    until_listening(&world.backend, topics).await;
    for socket in stalled {
        let told = events_of(socket).count();
        assert!(told < FLOOD, "{told} frames were kept for who did not read");
    }
    drop(reading);
    until_listening(&world.backend, 0).await;
    streams.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_again_gets_what_happened_and_only_the_latest_position() {
    let database = TestDatabase::sqlite();
    let world = World::on(database.backend().await).await;
    let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
    world.settled().await;
    let streams = Streams::start(&world.backend).expect("a lane");
    let slow = reader(&streams, &world.ada);
    until_listening(&world.backend, topics_per_person(&world.ada)).await;
    for number in 0..FLOOD {
        publish(&world.backend, &world.ada, number);
    }
    world.drive(60.1700, 24.9400).await;
    for to in [Status::Failed, Status::OutForDelivery] {
        world.step(reference, to).await.expect("a legal step");
    }
    world.settled().await;

    let read = tokio::task::spawn_blocking(move || {
        let (mut steps, mut filler, mut lat) = (Vec::new(), 0, Value::Null);
        for event in events_of(slow) {
            filler += usize::from(event.get("number").is_some());
            steps.extend(event["data"]["to"].as_str().map(str::to_owned));
            if let Some(seen) = event["data"].get("position") {
                lat = seen["lat"].clone();
            }
            if lat == 60.1700 && steps.len() == 2 {
                break;
            }
        }
        (steps, filler, lat)
    });
    let (steps, filler, lat) = read.await.expect("it catches up");
    assert_eq!(steps, ["failed", "out_for_delivery"], "all of it, once");
    assert_eq!(lat, 60.1700, "where the courier is now");
    assert!(filler < FLOOD, "{filler} frames were kept");
    streams.stop();
}
