//! A shared delivery: the courier's way without anyone's name or address.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use porchlight_domain::geo::Line;
use porchlight_domain::tracking::SharedView;
use wasm_bindgen_futures::spawn_local;

use super::customer::{Arrival, SidePanel};
use crate::api::tracking::shared;
use crate::clock::{Say, Time};
use crate::components::{Failure, Loading, Steps, effect};
use crate::live::{Live, Scope, TrackingState, use_live};
use crate::map::CourierMap;
use crate::text::{SharesText, use_page_text};

/// What a share link shows to anyone who has it.
#[component]
pub fn SharedPage() -> impl IntoView {
    let t = use_page_text::<SharesText>();
    let params = use_params_map();
    let token = move || params.with(|params| params.get("token").unwrap_or_default());
    let view = Resource::new(token, shared);
    view! {
        <Title text=t.shared_title />
        <Meta name="robots" content="noindex" />
        <Suspense fallback=Loading>
            {move || match view.get()? {
                Ok(view) => {
                    let token = token();
                    Some(view! { <SharedTracking view token /> }.into_any())
                }
                Err(error) => Some(view! { <Failure error /> }.into_any()),
            }}
        </Suspense>
    }
}

fn seen(view: SharedView) -> TrackingState {
    TrackingState::new(view.tracking.status, Some(view.tracking), view.timeline)
}

fn stay_current(live: Live, token: String) {
    let scope = Scope::Share(token.clone());
    effect(move || live.connect(scope.clone()));
    live.on_resync(move || {
        let token = token.clone();
        spawn_local(async move {
            if let Ok(view) = shared(token).await {
                live.follow(view.tracking.reference, seen(view));
            }
        });
    });
}

#[component]
fn SharedTracking(view: SharedView, token: String) -> impl IntoView {
    let t = use_page_text::<SharesText>();
    let live = use_live();
    let expires_at = view.expires_at;
    let reference = view.tracking.reference;
    stay_current(live, token);
    let state = RwSignal::from(live.follow(reference, seen(view)));
    let position = Memo::new(move |_| state.with(|state| state.position));
    let steps = Memo::new(move |_| {
        state.with(|state| porchlight_domain::tracking::steps(&state.timeline, state.status))
    });
    view! {
        <div class="tracking">
            <CourierMap position route=Signal::stored(None::<Line>) door=None />
            <SidePanel>
                <Arrival state window=None />
                <Steps steps />
                <p class="callout">
                    {t.shared_text} " " {t.until} " "
                    <Time at=Signal::stored(expires_at) say=Say::DayAndClock /> "."
                </p>
            </SidePanel>
        </div>
    }
}
