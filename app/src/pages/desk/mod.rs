//! The desk of a post office.

mod check;
mod count;
mod hand_over;
mod queue;
mod shelf;

use leptos::prelude::*;
use leptos_meta::Title;
use porchlight_domain::hold::DeskView;
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use wasm_bindgen_futures::spawn_local;

use crate::api::ApiError;
use crate::api::desk::read_desk;
use crate::components::{Access, Connection, Failure, ForRole, Icon, Loading, effect, maybe, part};
use crate::live::use_live;
use crate::text::{DeskText, Texts, use_page_text, use_text};
use count::Count;
use hand_over::HandOver;
use queue::{Queue, QueueBar};
use shelf::Shelf;

/// What the desk knows and does. Cheap to copy.
#[derive(Clone, Copy)]
struct Desk {
    /// As it was heard last: it stays while there is no network.
    known: RwSignal<Option<DeskView>>,
    error: RwSignal<Option<ApiError>>,
    /// The parcel that a clerk chose on the shelf: only its code is taken.
    chosen: RwSignal<Option<Reference>>,
    queue: Queue,
    t: &'static DeskText,
    /// Asked for here: what happens later has no page to ask.
    texts: &'static Texts,
}

impl Desk {
    fn ask(self) {
        spawn_local(async move {
            match read_desk().await {
                Ok(view) => {
                    self.error.try_set(None);
                    self.known.try_set(Some(view));
                }
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
        });
    }
}

/// The clerk's page.
#[component]
pub fn DeskPage() -> impl IntoView {
    let t = use_page_text::<DeskText>();
    view! {
        <Title text=t.title />
        <Access who=ForRole::Only(Role::Clerk)>
            <AtTheDesk />
        </Access>
    }
}

#[component]
fn AtTheDesk() -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let desk = Desk {
        known: RwSignal::new(None),
        error: RwSignal::new(None),
        chosen: RwSignal::new(None),
        queue: Queue::new(),
        t,
        texts: use_text(),
    };
    let live = use_live();
    live.on_change(move || desk.ask());
    live.on_other_change(move || desk.ask());
    effect(move || desk.ask());
    // What a clerk is at stays, whatever is heard meanwhile.
    let shown = Memo::new(move |_| {
        if desk.known.with(Option::is_some) {
            return Some(Ok(()));
        }
        desk.error.get().map(Err)
    });
    let is_locked = Memo::new(move |_| {
        desk.known
            .with(|known| known.as_ref().is_some_and(|desk| desk.is_locked))
    });
    let name = move || {
        desk.known
            .with(|known| known.as_ref().map(|desk| desk.office.name.clone()))
            .unwrap_or_else(|| t.title.to_owned())
    };
    view! {
        <div class="page desk">
            <div class="page__head">
                <h1 class="page__title">{move || name()}</h1>
                <Connection />
            </div>
            <QueueBar desk />
            {maybe(move || {
                is_locked
                    .get()
                    .then(|| {
                        view! {
                            <p class="callout callout--failure" role="alert">
                                <Icon name="alert" />
                                <span>{t.locked}</span>
                            </p>
                        }
                            .into_any()
                    })
            })}
            {part(move || match shown.get() {
                Some(Ok(())) => {
                    view! {
                        <HandOver desk />
                        <Shelf desk />
                        <Count desk />
                    }
                        .into_any()
                }
                Some(Err(error)) => view! { <Failure error /> }.into_any(),
                None => view! { <Loading /> }.into_any(),
            })}
        </div>
    }
}
