//! How a parcel is held, and what can be done about it.

use leptos::prelude::*;
use porchlight_domain::geo::Position;
use porchlight_domain::hold::{HoldState, HoldView};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::reference::Reference;
use wasm_bindgen_futures::spawn_local;

use super::chooser::Chooser;
use super::office::OfficeFacts;
use super::pass::ReadyPass;
use crate::api::ApiError;
use crate::api::holds::{HoldPage, cancel_hold, read_hold};
use crate::clock::{Say, TimeThere};
use crate::components::{Failure, Icon, Loading, effect, failure_sentence, maybe, part, words};
use crate::live::TrackingState;
use crate::text::{HoldText, use_page_text, use_text};

/// What the panel does. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) reference: Reference,
    /// Where it would go else.
    pub(super) door: Position,
    pub(super) page: RwSignal<Option<Result<HoldPage, ApiError>>>,
    pub(super) error: RwSignal<Option<ApiError>>,
    /// Whether another office is being chosen.
    pub(super) is_choosing: RwSignal<bool>,
    pub(super) close: Callback<()>,
}

impl Held {
    /// Asks how it stands.
    pub(super) fn ask(self) {
        spawn_local(async move {
            let answer = read_hold(self.reference).await;
            // What is known stays on the screen while there is no network: the pass is needed then.
            let is_known = |page: &Option<Result<_, _>>| matches!(page, Some(Ok(_)));
            let is_known = self.page.try_with_untracked(is_known);
            // Where the panel is gone nothing is shown.
            if answer.is_ok() || is_known == Some(false) {
                self.page.try_set(Some(answer));
            }
        });
    }

    /// Does something, and asks how it stands then.
    pub(super) fn act(self, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        spawn_local(async move {
            let answer = work.await;
            let is_done = answer.is_ok();
            self.error.try_set(answer.err());
            if is_done {
                self.is_choosing.try_set(false);
            }
            self.ask();
        });
    }
}

/// The panel of a parcel that is held, or is to be.
#[lazy]
pub fn hold_panel(
    reference: Reference,
    door: Position,
    state: RwSignal<TrackingState>,
    close: Callback<()>,
) -> AnyView {
    view! { <HoldPanel reference door state close /> }.into_any()
}

#[component]
fn HoldPanel(
    reference: Reference,
    door: Position,
    state: RwSignal<TrackingState>,
    close: Callback<()>,
) -> impl IntoView {
    let held = Held {
        reference,
        door,
        page: RwSignal::new(None),
        error: RwSignal::new(None),
        is_choosing: RwSignal::new(false),
        close,
    };
    let events = Memo::new(move |_| {
        state.with(|state| (state.status, state.timeline.last().map(|entry| entry.seq)))
    });
    effect(move || {
        // Read and not only tracked: a memo that nobody has read hears nothing.
        events.with(|_| ());
        held.ask();
    });
    let problem = move || {
        let error = held.error.get();
        error.map_or_else(String::new, |error| failure_sentence(use_text(), error))
    };
    // It is asked for again whenever anything happens: what is the same stays as it is, with what is typed in it.
    let page = Memo::new(move |_| held.page.get());
    let now = Memo::new(move |_| page.with(|page| destination(page.as_ref())));
    let is_choosing = Memo::new(move |_| {
        let goes_to_the_door =
            page.with(|page| matches!(page, Some(Ok(HoldPage { hold: None, .. }))));
        goes_to_the_door || (held.is_choosing.get() && now.with(Option::is_some))
    });
    view! {
        <section class="hold">
            {part(move || match page.get() {
                None => view! { <Loading /> }.into_any(),
                Some(Err(error)) => view! { <Failure error /> }.into_any(),
                Some(Ok(page)) => view! { <Shown held page /> }.into_any(),
            })}
            {maybe(move || is_choosing.get().then(|| view! { <Chooser held now /> }.into_any()))}
            <p class="form__problem" role="alert">
                {words(problem)}
            </p>
        </section>
    }
}

/// Where a parcel goes that another office can be chosen for.
fn destination(page: Option<&Result<HoldPage, ApiError>>) -> Option<PostOfficeId> {
    let hold = page?.as_ref().ok()?.hold.as_ref()?;
    (hold.state == HoldState::Confirmed).then(|| hold.office.id.clone())
}

#[component]
fn Shown(held: Held, page: HoldPage) -> impl IntoView {
    match page.hold.clone() {
        None => ().into_any(),
        Some(hold) => match hold.state {
            HoldState::Confirmed => view! { <Confirmed held hold /> }.into_any(),
            HoldState::Ready => view! { <ReadyPass held hold page /> }.into_any(),
            HoldState::Collected => view! { <Over is_collected=true /> }.into_any(),
            _ => view! { <Over is_collected=false /> }.into_any(),
        },
    }
}

#[component]
fn Confirmed(held: Held, hold: HoldView) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let HoldView {
        office,
        keep_until,
        can_change,
        ..
    } = hold;
    let zone = office.time_zone.clone();
    let reference = held.reference;
    let change = move || {
        view! {
            <button type="button" class="button" on:click=move |_| held.is_choosing.set(true)>
                {t.change}
            </button>
            <button
                type="button"
                class="button button--quiet"
                on:click=move |_| held.act(cancel_hold(reference))
            >
                {t.cancel}
            </button>
        }
        .into_any()
    };
    view! {
        <h2 class="section-title">
            <Icon name="office" />
            {t.confirmed}
        </h2>
        <p class="hold__text">{t.confirmed_text}</p>
        <article class="office office--chosen">
            <OfficeFacts office />
            <p class="office__fact">
                <Icon name="clock" />
                <span>
                    {t.keep_until} " " <TimeThere at=keep_until say=Say::Day zone />
                </span>
            </p>
        </article>
        {maybe(move || (can_change && !held.is_choosing.get()).then(change))}
    }
}

#[component]
fn Over(is_collected: bool) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let text = if is_collected { t.collected } else { t.expired };
    view! {
        <p class="callout">
            <Icon name="office" />
            <span>{text}</span>
        </p>
    }
}
