//! Post offices: how much they take, when they are open, who works there, and locks that are released.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::hold::{CountRecord, OfficeSettings};
use porchlight_domain::reference::Reference;

use super::pick_ups::PickUps;
use crate::api::desk::{AssignClerk, ConfigureOffice, UnlockDesk, UnlockParcel, all_offices};
use crate::clock::{Say, Time};
use crate::components::{Failure, FormFailure, Icon, Loading, Submit};
use crate::live::use_live;
use crate::text::{OfficesText, use_page_text};

/// What can be done about offices. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    configure: ServerAction<ConfigureOffice>,
    assign: ServerAction<AssignClerk>,
    unlock: ServerAction<UnlockDesk>,
    release: ServerAction<UnlockParcel>,
}

/// Every office.
#[component]
pub fn Offices() -> impl IntoView {
    let t = use_page_text::<OfficesText>();
    let acts = Acts {
        configure: ServerAction::new(),
        assign: ServerAction::new(),
        unlock: ServerAction::new(),
        release: ServerAction::new(),
    };
    let heard = RwSignal::new(0_u32);
    let live = use_live();
    live.on_other_change(move || heard.update(|times| *times = times.wrapping_add(1)));
    let version = move || {
        (
            acts.configure.version().get(),
            acts.assign.version().get(),
            acts.unlock.version().get(),
            heard.get(),
        )
    };
    let offices = Resource::new(version, |_| all_offices());
    let error = Signal::derive(move || {
        let configured = acts.configure.value().get().and_then(Result::err);
        let assigned = acts.assign.value().get().and_then(Result::err);
        let unlocked = acts.unlock.value().get().and_then(Result::err);
        let released = acts.release.value().get().and_then(Result::err);
        configured.or(assigned).or(unlocked).or(released)
    });
    view! {
        <section class="panel">
            <h2 class="section-title">{t.title}</h2>
            <p class="hold__text">{t.text}</p>
            <FormFailure error fields=&[] />
            <Transition fallback=Loading>
                {move || match offices.get()? {
                    Ok(offices) => Some(list(offices, acts)),
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Transition>
            <ActionForm action=acts.release attr:class="case__form">
                <label class="visually-hidden" for="release-parcel">
                    {t.parcel}
                </label>
                <input
                    class="field__input"
                    id="release-parcel"
                    name="reference"
                    maxlength="20"
                    required
                    autocomplete="off"
                    placeholder=t.parcel
                />
                <Submit label=t.release pending=acts.release.pending() class="" />
            </ActionForm>
            <PickUps />
        </section>
    }
}

fn list(offices: Vec<OfficeSettings>, acts: Acts) -> AnyView {
    let items = offices
        .into_iter()
        .map(|office| view! { <Office office acts /> }.into_any());
    view! { <ul class="cases">{items.collect_view()}</ul> }.into_any()
}

#[component]
fn Office(office: OfficeSettings, acts: Acts) -> impl IntoView {
    let t = use_page_text::<OfficesText>();
    let OfficeSettings {
        office,
        capacity,
        used,
        has_own_hours,
        closed_days,
        is_locked,
        clerks,
        last_count,
        ..
    } = office;
    let (first_day, last_day) = closed_days.map(|days| (days.first, days.last)).unzip();
    let facts = [office.address.clone(), (t.used)(used), clerks.join(", ")];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let id = office.id.to_string();
    let own_hours = office.opening_hours.clone().filter(|_| has_own_hours);
    let of_map = office.opening_hours.filter(|_| !has_own_hours);
    let field = |name: &str| format!("{name}-{id}");
    let (for_capacity, for_hours) = (field("capacity"), field("hours"));
    let (for_from, for_to, for_clerk) = (field("from"), field("to"), field("clerk"));
    let (for_unlock, for_configure) = (id.clone(), id.clone());
    let locked = is_locked.then(move || {
        view! {
            <div class="callout callout--failure">
                <Icon name="alert" />
                <span>{t.locked}</span>
                <ActionForm action=acts.unlock>
                    <input type="hidden" name="office" value=for_unlock />
                    <Submit label=t.unlock pending=acts.unlock.pending() class="" />
                </ActionForm>
            </div>
        }
    });
    view! {
        <li class="case case--calm">
            <p class="case__kind">{office.name}</p>
            <p class="case__facts">
                {facts.join(" · ")}
            </p>
            {last_count.map(|count| view! { <LastCount count /> })}
            {locked}
            <ActionForm action=acts.configure attr:class="offices__form">
                <input type="hidden" name="office" value=for_configure />
                <label class="field">
                    <span class="field__label">{t.capacity}</span>
                    <input
                        class="field__input"
                        id=for_capacity
                        name="capacity"
                        type="number"
                        min="0"
                        max="20000"
                        value=capacity
                        required
                    />
                </label>
                <label class="field">
                    <span class="field__label">{t.hours}</span>
                    <input
                        class="field__input"
                        id=for_hours
                        name="opening_hours"
                        maxlength="255"
                        value=own_hours
                        title=t.hours_hint
                        placeholder=of_map.unwrap_or_else(|| t.hours_hint.to_owned())
                    />
                </label>
                <label class="field">
                    <span class="field__label">{t.closed_from}</span>
                    <input
                        class="field__input"
                        id=for_from
                        name="closed_from"
                        type="date"
                        value=first_day
                    />
                </label>
                <label class="field">
                    <span class="field__label">{t.closed_to}</span>
                    <input
                        class="field__input"
                        id=for_to
                        name="closed_to"
                        type="date"
                        value=last_day
                    />
                </label>
                <Submit label=t.save pending=acts.configure.pending() class="" />
            </ActionForm>
            <ActionForm action=acts.assign attr:class="case__form">
                <input type="hidden" name="office" value=id />
                <label class="visually-hidden" for=for_clerk.clone()>
                    {t.clerk}
                </label>
                <input
                    class="field__input"
                    id=for_clerk
                    name="email"
                    type="email"
                    required
                    autocomplete="off"
                    placeholder=t.clerk
                />
                <Submit label=t.assign pending=acts.assign.pending() class="" />
            </ActionForm>
        </li>
    }
}

/// What the last count came to; a difference stands out.
#[component]
fn LastCount(count: CountRecord) -> impl IntoView {
    let t = use_page_text::<OfficesText>();
    let CountRecord {
        at,
        counted,
        missing,
        unexpected,
    } = count;
    let listed = |title: &str, references: &[Reference]| {
        let all: Vec<String> = references.iter().map(ToString::to_string).collect();
        (!all.is_empty()).then(|| format!(" · {title} {}", all.join(", ")))
    };
    let difference = [
        listed(t.count_missing, &missing),
        listed(t.count_unexpected, &unexpected),
    ];
    let is_right = difference.iter().all(Option::is_none);
    let class = if is_right {
        "case__facts"
    } else {
        "case__facts case__facts--alert"
    };
    view! {
        <p class=class>
            {(t.counted)(counted)} " " <Time at=Signal::stored(at) say=Say::DayAndClock />
            {difference.into_iter().flatten().collect::<String>()}
        </p>
    }
}
