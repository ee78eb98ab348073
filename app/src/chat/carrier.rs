//! Asking the server: over a WebSocket while one is open, in requests while none gets through. The only module here
//! that knows the network.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::channel::oneshot;
use futures::future::{Either, select};
use futures::{SinkExt, StreamExt, pin_mut};
use gloo_net::http::Request;
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;
use porchlight_domain::chat::wire::{Answer, Ask, Question, Told};
use porchlight_domain::ids::DeviceId;
use porchlight_domain::problem::Problem;
use web_sys::AbortSignal;

use crate::live::wait_ms;

/// Longer than an answer takes where there is hardly a network.
const PATIENCE_MS: u32 = 12_000;

/// How often whoever waits looks whether there is a network still.
const LOOK_MS: u32 = 250;

/// The server could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server can't be reached")]
pub struct Unreachable;

/// What comes from the server unasked.
pub enum News {
    /// The socket is open: what happened before is not told again.
    Opened,
    /// It is not, and is being opened again.
    Closed,
    /// This happened.
    Told(Box<Told>),
}

/// The way to the server. Ends with its last copy.
#[derive(Clone)]
pub struct Carrier(Rc<Inner>);

#[derive(Default)]
struct Inner {
    asked: Cell<u32>,
    answers: RefCell<HashMap<u32, oneshot::Sender<Answer>>>,
    /// To the socket, while it is open.
    out: RefCell<Option<UnboundedSender<Message>>>,
}

impl Carrier {
    /// One that has only requests yet.
    pub fn new() -> Self {
        Self(Rc::default())
    }

    /// Keeps a socket open for a device; for ever, so it is to be dropped with whoever listens.
    pub fn listen(
        &self,
        device: &DeviceId,
    ) -> (impl Future<Output = ()> + use<>, UnboundedReceiver<News>) {
        let (news, heard) = unbounded();
        let (carrier, address) = (self.clone(), address(device));
        let listening = async move {
            let mut failures = 0;
            while !news.is_closed() {
                let was_open = carrier.listen_once(&address, &news).await;
                failures = if was_open { 1 } else { failures + 1 };
                let _ = news.unbounded_send(News::Closed);
                TimeoutFuture::new(wait_ms(failures, js_sys::Math::random())).await;
            }
        };
        (listening, heard)
    }

    /// Until the socket closes; says whether it was ever open.
    async fn listen_once(&self, address: &str, news: &UnboundedSender<News>) -> bool {
        let Ok(socket) = WebSocket::open(address) else {
            return false;
        };
        let (mut sink, mut stream) = socket.split();
        let (out, mut outgoing) = unbounded::<Message>();
        let mut is_open = false;
        let sending = async move {
            while let Some(message) = outgoing.next().await {
                if sink.send(message).await.is_err() {
                    return;
                }
            }
        };
        pin_mut!(sending);
        // The first answer says that it is open: a socket that is not takes messages too.
        let hello = Question {
            number: 0,
            ask: Ask::Hello {},
        };
        if let Ok(json) = serde_json::to_string(&hello) {
            let _ = out.unbounded_send(Message::Text(json));
        }
        while let Either::Left((Some(Ok(message)), _)) = select(stream.next(), &mut sending).await {
            if !is_open {
                is_open = true;
                self.0.out.replace(Some(out.clone()));
                let _ = news.unbounded_send(News::Opened);
            }
            self.take(message, news);
        }
        self.0.out.replace(None);
        // Whoever waits asks in another way.
        self.0.answers.borrow_mut().clear();
        is_open
    }

    fn take(&self, message: Message, news: &UnboundedSender<News>) {
        let Message::Text(text) = message else {
            return;
        };
        match serde_json::from_str::<Told>(&text) {
            Ok(Told::Answer { number, answer }) => {
                if let Some(waiting) = self.0.answers.borrow_mut().remove(&number) {
                    let _ = waiting.send(answer);
                }
            }
            Ok(told) => {
                let _ = news.unbounded_send(News::Told(Box::new(told)));
            }
            // Of a newer server: not for this page.
            Err(_) => {}
        }
    }

    /// Asks. What the server refuses is an answer.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, Unreachable> {
        // A socket may seem open for long after the network has gone.
        if !window().navigator().on_line() {
            return Err(Unreachable);
        }
        if let Some(answer) = self.ask_socket(ask).await {
            return Ok(answer);
        }
        ask_in_request(ask).await
    }

    /// Says something that needs no answer, and is not worth a request.
    pub fn mention(&self, ask: Ask) {
        let number = self.next_number();
        if let (Some(out), Ok(json)) = (
            &*self.0.out.borrow(),
            serde_json::to_string(&Question { number, ask }),
        ) {
            let _ = out.unbounded_send(Message::Text(json));
        }
    }

    async fn ask_socket(&self, ask: &Ask) -> Option<Answer> {
        let number = self.next_number();
        let waiting = {
            let out = self.0.out.borrow();
            let json = serde_json::to_string(&Question {
                number,
                ask: ask.clone(),
            });
            out.as_ref()?
                .unbounded_send(Message::Text(json.ok()?))
                .ok()?;
            let (answer, waiting) = oneshot::channel();
            self.0.answers.borrow_mut().insert(number, answer);
            waiting
        };
        let answer = patiently(waiting).await;
        self.0.answers.borrow_mut().remove(&number);
        answer
    }

    fn next_number(&self) -> u32 {
        let number = self.0.asked.get().wrapping_add(1).max(1);
        self.0.asked.set(number);
        number
    }
}

/// Waits for an answer, and no longer than there is a network: a socket does not say that it has gone.
async fn patiently(mut waiting: oneshot::Receiver<Answer>) -> Option<Answer> {
    for _ in 0..PATIENCE_MS / LOOK_MS {
        match select(&mut waiting, TimeoutFuture::new(LOOK_MS)).await {
            Either::Left((answer, _)) => return answer.ok(),
            Either::Right(_) if window().navigator().on_line() => {}
            Either::Right(_) => return None,
        }
    }
    None
}

async fn ask_in_request(ask: &Ask) -> Result<Answer, Unreachable> {
    let patience = AbortSignal::timeout_with_u32(PATIENCE_MS);
    let request = Request::post("/api/v1/chat")
        .abort_signal(Some(&patience))
        .json(ask)
        .map_err(|_| Unreachable)?;
    let answer = request.send().await.map_err(|_| Unreachable)?;
    match answer.status() {
        200 => answer.json::<Answer>().await.map_err(|_| Unreachable),
        // A proxy's word, or the server's that it can't now.
        500.. => Err(Unreachable),
        _ => answer
            .json::<Problem>()
            .await
            .map(Answer::Refused)
            .map_err(|_| Unreachable),
    }
}

fn address(device: &DeviceId) -> String {
    let location = window().location();
    let is_plain = location
        .protocol()
        .is_ok_and(|protocol| protocol == "http:");
    let scheme = if is_plain { "ws" } else { "wss" };
    let host = location.host().unwrap_or_default();
    format!("{scheme}://{host}/ws/chat?device={device}")
}
