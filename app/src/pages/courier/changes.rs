//! What others changed about the run while the courier looks at it: pointed out, so that nobody drives to a
//! stop that is gone or past one that is new.

use std::collections::BTreeMap;

use leptos::prelude::*;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::RunView;

use crate::components::{Icon, effect, maybe};
use crate::text::{CourierText, use_page_text, use_text};

/// What is new and what is gone. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Changes {
    new: RwSignal<Vec<Reference>>,
    /// By their addresses.
    gone: RwSignal<Vec<String>>,
}

/// The stops of a run with their addresses.
type Stops = BTreeMap<Reference, String>;

impl Changes {
    /// Compares each run that is shown with the one before.
    pub fn of(shown: Memo<Option<RunView>>) -> Self {
        let changes = Self {
            new: RwSignal::new(Vec::new()),
            gone: RwSignal::new(Vec::new()),
        };
        let mut known: Option<Stops> = None;
        effect(move || {
            let Some(stops) = shown.with(|run| run.as_ref().map(stops_of)) else {
                return;
            };
            if let Some(known) = known.replace(stops.clone()) {
                changes.note(&known, &stops);
            }
        });
        changes
    }

    fn note(self, before: &Stops, after: &Stops) {
        let (new, gone) = difference(before, after);
        if !new.is_empty() {
            self.new.update(|all| all.extend(new));
        }
        if !gone.is_empty() {
            self.gone.update(|all| all.extend(gone));
        }
    }

    /// Whether a stop was added since the courier looked. Tracks.
    pub fn is_new(self, reference: Reference) -> bool {
        self.new.with(|new| new.contains(&reference))
    }

    /// The courier has seen that a stop is new.
    pub fn has_seen(self, reference: Reference) {
        if self.new.with_untracked(|new| new.contains(&reference)) {
            self.new
                .update(|new| new.retain(|other| *other != reference));
        }
    }
}

fn stops_of(run: &RunView) -> Stops {
    let stops = run.stops.iter();
    stops
        .map(|stop| (stop.reference, stop.address.text.clone()))
        .collect()
}

/// What is in the second only, and what in the first.
fn difference(before: &Stops, after: &Stops) -> (Vec<Reference>, Vec<String>) {
    let new = after.keys().filter(|stop| !before.contains_key(stop));
    let gone = before.iter().filter(|(stop, _)| !after.contains_key(stop));
    (
        new.copied().collect(),
        gone.map(|(_, address)| address.clone()).collect(),
    )
}

/// Stops that were taken off the run, until the courier has read it.
#[component]
pub fn GoneStops(
    /// What changed.
    changes: Changes,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    maybe(move || {
        let gone = changes.gone.get();
        (!gone.is_empty()).then(|| {
            view! {
                <div class="callout" role="alert">
                    <Icon name="alert" />
                    <p class="callout__words">{t.gone} " " {gone.join("; ")}</p>
                    <button
                        type="button"
                        class="button button--quiet"
                        on:click=move |_| changes.gone.set(Vec::new())
                    >
                        {use_text().common.dismiss}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_that_come_and_go_are_found() {
        let stop = |number, address: &str| (Reference::from_random(number), address.to_owned());
        let before = Stops::from([stop(1, "Kaivokatu 8"), stop(2, "Vuorikatu 14")]);
        let after = Stops::from([stop(2, "Vuorikatu 14"), stop(3, "Simonkatu 9")]);
        assert_eq!(
            difference(&before, &after),
            (
                vec![Reference::from_random(3)],
                vec!["Kaivokatu 8".to_owned()]
            )
        );
        assert_eq!(difference(&after, &after), (vec![], vec![]));
    }
}
