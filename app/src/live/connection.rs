//! The event stream: opened, watched, opened again. The only module that knows `EventSource`.
//!
//! A broken stream is opened again after a wait that doubles and is jittered; each time it goes on
//! after the last logged event it got. When that fails repeatedly, pages poll until it works.

use std::time::Duration;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use futures::{StreamExt, pin_mut};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use porchlight_domain::event::Envelope;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::{Link, Live, backoff};
use crate::hydration;

/// Whose events the stream carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything the signed-in person may see.
    Session,
    /// The one delivery of a share link.
    Share(String),
}

/// How often a page asks while the stream is blocked.
const POLL: Duration = Duration::from_secs(10);

/// How often to look whether someone who was signing out has stayed, milliseconds.
const LEAVING_MS: u32 = 250;

/// What an [`EventSource`] reports.
enum Report {
    Opened,
    Message { data: String, last_event: String },
    Broken,
}

/// Keeps a stream open until the current owner goes.
pub fn keep_open(live: Live, scope: Scope) {
    let mut network = watch_network();
    poll_while_blocked(live);
    spawn_local_scoped_with_cancellation(async move {
        // What happens meanwhile is told when the stream opens.
        hydration::finished().await;
        let mut failures = 0;
        loop {
            if live.is_leaving.get_value() {
                TimeoutFuture::new(LEAVING_MS).await;
                continue;
            }
            if !window().navigator().on_line() {
                live.link.set(Link::Offline);
                network.next().await;
                continue;
            }
            let was_open = read_once(live, &scope, &mut network).await;
            failures = if was_open { 1 } else { failures + 1 };
            let is_blocked = backoff::is_blocked(failures);
            live.link.set(if is_blocked {
                Link::Polling
            } else {
                Link::Reconnecting
            });
            sleep_or_wake(
                backoff::wait_ms(failures, js_sys::Math::random()),
                &mut network,
            )
            .await;
        }
    });
}

/// Reads one stream until it breaks or the network goes; says whether it was ever open.
async fn read_once(live: Live, scope: &Scope, network: &mut UnboundedReceiver<()>) -> bool {
    let last_event = live.last_event.get_value();
    let Some(mut stream) = OpenStream::new(&address(scope, last_event.as_deref())) else {
        return false;
    };
    let mut was_open = false;
    loop {
        let report = match select(stream.reports.next(), network.next()).await {
            Either::Left((report, _)) => report,
            // Nothing comes over a network that is gone, and nobody else says so.
            Either::Right(_) if window().navigator().on_line() => continue,
            Either::Right(_) => None,
        };
        match report {
            Some(Report::Opened) => {
                was_open = true;
                opened(live);
            }
            Some(Report::Message { data, last_event }) => take_message(live, &data, last_event),
            Some(Report::Broken) | None => return was_open,
        }
    }
}

fn opened(live: Live) {
    live.link.set(Link::Live);
    // Without a last event the stream can't know what happened since the page was rendered, so
    // the page asks once.
    if live.last_event.with_value(Option::is_none) {
        live.ask_again();
    }
}

/// What a stream says when it can't tell what was missed: too much, or too long ago.
const RESET: &str = r#"{"type":"stream.reset"}"#;

fn take_message(live: Live, data: &str, last_event: String) {
    if data == RESET {
        live.last_event.set_value(None);
        live.ask_again();
        return;
    }
    // A message of a newer server that this page can't read is not for it.
    let Ok(envelope) = serde_json::from_str::<Envelope>(data) else {
        return;
    };
    // The browser repeats the last id on frames that have none; those that are logged say so.
    let is_logged = envelope.id.is_some() && !last_event.is_empty();
    let seq = is_logged.then(|| last_event.parse().ok()).flatten();
    live.take(&envelope, seq);
    if is_logged {
        live.last_event.set_value(Some(last_event));
    }
}

fn address(scope: &Scope, last_event: Option<&str>) -> String {
    let mut address = String::from("/api/v1/events");
    let mut separator = '?';
    let mut add = |key: &str, value: &str| {
        let value = String::from(js_sys::encode_uri_component(value));
        address.push(separator);
        address.push_str(key);
        address.push('=');
        address.push_str(&value);
        separator = '&';
    };
    if let Scope::Share(token) = scope {
        add("share", token);
    }
    if let Some(id) = last_event {
        add("last_event_id", id);
    }
    address
}

/// An open [`EventSource`] with its call-backs; closed when dropped.
struct OpenStream {
    source: EventSource,
    reports: UnboundedReceiver<Report>,
    _on_open: Closure<dyn Fn()>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl OpenStream {
    fn new(address: &str) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let (sender, reports) = unbounded();
        let on_open = reporter(&sender, || Report::Opened);
        let on_error = reporter(&sender, || Report::Broken);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(data) = message.data().as_string() {
                let last_event = message.last_event_id();
                let _ = sender.unbounded_send(Report::Message { data, last_event });
            }
        });
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            source,
            reports,
            _on_open: on_open,
            _on_message: on_message,
            _on_error: on_error,
        })
    }
}

fn reporter(sender: &UnboundedSender<Report>, report: fn() -> Report) -> Closure<dyn Fn()> {
    let sender = sender.clone();
    // The reader may be gone already; then nobody needs the report.
    Closure::new(move || {
        let _ = sender.unbounded_send(report());
    })
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// A message for each time the network goes or comes back, until the current owner goes.
pub fn watch_network() -> UnboundedReceiver<()> {
    let (sender, changes) = unbounded();
    let listeners = ["offline", "online"].map(|event| {
        let sender = sender.clone();
        window_event_listener_untyped(event, move |_| {
            // The reader is gone when the page is; then nobody needs to know.
            let _ = sender.unbounded_send(());
        })
    });
    on_cleanup(move || {
        listeners.into_iter().for_each(WindowListenerHandle::remove);
    });
    changes
}

fn poll_while_blocked(live: Live) {
    let poll = move || {
        if live.link.get_untracked() == Link::Polling {
            live.ask_again();
        }
    };
    if let Ok(polling) = set_interval_with_handle(poll, POLL) {
        on_cleanup(move || polling.clear());
    }
}

async fn sleep_or_wake(wait_ms: u32, network: &mut UnboundedReceiver<()>) {
    let (wake, sleep) = (network.next(), TimeoutFuture::new(wait_ms));
    pin_mut!(wake, sleep);
    select(wake, sleep).await;
}
