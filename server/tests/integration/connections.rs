//! Strangers who are slow, endless or two-faced, before anyone has signed in.

use std::time::Duration;

use porchlight_domain::people::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::TestApp;
use crate::proxy::host_of;
use crate::stream::{PATIENCE, Stream, socket};

/// Longer than anyone is waited for.
const LIMIT: Duration = Duration::from_secs(30);

async fn connected(app: &TestApp) -> TcpStream {
    TcpStream::connect(host_of(&app.url))
        .await
        .expect("connected")
}

/// Says all of it, as far as it is taken, and returns everything that is answered until the end.
async fn answer_to(mut socket: TcpStream, said: &[u8]) -> String {
    let mut answer = Vec::new();
    let spoken = async {
        // A server that has heard enough closes its ear first.
        let _ = socket.write_all(said).await;
        let _ = socket.read_to_end(&mut answer).await;
    };
    tokio::time::timeout(LIMIT, spoken)
        .await
        .expect("the connection is ended");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Says a beginning, then a drop now and then, until the server has enough.
async fn drip(mut socket: TcpStream, beginning: &str, drop: &'static str) -> String {
    socket
        .write_all(beginning.as_bytes())
        .await
        .expect("it listens");
    let (mut from, mut to) = socket.into_split();
    let dripping = tokio::spawn(async move {
        while to.write_all(drop.as_bytes()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let mut answer = Vec::new();
    // A reset is an end, too.
    let _ = tokio::time::timeout(LIMIT, from.read_to_end(&mut answer))
        .await
        .expect("the connection is ended");
    dripping.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn whoever_speaks_too_slowly_is_cut_off() {
    let app = TestApp::start().await;
    let head = "GET /healthz HTTP/1.1\r\nhost: x\r\n";
    let body = "POST /api/v1/tokens HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 1000\r\n\r\n{";
    let (silent, slow_head, slow_body) = tokio::join!(
        drip(connected(&app).await, "", ""),
        drip(connected(&app).await, head, "x: y\r\n"),
        drip(connected(&app).await, body, " "),
    );
    assert!(!silent.contains(" 200 "), "{silent}");
    assert!(!slow_head.contains(" 200 "), "{slow_head}");
    assert!(slow_body.starts_with("HTTP/1.1 503"), "{slow_body}");
    app.service.stop().await;
}

#[tokio::test]
async fn whoever_says_too_much_is_cut_off() {
    let app = TestApp::start().await;
    let long = format!(
        "GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n",
        "a".repeat(1 << 20)
    );
    let answer = answer_to(connected(&app).await, long.as_bytes()).await;
    assert!(!answer.contains(" 200 "), "{answer}");

    let many = "x-many: y\r\n".repeat(2_000);
    let many = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{many}\r\n");
    let answer = answer_to(connected(&app).await, many.as_bytes()).await;
    assert!(!answer.contains(" 200 "), "{answer}");

    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let endless = format!(
        "POST /api/v1/tokens HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n{}",
        chunk.repeat(1_000)
    );
    let answer = answer_to(connected(&app).await, endless.as_bytes()).await;
    // The end may overtake the answer, as the rest of the body is not read.
    let is_refused = answer.is_empty() || answer.starts_with("HTTP/1.1 413");
    assert!(is_refused, "{answer}");
    app.service.stop().await;
}

#[tokio::test]
async fn a_request_in_a_request_is_not_heard() {
    let app = TestApp::start().await;
    let hidden = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    for headers in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 0x5\r\n",
        "content-length: +5\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding : chunked\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
    ] {
        let smuggled = format!(
            "POST /api/v1/tokens HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{headers}\r\n\
             0\r\n\r\n{hidden}"
        );
        let answer = answer_to(connected(&app).await, smuggled.as_bytes()).await;
        assert!(!answer.contains(" 200 "), "{headers:?}: {answer}");
    }
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let answer = answer_to(connected(&app).await, preface).await;
    assert!(!answer.contains(" 200 "), "HTTP/2 is not spoken: {answer}");
    app.service.stop().await;
}

#[tokio::test]
async fn streams_and_websockets_are_connections_too() {
    let app = TestApp::start_with(|config| config.max_connections = 3).await;
    let ada = app.person(Role::Customer, "ada").await;
    // One more is her client's own, which it keeps.
    let stream = Stream::open(&ada, "").await;
    let watching = socket(&ada, "/ws/notifications").await.expect("hers");
    let asks = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let newcomer = tokio::spawn(answer_to(connected(&app).await, asks));
    let waits = tokio::time::timeout(Duration::from_millis(500), async {
        // Whoever is here already is served meanwhile.
        while ada.get("/healthz").await.status() == 200 && !newcomer.is_finished() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(waits.await.is_err(), "the newcomer has to wait");
    drop(stream);
    let answer = newcomer.await.expect("it is accepted");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(watching);
    app.service.stop().await;
}

#[tokio::test]
async fn a_server_without_a_free_connection_stops_when_it_is_told_to() {
    let app = TestApp::start_with(|config| config.max_connections = 1).await;
    let ada = app.person(Role::Customer, "ada").await;
    let token = ada.token.clone();
    drop(ada);
    let ada = crate::app::Caller {
        token,
        ..app.nobody()
    };
    let _watching = socket(&ada, "/ws/notifications").await.expect("hers");
    tokio::time::timeout(PATIENCE, app.service.stop())
        .await
        .expect("nobody has to go first");
}
