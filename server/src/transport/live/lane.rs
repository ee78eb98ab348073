//! The lane: one thread that owns the sockets of all event streams and writes to them.
//!
//! A frame is serialised once, framed for SSE once, and shared by all who get it. What waits for
//! one socket leaves in one write. A reader that is too slow loses its backlog and gets a fresh
//! snapshot when it reads again; one that reads nothing for [`Pace::stalled`] is cut off.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token, Waker};
use porchlight_backend::Backend;
use porchlight_backend::accounts::Actor;
use porchlight_backend::events::Topic;
use tokio::sync::mpsc::UnboundedSender;

use super::admission::Admission;
use super::reader::{Frame, Reader};

const WAKER: Token = Token(usize::MAX);
/// Orders handled before sockets are written to, so that none waits long behind many.
const ORDERS_AT_ONCE: usize = 16_384;

/// Comments go out to so many parts of the readers one after the other: to thousands at once they would
/// hold up the frames of everyone.
const BEATS: usize = 100;

/// How patient the lane is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// A comment goes out this often, so that proxies and phones know the stream is alive, and stalled
    /// readers are looked for.
    pub(super) heartbeat: Duration,
    /// Whoever takes not one byte for this long is gone.
    pub(super) stalled: Duration,
}

impl Pace {
    /// A stalled reader is cut off within 30 s: it is noticed at a heartbeat.
    pub(super) const USUAL: Self = Self {
        heartbeat: Duration::from_secs(10),
        stalled: Duration::from_secs(20),
    };
}

/// Who opens a stream.
pub(super) struct Subscriber {
    pub(super) actor: Actor,
    pub(super) topics: Vec<Topic>,
    /// Where they want to go on.
    pub(super) last_event_id: Option<i64>,
    /// Kept until the socket closes.
    pub(super) admission: Admission,
}

/// A reader needs what it missed, and a snapshot.
pub(super) struct Catch {
    pub(super) token: usize,
    pub(super) actor: Actor,
    pub(super) topics: Vec<Topic>,
    pub(super) after: Option<i64>,
}

pub(super) enum Order {
    Join(std::net::TcpStream, Box<Subscriber>),
    Deliver(Topic, Frame),
    Close(Topic),
    /// What a reader missed: it is told before anything that waits.
    CaughtUp {
        token: usize,
        frames: Vec<Frame>,
        up_to: i64,
    },
    /// The right to listen has ended meanwhile.
    Drop(usize),
    Stop,
}

/// The way to the lane, for any thread.
#[derive(Clone)]
pub(super) struct LaneHandle {
    orders: Sender<Order>,
    waker: Arc<Waker>,
    awake: Arc<AtomicBool>,
}

impl LaneHandle {
    pub(super) fn send(&self, order: Order) {
        // The lane ends only with the process.
        let _ = self.orders.send(order);
        if !self.awake.swap(true, Ordering::AcqRel) {
            let _ = self.waker.wake();
        }
    }
}

pub(super) struct Lane {
    poll: Poll,
    orders: Receiver<Order>,
    awake: Arc<AtomicBool>,
    backend: Backend,
    catch_up: UnboundedSender<Catch>,
    readers: slab::Slab<Reader>,
    by_topic: HashMap<Topic, Vec<usize>>,
    /// Readers with something to write.
    dirty: Vec<usize>,
    pace: Pace,
}

impl Lane {
    /// Starts the thread.
    pub(super) fn start(
        backend: Backend,
        catch_up: UnboundedSender<Catch>,
        pace: Pace,
    ) -> io::Result<LaneHandle> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let (orders, received) = channel();
        let awake = Arc::new(AtomicBool::new(false));
        let lane = Self {
            poll,
            orders: received,
            awake: awake.clone(),
            backend,
            catch_up,
            readers: slab::Slab::new(),
            by_topic: HashMap::new(),
            dirty: Vec::new(),
            pace,
        };
        std::thread::Builder::new()
            .name("live-lane".into())
            .spawn(move || lane.run())?;
        Ok(LaneHandle {
            orders,
            waker,
            awake,
        })
    }

    fn run(mut self) {
        let mut events = Events::with_capacity(1024);
        let pause = self.pace.heartbeat / u32::try_from(BEATS).unwrap_or(u32::MAX);
        let mut next_beat = Instant::now() + pause;
        let mut parts = (0..BEATS).cycle();
        loop {
            let wait = next_beat.saturating_duration_since(Instant::now());
            match self.poll.poll(&mut events, Some(wait)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    tracing::error!(%error, "The live lane can't wait for its sockets");
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            for event in &events {
                if event.token() != WAKER {
                    self.on_socket(event.token().0, event.is_readable(), event.is_writable());
                }
            }
            if !self.take_orders() {
                return;
            }
            self.write_dirty();
            if Instant::now() >= next_beat {
                next_beat = Instant::now() + pause;
                if let Some(part) = parts.next() {
                    self.beat(part);
                }
            }
        }
    }

    fn on_socket(&mut self, token: usize, readable: bool, writable: bool) {
        let Some(reader) = self.readers.get_mut(token) else {
            return;
        };
        if readable && !reader.is_connected() {
            self.drop_reader(token);
        } else if writable {
            self.dirty.push(token);
        }
    }

    /// Whether to go on.
    fn take_orders(&mut self) -> bool {
        self.awake.store(false, Ordering::Release);
        for taken in 0.. {
            if taken == ORDERS_AT_ONCE {
                // Come back at once for the rest.
                self.awake.store(true, Ordering::Release);
                self.write_dirty();
            }
            match self.orders.try_recv() {
                Ok(Order::Join(socket, subscriber)) => self.join(socket, *subscriber),
                Ok(Order::Deliver(topic, frame)) => self.deliver(&topic, &frame),
                Ok(Order::Close(topic)) => {
                    for token in self.by_topic.get(&topic).cloned().unwrap_or_default() {
                        self.drop_reader(token);
                    }
                }
                Ok(Order::CaughtUp {
                    token,
                    frames,
                    up_to,
                }) => self.caught_up(token, frames, up_to),
                Ok(Order::Drop(token)) => self.drop_reader(token),
                Ok(Order::Stop) => {
                    self.write_dirty();
                    return false;
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        true
    }

    fn join(&mut self, socket: std::net::TcpStream, subscriber: Subscriber) {
        let entry = self.readers.vacant_entry();
        let token = entry.key();
        let mut reader = match Reader::open(socket, subscriber) {
            Ok(reader) => reader,
            Err(error) => {
                tracing::debug!(%error, "A stream could not be opened");
                return;
            }
        };
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) =
            self.poll
                .registry()
                .register(reader.socket_mut(), Token(token), interest)
        {
            tracing::warn!(%error, "A stream could not be watched");
            return;
        }
        for topic in reader.topics() {
            self.by_topic.entry(topic.clone()).or_default().push(token);
        }
        // Before the snapshot is asked for, so that nothing falls between the two.
        self.backend.hub().joined(reader.topics());
        metrics::gauge!("porchlight_live_streams").increment(1.0);
        let _ = self.catch_up.send(reader.catch(token));
        entry.insert(reader);
        self.dirty.push(token);
    }

    fn deliver(&mut self, topic: &Topic, frame: &Frame) {
        let Some(tokens) = self.by_topic.get(topic) else {
            return;
        };
        for token in tokens {
            if let Some(reader) = self.readers.get_mut(*token)
                && reader.push(frame)
            {
                self.dirty.push(*token);
            }
        }
    }

    fn caught_up(&mut self, token: usize, frames: Vec<Frame>, up_to: i64) {
        if let Some(reader) = self.readers.get_mut(token) {
            reader.caught_up(frames, up_to);
            self.dirty.push(token);
        }
    }

    fn write_dirty(&mut self) {
        for token in std::mem::take(&mut self.dirty) {
            let Some(reader) = self.readers.get_mut(token) else {
                continue;
            };
            match reader.write() {
                Ok(true) => {
                    // It reads again after it was too slow: it needs to know where things stand.
                    let catch = reader.catch(token);
                    let _ = self.catch_up.send(catch);
                }
                Ok(false) => {}
                Err(_) => self.drop_reader(token),
            }
        }
    }

    /// A comment for every [`BEATS`]th reader.
    fn beat(&mut self, part: usize) {
        let now = Instant::now();
        let comment = Frame::comment();
        let mut gone = Vec::new();
        for token in (part..self.readers.capacity()).step_by(BEATS) {
            let Some(reader) = self.readers.get_mut(token) else {
                continue;
            };
            if reader.stalled_for(now) >= self.pace.stalled {
                gone.push(token);
            } else if reader.is_idle() && reader.push(&comment) {
                self.dirty.push(token);
            }
        }
        for token in gone {
            metrics::counter!("porchlight_live_stalled_total").increment(1);
            self.drop_reader(token);
        }
        self.write_dirty();
    }

    fn drop_reader(&mut self, token: usize) {
        let Some(mut reader) = self.readers.try_remove(token) else {
            return;
        };
        let _ = self.poll.registry().deregister(reader.socket_mut());
        for topic in reader.topics() {
            if let Some(tokens) = self.by_topic.get_mut(topic) {
                if let Some(place) = tokens.iter().position(|known| *known == token) {
                    tokens.swap_remove(place);
                }
                if tokens.is_empty() {
                    self.by_topic.remove(topic);
                }
            }
        }
        self.backend.hub().left(reader.topics());
        metrics::gauge!("porchlight_live_streams").decrement(1.0);
    }
}
