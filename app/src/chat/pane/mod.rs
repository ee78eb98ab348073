//! The chat on the screen: a pane beside the map, a sheet on phones.

mod bubble;
mod composer;
mod entry;
mod list;
mod safety;
mod state;

use leptos::html::Section;
use leptos::portal::Portal;
use leptos::prelude::*;
use porchlight_domain::chat::ChatCard;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;

use super::talk::{Talk, Trouble, Way};
use crate::components::{Icon, effect, maybe, words};
use crate::live::use_live;
use crate::text::{ChatText, use_page_text};
use composer::Composer;
use list::Messages;
use safety::Safety;
use state::Notes;

/// What surrounds a chat.
#[derive(Clone, Copy)]
pub struct Opened {
    /// About which delivery.
    pub delivery: Reference,
    /// Whether somebody brings parcels here: they get quick replies, and nothing to type while they drive.
    pub is_courier: bool,
    /// Whether they drive now.
    pub is_driving: Signal<bool>,
    /// Closes it.
    pub close: Callback<()>,
    /// Shows something that both can rely on.
    pub card: Callback<ChatCard, AnyView>,
    /// What else a recipient can wish, beside saying it.
    pub wishes: Option<Callback<(), AnyView>>,
}

/// The chat about a delivery. Fetched when it is opened.
#[lazy]
pub fn chat_pane(me: PersonId, opened: Opened) -> AnyView {
    view! { <Pane me opened /> }.into_any()
}

#[component]
fn Pane(me: PersonId, opened: Opened) -> impl IntoView {
    let talk = Talk::begin(me, opened.delivery, use_live());
    let name = Memo::new(move |_| {
        talk.view.with(|view| {
            view.as_ref()
                .map(|view| view.other.name.clone())
                .unwrap_or_default()
        })
    });
    view! {
        // Above everything, wherever it was opened.
        <Portal>
            <Sheet talk name opened />
        </Portal>
    }
}

#[component]
fn Sheet(talk: Talk, name: Memo<String>, opened: Opened) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let pane = NodeRef::<Section>::new();
    // Whoever reads with a keyboard or a screen reader begins here.
    effect(move || {
        if let Some(pane) = pane.get() {
            drop(pane.focus());
        }
    });
    view! {
        <section
            class="chat"
            role="dialog"
            aria-labelledby="chat-title"
            tabindex="-1"
            node_ref=pane
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    opened.close.run(());
                }
            }
        >
            <div class="chat__head">
                <div class="chat__who">
                    <h2 class="chat__title" id="chat-title">
                        {words(move || (t.title)(&name.get()))}
                    </h2>
                    <WayLine talk />
                </div>
                <button
                    type="button"
                    class="chat__close"
                    aria-label=t.close
                    on:click=move |_| opened.close.run(())
                >
                    <Icon name="close" />
                </button>
            </div>
            {maybe(move || talk.trouble.get().map(|trouble| view! { <Told trouble /> }.into_any()))}
            <Safety talk name />
            <Messages talk name opened />
            <Notes talk name />
            <Composer talk opened />
        </section>
    }
}

/// Who can read it, or how the way to the server is when it is not at once.
#[component]
fn WayLine(talk: Talk) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let way = talk.way;
    view! {
        <p class="chat__way" class:chat__way--weak=move || way.get() != Way::Live role="status">
            {maybe(move || {
                (way.get() == Way::Live).then(|| view! { <Icon name="lock" /> }.into_any())
            })}
            {words(move || match way.get() {
                Way::Live => t.encrypted,
                Way::Opening => t.way_opening,
                Way::Asking => t.way_asking,
                Way::None => t.way_none,
            })}
        </p>
    }
}

/// Why there is no chat.
#[component]
fn Told(trouble: Trouble) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let (title, text) = match trouble {
        Trouble::NoVault => (Some(t.no_vault_title), t.no_vault),
        Trouble::NotGenuine => (Some(t.not_genuine_title), t.not_genuine),
        Trouble::NotAllowed => (None, t.not_allowed),
    };
    view! {
        <div class="chat__trouble" role="alert">
            <Icon name="alert" />
            <div>
                {title.map(|title| view! { <p class="chat__trouble-title">{title}</p> })} <p>{text}</p>
            </div>
        </div>
    }
}
