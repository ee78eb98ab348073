//! The courier is at the door: the recipient scans their screen, reads who they are, and gets the code for them.
//! Fetched while a parcel that is handed to its recipient only is out.

use leptos::prelude::*;
use porchlight_domain::handover::{PresenceProof, read_link};
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{CourierCheck, CourierProven};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::api::ApiError;
use crate::api::handover::{Answered, check_courier};
use crate::components::{Icon, effect, failure_sentence, maybe};
use crate::qr::{Drawing, Qr};
use crate::scan::scanner;
use crate::text::{MeetText, use_page_text, use_text};

/// What the recipient is at.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Waiting,
    Scanning,
    Checking,
    Proven(CourierProven, Option<Drawing>),
    Old,
    Foreign,
    OtherParcel,
    NoCode,
    Failed(ApiError),
}

impl From<Result<Answered, ApiError>> for Stage {
    fn from(answer: Result<Answered, ApiError>) -> Self {
        match answer {
            Err(error) => Self::Failed(error),
            Ok(Answered { check, qr }) => match check {
                CourierCheck::Proven(proven) => Self::Proven(proven, qr),
                CourierCheck::Old {} => Self::Old,
                CourierCheck::Foreign {} => Self::Foreign,
            },
        }
    }
}

/// The panel.
#[lazy]
pub fn meet_panel(reference: Reference) -> AnyView {
    view! { <Meet reference /> }.into_any()
}

#[component]
fn Meet(reference: Reference) -> impl IntoView {
    let stage = RwSignal::new(Stage::Waiting);
    let check = move |proof: PresenceProof| {
        stage.set(Stage::Checking);
        spawn_local(async move {
            let answer = check_courier(reference, proof.to_string()).await;
            stage.try_set(answer.into());
        });
    };
    let read = Callback::new(move |text: String| match read_link(&text) {
        Some((parcel, proof)) if parcel == reference => check(proof),
        Some(_) => stage.set(Stage::OtherParcel),
        None => stage.set(Stage::NoCode),
    });
    // The camera app of the phone opens this page with the proof in its address.
    let take_from_address = move || {
        if let Some(proof) = proof_in_address() {
            check(proof);
        }
    };
    effect(move || {
        take_from_address();
        let listener = window_event_listener_untyped("hashchange", move |_| take_from_address());
        on_cleanup(move || listener.remove());
    });
    view! {
        <div class="meet" aria-live="polite">
            {maybe(move || Some(shown(stage, read)))}
        </div>
    }
}

/// What the address brings, once: a page that is loaded again must not send what is old by then.
fn proof_in_address() -> Option<PresenceProof> {
    let location = window().location();
    let proof = PresenceProof::in_fragment(&location.hash().ok()?)?;
    let path = location.pathname().ok()?;
    if let Ok(history) = window().history() {
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&path)));
    }
    Some(proof)
}

fn shown(stage: RwSignal<Stage>, read: Callback<String>) -> AnyView {
    let t = use_page_text::<MeetText>();
    match stage.get() {
        Stage::Waiting => view! { <p class="meet__text">{t.text}</p> <ScanButton stage /> }.into_any(),
        Stage::Scanning => view! {
            {Suspend::new(scanner(read))}
            <button type="button" class="button button--quiet" on:click=move |_| stage.set(Stage::Waiting)>
                {t.stop}
            </button>
        }
        .into_any(),
        Stage::Checking => view! { <p class="meet__text" role="status">{t.checking}</p> }.into_any(),
        Stage::Proven(proven, qr) => view! { <Proven proven qr stage /> }.into_any(),
        Stage::Old => view! { <Doubtful title=t.old_title text=t.old stage is_alarm=false /> }.into_any(),
        Stage::Foreign => {
            view! { <Doubtful title=t.foreign_title text=t.foreign stage is_alarm=true /> }.into_any()
        }
        Stage::OtherParcel => view! { <Doubtful title="" text=t.other_parcel stage is_alarm=false /> }.into_any(),
        Stage::NoCode => view! { <Doubtful title="" text=t.no_code stage is_alarm=false /> }.into_any(),
        Stage::Failed(error) => {
            let said = failure_sentence(use_text(), error);
            view! { <p class="callout callout--failure" role="alert">{said}</p> <ScanButton stage /> }
                .into_any()
        }
    }
}

#[component]
fn ScanButton(stage: RwSignal<Stage>) -> impl IntoView {
    let t = use_page_text::<MeetText>();
    view! {
        <button
            type="button"
            class="button button--primary button--wide"
            on:click=move |_| stage.set(Stage::Scanning)
        >
            <Icon name="scan" />
            {t.scan}
        </button>
    }
}

/// Who it is, and the code for them.
#[component]
fn Proven(proven: CourierProven, qr: Option<Drawing>, stage: RwSignal<Stage>) -> impl IntoView {
    let t = use_page_text::<MeetText>();
    let CourierProven {
        courier,
        code,
        came_near,
    } = proven;
    view! {
        <div class="meet__courier">
            <span class="meet__check">
                <Icon name="check" />
            </span>
            <p>
                <strong class="meet__name">{(t.proven)(&courier.first_name)}</strong>
                <span class="meet__vehicle">{courier.vehicle}</span>
            </p>
        </div>
        {(!came_near)
            .then(|| {
                view! {
                    <p class="callout">
                        <Icon name="alert" />
                        <span>{t.not_near}</span>
                    </p>
                }
            })}
        <p class="meet__do">{(t.show)(&courier.first_name)}</p>
        {qr.map(|drawing| view! { <Qr drawing label=t.qr.to_owned() /> })}
        <output class="handover__code meet__code">{code}</output>
        <p class="meet__text">{t.never_phone}</p>
        <button
            type="button"
            class="button button--quiet"
            on:click=move |_| stage.set(Stage::Waiting)
        >
            {t.done}
        </button>
    }
}

/// It proves nothing.
#[component]
fn Doubtful(
    title: &'static str,
    text: &'static str,
    stage: RwSignal<Stage>,
    is_alarm: bool,
) -> impl IntoView {
    view! {
        <div class="meet__doubt" class:meet__doubt--alarm=is_alarm role="alert">
            <Icon name="alert" />
            <p>
                <strong>{title}</strong>
                " "
                {text}
            </p>
        </div>
        <ScanButton stage />
    }
}
