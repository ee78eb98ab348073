//! The label of a parcel, to be printed and stuck on it: a QR that couriers scan, and the address.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::api::label::{Label, read_label};
use crate::components::{Access, Failure, ForRole, LiveTitle, Loading, maybe};
use crate::qr::Qr;
use crate::text::{LabelText, use_page_text};

/// The page of one label.
#[component]
pub fn LabelPage() -> impl IntoView {
    let t = use_page_text::<LabelText>();
    let params = use_params_map();
    let reference = move || params.with(|params| params.get("reference").unwrap_or_default());
    let asked = Resource::new(reference, read_label);
    view! {
        <LiveTitle text=move || format!("{} {}", t.title, reference()) />
        <Access who=ForRole::Anyone>
            <Suspense fallback=Loading>
                {maybe(move || match asked.get()? {
                    Ok(label) => Some(view! { <Printable label /> }.into_any()),
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                })}
            </Suspense>
        </Access>
    }
}

#[component]
fn Printable(label: Label) -> impl IntoView {
    let t = use_page_text::<LabelText>();
    let print = move |_| {
        // A browser that can't print says so itself.
        drop(window().print());
    };
    view! {
        <div class="page page--narrow">
            <h1 class="page__title label__screen">{t.title}</h1>
            <article class="label">
                {label.qr.map(|drawing| view! { <Qr drawing label=label.reference.clone() /> })}
                <div class="label__words">
                    <p class="label__reference">{label.reference}</p>
                    <p class="label__to">{label.address}</p>
                    <p class="label__day">{label.day}</p>
                    {label
                        .hands_only
                        .then(|| view! { <p class="label__hands">{t.hands_only}</p> })}
                </div>
            </article>
            <p class="page__lead label__screen">{t.text}</p>
            <button
                type="button"
                class="button button--primary label__screen"
                on:click=print
            >
                {t.print}
            </button>
        </div>
    }
}
