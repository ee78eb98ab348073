//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use porchlight_app::api::CookiePolicy;
use porchlight_backend::Backend;

use super::live::sockets::Sockets;
use super::live::{OpenStreams, Streams};
use crate::config::Config;

/// The server's parts, shared: every layer of every request takes a clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The server's parts.
pub struct Parts {
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

impl From<Parts> for AppState {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Lets handlers ask for one part only.
macro_rules! part {
    ($($field:ident: $part:ty),* $(,)?) => {
        $(impl FromRef<AppState> for $part {
            fn from_ref(state: &AppState) -> Self {
                state.$field.clone()
            }
        })*
    };
}

part! {
    backend: Backend,
    streams: Streams,
    sockets: Sockets,
    open: OpenStreams,
    leptos: LeptosOptions,
    metrics: PrometheusHandle,
}

impl AppState {
    /// How session cookies are set.
    pub fn cookie_policy(&self) -> CookiePolicy {
        CookiePolicy {
            secure: self.config.is_https(),
        }
    }
}
