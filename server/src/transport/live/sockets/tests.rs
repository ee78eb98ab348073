//! Other ends that don't read, on real sockets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use porchlight_backend::testing::{TestDatabase, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::line::Pace;
use super::*;
use crate::transport::live::tests::{PATIENCE, admission, publish, until_listening};

/// More frames than may wait, and more than the system takes ahead for a socket.
const FLOOD: usize = 2_000;
const NEVER: Duration = Duration::from_hours(1);

/// Someone who opens a WebSocket and then reads nothing.
async fn mute<C>(visit: Visit, conversation: fn(WebSocket, Visit) -> C) -> TcpStream
where
    C: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let visit = Arc::new(Mutex::new(Some(visit)));
    let open = move |upgrade: WebSocketUpgrade| async move {
        let visit = visit.lock().expect("nobody panics").take();
        let visit = visit.expect("one visit");
        upgrade.on_upgrade(move |socket| conversation(socket, visit))
    };
    let app = Router::new().route("/", get(open));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let mut socket = socket.connect(address).await.expect("connected");
    let ask = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(ask).await.expect("asked");
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.expect("answered");
    assert_eq!(&answer, b"HTTP/1.1 101");
    socket
}

struct Scene {
    world: World,
    sockets: Sockets,
    _database: TestDatabase,
}

async fn scene(pace: Pace) -> Scene {
    let database = TestDatabase::sqlite();
    let world = World::on(database.backend().await).await;
    let sockets = Sockets::start_at(&world.backend, pace);
    Scene {
        world,
        sockets,
        _database: database,
    }
}

impl Scene {
    fn visit(&self, actor: &Actor) -> Visit {
        Visit {
            backend: self.world.backend.clone(),
            sockets: self.sockets.clone(),
            actor: actor.clone(),
            _admission: admission(actor),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_closed() {
    let pace = Pace {
        ping: NEVER,
        silence: NEVER,
        send: Duration::from_millis(300),
    };
    let scene = scene(pace).await;
    let (backend, ada) = (&scene.world.backend, &scene.world.ada);
    let tell = |socket, visit| tell(socket, visit, None);
    let _mute = mute(scene.visit(ada), tell).await;
    let topics = topics_of(ada).expect("a person").len();
    until_listening(backend, u32::try_from(topics).expect("few")).await;
    for number in 0..FLOOD {
        publish(backend, ada, number);
        tokio::task::yield_now().await;
    }
    until_listening(backend, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_phone_is_gone_is_closed() {
    let pace = Pace {
        ping: Duration::from_millis(50),
        silence: Duration::from_millis(200),
        send: NEVER,
    };
    let scene = scene(pace).await;
    let (backend, courier) = (&scene.world.backend, &scene.world.courier);
    let _mute = mute(scene.visit(courier), take_fixes).await;
    until_listening(backend, 1).await;
    until_listening(backend, 0).await;
}

#[tokio::test]
async fn the_end_is_heard_whatever_waits_before_it() {
    let scene = scene(Pace::USUAL).await;
    let (backend, ada) = (&scene.world.backend, &scene.world.ada);
    let topics = || topics_of(ada).expect("a person");
    let mut full = scene.sockets.join(backend, topics());
    for number in 0..65 {
        publish(backend, ada, number);
    }
    let mut waiting = scene.sockets.join(backend, topics());
    for number in 0..3 {
        publish(backend, ada, number);
    }
    let session = &ada.person().expect("a person").session;
    backend.hub().close(&Topic::session(session));
    for (place, end) in [(&mut full, End::TooSlow), (&mut waiting, End::SignedOut)] {
        let told = tokio::time::timeout(PATIENCE, place.next()).await;
        assert!(matches!(told, Ok(Err(told)) if told == end), "{told:?}");
    }
}
