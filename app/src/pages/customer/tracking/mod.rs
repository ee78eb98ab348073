//! The tracking page: the map, and beside it everything it says in words.

mod arrival;
mod chat;
mod details;
mod handover;
mod history;
mod history_lines;
mod hold;
mod meet;
mod panel;
mod proof;
mod proof_panel;
mod share_panel;
mod shares;
mod wishes;

pub use arrival::Arrival;
pub use panel::SidePanel;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_params_map, use_query_map};
use porchlight_domain::chat::ChatBadge;
use porchlight_domain::delivery::{Status, Window};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{DeliveryDetail, HandoverView};
use wasm_bindgen_futures::spawn_local;

use crate::api::Answer;
use crate::api::tracking::{Tracked, track};
use crate::app_icon::show_on_app_icon;
use crate::components::{
    Access, CourierCardView, Failure, ForRole, LiveTitle, Loading, Steps, effect, maybe,
};
use crate::live::{Live, TrackingState, use_live};
use crate::map::CourierMap;
use crate::text::use_text;
use chat::Chat;
use details::Details;
use handover::Handover;
use history::History;
use hold::Hold;
use proof::Proof;
use shares::Shares;
use wishes::Wishes;

/// One delivery, as its customer sees it.
#[component]
pub fn TrackingPage() -> impl IntoView {
    let t = use_text();
    let params = use_params_map();
    let reference = move || params.with(|params| params.get("reference").unwrap_or_default());
    let unread = RwSignal::new(0);
    provide_context(Unread(unread));
    let tracked = Resource::new(reference, |reference| async {
        Answer(track(reference).await)
    });
    view! {
        <LiveTitle text=move || {
            let new = unread.get();
            let new = if new > 0 { format!("({new}) ") } else { String::new() };
            format!("{new}{} {}", t.tracking.title, reference())
        } />
        <Access who=ForRole::Only(Role::Customer)>
            <Suspense fallback=Loading>
                {maybe(move || match tracked.get()?.0 {
                    Ok(tracked) => Some(view! { <TrackingView tracked /> }.into_any()),
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                })}
            </Suspense>
        </Access>
    }
}

/// Whether whoever came here wants this at once: `?open=chat` or `?open=hold`, as notifications link to it.
fn is_asked_for(what: &str) -> bool {
    use_query_map().with_untracked(|query| query.get_str("open") == Some(what))
}

/// Once that is open the address is the page's own again: a reload does not open it once more.
fn forget_what_was_asked_for() {
    let (path, query) = (use_location().pathname, use_query_map());
    let navigate = use_navigate();
    effect(move || {
        if query.with_untracked(|query| query.get_str("open").is_some()) {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&path.get_untracked(), options);
        }
    });
}

/// How many messages are new: the title of the page says it.
#[derive(Clone, Copy)]
struct Unread(RwSignal<u32>);

fn provide_badge(chat: RwSignal<ChatBadge>) {
    let Unread(unread) = expect_context();
    effect(move || {
        let new = chat.with(|badge| badge.unread);
        unread.set(new);
        show_on_app_icon(new);
    });
}

impl Tracked {
    fn seen(self) -> (DeliveryDetail, TrackingState, HandoverView) {
        let status = self.detail.summary.status;
        let timeline = self.detail.timeline.clone();
        (
            self.detail,
            TrackingState::new(status, self.tracking, timeline),
            self.handover,
        )
    }
}

/// Asks the server again when anything happens, for the code that is there when the courier is near, and when
/// the stream had a gap or is blocked, for the rest.
fn ask_after_changes(
    live: Live,
    reference: Reference,
    handover: RwSignal<HandoverView>,
    chat: RwSignal<ChatBadge>,
    window: RwSignal<Window>,
) {
    live.on_change(move || {
        spawn_local(async move {
            if let Ok(tracked) = track(reference.to_string()).await {
                chat.try_set(tracked.chat);
                let (detail, seen, now) = tracked.seen();
                live.follow(reference, seen);
                handover.try_set(now);
                window.try_set(detail.summary.window);
            }
        });
    });
}

#[component]
fn TrackingView(tracked: Tracked) -> impl IntoView {
    let live = use_live();
    let chat = RwSignal::new(tracked.chat);
    provide_badge(chat);
    let (detail, seen, handover) = tracked.seen();
    let handover = RwSignal::new(handover);
    let reference = detail.summary.reference;
    let window = RwSignal::new(detail.summary.window);
    ask_after_changes(live, reference, handover, chat, window);
    let state = RwSignal::from(live.follow(reference, seen));
    let position = Memo::new(move |_| state.with(|state| state.position));
    let route = Memo::new(move |_| state.with(|state| state.route.clone()));
    let courier = Memo::new(move |_| state.with(|state| state.courier.clone()));
    let courier_name =
        Memo::new(move |_| courier.with(|card| card.as_ref().map(|card| card.first_name.clone())));
    let steps = Memo::new(move |_| {
        state.with(|state| porchlight_domain::tracking::steps(&state.timeline, state.status))
    });
    let timeline = Memo::new(move |_| state.with(|state| state.timeline.clone()));
    // Known by itself: what someone types in the panel of links must outlive other changes of status.
    let is_over = Memo::new(move |_| state.with(|state| state.status.is_final()));
    let is_out = Memo::new(move |_| state.with(|state| state.status == Status::OutForDelivery));
    let is_at_an_office = Memo::new(move |_| state.with(|state| state.status == Status::Held));
    let door = detail.summary.address.position;
    forget_what_was_asked_for();
    view! {
        <div class="tracking">
            <CourierMap position route door=Some(door) />
            <SidePanel>
                <Arrival state window=Some(window) />
                {maybe(move || Some(view! { <CourierCardView card=courier.get()? /> }.into_any()))}
                <Chat reference badge=chat name=courier_name state />
                {maybe(move || {
                    let is_for_the_door = !is_over.get() && !is_at_an_office.get();
                    is_for_the_door.then(|| view! { <Handover reference handover is_out /> }.into_any())
                })}
                <Hold reference door state />
                <Proof reference state />
                <Wishes reference state />
                <Steps steps />
                <Details detail=detail.clone() window />
                {maybe(move || (!is_over.get()).then(|| view! { <Shares reference /> }.into_any()))}
                <History timeline />
            </SidePanel>
        </div>
    }
}
