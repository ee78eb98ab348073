//! A cable between the server and another service, to be pulled.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the cable does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cable {
    /// Carries.
    Whole,
    /// Nothing comes through, and nobody is told: a pulled plug, a fail-over.
    Silent,
    /// Connections are closed and new ones refused: a restart.
    Cut,
}

/// Forwards a port of this machine to a service.
pub struct Proxy {
    /// The service's address with this cable in between.
    pub url: String,
    cable: watch::Sender<Cable>,
}

impl Proxy {
    /// Before the service at `url`, such as `redis://127.0.0.1:6379/`.
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = listener.local_addr().expect("an address").to_string();
        let target = host_of(url).to_owned();
        let url = url.replace(&target, &own);
        let (cable, state) = watch::channel(Cable::Whole);
        tokio::spawn(accept(listener, target, state));
        Self { url, cable }
    }

    /// From now on.
    pub fn be(&self, cable: Cable) {
        self.cable.send_replace(cable);
    }
}

/// `host:port` of an address.
pub fn host_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("an address");
    let host = rest.split('/').next().unwrap_or(rest);
    host.rsplit('@').next().unwrap_or(host)
}

async fn accept(listener: TcpListener, target: String, state: watch::Receiver<Cable>) {
    while let Ok((client, _)) = listener.accept().await {
        if *state.borrow() == Cable::Cut {
            continue;
        }
        let (target, state) = (target.clone(), state.clone());
        tokio::spawn(async move {
            let Ok(service) = TcpStream::connect(target).await else {
                return;
            };
            let (from_client, to_client) = client.into_split();
            let (from_service, to_service) = service.into_split();
            tokio::select! {
                () = carry(from_client, to_service, state.clone()) => {}
                () = carry(from_service, to_client, state) => {}
            }
        });
    }
}

/// Until one end closes, or the cable is cut.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<Cable>) {
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let cable = *state.borrow_and_update();
        if cable == Cable::Cut {
            return;
        }
        let read = async {
            if cable == Cable::Silent {
                std::future::pending::<()>().await;
            }
            from.read(&mut chunk).await
        };
        tokio::select! {
            _ = state.changed() => {}
            read = read => match read {
                Ok(count) if count > 0 && to.write_all(&chunk[..count]).await.is_ok() => {}
                _ => return,
            },
        }
    }
}
