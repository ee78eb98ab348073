//! Live streams: everything a session may see, as Server-Sent Events and over WebSocket.

mod admission;
mod lane;
mod reader;
pub mod sockets;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use porchlight_backend::accounts::Actor;
use porchlight_backend::events::{self, Outlet, Topic};
use porchlight_backend::{Backend, Error, deliveries, listening, tracking};
use porchlight_domain::people::Role;
use serde::Deserialize;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub use self::admission::OpenStreams;
use self::lane::{Catch, Lane, LaneHandle, Order, Pace, Subscriber};
use self::reader::Frame;
use super::connection::Takeover;
use super::problem::ApiError;

/// The event streams of this process.
#[derive(Clone)]
pub struct Streams {
    lane: LaneHandle,
}

impl Streams {
    /// Starts the lane and connects it to the backend's hub.
    pub fn start(backend: &Backend) -> std::io::Result<Self> {
        Self::start_at(backend, Pace::USUAL)
    }

    fn start_at(backend: &Backend, pace: Pace) -> std::io::Result<Self> {
        let (catch_up, waiting) = unbounded_channel();
        let lane = Lane::start(backend.clone(), catch_up, pace)?;
        tokio::spawn(catch_readers_up(backend.clone(), waiting, lane.clone()));
        let streams = Self { lane };
        backend.hub().connect(Arc::new(streams.clone()));
        Ok(streams)
    }

    /// Writes what waits and closes every stream.
    pub fn stop(&self) {
        self.lane.send(Order::Stop);
    }
}

impl Outlet for Streams {
    fn deliver(&self, topic: &Topic, frame: &events::Frame) {
        self.lane
            .send(Order::Deliver(topic.clone(), Frame::of(frame)));
    }

    fn close(&self, topic: &Topic) {
        self.lane.send(Order::Close(topic.clone()));
    }
}

/// What `GET /api/v1/events` takes.
#[derive(Debug, Deserialize)]
pub struct StreamQuery {
    /// For clients that can't set `Last-Event-ID`, as a new `EventSource`.
    last_event_id: Option<String>,
    /// A share link's token, instead of a session.
    share: Option<String>,
}

/// `GET /api/v1/events`: answers by taking over the socket.
pub async fn stream(
    State(backend): State<Backend>,
    State(streams): State<Streams>,
    State(open): State<OpenStreams>,
    Extension(actor): Extension<Actor>,
    Extension(takeover): Extension<Takeover>,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = match &query.share {
        Some(token) => deliveries::open_share(&backend, token).await?,
        None => actor,
    };
    let topics = topics_of(&actor)?;
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let wanted = header
        .or(query.last_event_id.as_deref())
        .filter(|text| !text.is_empty());
    let subscriber = Subscriber {
        admission: open.admit(&actor, takeover.permit())?,
        actor,
        topics,
        // What is no number of ours is treated as one from nowhere: told nothing, told to reset.
        last_event_id: wanted.map(|text| text.parse().unwrap_or(i64::MAX)),
    };
    let taken = takeover.claim(move |socket, _| match socket.into_std() {
        Ok(socket) => streams.lane.send(Order::Join(socket, Box::new(subscriber))),
        Err(error) => tracing::warn!(%error, "A stream's socket could not be taken over"),
    });
    match taken.await {}
}

/// What someone may listen to.
pub(super) fn topics_of(actor: &Actor) -> Result<Vec<Topic>, Error> {
    match actor {
        Actor::Person(person) => {
            let mut topics = vec![Topic::person(&person.id), Topic::session(&person.session)];
            if person.role == Role::Admin {
                topics.push(Topic::operations());
            }
            Ok(topics)
        }
        Actor::Share(grant) => Ok(vec![
            Topic::shared(grant.delivery),
            Topic::share(&grant.share),
        ]),
        Actor::Anonymous | Actor::System => Err(Error::Unauthenticated),
    }
}

/// Looks up for each reader what it missed, and whether it may still be told. Beside the lane, which must
/// not wait for a database.
async fn catch_readers_up(
    backend: Backend,
    mut waiting: UnboundedReceiver<Catch>,
    lane: LaneHandle,
) {
    // A storm of returning readers shares the database with everyone else.
    const AT_ONCE: usize = 8;
    let permits = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    while let Some(catch) = waiting.recv().await {
        let Ok(permit) = permits.clone().acquire_owned().await else {
            return;
        };
        let (backend, lane) = (backend.clone(), lane.clone());
        tokio::spawn(async move {
            let order = match missed(&backend, &catch).await {
                Ok((frames, up_to)) => Order::CaughtUp {
                    token: catch.token,
                    frames,
                    up_to,
                },
                Err(error) => {
                    tracing::debug!(%error, "A reader could not be caught up");
                    Order::Drop(catch.token)
                }
            };
            lane.send(order);
            drop(permit);
        });
    }
}

async fn missed(backend: &Backend, catch: &Catch) -> Result<(Vec<Frame>, i64), Error> {
    listening::confirm(&catch.actor, backend).await?;
    let replay = events::replay(backend, &catch.topics, catch.after).await?;
    let mut frames: Vec<Frame> = Vec::new();
    if !replay.complete {
        frames.push(Frame::reset());
    }
    frames.extend(replay.frames.iter().map(Frame::of));
    frames.extend(
        tracking::snapshot(&catch.actor, backend)
            .await?
            .iter()
            .map(Frame::of),
    );
    Ok((frames, replay.up_to))
}
