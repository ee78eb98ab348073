//! An event stream, read by hand: what a client library would hide is what is tested.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::app::Caller;

/// How long anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An event stream, read by hand.
pub struct Stream {
    socket: TcpStream,
    text: String,
}

pub struct Event {
    pub id: Option<i64>,
    pub data: Value,
}

impl Stream {
    pub async fn open(caller: &Caller, query: &str) -> Self {
        let host = caller.url.trim_start_matches("http://");
        let mut socket = TcpStream::connect(host).await.expect("connected");
        let token = caller.token.clone().unwrap_or_default();
        let authorization = if token.is_empty() {
            String::new()
        } else {
            format!("authorization: Bearer {token}\r\n")
        };
        let request =
            format!("GET /api/v1/events{query} HTTP/1.1\r\nhost: {host}\r\n{authorization}\r\n");
        socket.write_all(request.as_bytes()).await.expect("asked");
        let mut stream = Self {
            socket,
            text: String::new(),
        };
        let head = stream.until("\r\n\r\n").await.expect("an answer");
        assert!(
            head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream"),
            "{head}"
        );
        stream
    }

    /// Everything up to a mark; `None` at the end of the stream.
    async fn until(&mut self, mark: &str) -> Option<String> {
        let reading = async {
            loop {
                if let Some(end) = self.text.find(mark) {
                    let rest = self.text.split_off(end + mark.len());
                    return Some(std::mem::replace(&mut self.text, rest));
                }
                let mut chunk = [0; 4096];
                match self.socket.read(&mut chunk).await {
                    Ok(0) | Err(_) => return None,
                    Ok(count) => self
                        .text
                        .push_str(&String::from_utf8_lossy(&chunk[..count])),
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading)
            .await
            .expect("something comes, or the end")
    }

    /// The next event with data that is no notification: those have tests of their own. `None` at the end of
    /// the stream.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let event = self.until("\n\n").await?;
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
            if let Some(data) = field("data: ")
                && !data.contains("\"type\":\"notification.")
            {
                return Some(Event {
                    id: field("id: ").and_then(|id| id.parse().ok()),
                    data: serde_json::from_str(data).expect("JSON"),
                });
            }
        }
    }

    /// The next cursor: an id without data, sent when a stream has caught up.
    pub async fn cursor(&mut self) -> i64 {
        loop {
            let event = self.until("\n\n").await.expect("a cursor");
            if let Some(id) = event.strip_prefix("id: ")
                && !event.contains("data:")
            {
                return id.trim().parse().expect("a number");
            }
        }
    }
}

/// Opens a WebSocket.
pub async fn socket(
    caller: &Caller,
    path: &str,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, SocketError> {
    let url = format!("{}{path}", caller.url.replace("http://", "ws://"));
    let mut request = url.into_client_request().expect("an address");
    let token = format!("Bearer {}", caller.token.clone().unwrap_or_default());
    request
        .headers_mut()
        .insert("authorization", token.parse().expect("a header"));
    tokio_tungstenite::connect_async(request)
        .await
        .map(|(socket, _)| socket)
}
