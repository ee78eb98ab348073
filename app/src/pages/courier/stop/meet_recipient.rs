//! Into the recipient's hands: the courier proves who they are, and takes the recipient's code.

use std::time::Duration;

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::delivery::{HandoverLevel, Proof, Status, StatusChange};
use porchlight_domain::handover::{Checked, HandoverKit, PresenceKey, SLOT_S, Slot, proof_link};
use porchlight_domain::reference::Reference;

use super::AtStop;
use crate::components::{Icon, effect, maybe, words};
use crate::pages::courier::server_clock::ServerClock;
use crate::qr::{Drawing, Qr};
use crate::scan::scanner;
use crate::text::{CourierText, use_page_text};

/// How often the time that is left is shown anew.
const TICK: Duration = Duration::from_secs(1);

/// What the phone said of the code that was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Wrong,
    NoCode,
}

/// The form with which a parcel is delivered that only its recipient may have.
#[component]
pub fn MeetRecipient(
    at: AtStop,
    /// What the phone has for this door; none when the run is older than the wish.
    kit: Memo<Option<HandoverKit>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let said = RwSignal::new(Said::Nothing);
    let is_scanning = RwSignal::new(false);
    let level = Memo::new(move |_| kit.with(|kit| kit.as_ref().map(|kit| kit.level)));
    let key = Memo::new(move |_| kit.with(|kit| kit.as_ref()?.presence_key.clone()));
    let left = Memo::new(move |_| kit.with(|kit| kit.as_ref().map(|kit| kit.tries_left)));
    // A new code begins the count anew, and what was said of another one is over.
    let tell = Callback::new(move |told: String| {
        is_scanning.set(false);
        said.set(check(at, kit, &told));
    });
    let words_said = move || match (said.get(), left.get()) {
        (_, Some(0)) => t.handover_locked.to_owned(),
        (Said::Wrong, Some(left)) => (t.handover_wrong)(left),
        (Said::NoCode, _) => t.handover_no_code.to_owned(),
        (Said::Wrong, None) | (Said::Nothing, _) => String::new(),
    };
    view! {
        <div class="meet">
            {maybe(move || {
                let reference = at.reference;
                Some(view! { <Presence reference key=key.get()? /> }.into_any())
            })}
            {maybe(move || {
                (level.get() == Some(HandoverLevel::Pin))
                    .then(|| {
                        view! {
                            <p class="callout">
                                <Icon name="shield" />
                                <span>{t.handover_pin}</span>
                            </p>
                        }
                            .into_any()
                    })
            })}
            <p class="meet__problem" role="alert">
                {words(words_said)}
            </p>
            {maybe(move || {
                (level.get() == Some(HandoverLevel::TwoWay) && left.get() != Some(0))
                    .then(|| view! { <ScanTheirs is_scanning tell /> }.into_any())
            })}
            {maybe(move || {
                (left.get() != Some(0))
                    .then(|| {
                        let is_pin = level.get() == Some(HandoverLevel::Pin);
                        view! { <TypeIt reference=at.reference is_pin tell /> }.into_any()
                    })
            })}
        </div>
    }
}

/// Looks at a code that was told. A right one delivers the parcel, a wrong one is counted; both are sent, and the
/// server confirms them.
fn check(at: AtStop, kit: Memo<Option<HandoverKit>>, told: &str) -> Said {
    let deliver = |code: String| {
        let proof = Some(Proof::HandoverCode(code));
        at.change(Status::Delivered, |change| StatusChange { proof, ..change });
        Said::Nothing
    };
    let checked = kit.with_untracked(|kit| Some(kit.as_ref()?.check(at.reference, told)));
    match checked {
        // This phone can't tell: the server will.
        None => deliver(told.trim().to_owned()),
        Some(Checked::Right(code)) => deliver(code.shown()),
        Some(Checked::Wrong(code)) => {
            let step = Step::WrongCode {
                reference: at.reference,
                told: code.shown(),
            };
            at.steps.take(step, at.place.get_untracked());
            Said::Wrong
        }
        Some(Checked::NoCode) => Said::NoCode,
        Some(Checked::Locked) => Said::Nothing,
    }
}

/// What proves the courier, fresh.
#[component]
fn Presence(reference: Reference, key: PresenceKey) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let clock = expect_context::<ServerClock>();
    // In the browser only: the server renders no moment of its own.
    let moment = RwSignal::new(None);
    effect(move || {
        moment.set(Some(clock.now()));
        let tick = move || moment.set(Some(clock.now()));
        if let Ok(ticking) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || ticking.clear());
        }
    });
    let slot = Memo::new(move |_| moment.get().map(Slot::at));
    let left_s = move || {
        let left = moment
            .get()
            .map(|moment| Slot::at(moment).ends_at().seconds_since(moment));
        left.unwrap_or_default().ceil()
    };
    let qr = move || {
        let proof = key.prove(reference, slot.get()?);
        let origin = window().location().origin().ok()?;
        let drawing = Drawing::of(&proof_link(&origin, reference, &proof))?;
        Some(view! { <Qr drawing label=t.handover_qr.to_owned() /> }.into_any())
    };
    view! {
        <p class="meet__do">{t.handover_show}</p>
        {maybe(qr)}
        <p class="meet__fresh">
            <progress
                class="meet__left"
                max=SLOT_S.to_string()
                prop:value=left_s
                aria-hidden="true"
            ></progress>
            <span>{words(move || (t.handover_fresh)(left_s()))}</span>
        </p>
    }
}

#[component]
fn ScanTheirs(is_scanning: RwSignal<bool>, tell: Callback<String>) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let label = move || {
        if is_scanning.get() {
            t.stop_scanning
        } else {
            t.handover_scan
        }
    };
    view! {
        {maybe(move || is_scanning.get().then(|| Suspend::new(scanner(tell)).into_any()))}
        <button
            type="button"
            class="button button--wide"
            class:button--primary=move || !is_scanning.get()
            on:click=move |_| is_scanning.update(|is_scanning| *is_scanning = !*is_scanning)
        >
            <Icon name="scan" />
            {words(label)}
        </button>
    }
}

#[component]
fn TypeIt(reference: Reference, is_pin: bool, tell: Callback<String>) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let input = NodeRef::<Input>::new();
    let id = format!("code-{reference}");
    let (label, mode, most, example) = if is_pin {
        (t.handover_pin_code, "numeric", "9", "123 456")
    } else {
        (t.handover_code, "text", "12", "XXXX-XXXX")
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else {
            return;
        };
        let told = input.value();
        if !told.trim().is_empty() {
            input.set_value("");
            tell.run(told);
        }
    };
    view! {
        <form class="form" on:submit=send>
            <div class="field">
                <label class="field__label" for=id.clone()>
                    {label}
                </label>
                <input
                    class="field__input meet__input"
                    id=id
                    node_ref=input
                    inputmode=mode
                    maxlength=most
                    placeholder=example
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    required
                />
            </div>
            <button type="submit" class="button" class:button--primary=is_pin>
                {t.delivered}
            </button>
        </form>
    }
}
