//! The list in which stops change places.

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::RunView;
use wasm_bindgen::JsCast;

use super::drag::Drag;
use super::{Ordering, address_of};
use crate::components::{Icon, effect, words};
use crate::text::{CourierText, use_page_text};

/// A row for each stop, with a handle to drag it by, and two buttons for gloves and keyboards.
#[component]
pub fn OrderList(
    /// Of this run.
    ordering: Ordering,
    /// The run as it is shown.
    run: Memo<Option<RunView>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let rows = Memo::new(move |_| ordering.rows());
    let built = build_in_portions(rows);
    let drag = Drag::of(ordering);
    let said = RwSignal::new(String::new());
    view! {
        <div class="order">
            <p class="order__how">{t.how_to_order}</p>
            <ol class="order__rows" class:order__rows--dragged=move || drag.is_on()>
                <For each=move || built.get() key=|reference| *reference let:reference>
                    <Row reference rows run drag ordering said />
                </For>
            </ol>
            <p class="visually-hidden" aria-live="polite">
                {words(move || said.get())}
            </p>
            <div class="order__end">
                <button
                    type="button"
                    class="button"
                    on:click=move |_| ordering.draft.set(None)
                >
                    {t.order_cancel}
                </button>
                <button
                    type="button"
                    class="button button--primary"
                    on:click=move |_| ordering.done()
                >
                    {t.order_done}
                </button>
            </div>
        </div>
    }
}

/// The rows of the first screen at once, and the others with the next frames: a day has 150 stops, and the
/// list must answer when it is touched.
fn build_in_portions(rows: Memo<Vec<Reference>>) -> Memo<Vec<Reference>> {
    const PORTION: usize = 16;
    let count = RwSignal::new(PORTION);
    effect(move || {
        if count.get() < rows.with(Vec::len) {
            request_animation_frame(move || {
                // The list may be gone by then.
                let _ = count.try_update(|count| *count += PORTION);
            });
        }
    });
    Memo::new(move |_| rows.with(|rows| rows.iter().take(count.get()).copied().collect()))
}

#[component]
fn Row(
    reference: Reference,
    rows: Memo<Vec<Reference>>,
    run: Memo<Option<RunView>>,
    drag: Drag,
    ordering: Ordering,
    said: RwSignal<String>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let address = Memo::new(move |_| address_of(run, reference));
    let at = Memo::new(move |_| {
        let place = rows.with(|rows| rows.iter().position(|row| *row == reference));
        place.unwrap_or_default()
    });
    let last = Memo::new(move |_| rows.with(Vec::len).saturating_sub(1));
    let shift = Memo::new(move |_| drag.shift_of(at.get()));
    let is_dragged = Memo::new(move |_| drag.is_of(at.get()));
    let move_to = move |to: usize, name: &'static str| {
        ordering.put(at.get_untracked(), to);
        said.set((t.moved)(
            to + 1,
            last.get_untracked() + 1,
            &address.get_untracked(),
        ));
        // A row that changes places loses the focus.
        request_animation_frame(move || focus(&format!("{name}-{reference}")));
    };
    let style = move || match shift.get() {
        0 => "none".to_owned(),
        shift => format!("translateY({shift}px)"),
    };
    let take_up =
        move |event: PointerEvent| drag.begin(&event, at.get_untracked(), last.get_untracked());
    view! {
        <li class="order__row" class:order__row--dragged=is_dragged style:transform=words(style)>
            <span
                class="order__handle"
                aria-hidden="true"
                on:pointerdown=take_up
                on:pointermove=move |event| drag.follow(&event)
                on:pointerup=move |_| drag.drop()
                on:pointercancel=move |_| drag.give_up()
            >
                <Icon name="grip" />
            </span>
            <span class="order__place">{words(move || (at.get() + 1).to_string())}</span>
            <span class="order__address">
                {words(move || address.get())}
                <span class="order__reference">{reference.to_string()}</span>
            </span>
            <button
                type="button"
                class="order__move"
                id=format!("up-{reference}")
                aria-label=words(move || (t.move_up)(&address.get()))
                aria-disabled=words(move || if at.get() == 0 { "true" } else { "false" })
                on:click=move |_| {
                    if let Some(to) = at.get_untracked().checked_sub(1) {
                        move_to(to, "up");
                    }
                }
            >
                <Icon name="up" />
            </button>
            <button
                type="button"
                class="order__move"
                id=format!("down-{reference}")
                aria-label=words(move || (t.move_down)(&address.get()))
                aria-disabled=words(move || {
                    if at.get() == last.get() { "true" } else { "false" }
                })
                on:click=move |_| {
                    let to = at.get_untracked() + 1;
                    if to <= last.get_untracked() {
                        move_to(to, "down");
                    }
                }
            >
                <Icon name="down" />
            </button>
        </li>
    }
}

fn focus(id: &str) {
    let button = document().get_element_by_id(id);
    if let Some(button) = button.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        // One that is gone can't have the focus.
        let _ = button.focus();
    }
}
