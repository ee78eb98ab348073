//! What could not be delivered is brought to a post office near by: the courier chooses which, of those that the phone
//! knows of.

use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::tracking::RunView;

use super::stop::AtStop;
use crate::components::{Icon, part};
use crate::text::{CourierText, distance, use_page_text};

/// Offices that are offered: a van does not go far for it.
const OFFERED: usize = 3;

/// Offers the nearest offices that had room.
#[component]
pub fn ToOffice(
    /// The parcel that failed.
    at: AtStop,
    /// The run as it is shown.
    run: Memo<Option<RunView>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let offices = Memo::new(move |_| {
        run.with(|run| {
            let near = run
                .iter()
                .flat_map(|run| run.offices_near(at.reference, OFFERED));
            near.map(|(known, metres)| (known.office.clone(), metres))
                .collect::<Vec<_>>()
        })
    });
    let list = move || {
        let offices = offices.get();
        if offices.is_empty() {
            return view! { <p class="done__text">{t.to_office_none}</p> }.into_any();
        }
        let items = offices.into_iter().map(|(office, metres)| {
            let name = office.name;
            let take = Step::TakeToOffice {
                reference: at.reference,
                office: office.id,
            };
            view! {
                <li>
                    <button
                        type="button"
                        class="button button--wide"
                        on:click=move |_| at.steps.take(take.clone(), at.place.get_untracked())
                    >
                        {name}
                        " · "
                        {distance(metres)}
                    </button>
                </li>
            }
            .into_any()
        });
        view! { <ul class="to-office__list">{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <details class="to-office">
            <summary class="button">
                <Icon name="office" />
                {t.to_office}
            </summary>
            {part(list)}
        </details>
    }
}
