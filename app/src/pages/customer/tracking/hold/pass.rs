//! The pick-up pass: on the screen, on paper, and saved for where there is no network.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::hold::{DelegateView, HoldView, OfficeView};
use porchlight_domain::time::Timestamp;

use super::office::OfficeFacts;
use super::panel::Held;
use crate::api::holds::{HoldPage, extend_hold, name_delegate, revoke_delegate};
use crate::clock::{Say, TimeThere, use_clock};
use crate::components::{Icon, words};
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
    let zone = office.time_zone.clone();
    let paper = Paper {
        reference: reference.to_string(),
        office: office.clone(),
        keep_until,
    };
    let saved = page
        .qr
        .clone()
        .map(|drawing| view! { <Save paper=paper.clone() drawing code=code.clone() name=None /> });
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
                    <TimeThere at=keep_until say=Say::Day zone />
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
        <Delegates held delegates drawings paper />
    }
}

/// What stands below a pass that was saved.
#[derive(Clone)]
struct Paper {
    reference: String,
    office: OfficeView,
    keep_until: Timestamp,
}

impl Paper {
    fn lines(&self, t: &HoldText, code: &str, name: Option<&str>, until: &str) -> Vec<String> {
        let OfficeView {
            name: office,
            address,
            opening_hours,
            ..
        } = &self.office;
        let first = match name {
            Some(name) => format!("{name} · {}", self.reference),
            None => self.reference.clone(),
        };
        let mut lines = vec![first, code.to_owned(), office.clone(), address.clone()];
        let hours = opening_hours.as_ref();
        lines.extend(hours.map(|hours| format!("{}: {hours}", t.hours)));
        lines.push(format!("{} {until}", t.keep_until));
        lines
    }
}

/// Keeps a pass as a picture, to be shown where there is no network, printed, or given to whom it is for.
#[component]
fn Save(paper: Paper, drawing: Drawing, code: String, name: Option<String>) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let clock = use_clock();
    let file = match &name {
        Some(name) => format!("pick-up-{}-{name}.svg", paper.reference),
        None => format!("pick-up-{}.svg", paper.reference),
    };
    let url = move || {
        let until = clock.say_there(paper.keep_until, Say::Date, &paper.office.time_zone);
        drawing.as_file(&paper.lines(t, &code, name.as_deref(), &until))
    };
    view! {
        <a class="button button--small button--quiet" href=words(url) download=file rel="external">
            {t.save}
        </a>
    }
}

#[component]
fn Delegates(
    held: Held,
    delegates: Vec<DelegateView>,
    drawings: Vec<Option<Drawing>>,
    paper: Paper,
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
            let (code, who) = (delegate.pass.code.clone(), Some(name.clone()));
            let saved = drawing.clone().map(|drawing| {
                view! { <Save paper=paper.clone() drawing code name=who /> }
            });
            view! {
                <li class="delegate">
                    <p class="delegate__name">{delegate.name.clone()}</p>
                    {drawing.map(|drawing| view! { <Qr drawing label=delegate.name.clone() /> })}
                    <output class="pass__code">{delegate.pass.code}</output>
                    {saved}
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
