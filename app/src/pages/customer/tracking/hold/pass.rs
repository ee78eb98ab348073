//! The pick-up pass: on the screen, on paper, and saved for where there is no network.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::hold::{DelegateView, HoldView};

use super::office::OfficeFacts;
use super::panel::Held;
use crate::api::holds::{HoldPage, extend_hold, name_delegate, revoke_delegate};
use crate::clock::{Say, Time};
use crate::components::Icon;
use crate::qr::{Drawing, Qr};
use crate::text::{HoldText, use_page_text};

/// What the recipient shows at the desk, and what else they can do.
#[component]
pub(super) fn ReadyPass(held: Held, hold: HoldView, page: HoldPage) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let HoldView {
        office,
        keep_until,
        can_extend,
        is_locked,
        pass,
        delegates,
        ..
    } = hold;
    let reference = held.reference;
    let code = pass.map(|pass| pass.code).unwrap_or_default();
    let title = format!("{reference} · {}", office.name);
    let saved = page.qr.as_ref().map(|drawing| {
        let file = format!("pick-up-{reference}.svg");
        let url = drawing.as_file(&[&title, &code, &office.address]);
        view! {
            <a class="button button--quiet" href=url download=file rel="external">
                {t.save}
            </a>
        }
    });
    let print = move |_| {
        // A browser that can't print says so itself.
        drop(window().print());
    };
    let hours = office.opening_hours.clone();
    let drawings = page.delegates;
    view! {
        <article class="pass">
            <h2 class="section-title pass__title">
                <Icon name="check" />
                {t.ready}
            </h2>
            {is_locked
                .then(|| {
                    view! {
                        <p class="callout callout--failure">
                            <Icon name="alert" />
                            <span>{t.locked}</span>
                        </p>
                    }
                })}
            <p class="hold__text pass__screen">{t.ready_text}</p>
            {page.qr.map(|drawing| view! { <Qr drawing label=t.qr.to_owned() /> })}
            <p class="pass__label">{t.code}</p>
            <output class="pass__code">{code}</output>
            <p class="pass__reference">{reference.to_string()}</p>
            <OfficeFacts office />
            {hours
                .map(|hours| {
                    view! { <p class="pass__hours">{t.hours} ": " {hours}</p> }
                })}
            <p class="pass__until">
                {t.keep_until} " "
                <strong>
                    <Time at=Signal::stored(keep_until) say=Say::Day />
                </strong>
            </p>
        </article>
        <div class="pass__actions">
            <button type="button" class="button" on:click=print>
                {t.print}
            </button>
            {saved}
            {can_extend
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button button--quiet"
                            on:click=move |_| held.act(extend_hold(reference))
                        >
                            {t.extend}
                        </button>
                    }
                })}
        </div>
        <Delegates held delegates drawings />
    }
}

#[component]
fn Delegates(
    held: Held,
    delegates: Vec<DelegateView>,
    drawings: Vec<Option<Drawing>>,
) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let input = NodeRef::<Input>::new();
    let reference = held.reference;
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(name) = input.get_untracked().map(|input| input.value()) {
            held.act(name_delegate(reference, name));
        }
    };
    let is_open = !delegates.is_empty();
    let named = delegates
        .into_iter()
        .zip(drawings)
        .map(|(delegate, drawing)| {
            let name = delegate.name.clone();
            view! {
                <li class="delegate">
                    <p class="delegate__name">{delegate.name.clone()}</p>
                    {drawing.map(|drawing| view! { <Qr drawing label=delegate.name.clone() /> })}
                    <output class="pass__code">{delegate.pass.code}</output>
                    <button
                        type="button"
                        class="button button--small button--quiet"
                        on:click=move |_| held.act(revoke_delegate(reference, name.clone()))
                    >
                        {t.delegate_revoke}
                    </button>
                </li>
            }
        });
    view! {
        <details class="delegates pass__screen" open=is_open>
            <summary class="button button--quiet">{t.delegate}</summary>
            <p class="hold__text">{t.delegate_text}</p>
            <ul class="delegates__list">{named.collect_view()}</ul>
            <form class="hold__search" on:submit=add>
                <label class="visually-hidden" for="delegate-name">
                    {t.delegate_name}
                </label>
                <input
                    class="field__input"
                    id="delegate-name"
                    node_ref=input
                    autocomplete="off"
                    maxlength="80"
                    required
                    placeholder=t.delegate_name
                />
                <button type="submit" class="button">
                    {t.delegate_add}
                </button>
            </form>
            <p class="hold__text">{t.never_send}</p>
        </details>
    }
}
