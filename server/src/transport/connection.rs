//! Connections: our own accept loop over hyper's HTTP/1.1, for two things a stock loop lacks.
//!
//! It bounds what a stranger can take (time for the head of a request, bytes of it, connections at
//! once), and it lets a handler take over the socket itself: a live stream then costs a few hundred
//! bytes here, not a connection's buffers and a parked future.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Whoever sends the head of a request slower than this is cut off.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The head of a request, and what is read of its body at a time.
const MAX_BUFFER: usize = 16 * 1024;
/// Out of descriptors: wait for some to be closed instead of spinning.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long requests in progress may take once the server is to end.
const GRACE: Duration = Duration::from_secs(8);

/// A place among the connections of the server, given back when the last clone is dropped. In the
/// extensions of every request: whoever keeps the socket beyond it keeps the permit with it.
#[derive(Clone)]
pub struct ConnectionPermit {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl From<OwnedSemaphorePermit> for ConnectionPermit {
    fn from(permit: OwnedSemaphorePermit) -> Self {
        Self {
            _permit: Arc::new(permit),
        }
    }
}

/// What takes over a socket: the stream, and what the client sent ahead.
type Claim = Box<dyn FnOnce(TcpStream, Bytes) + Send>;

/// In the extensions of every request: lets its handler take over the connection.
#[derive(Clone)]
pub struct Takeover {
    claims: mpsc::Sender<Claim>,
    permit: ConnectionPermit,
}

impl Takeover {
    /// To be kept with the socket.
    pub fn permit(&self) -> ConnectionPermit {
        self.permit.clone()
    }

    /// Takes the socket away from HTTP and passes it to `claim`. The handler goes no further:
    /// nothing has been answered yet, so `claim` writes the whole response.
    pub async fn claim(self, claim: impl FnOnce(TcpStream, Bytes) + Send + 'static) -> Infallible {
        // The connection listens as long as it lives, and this future lives no longer.
        let _ = self.claims.send(Box::new(claim)).await;
        std::future::pending().await
    }
}

/// Serves until `shutdown`, then lets requests in progress end.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    max_connections: usize,
    shutdown: CancellationToken,
) {
    let permits = Arc::new(Semaphore::new(max_connections));
    let open = TaskTracker::new();
    let accepting = async {
        while let Ok(permit) = permits.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let (app, shutdown) = (app.clone(), shutdown.clone());
                    open.spawn(serve_one(stream, peer, permit.into(), app, shutdown));
                }
                Err(error) => {
                    tracing::warn!(%error, "A connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    // Also while every permit is taken: a live stream may keep its own for days.
    tokio::select! {
        () = accepting => {}
        () = shutdown.cancelled() => {}
    }
    drop(listener);
    open.close();
    if tokio::time::timeout(GRACE, open.wait()).await.is_err() {
        tracing::warn!("Some requests did not end in time");
    }
}

async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    permit: ConnectionPermit,
    app: Router,
    shutdown: CancellationToken,
) {
    // A frame of a live stream is worth nothing later.
    let _ = stream.set_nodelay(true);
    let (sender, mut claims) = mpsc::channel(1);
    let takeover = Takeover {
        claims: sender,
        permit: permit.clone(),
    };
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(takeover.clone());
        request.extensions_mut().insert(permit.clone());
        app.clone().oneshot(request)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut ending = false;
    loop {
        tokio::select! {
            biased;
            Some(claim) = claims.recv() => {
                if let Some(parts) = connection.into_parts() {
                    claim(parts.io.into_inner(), parts.read_buf);
                }
                return;
            }
            ended = Pin::new(&mut connection) => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "A connection broke");
                }
                return;
            }
            () = shutdown.cancelled(), if !ending => {
                ending = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
}
