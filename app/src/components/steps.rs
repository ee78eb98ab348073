//! The steps of a delivery's life.

use leptos::prelude::*;
use porchlight_domain::tracking::Step;

use super::{Icon, part};
use crate::clock::{Say, Time};
use crate::text::use_text;

/// What was, what is, and what comes, with times.
#[component]
pub fn Steps(
    /// In order.
    #[prop(into)]
    steps: Signal<Vec<Step>>,
) -> impl IntoView {
    view! {
        <ol class="steps">
            {part(move || {
                let lines = steps.get().into_iter().map(|step| view! { <StepLine step /> }.into_any());
                lines.collect_view().into_any()
            })}
        </ol>
    }
}

#[component]
fn StepLine(step: Step) -> impl IntoView {
    let t = use_text();
    let state = match (step.current, step.reached_at) {
        (true, _) => "steps__step--now",
        (false, Some(_)) => "steps__step--done",
        (false, None) => "steps__step--ahead",
    };
    view! {
        <li class=format!("steps__step {state}") aria-current=step.current.then_some("step")>
            <span class="steps__dot">
                {(step.reached_at.is_some() && !step.current).then(|| view! { <Icon name="check" /> }.into_any())}
            </span>
            <span class="steps__name">{t.status_name(step.status)}</span>
            {match step.reached_at {
                Some(at) => {
                    view! {
                        <span class="steps__time">
                            <Time at say=Say::DayAndClock />
                        </span>
                    }
                        .into_any()
                }
                None => view! { <span class="visually-hidden">{t.tracking.to_come}</span> }.into_any(),
            }}
        </li>
    }
}
