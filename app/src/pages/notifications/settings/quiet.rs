//! When nothing rings.

use js_sys::{Array, Intl, Object, Reflect};
use leptos::prelude::*;

use super::Chosen;
use crate::api::notifications::choose_quiet_hours;
use crate::components::{maybe, sentence, words};
use crate::text::{NotificationText, use_page_text};

/// A usual night, for whoever has chosen none.
const NIGHT: (u32, u32) = (22 * 60, 7 * 60);

/// Two times of the day, by the clock of this browser.
#[component]
pub fn Quiet(chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let hours = Memo::new(move |_| chosen.view.with(|view| view.quiet_hours));
    let ends = hours
        .get_untracked()
        .map_or(NIGHT, |hours| (hours.from_min(), hours.to_min()));
    let times = RwSignal::new((clock(ends.0), clock(ends.1)));
    Effect::new(move |_| {
        if let Some(hours) = hours.get() {
            times.set((clock(hours.from_min()), clock(hours.to_min())));
        }
    });
    let save = move |is_on: bool| {
        let (from, to) = times.get_untracked();
        chosen.save(choose_quiet_hours(is_on, from, to, time_zone()));
    };
    let is_on = move || hours.get().is_some();
    let wrong = move || {
        let error = chosen.error.get()?;
        let text = sentence(error.about("quiet_hours")?);
        Some(view! { <p class="field__wrong">{text}</p> }.into_any())
    };
    let zone = words(move || chosen.view.with(|view| view.time_zone.replace('_', " ")));
    let from = Signal::derive(move || times.get().0);
    let to = Signal::derive(move || times.get().1);
    view! {
        <section class="panel">
            <h2 class="section-title">{t.quiet}</h2>
            <p class="panel__text">{t.quiet_text}</p>
            <div class="quiet">
                <label class="switch switch--named">
                    <input
                        type="checkbox"
                        checked=hours.get_untracked().is_some()
                        prop:checked=is_on
                        on:change=move |event| save(event_target_checked(&event))
                    />
                    <span class="switch__track" aria-hidden="true"></span>
                    <span>{t.quiet_on}</span>
                </label>
                <TimeField
                    label=t.from
                    value=from
                    changed=Callback::new(move |time| {
                        times.update(|times| times.0 = time);
                        if hours.get_untracked().is_some() {
                            save(true);
                        }
                    })
                />
                <TimeField
                    label=t.to
                    value=to
                    changed=Callback::new(move |time| {
                        times.update(|times| times.1 = time);
                        if hours.get_untracked().is_some() {
                            save(true);
                        }
                    })
                />
                <span class="quiet__zone">{zone}</span>
            </div>
            <div role="alert">{maybe(wrong)}</div>
        </section>
    }
}

#[component]
fn TimeField(
    label: &'static str,
    value: Signal<String>,
    changed: Callback<String>,
) -> impl IntoView {
    view! {
        <label class="quiet__time">
            <span>{label}</span>
            <input
                class="field__input"
                type="time"
                required
                value=value.get_untracked()
                prop:value=value
                on:change=move |event| changed.run(event_target_value(&event))
            />
        </label>
    }
}

/// `07:30`
fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The zone of this browser, as the tz database calls it; in the browser only.
pub fn time_zone() -> Option<String> {
    let format = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    let zone = Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?;
    zone.as_string()
}

/// What the server has and what the fields show are of one form.
#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_domain::notification::QuietHours;

    #[test]
    fn a_usual_night_is_shown_as_people_write_it() {
        assert!(QuietHours::new(NIGHT.0, NIGHT.1).is_ok());
        assert_eq!(
            (clock(NIGHT.0), clock(NIGHT.1)),
            ("22:00".into(), "07:00".into())
        );
    }
}
