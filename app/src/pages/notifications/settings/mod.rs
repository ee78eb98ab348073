//! How one is told: which event on which channel, when nothing rings, and the channels themselves.
//!
//! Every change is saved at once, and comes back over the stream: to this device and to all others.

mod channels;
mod grid;
mod phone;
mod push;
mod quiet;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use porchlight_domain::notification::{Channel, PreferencesView};

use crate::api::ApiError;
use crate::api::notifications::{notification_preferences, remember_place};
use crate::components::{Access, Failure, ForRole, FormFailure, Loading, effect};
use crate::live::use_live;
use crate::preferences::Language;
use crate::text::{NotificationText, use_page_text};
use channels::ChannelPanels;
use grid::Grid;
use quiet::Quiet;

/// Which event on which channel, quiet hours, and each channel's state.
#[component]
pub fn NotificationSettingsPage() -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let title = format!("{}: {}", t.title, t.settings);
    view! {
        <Title text=title.clone() />
        <Access who=ForRole::Anyone>
            <div class="page">
                <div class="page__head">
                    <h1 class="page__title">{title.clone()}</h1>
                    <A href="/notifications" {..} class="button button--quiet">
                        {t.back}
                    </A>
                </div>
                <Settings />
            </div>
        </Access>
    }
}

/// What every part of the page knows.
#[derive(Clone, Copy)]
struct Chosen {
    /// As the server knows it, or as it was chosen a moment ago.
    view: RwSignal<PreferencesView>,
    /// Why the last change was not taken.
    error: RwSignal<Option<ApiError>>,
    /// Asks the server again.
    again: RwSignal<u32>,
    /// How many changes are on their way: until they are saved, an answer may be older than they are.
    pending: RwSignal<u32>,
    /// The channel that is being tested.
    testing: RwSignal<Option<Channel>>,
    /// The channel that was tested last.
    tested: RwSignal<Option<Channel>>,
}

impl Chosen {
    /// Saves a change that is shown already. The page may be left before it is saved.
    fn save(self, call: impl Future<Output = Result<(), ApiError>> + 'static) {
        let _ = self.pending.try_update(|pending| *pending += 1);
        leptos::task::spawn_local(async move {
            let result = call.await;
            let _ = self.pending.try_update(|pending| *pending -= 1);
            self.settle(result);
        });
    }

    /// After a call: what did not work is said, and what was shown too early is taken back.
    fn settle(self, result: Result<(), ApiError>) {
        let _ = self.error.try_set(result.err());
        self.ask_again();
    }

    fn ask_again(self) {
        let _ = self
            .again
            .try_update(|times| *times = times.wrapping_add(1));
    }
}

#[component]
fn Settings() -> impl IntoView {
    let again = RwSignal::new(0_u32);
    use_live().on_chosen(move || again.update(|times| *times = times.wrapping_add(1)));
    let asked = Resource::new(move || again.get(), |_| notification_preferences());
    let (error, pending) = (RwSignal::new(None), RwSignal::new(0_u32));
    let (testing, tested) = (RwSignal::new(None), RwSignal::new(None));
    let shown = StoredValue::new(None::<Chosen>);
    let owner = Owner::current();
    view! {
        <FormFailure error fields=&["quiet_hours", "phone", "code"] />
        <Transition fallback=Loading>
            {move || match asked.get()? {
                Ok(view) => {
                    // The parts stay: nobody's cursor jumps because another device chose something.
                    let known = shown.get_value();
                    let chosen = known
                        .unwrap_or_else(|| {
                            let make = || RwSignal::new(view.clone());
                            let signal = match &owner {
                                Some(owner) => owner.with(make),
                                None => make(),
                            };
                            Chosen { view: signal, error, again, pending, testing, tested }
                        });
                    if known.is_some() && pending.get_untracked() == 0 {
                        chosen.view.set(view);
                    }
                    shown.set_value(Some(chosen));
                    Some(view! { <Parts chosen /> }.into_any())
                }
                Err(error) => Some(view! { <Failure error /> }.into_any()),
            }}
        </Transition>
    }
}

#[component]
fn Parts(chosen: Chosen) -> impl IntoView {
    effect(move || remember_here(chosen));
    view! {
        <Grid chosen />
        <Quiet chosen />
        <ChannelPanels chosen />
    }
}

/// What is sent is in the language of the pages, and by the clock of the browser that was here last.
fn remember_here(chosen: Chosen) {
    let language = use_context::<Language>().unwrap_or_default().tag();
    let zone = quiet::time_zone();
    let is_known = chosen.view.with_untracked(|view| {
        view.language == language && zone.as_deref().is_none_or(|zone| zone == view.time_zone)
    });
    let Some(zone) = zone.filter(|_| !is_known) else {
        return;
    };
    leptos::task::spawn_local(async move {
        // The next visit tries again.
        let _ = remember_place(language.to_owned(), zone).await;
    });
}
