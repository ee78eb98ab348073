//! When recipients see the courier.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::reveal::{RevealPolicy, RevealRule};

use crate::api::operations::{RuleKind, SetRevealPolicy, current_policy};
use crate::components::{Failure, FormFailure, Icon, Loading, Submit};
use crate::text::{AdminText, use_page_text};

/// The two rules.
#[component]
pub fn Policy() -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let action = ServerAction::<SetRevealPolicy>::new();
    let policy = Resource::new(move || action.version().get(), |_| current_policy());
    let error = Signal::derive(move || action.value().get()?.err());
    let is_saved = move || matches!(action.value().get(), Some(Ok(())));
    view! {
        <section class="panel">
            <h2 class="section-title">{t.reveal}</h2>
            <p class="panel__text">{t.reveal_text}</p>
            <ActionForm action attr:class="form">
                <FormFailure error fields=&[] />
                <Transition fallback=Loading>
                    {move || match policy.get()? {
                        Ok(policy) => Some(view! { <Rules policy /> }.into_any()),
                        Err(error) => Some(view! { <Failure error /> }.into_any()),
                    }}
                </Transition>
                <Submit label=t.save pending=action.pending() />
                <div role="status">
                    {move || {
                        is_saved()
                            .then(|| {
                                view! {
                                    <p class="callout callout--done">
                                        <Icon name="check" />
                                        <span>{t.saved}</span>
                                    </p>
                                }
                            })
                    }}
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Rules(policy: RevealPolicy) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    view! {
        <div class="rules">
            <Rule legend=t.area name="area" limit_name="area_limit" rule=policy.area />
            <Rule legend=t.exact name="exact" limit_name="exact_limit" rule=policy.exact />
        </div>
    }
}

#[component]
fn Rule(
    legend: &'static str,
    name: &'static str,
    limit_name: &'static str,
    rule: RevealRule,
) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let (kind, limit) = RuleKind::of(rule);
    let kind = RwSignal::new(kind);
    let words = move |kind| match kind {
        RuleKind::Always => t.always,
        RuleKind::Stops => t.stops,
        RuleKind::Minutes => t.minutes,
        RuleKind::Metres => t.metres,
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        if let Some(chosen) = RuleKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == chosen)
        {
            kind.set(chosen);
        }
    };
    view! {
        <fieldset class="rule">
            <legend class="field__label">{legend}</legend>
            <div class="rule__fields">
                <input
                    class="field__input rule__limit"
                    class:rule__limit--hidden=move || kind.get() == RuleKind::Always
                    type="number"
                    name=limit_name
                    min="0"
                    max="100000"
                    required
                    aria-label=t.limit
                    value=limit
                />
                <select
                    class="field__input field__input--select"
                    name=name
                    aria-label=t.measured
                    on:change=choose
                >
                    {RuleKind::ALL
                        .map(|option| {
                            view! {
                                <option
                                    value=option.as_str()
                                    selected=kind.get_untracked() == option
                                >
                                    {words(option)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
        </fieldset>
    }
}
