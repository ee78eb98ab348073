//! Choosing another day and window.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use porchlight_domain::delivery::Window;
use porchlight_domain::schedule::{Slot, SlotView};

use super::panel::Known;
use crate::api::wishes::reschedule;
use crate::clock::{Say, Time, TimeSpan};
use crate::components::{Icon, maybe};
use crate::text::{WishText, use_page_text};

/// From so few on it is said how much space is left.
const FEW: u32 = 5;

/// The windows with space, each day by itself.
#[component]
pub fn ChangeDay(
    /// What is known of the delivery's wishes.
    known: Known,
) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let chosen = RwSignal::new(None::<Slot>);
    let moved = RwSignal::new(None::<Window>);
    let offered = Memo::new(move |_| {
        known.wishes.with(|wishes| {
            let wishes = wishes.as_ref()?;
            Some((wishes.window, wishes.slots.clone()))
        })
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(slot) = chosen.get_untracked() else {
            return;
        };
        let slots = offered.get_untracked().map(|(_, slots)| slots);
        let span = slots.and_then(|slots| Some(slots.iter().find(|view| view.slot == slot)?.span));
        let (date, window) = (slot.date.to_string(), slot.window.to_string());
        known.act(reschedule(known.reference, date, window), move || {
            chosen.try_set(None);
            moved.try_set(span);
        });
    };
    view! {
        <details class="wishes__act">
            <summary class="button button--wide">
                <Icon name="clock" />
                {t.day}
            </summary>
            <form class="form" on:submit=send>
                <p class="wish__note">{t.day_text}</p>
                {maybe(move || {
                    let (now, slots) = offered.get()?;
                    Some(view! { <Days place=known.place now slots chosen /> }.into_any())
                })}
                {maybe(move || {
                    chosen
                        .get()
                        .map(|_| {
                            view! {
                                <button type="submit" class="button button--primary button--wide wishes__send">
                                    {t.day_send}
                                </button>
                            }
                                .into_any()
                        })
                })}
            </form>
        </details>
        <div role="status">
            {maybe(move || Some(view! { <Moved span=moved.get()? /> }.into_any()))}
        </div>
    }
}

/// That it worked, and when it comes.
#[component]
fn Moved(span: Window) -> impl IntoView {
    let t = use_page_text::<WishText>();
    view! {
        <p class="callout callout--done">
            <Icon name="check" />
            <span>
                {t.day_done} " " <Time at=Signal::stored(span.from) say=Say::Day /> ", "
                <TimeSpan span=Signal::stored((span.from, span.to)) />
            </span>
        </p>
    }
}

/// Every day with its windows.
#[component]
fn Days(
    place: &'static str,
    now: Window,
    slots: Vec<SlotView>,
    chosen: RwSignal<Option<Slot>>,
) -> impl IntoView {
    let t = use_page_text::<WishText>();
    if slots.iter().all(|view| view.left == 0) {
        return view! { <p class="callout">{t.day_none}</p> }.into_any();
    }
    let days = slots.chunk_by(|one, other| one.slot.date == other.slot.date);
    let days = days.map(|windows| {
        let first = windows.first().map(|view| view.span.from);
        let day = first.map(|from| view! { <Time at=Signal::stored(from) say=Say::Day /> });
        let windows = windows
            .iter()
            .map(|view| choice(t, place, now, *view, chosen));
        view! {
            <fieldset class="wishes__day">
                <legend class="wishes__date">{day}</legend>
                <div class="wishes__windows">{windows.collect_view()}</div>
            </fieldset>
        }
        .into_any()
    });
    view! { <div class="wishes__days">{days.collect_view()}</div> }.into_any()
}

fn choice(
    t: &'static WishText,
    place: &'static str,
    now: Window,
    view: SlotView,
    chosen: RwSignal<Option<Slot>>,
) -> AnyView {
    let SlotView { slot, span, left } = view;
    let is_now = span == now;
    let is_full = left == 0 && !is_now;
    let note = match left {
        _ if is_now => t.day_now.to_owned(),
        0 => t.full.to_owned(),
        1..=FEW => (t.few_left)(left),
        _ => String::new(),
    };
    view! {
        <label class="wishes__window">
            <input
                type="radio"
                name=format!("{place}-window")
                disabled=is_full || is_now
                prop:checked=move || chosen.get() == Some(slot)
                on:change=move |_| chosen.set(Some(slot))
            />
            <span>
                <TimeSpan span=Signal::stored((span.from, span.to)) />
                <small class="wishes__left">{note}</small>
            </span>
        </label>
    }
    .into_any()
}
