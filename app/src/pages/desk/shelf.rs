//! What lies on the shelf, what is expected, and what goes back.

use leptos::prelude::*;
use porchlight_domain::hold::{DeskEntry, HoldState};
use wasm_bindgen_futures::spawn_local;

use super::Desk;
use crate::api::desk::send_back;
use crate::clock::{Say, Time};
use crate::components::{Icon, failure_sentence, part, words};
use crate::text::{DeskText, use_page_text};

/// Lines of a list: whoever looks for another one searches.
const SHOWN: usize = 200;

/// Whether a parcel is meant by what was typed.
fn is_meant(entry: &DeskEntry, wanted: &str) -> bool {
    let plain = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let wanted = plain(wanted);
    plain(&entry.recipient).contains(&wanted)
        || plain(&entry.reference.to_string()).contains(&wanted)
}

/// The lists, with a search over all of them.
#[component]
pub(super) fn Shelf(desk: Desk) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let wanted = RwSignal::new(String::new());
    let problem = RwSignal::new(String::new());
    let of = move |state: HoldState| {
        Memo::new(move |_| {
            let wanted = wanted.get();
            desk.known.with(|known| {
                let all = known.iter().flat_map(|desk| &desk.parcels);
                all.filter(|entry| entry.state == state && is_meant(entry, &wanted))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        })
    };
    let (ready, expected, back) = (
        of(HoldState::Ready),
        of(HoldState::Confirmed),
        of(HoldState::Expired),
    );
    let list = move |entries: Memo<Vec<DeskEntry>>| {
        part(move || {
            let items = entries.get();
            if items.is_empty() {
                return view! { <p class="hold__text">{t.nothing}</p> }.into_any();
            }
            let more = items.len().saturating_sub(SHOWN);
            let items = items
                .into_iter()
                .take(SHOWN)
                .map(|entry| view! { <Line desk entry problem /> }.into_any());
            let more = (more > 0).then(|| {
                let more = u32::try_from(more).unwrap_or(u32::MAX);
                view! { <p class="hold__text">{(t.more)(more)}</p> }
            });
            view! {
                <ul class="shelf">{items.collect_view()}</ul>
                {more}
            }
            .into_any()
        })
    };
    let head = move |title: &'static str, entries: Memo<Vec<DeskEntry>>| {
        view! {
            <h2 class="section-title">
                {title} " " <span class="shelf__count">{move || entries.with(Vec::len)}</span>
            </h2>
        }
    };
    view! {
        <section class="panel">
            {head(t.shelf, ready)}
            <label class="visually-hidden" for="shelf-search">
                {t.search}
            </label>
            <input
                class="field__input"
                id="shelf-search"
                type="search"
                autocomplete="off"
                maxlength="80"
                placeholder=t.search
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            <p class="form__problem" role="alert">
                {words(move || problem.get())}
            </p>
            {list(ready)}
        </section>
        <section class="panel">{head(t.expected, expected)} {list(expected)}</section>
        <section class="panel">{head(t.back, back)} {list(back)}</section>
    }
}

#[component]
fn Line(desk: Desk, entry: DeskEntry, problem: RwSignal<String>) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let DeskEntry {
        reference,
        recipient,
        state,
        keep_until,
        is_locked,
        ..
    } = entry;
    let leave = move |_| {
        spawn_local(async move {
            let answer = send_back(reference).await;
            let said = answer
                .err()
                .map(|error| failure_sentence(desk.texts, error));
            problem.try_set(said.unwrap_or_default());
            desk.ask();
        });
    };
    let act = match state {
        HoldState::Ready if !is_locked => Some(
            view! {
                <button
                    type="button"
                    class="button button--small"
                    on:click=move |_| desk.chosen.set(Some(reference))
                >
                    {t.choose}
                </button>
            }
            .into_any(),
        ),
        HoldState::Expired => Some(
            view! {
                <button type="button" class="button button--small" on:click=leave>
                    {t.send_back}
                </button>
            }
            .into_any(),
        ),
        _ => None,
    };
    view! {
        <li class="shelf__line">
            <span class="shelf__what">
                <span class="shelf__reference">{reference.to_string()}</span>
                <span>{recipient}</span>
                <span class="shelf__until">
                    {t.kept_until} " " <Time at=Signal::stored(keep_until) say=Say::Day />
                    {is_locked
                        .then(|| view! { <strong class="shelf__locked">" " <Icon name="alert" /> {t.is_locked}</strong> })}
                </span>
            </span>
            {act}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use porchlight_domain::reference::Reference;
    use porchlight_domain::time::Timestamp;

    use super::*;

    #[test]
    fn a_parcel_is_found_by_name_and_by_reference_however_they_are_typed() {
        let reference: Reference = "PL-RE37-7BS6".parse().expect("a reference");
        let entry = DeskEntry {
            reference,
            recipient: "Ada Lovelace".into(),
            state: HoldState::Ready,
            since: None,
            keep_until: Timestamp::from_millis(0),
            is_locked: false,
        };
        for wanted in ["", "ada", "LOVE", "re37 7b", "pl-re37"] {
            assert!(is_meant(&entry, wanted), "{wanted}");
        }
        assert!(!is_meant(&entry, "bob"));
    }
}
