//! The page's half of the service worker: registers it, tells it when to renew the copy, and hears of updates.

use std::time::Duration;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use porchlight_domain::time::Timestamp;
use send_wrapper::SendWrapper;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, ServiceWorkerContainer, ServiceWorkerRegistration, VisibilityState};

use crate::components::effect;

const SCRIPT: &str = "/service-worker.js";
/// What the worker understands.
const REFRESH: &str = "refresh";
const SKIP_WAITING: &str = "skip-waiting";
/// What the worker puts into a copy of the page.
const COPY_META: &str = "meta[name=porchlight-kept]";

/// How old the copy may become while the page is looked at.
const REFRESH_EVERY: Duration = Duration::from_mins(1);

/// The worker, as the page knows it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Worker {
    /// The browser's only: on the server, which drops it on any thread, there is none.
    registration: StoredValue<Option<SendWrapper<ServiceWorkerRegistration>>>,
    copied_at: RwSignal<Option<Timestamp>>,
    is_update_ready: RwSignal<bool>,
}

impl Worker {
    /// Keeps the page on this phone, from the moment it is loaded. Where the browser has no workers, as in
    /// some private windows, the page is what it was.
    pub fn keep_page() -> Self {
        let worker = Self {
            registration: StoredValue::new(None),
            copied_at: RwSignal::new(None),
            is_update_ready: RwSignal::new(false),
        };
        effect(move || {
            worker.copied_at.set(copied_at());
            after_load(move || {
                spawn_local_scoped_with_cancellation(async move {
                    worker.register().await;
                });
            });
        });
        worker
    }

    /// When the copy was made that this page started from; none when it came from the server. Tracks.
    pub fn copied_at(self) -> Option<Timestamp> {
        self.copied_at.get()
    }

    /// Whether a newer version waits. Tracks.
    pub fn is_update_ready(self) -> bool {
        self.is_update_ready.get()
    }

    /// Takes the bar away. The version comes when the app is started the next time.
    pub fn put_off(self) {
        self.is_update_ready.set(false);
    }

    /// Lets the waiting version take over, and loads the page anew as soon as it has.
    pub fn update(self) {
        let reload = || drop(window().location().reload());
        let waiting = self
            .registration
            .get_value()
            .and_then(|known| known.waiting());
        let (Some(waiting), Some(container)) = (waiting, container()) else {
            // Another window was quicker.
            return reload();
        };
        let changed = Closure::once_into_js(reload);
        container.set_oncontrollerchange(Some(changed.unchecked_ref()));
        say(&waiting, SKIP_WAITING);
    }

    async fn register(self) -> Option<()> {
        let container = container()?;
        let registration = JsFuture::from(container.register(SCRIPT)).await.ok()?;
        let registration: ServiceWorkerRegistration = registration.dyn_into().ok()?;
        self.registration
            .set_value(Some(SendWrapper::new(registration.clone())));
        self.watch_updates(&registration);
        let refreshed = call_back(move || self.now_from_server());
        container.set_onmessage(Some(&refreshed));
        // With the worker's first start the page has a copy, though it was loaded without a worker.
        JsFuture::from(container.ready().ok()?).await.ok()?;
        self.refresh();
        self.refresh_again_and_again();
        // The browser may keep everything even when the phone runs full; a refusal changes nothing else.
        let persisted = window().navigator().storage().persist().ok()?;
        let _ = JsFuture::from(persisted).await;
        Some(())
    }

    fn watch_updates(self, registration: &ServiceWorkerRegistration) {
        let known = registration.clone();
        let look = move || {
            // The first worker has nothing to replace.
            let is_ready = known.waiting().is_some() && known.active().is_some();
            let _ = self.is_update_ready.try_set(is_ready);
        };
        let known = registration.clone();
        let follow = move || {
            look();
            if let Some(worker) = known.installing() {
                worker.set_onstatechange(Some(&call_back(look.clone())));
            }
        };
        follow();
        registration.set_onupdatefound(Some(&call_back(follow)));
    }

    /// While the page is looked at; when the courier puts the phone away, which may be the last moment with a
    /// network; when they come back to it; and when the network does.
    fn refresh_again_and_again(self) {
        let is_visible = || document().visibility_state() == VisibilityState::Visible;
        let regularly = move || {
            if is_visible() {
                self.refresh();
            }
        };
        if let Ok(asking) = set_interval_with_handle(regularly, REFRESH_EVERY) {
            on_cleanup(move || asking.clear());
        }
        let looked = window_event_listener_untyped("visibilitychange", move |_| {
            self.refresh();
            if is_visible() {
                self.look_for_update();
            }
        });
        let online = window_event_listener_untyped("online", move |_| self.refresh());
        on_cleanup(move || {
            looked.remove();
            online.remove();
        });
    }

    fn registration(self) -> Option<ServiceWorkerRegistration> {
        self.registration.try_get_value()?.map(SendWrapper::take)
    }

    fn refresh(self) {
        let active = self
            .registration
            .get_value()
            .and_then(|known| known.active());
        if let Some(active) = active
            && window().navigator().on_line()
        {
            say(&active, REFRESH);
        }
    }

    /// Browsers look when a page is loaded, and an installed app is left open for days.
    fn look_for_update(self) {
        let looking = self.registration().map(|known| known.update());
        if let Some(Ok(looking)) = looking {
            ignore_failure(looking);
        }
    }

    fn now_from_server(self) {
        let _ = self.copied_at.try_set(None);
        if let Some(meta) = copy_meta() {
            meta.remove();
        }
    }
}

/// None where the browser has no workers.
fn container() -> Option<ServiceWorkerContainer> {
    let container = Reflect::get(&window().navigator(), &"serviceWorker".into()).ok()?;
    container.dyn_into().ok()
}

fn copy_meta() -> Option<Element> {
    document().query_selector(COPY_META).ok()?
}

fn copied_at() -> Option<Timestamp> {
    let milliseconds = copy_meta()?.get_attribute("content")?.parse().ok()?;
    Some(Timestamp::from_millis(milliseconds))
}

/// What the worker fetches would only keep the page itself waiting.
fn after_load(act: impl FnOnce() + 'static) {
    if document().ready_state() == "complete" {
        return act();
    }
    let owner = Owner::current();
    let loaded = Closure::once_into_js(move || match owner {
        Some(owner) => owner.with(act),
        None => act(),
    });
    // Adding a listener does not fail.
    let _ = window().add_event_listener_with_callback("load", loaded.unchecked_ref());
}

fn say(worker: &web_sys::ServiceWorker, what: &str) {
    // Text can always be sent.
    let _ = worker.post_message(&JsValue::from_str(what));
}

/// For a call-back that lives as long as the browser may call it.
fn call_back(act: impl Fn() + 'static) -> Function {
    Closure::<dyn Fn()>::new(act)
        .into_js_value()
        .unchecked_into()
}

fn ignore_failure(promise: Promise) {
    leptos::task::spawn_local(async move {
        let _ = JsFuture::from(promise).await;
    });
}
