//! One reader of the live lane: its socket and what waits for it.

use std::collections::VecDeque;
use std::io::{self, IoSlice, Read, Write};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use mio::net::TcpStream;
use porchlight_backend::accounts::Actor;
use porchlight_backend::events::Topic;
use socket2::SockRef;

use super::admission::Admission;
use super::lane::{Catch, Subscriber};

/// 64 frames: a reader slower than that gets a snapshot, not a backlog.
const MAX_WAITING: usize = 64;
/// What the kernel keeps for a reader that does not read; it doubles the figure.
const SEND_BUFFER: usize = 16 * 1024;
const AT_ONCE: usize = 64;
/// How long a client waits before it comes back, in milliseconds.
const RETRY_MS: std::ops::Range<u32> = 1_000..4_000;

/// The response is the stream and ends with the connection, so it needs no chunks.
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\
    content-type: text/event-stream\r\n\
    cache-control: no-cache, no-transform\r\n\
    x-accel-buffering: no\r\n\
    x-content-type-options: nosniff\r\n\
    connection: close\r\n\r\n";

/// A frame as it goes over the wire, shared by all who get it.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Its number in the log; 0 for frames that have none.
    seq: i64,
    bytes: Bytes,
}

impl Frame {
    /// Frames an envelope for SSE: `id:` only for what is in the log.
    pub(super) fn of(frame: &porchlight_backend::events::Frame) -> Self {
        let mut bytes = Vec::with_capacity(frame.json.len() + 32);
        if let Some(seq) = frame.seq {
            bytes.extend_from_slice(format!("id: {seq}\n").as_bytes());
        }
        bytes.extend_from_slice(b"data: ");
        bytes.extend_from_slice(&frame.json);
        bytes.extend_from_slice(b"\n\n");
        Self {
            seq: frame.seq.unwrap_or(0),
            bytes: bytes.into(),
        }
    }

    /// Says nothing, to show that the stream is alive.
    pub(super) fn comment() -> Self {
        Self {
            seq: 0,
            bytes: Bytes::from_static(b":\n\n"),
        }
    }

    /// Sets where to resume without telling anything.
    pub(super) fn cursor(seq: i64) -> Self {
        Self {
            seq: 0,
            bytes: format!("id: {seq}\n\n").into(),
        }
    }

    /// Says that what was missed can't be told: the reader must ask for everything again.
    pub(super) fn reset() -> Self {
        Self {
            seq: 0,
            bytes: Bytes::from_static(b"data: {\"type\":\"stream.reset\"}\n\n"),
        }
    }
}

/// Whether frames may be written as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// They wait until the reader has been told what it missed; when there are too many of them they are
    /// lost, and it will be caught up once more.
    CatchingUp { lost: bool },
    /// They go out.
    Live,
    /// The reader was too slow: nothing waits, and it will be caught up once it reads again.
    Behind,
}

pub(super) struct Reader {
    socket: TcpStream,
    actor: Actor,
    topics: Box<[Topic]>,
    waiting: VecDeque<Frame>,
    progress: Progress,
    /// The newest event of the log that was written, or is covered by a replay.
    last_seq: Option<i64>,
    /// Since when the socket has taken nothing, while something waits.
    stuck_since: Option<Instant>,
    _admission: Admission,
}

impl Reader {
    pub(super) fn open(socket: std::net::TcpStream, subscriber: Subscriber) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        SockRef::from(&socket).set_send_buffer_size(SEND_BUFFER)?;
        let mut reader = Self {
            socket: TcpStream::from_std(socket),
            actor: subscriber.actor,
            topics: subscriber.topics.into(),
            waiting: VecDeque::new(),
            progress: Progress::CatchingUp { lost: false },
            last_seq: subscriber.last_event_id,
            stuck_since: None,
            _admission: subscriber.admission,
        };
        // A new socket's buffer is empty: the head fits.
        reader.socket.write_all(HEAD)?;
        // Should the server go, not everybody is to come back in the same moment.
        let pause_ms = rand::random_range(RETRY_MS);
        write!(reader.socket, "retry: {pause_ms}\n\n")?;
        Ok(reader)
    }

    pub(super) fn socket_mut(&mut self) -> &mut TcpStream {
        &mut self.socket
    }

    pub(super) fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// A reader of a stream has nothing more to say: whatever it sends is thrown away, and its end
    /// is the end.
    pub(super) fn is_connected(&mut self) -> bool {
        let mut thrown_away = [0; 512];
        loop {
            match self.socket.read(&mut thrown_away) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
    }

    /// Adds a frame; says whether there is something to write now.
    pub(super) fn push(&mut self, frame: &Frame) -> bool {
        let is_known = frame.seq != 0 && self.last_seq.is_some_and(|last| frame.seq <= last);
        let is_lost = matches!(
            self.progress,
            Progress::Behind | Progress::CatchingUp { lost: true }
        );
        if is_known || is_lost {
            return false;
        }
        if self.waiting.len() >= MAX_WAITING {
            self.fall_behind();
            return false;
        }
        self.waiting.push_back(frame.clone());
        if self.progress != Progress::Live {
            return false;
        }
        if frame.seq != 0 {
            self.last_seq = Some(frame.seq);
        }
        self.stuck_since.is_none()
    }

    /// Keeps the frame that is half written, forgets the rest. What was forgotten is before
    /// nothing: the next catch-up begins behind the last event that will have been written.
    fn fall_behind(&mut self) {
        if self.progress == Progress::Live {
            let kept = self.waiting.front().cloned();
            let first_lost = self
                .waiting
                .iter()
                .skip(1)
                .map(|frame| frame.seq)
                .find(|seq| *seq != 0);
            if let Some(lost) = first_lost {
                self.last_seq = Some(lost - 1);
            }
            self.waiting = kept.into_iter().collect();
            self.progress = Progress::Behind;
        } else {
            self.waiting.clear();
            self.progress = Progress::CatchingUp { lost: true };
        }
        metrics::counter!("porchlight_live_behind_total").increment(1);
    }

    /// Puts what was missed before what waits.
    pub(super) fn caught_up(&mut self, frames: Vec<Frame>, up_to: i64) {
        let later = std::mem::take(&mut self.waiting);
        self.waiting.extend(frames);
        self.waiting.push_back(Frame::cursor(up_to));
        self.last_seq = Some(self.last_seq.unwrap_or(0).max(up_to));
        for frame in later {
            if frame.seq == 0 || frame.seq > up_to {
                self.last_seq = self.last_seq.max(Some(frame.seq));
                self.waiting.push_back(frame);
            }
        }
        self.progress = match self.progress {
            Progress::CatchingUp { lost: true } => Progress::Behind,
            Progress::CatchingUp { lost: false } | Progress::Live | Progress::Behind => {
                Progress::Live
            }
        };
    }

    /// What this reader needs to know when it comes, and after it was too slow.
    pub(super) fn catch(&self, token: usize) -> Catch {
        Catch {
            token,
            actor: self.actor.clone(),
            topics: self.topics.to_vec(),
            after: self.last_seq,
        }
    }

    /// Writes what waits, as much in one go as the socket takes. Says whether the reader must be
    /// caught up now.
    pub(super) fn write(&mut self) -> io::Result<bool> {
        while !self.waiting.is_empty() && !self.is_catching_up() {
            let mut slices = [IoSlice::new(&[]); AT_ONCE];
            let mut count = 0;
            for (slice, frame) in slices.iter_mut().zip(&self.waiting) {
                *slice = IoSlice::new(&frame.bytes);
                count += 1;
            }
            match self.socket.write_vectored(&slices[..count]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    self.forget(written);
                    self.stuck_since = None;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stuck_since.get_or_insert_with(Instant::now);
                    return Ok(false);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.stuck_since = None;
        if self.waiting.capacity() > AT_ONCE {
            self.waiting.shrink_to_fit();
        }
        let was_behind = self.progress == Progress::Behind;
        if was_behind {
            self.progress = Progress::CatchingUp { lost: false };
        }
        Ok(was_behind)
    }

    fn is_catching_up(&self) -> bool {
        matches!(self.progress, Progress::CatchingUp { .. })
    }

    fn forget(&mut self, mut written: usize) {
        while let Some(frame) = self.waiting.front_mut() {
            if written < frame.bytes.len() {
                frame.bytes.advance(written);
                return;
            }
            written -= frame.bytes.len();
            self.waiting.pop_front();
        }
    }

    /// How long the socket has taken nothing.
    pub(super) fn stalled_for(&self, now: Instant) -> Duration {
        self.stuck_since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }
}
