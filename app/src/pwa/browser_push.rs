//! What a browser shows though the page is closed: permission, subscription, and the worker that shows it.
//!
//! The worker has a scope without pages, so that it never comes between a page and the server, and the courier's
//! copy of their page stays with the worker that keeps it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use js_sys::{Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use porchlight_domain::notification::PushSubscription as Keys;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Notification, NotificationPermission, PushManager, PushSubscription,
    PushSubscriptionOptionsInit, RegistrationOptions, ServiceWorkerContainer,
    ServiceWorkerRegistration, ServiceWorkerState,
};

const SCRIPT: &str = "/push-worker.js";
const SCOPE: &str = "/push/";

/// What the person said to this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// The browser can't.
    Unsupported,
    /// They were not asked.
    Default,
    /// They said no.
    Denied,
    /// They said yes.
    Granted,
}

/// A subscription of this browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
}

/// What the person said.
pub fn permission() -> Permission {
    let has = |name: &str| Reflect::has(&window(), &name.into()).unwrap_or(false);
    if !has("PushManager") || !has("Notification") || container().is_none() {
        return Permission::Unsupported;
    }
    read(Notification::permission())
}

fn read(permission: NotificationPermission) -> Permission {
    match permission {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::Default,
    }
}

/// Asks the person; browsers allow that only when they have just pressed something.
pub async fn ask() -> Permission {
    if let Ok(asking) = Notification::request_permission() {
        // Whatever came of it stands in the permission.
        let _ = JsFuture::from(asking).await;
    }
    permission()
}

/// The subscription that there is, if it was made for this key: after another key it must be made anew.
pub async fn subscription(key: Option<&str>) -> Option<Subscription> {
    let found = present().await?;
    let own = found.options().application_server_key().ok()??;
    let own = URL_SAFE_NO_PAD.encode(Uint8Array::new(&own).to_vec());
    if Some(own.as_str()) == key {
        keys_of(&found)
    } else {
        None
    }
}

/// Makes a subscription for this key.
pub async fn subscribe(key: &str) -> Option<Subscription> {
    let registration = register().await?;
    let manager = registration.push_manager().ok()?;
    if let Some(old) = present().await {
        let _ = JsFuture::from(old.unsubscribe().ok()?).await;
    }
    let options = PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key(&JsValue::from_str(key));
    let made = JsFuture::from(manager.subscribe_with_options(&options).ok()?);
    keys_of(&made.await.ok()?.dyn_into().ok()?)
}

/// Ends the subscription, and says which it was.
pub async fn unsubscribe() -> Option<String> {
    let found = present().await?;
    let endpoint = found.endpoint();
    JsFuture::from(found.unsubscribe().ok()?).await.ok()?;
    Some(endpoint)
}

async fn present() -> Option<PushSubscription> {
    let container = container()?;
    let found = JsFuture::from(container.get_registration_with_document_url(SCOPE));
    let registration: ServiceWorkerRegistration = found.await.ok()?.dyn_into().ok()?;
    let manager: PushManager = registration.push_manager().ok()?;
    let found = JsFuture::from(manager.get_subscription().ok()?)
        .await
        .ok()?;
    found.dyn_into().ok()
}

fn keys_of(subscription: &PushSubscription) -> Option<Subscription> {
    let text = js_sys::JSON::stringify(subscription).ok()?.as_string()?;
    let Keys { endpoint, keys, .. } = serde_json::from_str(&text).ok()?;
    Some(Subscription {
        endpoint,
        p256dh: keys.p256dh,
        auth: keys.auth,
    })
}

/// Registers the worker and waits until it works: before that browsers don't subscribe.
async fn register() -> Option<ServiceWorkerRegistration> {
    let options = RegistrationOptions::new();
    options.set_scope(SCOPE);
    let registering = container()?.register_with_options(SCRIPT, &options);
    let registration = JsFuture::from(registering).await.ok()?;
    let registration: ServiceWorkerRegistration = registration.dyn_into().ok()?;
    let coming = registration.installing().or_else(|| registration.waiting());
    if let (None, Some(worker)) = (registration.active(), coming) {
        let activated = Promise::new(&mut |resolve, _| {
            let watched = worker.clone();
            let changed = Closure::<dyn Fn()>::new(move || {
                if watched.state() == ServiceWorkerState::Activated {
                    let _ = resolve.call0(&JsValue::NULL);
                }
            });
            worker.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
            // It is called as long as the worker lives.
            changed.forget();
        });
        let _ = JsFuture::from(activated).await;
    }
    Some(registration)
}

/// None where the browser has no workers.
fn container() -> Option<ServiceWorkerContainer> {
    let container = Reflect::get(&window().navigator(), &"serviceWorker".into()).ok()?;
    container.dyn_into().ok()
}
