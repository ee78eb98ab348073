//! One chat, as this tab takes part in it.
//!
//! A single task does everything that changes what is kept, one thing after the other, and takes turns with other
//! tabs: two of them must not use one key. `meet.rs` knows the devices, `receive.rs` reads what came, `send.rs` sends
//! what waits, `window.rs` shows a part of what was said.

mod meet;
mod receive;
mod send;
mod window;

use std::cell::Cell;
use std::rc::Rc;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::select;
use futures::{FutureExt, StreamExt, select_biased};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use porchlight_domain::chat::wire::{Answer, Ask, ChatEvent, ChatView, Told};
use porchlight_domain::chat::{Body, ContentKey, Side};
use porchlight_domain::ids::{MessageId, PersonId};
use porchlight_domain::reference::Reference;
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;

use super::carrier::{Carrier, News, Unreachable};
use super::device::Device;
use super::item::{Message, Waiting};
use super::vault::{Changes, ChatMemory, Vault, VaultError};
use crate::clock::now;
use crate::components::effect;
use crate::live::Live;
use crate::turn::turn;
pub use window::Window;

/// How often a tab without a socket asks, milliseconds.
const POLL_MS: u32 = 3_000;
/// How often one with a socket looks whether all is well, milliseconds.
const LOOK_MS: u32 = 30_000;
/// For how long somebody who typed is typing, milliseconds.
const TYPING_MS: u32 = 5_000;
/// How often typing is told, milliseconds.
const TELL_TYPING_MS: i64 = 3_000;

/// How the way to the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Nothing was heard yet.
    Opening,
    /// At once.
    Live,
    /// Every few seconds.
    Asking,
    /// Not at all.
    None,
}

/// Why there is no chat here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The browser keeps nothing, or has no cryptography.
    NoVault,
    /// The server told keys that are not what they say: somebody may be in between.
    NotGenuine,
    /// Nobody is signed in any more, or it is not theirs.
    NotAllowed,
}

/// What a tab shows of a chat, and does in it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Talk {
    /// About which delivery.
    pub delivery: Reference,
    /// How the chat is; none before the server was asked.
    pub view: RwSignal<Option<ChatView>>,
    /// The part of it that is shown.
    pub window: Window,
    /// What waits to be sent.
    pub waiting: RwSignal<Vec<Waiting>>,
    /// Whether the other side is typing.
    pub typing: RwSignal<bool>,
    /// How the way to the server is.
    pub way: RwSignal<Way>,
    /// Why there is no chat.
    pub trouble: RwSignal<Option<Trouble>>,
    /// What is remembered.
    pub memory: RwSignal<ChatMemory>,
    /// A message that has just come, for who listens instead of reading.
    pub newest: RwSignal<Option<Message>>,
    /// Whether the other side has no device yet.
    pub alone: RwSignal<bool>,
    orders: StoredValue<SendWrapper<UnboundedSender<Order>>>,
    carrier: StoredValue<SendWrapper<Carrier>>,
    /// When it was told last that somebody types here, milliseconds since 1970.
    told_typing: StoredValue<i64>,
}

/// What a person wants.
enum Order {
    Send(Body),
    Withdraw(i64),
    Ask(Ask),
    Compared(Option<String>),
    Seen,
    Older,
    Newer,
    Latest,
    Look,
    Leave,
}

/// The task behind a [`Talk`].
struct Work {
    talk: Talk,
    vault: Vault,
    carrier: Carrier,
    device: Device,
    me: PersonId,
    memory: ChatMemory,
    /// What was told the server last.
    marked: (u32, u32),
    /// Whether enough keys wait at the server for who wants to write here.
    has_looked_at_keys: bool,
    /// Counts how often it was told that the other side types.
    typings: Rc<Cell<u32>>,
}

impl Talk {
    /// Begins to take part, until the current owner goes.
    pub fn begin(me: PersonId, delivery: Reference, live: Live) -> Self {
        let (orders, ordered) = unbounded();
        // It ends with its last step and not with the page, whose signals it would miss meanwhile.
        let page = Owner::current();
        let owner = Owner::new_root(None);
        let talk = owner.with(|| Self {
            delivery,
            view: RwSignal::new(None),
            window: Window::new(),
            waiting: RwSignal::new(Vec::new()),
            typing: RwSignal::new(false),
            way: RwSignal::new(Way::Opening),
            trouble: RwSignal::new(None),
            memory: RwSignal::new(ChatMemory::default()),
            newest: RwSignal::new(None),
            alone: RwSignal::new(false),
            orders: StoredValue::new(SendWrapper::new(orders)),
            carrier: StoredValue::new(SendWrapper::new(Carrier::new())),
            told_typing: StoredValue::new(0),
        });
        // A new root takes the page's place; the page takes it back.
        if let Some(page) = page {
            page.set();
        }
        // Not cancelled half-way: the browser's storage is to be left at rest.
        spawn_local(async move {
            talk.run(me, ordered).await;
            owner.cleanup();
        });
        on_cleanup(move || talk.order(Order::Leave));
        // The page's own stream says that something came, where no socket gets through.
        live.on_other_change(move || talk.order(Order::Look));
        effect(move || {
            let listener =
                window_event_listener_untyped("online", move |_| talk.order(Order::Look));
            on_cleanup(move || listener.remove());
        });
        effect(move || {
            let listener =
                window_event_listener_untyped("visibilitychange", move |_| talk.order(Order::Seen));
            on_cleanup(move || listener.remove());
        });
        talk
    }

    /// Says something; it waits until it can be sent.
    pub fn say(self, body: Body) {
        self.order(Order::Send(body));
    }

    /// Takes back what was not sent yet.
    pub fn withdraw(self, place: i64) {
        self.order(Order::Withdraw(place));
    }

    /// Tells the other side that somebody types, now and then.
    pub fn type_on(self) {
        let at = now().millis();
        if at - self.told_typing.get_value() >= TELL_TYPING_MS {
            self.told_typing.set_value(at);
            let ask = Ask::Typing {
                delivery: self.delivery,
            };
            self.carrier.with_value(|carrier| carrier.mention(ask));
        }
    }

    /// Shows a message to the operator.
    pub fn report(self, message: &Message) {
        self.order(Order::Ask(Ask::Report {
            delivery: self.delivery,
            disclosure: message.disclosure(),
        }));
    }

    /// Ends the chat for both, or opens it again.
    pub fn block(self, blocked: bool) {
        self.order(Order::Ask(Ask::Block {
            delivery: self.delivery,
            blocked,
        }));
    }

    /// The two have compared their number.
    pub fn compared(self, number: Option<String>) {
        self.order(Order::Compared(number));
    }

    /// Shows what was said before.
    pub fn older(self) {
        self.load(Order::Older);
    }

    /// Shows what was said after.
    pub fn newer(self) {
        self.load(Order::Newer);
    }

    /// Shows the end.
    pub fn latest(self) {
        self.order(Order::Latest);
    }

    /// On which side this person is; the recipient's before it is known.
    pub fn side(self) -> Side {
        self.view
            .with(|view| view.as_ref().map_or(Side::Recipient, |view| view.side))
    }

    fn load(self, part: Order) {
        if self.window.begin_loading() {
            self.order(part);
        }
    }

    fn order(self, order: Order) {
        self.orders.try_with_value(|orders| {
            // Nobody works any more when the page is gone.
            let _ = orders.unbounded_send(order);
        });
    }

    async fn run(self, me: PersonId, ordered: UnboundedReceiver<Order>) {
        let carrier = self.carrier.with_value(|carrier| (**carrier).clone());
        let work = match Work::open(self, me, carrier).await {
            Ok(work) => work,
            Err(error) => {
                leptos::logging::warn!("The chat's vault did not open: {error}");
                self.trouble.set(Some(Trouble::NoVault));
                return;
            }
        };
        let (listening, news) = work.carrier.listen(work.device.id());
        let working = work.run(ordered, news);
        futures::pin_mut!(listening, working);
        select(listening, working).await;
    }
}

impl Work {
    async fn open(talk: Talk, me: PersonId, carrier: Carrier) -> Result<Self, VaultError> {
        let vault = Vault::open(me.clone()).await?;
        let device = meet::own_device(&vault, &me).await?;
        let mut work = Self {
            talk,
            vault,
            carrier,
            device,
            me,
            memory: ChatMemory::default(),
            marked: (0, 0),
            has_looked_at_keys: false,
            typings: Rc::default(),
        };
        work.remember().await?;
        work.show_latest().await?;
        work.show_waiting().await?;
        Ok(work)
    }

    async fn run(
        mut self,
        mut ordered: UnboundedReceiver<Order>,
        mut news: UnboundedReceiver<News>,
    ) {
        self.catch_up().await;
        loop {
            let pause = match self.talk.way.get_untracked() {
                Way::Live => LOOK_MS,
                _ => POLL_MS,
            };
            let done = select_biased! {
                order = ordered.next() => match order {
                    Some(Order::Leave) | None => return,
                    Some(order) => self.obey(order).await,
                },
                told = news.next() => match told {
                    Some(told) => self.hear(told).await,
                    None => return,
                },
                () = TimeoutFuture::new(pause).fuse() => {
                    self.catch_up().await;
                    Ok(())
                }
            };
            if let Err(error) = done {
                leptos::logging::warn!("The chat's vault failed: {error}");
                self.talk.trouble.set(Some(Trouble::NoVault));
            }
        }
    }

    /// Does what a person wants.
    async fn obey(&mut self, order: Order) -> Result<(), VaultError> {
        match order {
            Order::Send(body) => {
                self.keep_waiting(body).await?;
                self.flush().await
            }
            Order::Withdraw(place) => {
                let mut changes = Changes::default();
                self.vault
                    .forget_waiting(&mut changes, self.talk.delivery, place);
                self.vault.commit(changes).await?;
                self.show_waiting().await
            }
            Order::Ask(ask) => {
                // What can't be done is seen in how the chat is.
                let _ = self.carrier.ask(&ask).await;
                self.look().await;
                Ok(())
            }
            Order::Compared(number) => {
                let _turn = self.turn().await;
                self.remember().await?;
                self.memory.compared = number;
                self.keep_memory(Changes::default()).await
            }
            Order::Seen => self.mark().await,
            Order::Older => self.show_older().await,
            Order::Newer => self.show_newer().await,
            Order::Latest => self.show_latest().await,
            Order::Leave => Ok(()),
            Order::Look => {
                self.catch_up().await;
                Ok(())
            }
        }
    }

    /// Takes note of what the server told.
    async fn hear(&mut self, news: News) -> Result<(), VaultError> {
        match news {
            News::Opened => {
                self.talk.way.set(Way::Live);
                self.catch_up().await;
                Ok(())
            }
            News::Closed => {
                self.talk.way.set(Way::Asking);
                Ok(())
            }
            News::Told(told) => match *told {
                Told::Message { delivery, message } if delivery == self.talk.delivery => {
                    self.talk.typing.set(false);
                    self.take(message).await
                }
                Told::Event { delivery, event } if delivery == self.talk.delivery => {
                    self.note(event).await
                }
                _ => Ok(()),
            },
        }
    }

    async fn note(&mut self, event: ChatEvent) -> Result<(), VaultError> {
        match event {
            ChatEvent::Marked { by, stored, read } => {
                self.talk.view.update(|view| {
                    let Some(view) = view else { return };
                    let side = view.side;
                    let party = if by == side {
                        &mut view.me
                    } else {
                        &mut view.other
                    };
                    party.stored = party.stored.max(stored);
                    party.read = party.read.max(read);
                });
                Ok(())
            }
            ChatEvent::Typing { by } => {
                if by != untrack(|| self.talk.side()) {
                    self.talk.typing.set(true);
                    self.stop_typing_later();
                }
                Ok(())
            }
            ChatEvent::Changed {} => {
                self.catch_up().await;
                Ok(())
            }
        }
    }

    fn stop_typing_later(&mut self) {
        self.typings.set(self.typings.get().wrapping_add(1));
        let (typings, count) = (self.typings.clone(), self.typings.get());
        let typing = self.talk.typing;
        spawn_local(async move {
            TimeoutFuture::new(TYPING_MS).await;
            if typings.get() == count {
                typing.try_set(false);
            }
        });
    }

    /// Everything that may have been missed: how the chat is, what was said, what waits.
    async fn catch_up(&mut self) {
        if !self.look().await {
            return;
        }
        let caught_up = async {
            self.enrol().await?;
            self.fetch().await?;
            self.flush().await
        };
        if let Err(error) = caught_up.await {
            leptos::logging::warn!("The chat's vault failed: {error}");
            self.talk.trouble.set(Some(Trouble::NoVault));
        }
    }

    /// Asks how the chat is; whether there was an answer.
    async fn look(&mut self) -> bool {
        let ask = Ask::Chat {
            delivery: self.talk.delivery,
        };
        match self.carrier.ask(&ask).await {
            Ok(Answer::Chat(view)) => {
                if self.talk.way.get_untracked() != Way::Live {
                    self.talk.way.set(Way::Asking);
                }
                self.see(view).await
            }
            Ok(Answer::Refused(problem)) if matches!(problem.status, 401 | 403 | 404) => {
                self.talk.trouble.set(Some(Trouble::NotAllowed));
                false
            }
            Ok(_) => false,
            Err(Unreachable) => {
                self.talk.way.set(Way::None);
                false
            }
        }
    }

    /// The turn among the tabs of this browser.
    async fn turn(&self) -> Option<crate::turn::Turn> {
        turn(&format!("porchlight-chat-{}", self.me)).await
    }

    /// What another tab may have changed.
    async fn remember(&mut self) -> Result<(), VaultError> {
        self.memory = self.vault.chat(self.talk.delivery).await?;
        self.talk.memory.set(self.memory.clone());
        Ok(())
    }

    async fn keep_memory(&mut self, mut changes: Changes) -> Result<(), VaultError> {
        self.vault
            .keep_chat(&mut changes, self.talk.delivery, &self.memory);
        self.vault.commit(changes).await?;
        self.talk.memory.set(self.memory.clone());
        Ok(())
    }

    async fn show_waiting(&self) -> Result<(), VaultError> {
        let waiting = self.vault.waiting(self.talk.delivery).await?;
        self.talk.waiting.set(waiting);
        Ok(())
    }
}

/// A name and a key that nobody guesses.
fn new_message() -> Result<(MessageId, ContentKey), VaultError> {
    let name = super::vault::random::<16>()?;
    let key = super::vault::random::<32>()?;
    Ok((MessageId::from_random(name), ContentKey::from_random(key)))
}
