//! A person's event stream.

use std::time::Instant;

use futures::StreamExt;
use reqwest::{Client, Response};

use crate::town::Outcome;

/// Opens the stream of whoever the token is of, on a connection of its own.
pub async fn open(url: &str, token: &str) -> Outcome<Response> {
    let http = Client::builder().pool_max_idle_per_host(0).build()?;
    let request = http.get(format!("{url}/api/v1/events")).bearer_auth(token);
    Ok(request.send().await?.error_for_status()?)
}

/// Hands over every event and when it came, until the stream ends.
pub async fn each(stream: Response, mut take: impl FnMut(&[u8], Instant)) {
    let mut bytes = Vec::new();
    let mut body = stream.bytes_stream();
    while let Some(Ok(chunk)) = body.next().await {
        let at = Instant::now();
        bytes.extend_from_slice(&chunk);
        while let Some(end) = bytes.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = bytes.drain(..end + 2).collect();
            take(&event, at);
        }
    }
}
