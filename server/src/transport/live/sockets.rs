//! The same events over WebSocket, and positions coming in over it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Extension;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use axum::extract::{FromRequestParts, Path, State, WebSocketUpgrade};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use porchlight_backend::accounts::Actor;
use porchlight_backend::events::{Frame, Outlet, Topic};
use porchlight_backend::{Backend, Error, deliveries, listening, tracking};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use tokio::sync::mpsc;

use super::super::connection::ConnectionPermit;
use super::super::problem::{ApiError, problem_of};
use super::super::rest::fixes::FixBatch;
use super::super::state::AppState;
use super::admission::{Admission, OpenStreams};
use super::topics_of;

/// Frames that may wait for a socket; a slower one is closed, and its client comes back and is
/// caught up.
const MAX_WAITING: usize = 64;
const PING: Duration = Duration::from_secs(15);
/// A batch of 500 fixes has about 80 kB.
const MAX_MESSAGE: usize = 128 * 1024;

type Listeners = HashMap<Topic, Vec<(u64, mpsc::Sender<Heard>)>>;

/// The WebSockets of this process.
#[derive(Clone, Default)]
pub struct Sockets {
    listeners: Arc<RwLock<Listeners>>,
}

#[derive(Clone)]
enum Heard {
    Frame(Frame),
    Closed,
}

impl Outlet for Sockets {
    fn deliver(&self, topic: &Topic, frame: &Frame) {
        self.tell(topic, &Heard::Frame(frame.clone()));
    }

    fn close(&self, topic: &Topic) {
        self.tell(topic, &Heard::Closed);
    }
}

impl Sockets {
    /// Connects to the backend's hub.
    pub fn start(backend: &Backend) -> Self {
        let sockets = Self::default();
        backend.hub().connect(Arc::new(sockets.clone()));
        sockets
    }

    fn tell(&self, topic: &Topic, heard: &Heard) {
        let listeners = self
            .listeners
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for (_, listener) in listeners.get(topic).into_iter().flatten() {
            // Full: the socket notices that it missed something by the gap, see `Listening`.
            if listener.try_send(heard.clone()).is_err() {
                metrics::counter!("porchlight_live_behind_total").increment(1);
            }
        }
    }

    fn join(&self, backend: &Backend, topics: Vec<Topic>) -> Listening {
        let (sender, heard) = mpsc::channel(MAX_WAITING);
        let id = rand::random();
        let mut listeners = self
            .listeners
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for topic in &topics {
            listeners
                .entry(topic.clone())
                .or_default()
                .push((id, sender.clone()));
        }
        backend.hub().joined(&topics);
        Listening {
            sockets: self.clone(),
            backend: backend.clone(),
            topics,
            id,
            heard,
        }
    }
}

/// A socket's place among the listeners, given up when it goes.
struct Listening {
    sockets: Sockets,
    backend: Backend,
    topics: Vec<Topic>,
    id: u64,
    heard: mpsc::Receiver<Heard>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut listeners = self
            .sockets
            .listeners
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for topic in &self.topics {
            if let Some(known) = listeners.get_mut(topic) {
                known.retain(|(id, _)| *id != self.id);
                if known.is_empty() {
                    listeners.remove(topic);
                }
            }
        }
        self.backend.hub().left(&self.topics);
    }
}

/// A request that opens a WebSocket.
#[derive(FromRequestParts)]
#[from_request(state(AppState))]
pub struct Opening {
    #[from_request(via(State))]
    backend: Backend,
    #[from_request(via(State))]
    sockets: Sockets,
    #[from_request(via(State))]
    open: OpenStreams,
    #[from_request(via(Extension))]
    actor: Actor,
    #[from_request(via(Extension))]
    permit: ConnectionPermit,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
}

/// Who is at the other end of a WebSocket, for as long as it is open.
struct Visit {
    backend: Backend,
    sockets: Sockets,
    actor: Actor,
    _admission: Admission,
}

impl Opening {
    /// Browsers send cookies with a socket that another site opens; they also say which site.
    fn must_be_same_origin(&self) -> Result<(), Error> {
        let text = |name| self.headers.get(name).and_then(|value| value.to_str().ok());
        let Some(origin) = text(header::ORIGIN) else {
            return Ok(());
        };
        let host = origin.split_once("://").map(|(_, host)| host);
        if host.is_some() && host == text(header::HOST) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// Answers, and goes on over the socket.
    fn begin<C>(
        self,
        conversation: impl FnOnce(WebSocket, Visit) -> C + Send + 'static,
    ) -> Result<Response, ApiError>
    where
        C: Future<Output = ()> + Send + 'static,
    {
        let visit = Visit {
            _admission: self.open.admit(&self.actor, self.permit)?,
            backend: self.backend,
            sockets: self.sockets,
            actor: self.actor,
        };
        Ok(self
            .upgrade
            .max_message_size(MAX_MESSAGE)
            .on_upgrade(move |socket| conversation(socket, visit)))
    }
}

/// `GET /ws/notifications`: everything this session may see.
pub async fn everything(opening: Opening) -> Result<Response, ApiError> {
    opening.must_be_same_origin()?;
    topics_of(&opening.actor)?;
    opening.begin(|socket, visit| tell(socket, visit, None))
}

/// `GET /ws/deliveries/{ref}/tracking`: what concerns one delivery.
pub async fn one_delivery(
    Path(reference): Path<String>,
    opening: Opening,
) -> Result<Response, ApiError> {
    opening.must_be_same_origin()?;
    let reference: Reference = reference.parse().map_err(|_| Error::NotFound)?;
    deliveries::timeline(&opening.actor, &opening.backend, reference).await?;
    opening.begin(move |socket, visit| tell(socket, visit, Some(reference)))
}

/// `GET /ws/courier/fixes`: each message is a batch as `POST /api/v1/courier/fixes` takes it, and
/// is answered likewise.
pub async fn fixes(opening: Opening) -> Result<Response, ApiError> {
    opening.must_be_same_origin()?;
    opening.actor.with_role(Role::Courier)?;
    opening.begin(take_fixes)
}

async fn tell(mut socket: WebSocket, visit: Visit, only: Option<Reference>) {
    let Ok(topics) = topics_of(&visit.actor) else {
        return;
    };
    let mut place = visit.sockets.join(&visit.backend, topics);
    if listening::confirm(&visit.actor, &visit.backend)
        .await
        .is_err()
    {
        close(socket, close_code::POLICY, "signed out").await;
        return;
    }
    let concerns = |frame: &Frame| only.is_none_or(|reference| is_about(frame, reference));
    match tracking::snapshot(&visit.actor, &visit.backend).await {
        Ok(frames) => {
            for frame in frames.iter().filter(|frame| concerns(frame)) {
                if socket.send(message(frame)).await.is_err() {
                    return;
                }
            }
        }
        Err(_) => return,
    }
    let mut pings = tokio::time::interval(PING);
    loop {
        // A full channel means that something was missed: the client comes back for a snapshot.
        if place.heard.len() >= MAX_WAITING {
            close(socket, close_code::AGAIN, "too slow").await;
            return;
        }
        let sent = tokio::select! {
            heard = place.heard.recv() => match heard {
                Some(Heard::Frame(frame)) if concerns(&frame) => socket.send(message(&frame)).await,
                Some(Heard::Frame(_)) => Ok(()),
                Some(Heard::Closed) | None => {
                    close(socket, close_code::POLICY, "signed out").await;
                    return;
                }
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => Ok(()),
            },
            _ = pings.tick() => socket.send(Message::Ping(bytes::Bytes::new())).await,
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn take_fixes(mut socket: WebSocket, visit: Visit) {
    let Ok(person) = visit.actor.person() else {
        return;
    };
    // Nothing is told to a session but its end.
    let topics = vec![Topic::session(&person.session)];
    let mut session = visit.sockets.join(&visit.backend, topics);
    if listening::confirm(&visit.actor, &visit.backend)
        .await
        .is_err()
    {
        close(socket, close_code::POLICY, "signed out").await;
        return;
    }
    loop {
        let received = tokio::select! {
            _ended = session.heard.recv() => {
                close(socket, close_code::POLICY, "signed out").await;
                return;
            }
            received = socket.recv() => received,
        };
        let text = match received {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => continue,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return,
        };
        let Ok(json) = answer_fixes(&visit.backend, &visit.actor, &text).await else {
            return;
        };
        if socket.send(Message::Text(json.into())).await.is_err() {
            return;
        }
    }
}

async fn answer_fixes(
    backend: &Backend,
    actor: &Actor,
    text: &str,
) -> Result<String, serde_json::Error> {
    let taken = match serde_json::from_str::<FixBatch>(text) {
        Ok(batch) => tracking::ingest(actor, backend, batch.fixes).await,
        Err(error) => Err(Error::Invalid {
            detail: error.to_string(),
            field: None,
        }),
    };
    match taken {
        Ok(ingested) => serde_json::to_string(&ingested),
        Err(error) => serde_json::to_string(&problem_of(&error)),
    }
}

fn message(frame: &Frame) -> Message {
    match Utf8Bytes::try_from(frame.json.clone()) {
        Ok(text) => Message::Text(text),
        Err(_) => Message::Binary(frame.json.clone()),
    }
}

/// The subject stands in every envelope in this form.
fn is_about(frame: &Frame, reference: Reference) -> bool {
    let subject = format!("\"subject\":\"{reference}\"");
    frame
        .json
        .windows(subject.len())
        .any(|part| part == subject.as_bytes())
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason),
    };
    // The client may be gone already.
    let _ = socket.send(Message::Close(Some(frame))).await;
}
