//! Handing a parcel over: code, document, signature.

use leptos::ev::SubmitEvent;
use leptos::html::{Form, Input};
use leptos::prelude::*;
use porchlight_domain::hold::{Document, IdentityCheck, PassProblem, Presented};
use porchlight_domain::reference::Reference;
use wasm_bindgen_futures::spawn_local;
use web_sys::FormData;

use super::Desk;
use super::check::check_offline;
use super::queue::Waiting;
use crate::api::ApiError;
use crate::api::desk::{collect_parcel, present_code, refuse_parcel};
use crate::clock::now;
use crate::components::{Icon, effect, failure_sentence, maybe, part, words};
use crate::pages::courier::{Shot, SignaturePad};
use crate::scan::scanner;
use crate::text::{DeskText, use_page_text};

/// Where the clerk is at.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// Waiting for a code.
    Ready,
    Checking,
    /// The code is right: who must be there, and how old the desk's knowledge was, minutes, if it checked by itself.
    Shown(Shown),
    Done(String),
    Problem(String),
}

#[derive(Debug, Clone, PartialEq)]
struct Shown {
    told: String,
    reference: Reference,
    name: Option<String>,
    on_behalf_of: Option<String>,
    offline_min: Option<i64>,
}

/// What is handed over. Cheap to copy.
#[derive(Clone, Copy)]
struct Handing {
    desk: Desk,
    stage: RwSignal<Stage>,
    is_scanning: RwSignal<bool>,
}

impl Handing {
    fn read(self, told: String) {
        // The camera reads the same pass several times.
        if self
            .stage
            .with_untracked(|stage| matches!(stage, Stage::Checking | Stage::Shown(_)))
        {
            return;
        }
        self.stage.set(Stage::Checking);
        let parcel = self.desk.chosen.get_untracked();
        spawn_local(async move {
            let stage = match present_code(told.clone(), parcel).await {
                Ok(presented) => Stage::Shown(Shown::of(told, presented)),
                Err(ApiError::Unreachable | ApiError::Unavailable) => self.check_alone(told),
                Err(error) => Stage::Problem(failure_sentence(self.desk.texts, error)),
            };
            if matches!(stage, Stage::Shown(_)) {
                self.is_scanning.try_set(false);
            }
            self.stage.try_set(stage);
            self.desk.ask();
        });
    }

    /// Without a network: what the pass itself and the desk's knowledge say.
    fn check_alone(self, told: String) -> Stage {
        let t = self.desk.t;
        let known = self.desk.known.get_untracked();
        let Some(known) = known.filter(|_| told.contains('/')) else {
            return Stage::Problem(t.offline_code.to_owned());
        };
        let checked = check_offline(&known, &told, now());
        let problem = match checked {
            Ok(pass) if self.desk.queue.has(pass.reference) => t.revoked,
            Ok(pass) => {
                let entry = known
                    .parcels
                    .iter()
                    .find(|entry| entry.reference == pass.reference);
                let recipient = entry.map(|entry| entry.recipient.clone());
                let (name, on_behalf_of) = match pass.delegate {
                    Some(delegate) => (Some(delegate), recipient),
                    None => (recipient, None),
                };
                let age_ms = now().millis() - known.as_of.millis();
                return Stage::Shown(Shown {
                    told,
                    reference: pass.reference,
                    name,
                    on_behalf_of,
                    offline_min: Some(age_ms.max(0) / 60_000),
                });
            }
            Err(PassProblem::NoPass) => t.no_pass,
            Err(PassProblem::Forged) => t.forged,
            Err(PassProblem::Foreign) => t.foreign,
            Err(PassProblem::RunOut) => t.run_out,
            Err(PassProblem::Revoked) => t.revoked,
        };
        Stage::Problem(problem.to_owned())
    }

    fn hand_over(self, shown: Shown, identity: IdentityCheck, signature: String) {
        let t = self.desk.t;
        let waiting = Waiting {
            reference: shown.reference,
            code: shown.told,
            identity,
            signature,
            key: new_key(),
            done_at: Some(now()),
        };
        spawn_local(async move {
            let Waiting {
                reference,
                code,
                identity,
                signature,
                key,
                ..
            } = waiting.clone();
            let stage = match collect_parcel(code, identity, signature, key, None).await {
                Ok(()) => Stage::Done((t.done)(&reference.to_string())),
                Err(ApiError::Unreachable | ApiError::Unavailable) => {
                    self.desk.queue.add(waiting);
                    Stage::Done((t.done)(&reference.to_string()))
                }
                Err(error) => Stage::Problem(failure_sentence(self.desk.texts, error)),
            };
            self.stage.try_set(stage);
            self.desk.chosen.try_set(None);
            self.desk.ask();
        });
    }

    fn refuse(self, reference: Reference, reason: String) {
        let t = self.desk.t;
        spawn_local(async move {
            let stage = match refuse_parcel(reference, reason).await {
                Ok(()) => Stage::Done((t.refused)(&reference.to_string())),
                Err(error) => Stage::Problem(failure_sentence(self.desk.texts, error)),
            };
            self.stage.try_set(stage);
            self.desk.ask();
        });
    }
}

impl Shown {
    fn of(told: String, presented: Presented) -> Self {
        Self {
            told,
            reference: presented.reference,
            name: Some(presented.name),
            on_behalf_of: presented.on_behalf_of,
            offline_min: None,
        }
    }
}

/// Only one desk's keys can meet.
fn new_key() -> String {
    let random = || js_sys::Math::random().to_bits();
    format!("{:016x}{:016x}", random(), random())
}

/// A code is asked for, then a document, then a signature.
#[component]
pub(super) fn HandOver(desk: Desk) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let handing = Handing {
        desk,
        stage: RwSignal::new(Stage::Ready),
        is_scanning: RwSignal::new(false),
    };
    let said = move || match handing.stage.get() {
        Stage::Checking => Some(view! { <p class="hold__text">{t.checking}</p> }.into_any()),
        Stage::Done(text) => Some(
            view! {
                <p class="callout callout--done">
                    <Icon name="check" />
                    <span>{text}</span>
                </p>
            }
            .into_any(),
        ),
        Stage::Problem(text) => Some(
            view! {
                <p class="callout callout--failure">
                    <Icon name="alert" />
                    <span>{text}</span>
                </p>
            }
            .into_any(),
        ),
        Stage::Ready | Stage::Shown(_) => None,
    };
    view! {
        <section class="panel">
            <h2 class="section-title">{t.present}</h2>
            <div role="status">{maybe(said)}</div>
            {part(move || match handing.stage.get() {
                Stage::Shown(shown) => view! { <Check handing shown /> }.into_any(),
                _ => view! { <Ask handing /> }.into_any(),
            })}
        </section>
    }
}

#[component]
fn Ask(handing: Handing) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let input = NodeRef::<Input>::new();
    let chosen = handing.desk.chosen;
    let typed = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            handing.read(input.value());
        }
    };
    // Whoever chose a parcel on the shelf types next.
    effect(move || {
        if chosen.get().is_some()
            && let Some(input) = input.get()
        {
            drop(input.focus());
        }
    });
    let read = Callback::new(move |text: String| handing.read(text));
    let scan_label = move || {
        if handing.is_scanning.get() {
            t.stop
        } else {
            t.scan
        }
    };
    view! {
        <p class="hold__text">{t.present_text}</p>
        {maybe(move || {
            let reference = chosen.get()?.to_string();
            let note = view! {
                <p class="callout">
                    <span>{(t.chosen)(&reference)}</span>
                    <button
                        type="button"
                        class="button button--small button--quiet"
                        on:click=move |_| chosen.set(None)
                    >
                        {t.cancel}
                    </button>
                </p>
            };
            Some(note.into_any())
        })}
        {maybe(move || handing.is_scanning.get().then(|| Suspend::new(scanner(read)).into_any()))}
        <button
            type="button"
            class="button button--wide button--primary"
            on:click=move |_| handing.is_scanning.update(|is_on| *is_on = !*is_on)
        >
            <Icon name="scan" />
            {words(scan_label)}
        </button>
        <form class="hold__search" on:submit=typed>
            <label class="visually-hidden" for="desk-code">
                {t.code}
            </label>
            <input
                class="field__input desk__code"
                id="desk-code"
                node_ref=input
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                maxlength="1000"
                required
                placeholder=t.code
            />
            <button type="submit" class="button">
                {t.check}
            </button>
        </form>
    }
}

#[component]
fn Check(handing: Handing, shown: Shown) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let form = NodeRef::<Form>::new();
    let signature = RwSignal::new(None::<Shot>);
    let Shown {
        reference,
        name,
        on_behalf_of,
        offline_min,
        ..
    } = shown.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(filled_in) = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok())
        else {
            return;
        };
        let text = |name| filled_in.get(name).as_string().unwrap_or_default();
        let Some(document) = Document::from_text(&text("document")) else {
            return;
        };
        let identity = IdentityCheck {
            document,
            last_digits: text("digits"),
        };
        let drawn = signature.get_untracked().map(|shot| shot.data);
        handing.hand_over(shown.clone(), identity, drawn.unwrap_or_default());
    };
    let documents = Document::ALL.map(|document| {
        let words = t.document_name(document);
        view! {
            <label class="reason">
                <input type="radio" name="document" value=document.as_str() required />
                <span>{words}</span>
            </label>
        }
    });
    view! {
        {offline_min
            .map(|minutes| {
                view! {
                    <p class="callout">
                        <Icon name="alert" />
                        <span>
                            <strong>{t.offline}</strong>
                            " "
                            {(t.offline_age)(&minutes.to_string())}
                        </span>
                    </p>
                }
            })}
        <div class="presented">
            <p class="presented__label">{t.name}</p>
            <p class="presented__name">{name}</p>
            {on_behalf_of
                .map(|who| view! { <p class="hold__text">{(t.for_whom)(&who)}</p> })}
            <p class="presented__reference">{reference.to_string()}</p>
        </div>
        <form class="form" node_ref=form on:submit=send>
            <fieldset class="reasons">
                <legend class="field__label">{t.document}</legend>
                {documents}
            </fieldset>
            <div class="field">
                <label class="field__label" for="desk-digits">
                    {t.digits}
                </label>
                <input
                    class="field__input desk__digits"
                    id="desk-digits"
                    name="digits"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    pattern="[0-9A-Za-z]{4}"
                    maxlength="4"
                    required
                    aria-describedby="desk-digits-hint"
                />
                <p class="field__hint" id="desk-digits-hint">
                    {t.digits_text}
                </p>
            </div>
            <SignaturePad id="desk-signature".to_owned() signature />
            <button type="submit" class="button button--primary button--wide">
                {t.hand_over}
            </button>
        </form>
        <Refuse handing reference />
        <button
            type="button"
            class="button button--quiet"
            on:click=move |_| handing.stage.set(Stage::Ready)
        >
            {t.cancel}
        </button>
    }
}

#[component]
fn Refuse(handing: Handing, reference: Reference) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let reason = NodeRef::<Input>::new();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(reason) = reason.get_untracked() {
            handing.refuse(reference, reason.value());
        }
    };
    view! {
        <details class="stop__act">
            <summary class="button button--quiet button--wide">{t.refuse}</summary>
            <form class="form" on:submit=send>
                <div class="field">
                    <label class="field__label" for="desk-reason">
                        {t.refuse_reason}
                    </label>
                    <input
                        class="field__input"
                        id="desk-reason"
                        node_ref=reason
                        autocomplete="off"
                        maxlength="200"
                        required
                    />
                </div>
                <button type="submit" class="button">
                    {t.refuse_send}
                </button>
            </form>
        </details>
    }
}
