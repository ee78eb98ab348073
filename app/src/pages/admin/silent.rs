//! Who is on the road and not heard.

use std::time::Duration;

use leptos::prelude::*;
use porchlight_domain::tracking::SilentCourier;

use crate::api::operations::silent_couriers;
use crate::clock::{Say, Time};
use crate::components::{Failure, Icon, Loading, effect};
use crate::live::{Scope, use_live};
use crate::text::{AdminText, use_page_text};

/// How often it is asked for anyway.
const ASK_AGAIN: Duration = Duration::from_mins(1);

/// Silent couriers, the longest silent first, as they fall silent and are heard again.
#[component]
pub fn Silent() -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let live = use_live();
    let asked = RwSignal::new(0_u32);
    let ask = move || asked.update(|times| *times = times.wrapping_add(1));
    let silent = Resource::new(move || asked.get(), |_| silent_couriers());
    live.on_other_change(ask);
    effect(move || {
        live.connect_quietly(Scope::Session);
        if let Ok(asking) = set_interval_with_handle(ask, ASK_AGAIN) {
            on_cleanup(move || asking.clear());
        }
    });
    view! {
        <section class="panel" aria-live="polite">
            <h2 class="section-title">{t.silent}</h2>
            <Transition fallback=Loading>
                {move || match silent.get()? {
                    Ok(silent) if silent.is_empty() => {
                        Some(
                            view! {
                                <p class="silent__none">
                                    <Icon name="check" />
                                    {t.all_heard}
                                </p>
                            }
                                .into_any(),
                        )
                    }
                    Ok(silent) => Some(view! { <SilentList silent /> }.into_any()),
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Transition>
        </section>
    }
}

#[component]
fn SilentList(silent: Vec<SilentCourier>) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let lines = silent.into_iter().map(|silent| {
        view! {
            <li class="silent__courier">
                <Icon name="alert" />
                <span class="silent__name">{silent.courier}</span>
                <span class="silent__facts">
                    {t.last_heard} " "
                    <Time at=Signal::stored(silent.last_heard) say=Say::DayAndClock />
                </span>
                <span class="silent__facts">{(t.parcels_out)(silent.parcels_out)}</span>
            </li>
        }
    });
    view! {
        <p class="panel__text">{t.silent_text}</p>
        <ul class="silent">{lines.collect_view()}</ul>
    }
}
