//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use porchlight_app::api::CookiePolicy;
use porchlight_backend::Backend;

use super::live::sockets::Sockets;
use super::live::{OpenStreams, Streams};
use crate::config::Config;

/// The server's parts.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// What the system does.
    pub backend: Backend,
    /// The event streams.
    pub streams: Streams,
    /// The WebSockets.
    pub sockets: Sockets,
    /// How many of both each listener has.
    pub open: OpenStreams,
    /// The settings.
    pub config: Arc<Config>,
    /// Where the pages' files are.
    pub leptos: LeptosOptions,
    /// The metrics of this process.
    pub metrics: PrometheusHandle,
}

impl AppState {
    /// How session cookies are set.
    pub fn cookie_policy(&self) -> CookiePolicy {
        CookiePolicy {
            secure: self.config.is_https(),
        }
    }
}
