//! Messages from one device to another: how long from the tap on "Send" until the other device has decrypted it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Args;
use futures::{SinkExt, StreamExt};
use porchlight_app::chat::device::{Device, Sessions};
use porchlight_backend::accounts;
use porchlight_domain::chat::wire::{
    Answer, Ask, ChatMessage, ChatView, Outgoing, Question, SealedFor, Told,
};
use porchlight_domain::chat::{Body, Commitment, Content, ContentKey, DeviceKeys};
use porchlight_domain::ids::MessageId;
use porchlight_domain::reference::Reference;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::figures::{percentiles, say};
use crate::town::{Outcome, Town};

/// The load.
#[derive(Debug, Args)]
pub struct Options {
    /// Open chats, each with a socket on both sides.
    #[arg(long, default_value_t = 1000)]
    chats: usize,
    /// How long, seconds.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// How often somebody says something in each chat, seconds.
    #[arg(long, default_value_t = 10.0)]
    every: f64,
}

/// When each message that is on its way was begun, and how long those took that arrived.
#[derive(Default)]
struct Clockwork {
    sent: Mutex<HashMap<MessageId, Instant>>,
    took: Mutex<Vec<Duration>>,
}

/// One of the two, with a socket.
struct Member {
    reference: Reference,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    device: Device,
    sessions: Sessions,
    other: Option<DeviceKeys>,
    side: porchlight_domain::chat::Side,
    asked: u32,
}

/// Opens chats, lets people write, and prints the figures.
pub async fn run(options: &Options) -> Outcome<()> {
    say(&format!("Opening {} chats …", options.chats));
    let town = Town::open(options.chats).await?;
    let clockwork = Arc::new(Clockwork::default());
    let (start, started) = watch::channel(None);
    let pause = Duration::from_secs_f64(options.every);
    let mut talking = Vec::with_capacity(2 * options.chats);
    for (number, pair) in town.pairs.iter().enumerate() {
        let mut two = Vec::with_capacity(2);
        for token in [&pair.customer, &pair.courier] {
            two.push(Member::join(&town, token, pair.reference).await?);
        }
        for member in &mut two {
            member.meet().await?;
        }
        // Spread evenly; the two of a chat take turns.
        let offset = pause.mul_f64(number_of(number, options.chats));
        for (member, offset) in two.into_iter().zip([offset, offset + pause]) {
            let talk = member.talk(clockwork.clone(), started.clone(), offset, 2 * pause);
            talking.push(tokio::spawn(talk));
        }
    }
    start.send(Some(Instant::now() + Duration::from_secs(options.seconds)))?;
    for talk in talking {
        talk.await??;
    }
    let took = std::mem::take(&mut *lock(&clockwork.took));
    let lost = lock(&clockwork.sent).len();
    say(&format!(
        "chat {} chats, {} messages from tap to decrypted, {lost} not arrived; {}",
        options.chats,
        took.len(),
        percentiles(took)
    ));
    town.close().await;
    if lost == 0 {
        Ok(())
    } else {
        Err("messages were lost".into())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn number_of(place: usize, of: usize) -> f64 {
    place as f64 / of.max(1) as f64
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Member {
    async fn join(town: &Town, token: &str, reference: Reference) -> Outcome<Self> {
        let actor = accounts::authenticate(town.backend(), token).await?.actor;
        let person = actor.person()?;
        let mut device = Device::new(person.id.clone(), rand::random());
        let address = format!("ws://{}/ws/chat?device={}", town.address(), device.id());
        let mut request = address.into_client_request()?;
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse()?);
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        let side = porchlight_domain::chat::Side::of(person.role).ok_or("has no chats")?;
        let published = device.publication(0).ok_or("no keys")?;
        let ask = Ask::Enrol {
            device: device.keys(),
            one_time_keys: published.one_time_keys,
            fallback_key: published.fallback_key,
        };
        let mut member = Self {
            reference,
            socket,
            device,
            sessions: Sessions::default(),
            other: None,
            side,
            asked: 0,
        };
        member.ask(ask).await?;
        Ok(member)
    }

    /// Begins the session with the other device.
    async fn meet(&mut self) -> Outcome<()> {
        let delivery = self.reference;
        let Answer::Chat(ChatView { other, .. }) = self.ask(Ask::Chat { delivery }).await? else {
            return Err("no chat".into());
        };
        let other = other.devices.into_iter().next().ok_or("nobody there")?;
        let devices = vec![other.id.clone()];
        let Answer::Keys { keys } = self.ask(Ask::ClaimKeys { delivery, devices }).await? else {
            return Err("no keys".into());
        };
        let key = keys.first().ok_or("no key")?;
        self.device.begin(&other, key, &mut self.sessions)?;
        self.other = Some(other);
        Ok(())
    }

    /// Asks and waits; what is told meanwhile is nothing before anybody talks.
    async fn ask(&mut self, ask: Ask) -> Outcome<Answer> {
        let number = self.put(ask).await?;
        while let Some(message) = self.socket.next().await {
            if let Told::Answer {
                number: answered,
                answer,
            } = read(&message?)?
                && answered == number
            {
                return Ok(answer);
            }
        }
        Err("the socket closed".into())
    }

    async fn put(&mut self, ask: Ask) -> Outcome<u32> {
        self.asked += 1;
        let number = self.asked;
        let json = serde_json::to_string(&Question { number, ask })?;
        self.socket.send(Message::Text(json.into())).await?;
        Ok(number)
    }

    /// Talks from when the end is known until then. Before that, whoever does not listen is hung up on.
    async fn talk(
        mut self,
        clockwork: Arc<Clockwork>,
        mut started: watch::Receiver<Option<Instant>>,
        offset: Duration,
        pause: Duration,
    ) -> Outcome<()> {
        let end = loop {
            tokio::select! {
                end = started.wait_for(Option::is_some) => break end?.ok_or("it begins")?,
                message = self.socket.next() => self.hear_next(message, &clockwork)?,
            }
        };
        let begin = tokio::time::Instant::now() + offset;
        let mut turns = tokio::time::interval_at(begin, pause);
        // What is on its way at the end still arrives.
        let last = tokio::time::sleep_until((end + Duration::from_secs(3)).into());
        tokio::pin!(last);
        loop {
            tokio::select! {
                _ = turns.tick() => {
                    if Instant::now() < end {
                        self.say(&clockwork).await?;
                    }
                }
                message = self.socket.next() => self.hear_next(message, &clockwork)?,
                () = &mut last => return Ok(()),
            }
        }
    }

    fn hear_next(
        &mut self,
        message: Option<Result<Message, SocketError>>,
        clockwork: &Clockwork,
    ) -> Outcome<()> {
        self.hear(&message.ok_or("the socket closed")??, clockwork)
    }

    async fn say(&mut self, clockwork: &Clockwork) -> Outcome<()> {
        let begun = Instant::now();
        let id = MessageId::from_random(rand::random());
        lock(&clockwork.sent).insert(id.clone(), begun);
        let content = Content {
            key: ContentKey::from_random(rand::random()),
            body: Body::Text {
                text: "I am at the blue door behind the lilac.".into(),
            },
        };
        let other = self.other.as_ref().ok_or("nobody there")?;
        let sealed = SealedFor {
            device: other.id.clone(),
            sealed: self.sessions.seal(&content.to_bytes())?,
        };
        let message = Outgoing {
            commitment: Commitment::of(&content.key, self.reference, &id, self.side, &content.body),
            id,
            from: self.device.id().clone(),
            sealed: vec![sealed],
            is_gate_code: false,
        };
        let delivery = self.reference;
        self.put(Ask::Send { delivery, message }).await?;
        Ok(())
    }

    fn hear(&mut self, message: &Message, clockwork: &Clockwork) -> Outcome<()> {
        match read(message)? {
            Told::Message {
                message:
                    ChatMessage {
                        id,
                        sealed: Some(sealed),
                        ..
                    },
                ..
            } => {
                let other = self.other.as_ref().ok_or("nobody there")?;
                self.device.open(other, &sealed, &mut self.sessions)?;
                if let Some(begun) = lock(&clockwork.sent).remove(&id) {
                    lock(&clockwork.took).push(begun.elapsed());
                }
                Ok(())
            }
            Told::Answer {
                answer: Answer::Refused(problem),
                ..
            } => Err(format!("refused: {problem:?}").into()),
            Told::Answer {
                answer: Answer::OtherDevices { .. },
                ..
            } => Err("not sent: there are other devices".into()),
            Told::Message { message, .. } if message.from != *self.device.id() => {
                Err(format!("unreadable: {message:?}").into())
            }
            _ => Ok(()),
        }
    }
}

fn read(message: &Message) -> Outcome<Told> {
    match message {
        Message::Text(text) => Ok(serde_json::from_str(text)?),
        // A ping is answered by the library.
        _ => Ok(Told::Answer {
            number: 0,
            answer: Answer::Done {},
        }),
    }
}
