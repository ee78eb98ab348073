//! A WebSocket whose other end may be slow, silent or gone.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use tokio::time::{Instant, Interval};

use super::listeners::End;

/// How patient a line is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// A ping goes out this often.
    pub(super) ping: Duration,
    /// Whoever says nothing for this long, and answers no ping, is gone.
    pub(super) silence: Duration,
    /// Whoever takes longer to take one message is gone.
    pub(super) send: Duration,
}

impl Pace {
    /// Three pings without an answer: noticed at the fourth, within a minute.
    pub(super) const USUAL: Self = Self {
        ping: Duration::from_secs(15),
        silence: Duration::from_secs(45),
        send: Duration::from_secs(10),
    };
}

/// The other end went, or is as good as gone.
#[derive(Debug)]
pub(super) struct Gone;

pub(super) struct Line {
    socket: WebSocket,
    pace: Pace,
    pings: Interval,
    heard_at: Instant,
}

impl Line {
    pub(super) fn over(socket: WebSocket, pace: Pace) -> Self {
        let now = Instant::now();
        Self {
            socket,
            pace,
            pings: tokio::time::interval_at(now + pace.ping, pace.ping),
            heard_at: now,
        }
    }

    pub(super) async fn say(&mut self, message: Message) -> Result<(), Gone> {
        match tokio::time::timeout(self.pace.send, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    /// What the other end says next; pings go out meanwhile. May be given up and asked again:
    /// nothing is lost.
    pub(super) async fn hear(&mut self) -> Result<Message, Gone> {
        loop {
            tokio::select! {
                received = self.socket.recv() => {
                    self.heard_at = Instant::now();
                    return match received {
                        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Gone),
                        Some(Ok(message)) => Ok(message),
                    };
                }
                _ = self.pings.tick() => {}
            }
            if self.heard_at.elapsed() >= self.pace.silence {
                return Err(Gone);
            }
            self.say(Message::Ping(bytes::Bytes::new())).await?;
        }
    }

    /// Says why, and closes.
    pub(super) async fn close(mut self, end: End) {
        let (code, reason) = match end {
            End::SignedOut => (close_code::POLICY, "signed out"),
            End::TooSlow => (close_code::AGAIN, "too slow"),
            End::Unavailable => (close_code::AGAIN, "temporarily unavailable"),
        };
        let frame = CloseFrame {
            code,
            reason: Utf8Bytes::from_static(reason),
        };
        // The client may be gone already.
        let _ = self.say(Message::Close(Some(frame))).await;
    }
}
