//! What others changed about the run while the courier looks at it: pointed out, so that nobody drives to a
//! stop that is gone or past one that is new.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::RunView;

use super::steps::Steps;
use crate::components::{Icon, effect, maybe};
use crate::text::{CourierText, use_page_text, use_text};

/// What others made of a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopNews {
    /// It was not there.
    Added,
    /// It went to another door, or not to an office, or to another one.
    Redirected,
}

/// What is new and what is gone. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Changes {
    new: RwSignal<Vec<(Reference, StopNews)>>,
    /// By their addresses.
    gone: RwSignal<Vec<String>>,
}

/// The stops of a run, and where they are.
type Stops = BTreeMap<Reference, Place>;

/// Where a stop is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    address: String,
    office: Option<PostOfficeId>,
}

impl Changes {
    /// Compares each run that is shown with the one before. What the courier does themselves, undoes, or is refused is no
    /// news to them.
    pub fn of(shown: Memo<Option<RunView>>, steps: Steps) -> Self {
        let changes = Self {
            new: RwSignal::new(Vec::new()),
            gone: RwSignal::new(Vec::new()),
        };
        let mut known: Option<(Stops, BTreeSet<Reference>)> = None;
        effect(move || {
            let Some(stops) = shown.with(|run| run.as_ref().map(stops_of)) else {
                return;
            };
            // Tracked: what the server has taken is ours no more.
            let ours = steps.redirected();
            if let Some((before, ours_before)) = known.replace((stops.clone(), ours.clone())) {
                let ours = &ours | &ours_before;
                changes.note(&without(&ours, &before), &without(&ours, &stops));
            }
        });
        changes
    }

    fn note(self, before: &Stops, after: &Stops) {
        let (new, gone) = difference(before, after);
        if !new.is_empty() {
            self.new.update(|all| {
                all.retain(|(stop, _)| !new.iter().any(|(other, _)| other == stop));
                all.extend(new);
            });
        }
        if !gone.is_empty() {
            self.gone.update(|all| all.extend(gone));
        }
    }

    /// What became of a stop since the courier looked. Tracks.
    pub fn news_of(self, reference: Reference) -> Option<StopNews> {
        self.new.with(|new| {
            let of_it = new.iter().find(|(stop, _)| *stop == reference);
            of_it.map(|(_, news)| *news)
        })
    }

    /// The courier has seen what became of a stop.
    pub fn has_seen(self, reference: Reference) {
        let is_it = |(stop, _): &(Reference, StopNews)| *stop == reference;
        if self.new.with_untracked(|new| new.iter().any(is_it)) {
            self.new.update(|new| new.retain(|stop| !is_it(stop)));
        }
    }
}

fn stops_of(run: &RunView) -> Stops {
    let stops = run.stops.iter();
    stops
        .map(|stop| {
            let place = Place {
                address: stop.address.text.clone(),
                office: stop.office.as_ref().map(|office| office.id.clone()),
            };
            (stop.reference, place)
        })
        .collect()
}

fn without(some: &BTreeSet<Reference>, stops: &Stops) -> Stops {
    let others = stops.iter().filter(|(stop, _)| !some.contains(stop));
    others.map(|(stop, place)| (*stop, place.clone())).collect()
}

/// What became of stops that are in the second, and the addresses of those that are in the first only.
fn difference(before: &Stops, after: &Stops) -> (Vec<(Reference, StopNews)>, Vec<String>) {
    let news = |(stop, place): (&Reference, &Place)| match before.get(stop) {
        None => Some((*stop, StopNews::Added)),
        Some(known) if known != place => Some((*stop, StopNews::Redirected)),
        Some(_) => None,
    };
    let gone = before.iter().filter(|(stop, _)| !after.contains_key(stop));
    (
        after.iter().filter_map(news).collect(),
        gone.map(|(_, place)| place.address.clone()).collect(),
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
    fn stops_that_come_go_and_move_are_found() {
        let stop = |number, address: &str| {
            let place = Place {
                address: address.to_owned(),
                office: None,
            };
            (Reference::from_random(number), place)
        };
        let before = Stops::from([
            stop(1, "Kaivokatu 8"),
            stop(2, "Vuorikatu 14"),
            stop(4, "Museokatu 9"),
        ]);
        let after = Stops::from([
            stop(2, "Vuorikatu 14"),
            stop(3, "Simonkatu 9"),
            stop(4, "Elielinaukio 2"),
        ]);
        assert_eq!(
            difference(&before, &after),
            (
                vec![
                    (Reference::from_random(3), StopNews::Added),
                    (Reference::from_random(4), StopNews::Redirected),
                ],
                vec!["Kaivokatu 8".to_owned()]
            )
        );
        assert_eq!(difference(&after, &after), (vec![], vec![]));
    }
}
