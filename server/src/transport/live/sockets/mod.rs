//! The same events over WebSocket, and positions coming in over it.

mod chat;
mod line;
mod listeners;
#[cfg(test)]
mod tests;

use axum::Extension;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use axum::extract::{FromRequestParts, Path, State, WebSocketUpgrade};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use porchlight_backend::accounts::Actor;
use porchlight_backend::events::{Frame, Topic};
use porchlight_backend::{Backend, Error, deliveries, listening, tracking};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;

pub use self::chat::open as chat;
use self::line::{Gone, Line};
pub use self::listeners::Sockets;
use self::listeners::{End, Place};
use super::super::connection::ConnectionPermit;
use super::super::problem::{ApiError, problem_of};
use super::super::rest::fixes::FixBatch;
use super::super::state::AppState;
use super::admission::{Admission, OpenStreams};
use super::topics_of;

/// A batch of 500 fixes has about 80 kB.
const MAX_MESSAGE: usize = 128 * 1024;

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
        self.begin_with(MAX_MESSAGE, conversation)
    }

    /// The same, taking messages of so many bytes.
    fn begin_with<C>(
        self,
        max_message: usize,
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
            .max_message_size(max_message)
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

impl Visit {
    /// Joins those who listen; then asks once more whether this one may.
    async fn join(&self, topics: Vec<Topic>) -> Result<Place, End> {
        let place = self.sockets.join(&self.backend, topics);
        match listening::confirm(&self.actor, &self.backend).await {
            Ok(()) => Ok(place),
            Err(Error::Unavailable { .. }) => Err(End::Unavailable),
            Err(_) => Err(End::SignedOut),
        }
    }
}

async fn tell(socket: WebSocket, visit: Visit, only: Option<Reference>) {
    let mut line = Line::over(socket, visit.sockets.pace);
    let Ok(topics) = topics_of(&visit.actor) else {
        return;
    };
    let mut place = match visit.join(topics).await {
        Ok(place) => place,
        Err(end) => return line.close(end).await,
    };
    let concerns = |frame: &Frame| only.is_none_or(|reference| is_about(frame, reference));
    let Ok(frames) = tracking::snapshot(&visit.actor, &visit.backend).await else {
        return line.close(End::Unavailable).await;
    };
    for frame in frames.iter().filter(|frame| concerns(frame)) {
        if line.say(message(frame)).await.is_err() {
            return;
        }
    }
    loop {
        let told = tokio::select! {
            told = place.next() => told,
            heard = line.hear() => match heard {
                Ok(_) => continue,
                Err(Gone) => return,
            },
        };
        let said = match told {
            Ok(frame) if concerns(&frame) => line.say(message(&frame)).await,
            Ok(_) => Ok(()),
            Err(end) => return line.close(end).await,
        };
        if said.is_err() {
            return;
        }
    }
}

async fn take_fixes(socket: WebSocket, visit: Visit) {
    let mut line = Line::over(socket, visit.sockets.pace);
    let Ok(person) = visit.actor.person() else {
        return;
    };
    // Nothing is told to a session but its end.
    let mut place = match visit.join(vec![Topic::session(&person.session)]).await {
        Ok(place) => place,
        Err(end) => return line.close(end).await,
    };
    loop {
        let heard = tokio::select! {
            told = place.next() => match told {
                Ok(_) => continue,
                Err(end) => return line.close(end).await,
            },
            heard = line.hear() => heard,
        };
        let text = match heard {
            Ok(Message::Text(text)) => text,
            Ok(_) => continue,
            Err(Gone) => return,
        };
        let Ok(json) = answer_fixes(&visit.backend, &visit.actor, &text).await else {
            return;
        };
        if line.say(Message::Text(json.into())).await.is_err() {
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
