//! A push service in this process.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::{JoinHandle, JoinSet};

use super::told::{Plan, Told};
use super::{Options, Seen};
use crate::figures::{percentiles, say};
use crate::town::Outcome;

/// A push service that takes everything.
pub struct PushService {
    /// Its address.
    pub url: String,
    #[expect(dead_code, reason = "ends with the benchmark")]
    serving: JoinHandle<std::io::Result<()>>,
}

impl PushService {
    /// Starts it; what comes is reported.
    pub async fn start(seen: UnboundedSender<Seen>) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let take = async |State(seen): State<Arc<UnboundedSender<Seen>>>,
                          Path(customer): Path<usize>| {
            let at = Instant::now();
            // The benchmark is over: nobody listens any more.
            let _ = seen.send(Seen::Push { customer, at });
            StatusCode::CREATED
        };
        let routes = Router::new()
            .route("/push/{customer}", post(take))
            .with_state(Arc::new(seen));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, serving })
    }

    /// Where a customer's browser is told.
    pub fn endpoint(&self, customer: usize) -> String {
        format!("{}/push/{customer}", self.url)
    }

    /// What requests of that size alone take, at the same rate: nothing is stored, encrypted or decided.
    pub async fn floor(
        &self,
        options: &Options,
        arriving: &mut UnboundedReceiver<Seen>,
    ) -> Outcome<()> {
        let http = reqwest::Client::new();
        let plan = Plan::of(options);
        let mut posting = JoinSet::new();
        for number in 0..plan.events {
            tokio::time::sleep_until(plan.due(number).into()).await;
            let request = http
                .post(self.endpoint(plan.customer(number)))
                .body(vec![0; 400]);
            posting.spawn(async move { request.send().await.map(drop) });
        }
        while let Some(posted) = posting.join_next().await {
            posted??;
        }
        let mut told = Told::default();
        told.listen(arriving, &plan, |told| told.pushes.len() == plan.events)
            .await;
        say(&format!("floor    push {}", percentiles(told.pushes)));
        Ok(())
    }
}
