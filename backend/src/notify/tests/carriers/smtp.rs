//! A small real mail server (RFC 5321) that keeps what it takes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::until;

/// How it treats letters.
#[derive(Debug, Clone, Copy)]
pub enum Manner {
    /// It takes every one.
    Takes,
    /// It knows one mailbox.
    Knows(&'static str),
    /// It is busy at the first recipient it hears of.
    BusyAtFirst,
}

/// A letter that it took.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    lines: String,
}

impl Letter {
    /// Header and body as they came.
    pub fn text(&self) -> &str {
        &self.lines
    }
}

#[derive(Default)]
struct Kept {
    letters: Vec<Letter>,
    recipients: Vec<String>,
}

pub struct MailServer {
    pub address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

impl MailServer {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let own = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = Arc::clone(&own);
                tokio::spawn(async move {
                    // Whoever sends may go at any time.
                    let _ = converse(stream, manner, &own).await;
                });
            }
        });
        Self { address, kept }
    }

    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.kept).letters.clone()
    }

    /// Everyone it was asked to take a letter for.
    pub fn recipients(&self) -> Vec<String> {
        lock(&self.kept).recipients.clone()
    }

    /// Waits until it has taken so many.
    pub async fn until(&self, count: usize) -> Vec<Letter> {
        until("a letter comes", || async { self.letters().len() >= count }).await;
        self.letters()
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn converse(stream: TcpStream, manner: Manner, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example.org ready\r\n").await?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_uppercase();
        let answer: &[u8] = if command.starts_with("EHLO") {
            b"250-mail.example.org\r\n250 8BITMIME\r\n"
        } else if command.starts_with("RCPT TO:") {
            to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            answer_to(manner, &to, &mut lock(kept))
        } else if command == "DATA" {
            stream.write_all(b"354 go on\r\n").await?;
            let lines = read_letter(&mut stream).await?;
            let to = to.clone();
            lock(kept).letters.push(Letter { to, lines });
            b"250 2.0.0 taken\r\n"
        } else if command == "QUIT" {
            return stream.write_all(b"221 bye\r\n").await;
        } else {
            b"250 2.0.0 ok\r\n"
        };
        stream.write_all(answer).await?;
    }
}

fn answer_to(manner: Manner, to: &str, kept: &mut Kept) -> &'static [u8] {
    kept.recipients.push(to.to_owned());
    match manner {
        Manner::Knows(known) if known != to => b"550 5.1.1 no such user here\r\n",
        Manner::BusyAtFirst if kept.recipients.len() == 1 => b"451 4.3.2 come back later\r\n",
        Manner::Takes | Manner::Knows(_) | Manner::BusyAtFirst => b"250 2.1.5 ok\r\n",
    }
}

async fn read_letter(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut letter = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(letter);
        }
        letter.push_str(&line);
    }
}
