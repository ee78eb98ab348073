//! A small real HTTP service that answers as it is told, and keeps what it was asked.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::until;

/// What it answers.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    /// Each with its line end.
    pub headers: String,
    pub body: String,
}

impl Answer {
    /// It hangs up without a word.
    pub const HANG_UP: Self = Self {
        status: 0,
        headers: String::new(),
        body: String::new(),
    };

    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }
}

/// What it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub head: String,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        });
        line.unwrap_or_default()
    }
}

/// It answers in order; the last answer holds on.
pub struct HttpService {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl HttpService {
    pub async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (kept, answers) = (Arc::clone(&asked), Arc::new(answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answers) = (Arc::clone(&kept), Arc::clone(&answers));
                tokio::spawn(async move {
                    // Whoever asks may go at any time.
                    let _ = serve(stream, &kept, &answers).await;
                });
            }
        });
        Self { url, asked }
    }

    pub fn requests(&self) -> Vec<Asked> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until it was asked so often.
    pub async fn until(&self, count: usize) -> Vec<Asked> {
        until("the service is asked", || async {
            self.requests().len() >= count
        })
        .await;
        self.requests()
    }
}

async fn serve(
    mut stream: TcpStream,
    kept: &Mutex<Vec<Asked>>,
    answers: &[Answer],
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let (head, start) = loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break (String::from_utf8_lossy(&bytes[..end]).into_owned(), end + 4);
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut asked = Asked {
        path,
        head,
        body: Vec::new(),
    };
    let length: usize = asked.header("content-length").parse().unwrap_or(0);
    while bytes.len() < start + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    asked.body = bytes[start..start + length].to_vec();
    let place = {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(asked);
        kept.len() - 1
    };
    let answer = &answers[place.min(answers.len() - 1)];
    if answer.status == 0 {
        return Ok(());
    }
    let Answer {
        status,
        headers,
        body,
    } = answer;
    let text = format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await
}
