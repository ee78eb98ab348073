//! The way out of a letter, without signing in. Looking at the page stops nothing: mail programs follow links too.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::api::notifications::{Stopped, TakeWayOut, way_out};
use crate::components::{Failure, FormFailure, Icon, Loading, Submit};
use crate::text::{NotificationText, use_page_text};

/// Says what would be stopped, and stops it.
#[component]
pub fn UnsubscribePage() -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let params = use_params_map();
    let token = move || params.with(|params| params.get("token").unwrap_or_default());
    let found = Resource::new(token, way_out);
    let take = ServerAction::<TakeWayOut>::new();
    view! {
        <Title text=t.stop_title />
        <div class="page page--narrow">
            <h1 class="page__title">{t.stop_title}</h1>
            <Suspense fallback=Loading>
                {move || match found.get()? {
                    Ok(stopped) => {
                        Some(view! { <Choice stopped token=token() take /> }.into_any())
                    }
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Suspense>
        </div>
    }
}

#[component]
fn Choice(stopped: Stopped, token: String, take: ServerAction<TakeWayOut>) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let (event, channel) = (
        t.written.name(stopped.kind),
        t.written.channel(stopped.channel),
    );
    let is_done = move || matches!(take.value().get(), Some(Ok(())));
    let error = Signal::derive(move || take.value().get()?.err());
    view! {
        <section class="panel">
            <FormFailure error fields=&[] />
            <div role="status">
                {move || {
                    is_done()
                        .then(|| {
                            view! {
                                <p class="callout callout--done">
                                    <Icon name="check" />
                                    <span>{(t.stopped)(event, channel)}</span>
                                </p>
                            }
                        })
                }}
            </div>
            <p hidden=is_done>{(t.stop_text)(event, channel)}</p>
            <div hidden=is_done>
                <ActionForm action=take>
                    <input type="hidden" name="token" value=token />
                    <Submit label=t.stop pending=take.pending() />
                </ActionForm>
            </div>
        </section>
    }
}
