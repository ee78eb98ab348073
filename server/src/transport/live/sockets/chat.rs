//! `GET /ws/chat?device=…`: what a device of a chat asks, answered in turn, and what it is told in between.

use axum::extract::Query;
use axum::extract::ws::{Message, WebSocket};
use axum::response::Response;
use porchlight_backend::accounts::Actor;
use porchlight_backend::chat::{self, News};
use porchlight_backend::events::{Frame, Topic};
use porchlight_backend::{Backend, Error};
use porchlight_domain::chat::wire::{Answer, ChatEvent, Question, Told};
use porchlight_domain::chat::{DEVICES_LIMIT, SEALED_LIMIT};
use porchlight_domain::ids::DeviceId;
use serde::Deserialize;

use super::line::{Gone, Line};
use super::{Opening, Visit};
use crate::transport::problem::{ApiError, problem_of};

/// The longest message, for every device of the two but one, and what is around it.
const MAX_MESSAGE: usize = (2 * DEVICES_LIMIT - 1) * (SEALED_LIMIT + 256) + 4096;

/// Which device listens.
#[derive(Debug, Deserialize)]
pub struct Which {
    device: Option<DeviceId>,
}

/// Opens the socket.
pub async fn open(Query(which): Query<Which>, opening: Opening) -> Result<Response, ApiError> {
    opening.must_be_same_origin()?;
    chat::may_chat(&opening.actor)?;
    let device = which
        .device
        .ok_or_else(|| Error::invalid("device", &"say which device listens"))?;
    opening.begin_with(MAX_MESSAGE, |socket, visit| converse(socket, visit, device))
}

async fn converse(socket: WebSocket, visit: Visit, device: DeviceId) {
    let mut line = Line::over(socket, visit.sockets.pace);
    let Ok(person) = visit.actor.person() else {
        return;
    };
    let topics = vec![
        Topic::person(&person.id),
        Topic::chat(&person.id),
        Topic::session(&person.session),
    ];
    let mut place = match visit.join(topics).await {
        Ok(place) => place,
        Err(end) => return line.close(end).await,
    };
    loop {
        let said = tokio::select! {
            told = place.next() => match told {
                Ok(frame) => pass_on(&visit, &device, &frame).await,
                Err(end) => return line.close(end).await,
            },
            heard = line.hear() => match heard {
                Ok(Message::Text(text)) => Some(reply(&visit.backend, &visit.actor, &text).await),
                Ok(_) => None,
                Err(Gone) => return,
            },
        };
        if let Some(message) = said
            && line.say(message).await.is_err()
        {
            return;
        }
    }
}

/// What a frame means to this device; none when it is not about a chat.
async fn pass_on(visit: &Visit, device: &DeviceId, frame: &Frame) -> Option<Message> {
    let (delivery, seq) = match chat::news(frame) {
        Some(News::Message { delivery, seq }) => (delivery, seq),
        Some(News::Changed { delivery }) => {
            let event = ChatEvent::Changed {};
            return said(&Told::Event { delivery, event });
        }
        None => {
            let is_told = frame.json.starts_with(b"{\"told\"");
            return is_told.then(|| super::message(frame));
        }
    };
    match chat::new_message(&visit.actor, &visit.backend, delivery, device, seq).await {
        Ok(Some(message)) => said(&Told::Message { delivery, message }),
        // It asks for what it missed.
        Ok(None) | Err(_) => None,
    }
}

async fn reply(backend: &Backend, actor: &Actor, text: &str) -> Message {
    let told = match serde_json::from_str::<Question>(text) {
        Ok(Question { number, ask }) => {
            let answered = backend
                .while_database_answers(chat::answer(actor, backend, ask))
                .await;
            let answer = answered.unwrap_or_else(|error| Answer::Refused(problem_of(&error)));
            Told::Answer { number, answer }
        }
        Err(error) => {
            let error = Error::Invalid {
                detail: error.to_string(),
                field: None,
            };
            // Nobody knows which question it was.
            Told::Answer {
                number: 0,
                answer: Answer::Refused(problem_of(&error)),
            }
        }
    };
    said(&told).unwrap_or_else(|| Message::Text("{}".into()))
}

fn said(told: &Told) -> Option<Message> {
    let json = serde_json::to_string(told).ok()?;
    Some(Message::Text(json.into()))
}
