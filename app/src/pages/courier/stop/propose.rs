//! Proposing another day to a recipient, from the windows that the phone knows of.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::schedule::{Slot, SlotView};
use porchlight_domain::tracking::RunView;

use super::AtStop;
use crate::clock::{Say, Time, TimeSpan};
use crate::components::{Icon, maybe, part};
use crate::text::{CourierText, use_page_text};

/// The windows with space as large buttons, each day by itself, and one that sends.
#[component]
pub fn Propose(
    /// Where.
    at: AtStop,
    /// The run as it is shown.
    run: Memo<Option<RunView>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let chosen = RwSignal::new(None::<Slot>);
    let was_opened = RwSignal::new(false);
    let slots = Memo::new(move |_| {
        let all = run.with(|run| run.as_ref().map(|run| run.slots.clone()));
        let all = all.unwrap_or_default().into_iter();
        all.filter(|view| view.left > 0).collect::<Vec<_>>()
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(slot) = chosen.get_untracked() {
            let step = Step::ProposeWindow {
                reference: at.reference,
                slot,
            };
            at.steps.take(step, at.place.get_untracked());
            chosen.set(None);
        }
    };
    let name = format!("propose-{}", at.reference);
    let days = move || {
        let slots = slots.get();
        if slots.is_empty() {
            return view! { <p class="callout">{t.propose_none}</p> }.into_any();
        }
        let days = slots.chunk_by(|one, other| one.slot.date == other.slot.date);
        let days = days.map(|windows| day(&name, windows, chosen));
        view! { <div class="wishes__days">{days.collect_view()}</div> }.into_any()
    };
    let days = StoredValue::new(days);
    view! {
        <details class="stop__act cards__act" on:toggle=move |_| was_opened.set(true)>
            <summary class="button button--quiet button--wide">
                <Icon name="clock" />
                {t.propose}
            </summary>
            <form class="form" on:submit=send>
                <p class="wish__note">{t.propose_text}</p>
                // Of 150 stops hardly any needs its 24 buttons.
                {maybe(move || {
                    was_opened.get().then(|| part(move || days.with_value(|days| days())).into_any())
                })}
                {maybe(move || {
                    chosen
                        .get()
                        .map(|_| {
                            view! {
                                <button type="submit" class="button button--primary button--wide wishes__send">
                                    {t.propose_send}
                                </button>
                            }
                                .into_any()
                        })
                })}
            </form>
        </details>
    }
}

fn day(name: &str, windows: &[SlotView], chosen: RwSignal<Option<Slot>>) -> AnyView {
    let first = windows.first().map(|view| view.span.from);
    let date = first.map(|from| view! { <Time at=Signal::stored(from) say=Say::Day /> });
    let choices = windows.iter().map(|view| {
        let SlotView { slot, span, .. } = *view;
        view! {
            <label class="wishes__window">
                <input
                    type="radio"
                    name=name.to_owned()
                    prop:checked=move || chosen.get() == Some(slot)
                    on:change=move |_| chosen.set(Some(slot))
                />
                <span>
                    <TimeSpan span=Signal::stored((span.from, span.to)) />
                </span>
            </label>
        }
        .into_any()
    });
    view! {
        <fieldset class="wishes__day">
            <legend class="wishes__date">{date}</legend>
            <div class="wishes__windows">{choices.collect_view()}</div>
        </fieldset>
    }
    .into_any()
}
