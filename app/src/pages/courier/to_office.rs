//! What could not be delivered is brought to a post office near by: the courier chooses which.

use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_domain::hold::OfficeView;
use porchlight_domain::reference::Reference;

use crate::api::holds::{post_offices, request_hold};
use crate::components::{Icon, failure_sentence, part, words};
use crate::text::{CourierText, use_page_text, use_text};

/// Offices that are offered: a van does not go far for it.
const OFFERED: usize = 3;

/// Offers the nearest offices with room.
#[component]
pub fn ToOffice(
    /// The parcel that failed.
    reference: Reference,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let texts = use_text();
    let offices = RwSignal::new(Vec::<OfficeView>::new());
    let said = RwSignal::new(String::new());
    let find = move |_| {
        spawn_local(async move {
            match post_offices(reference, String::new(), None).await {
                Ok(found) => {
                    let with_room = found.into_iter().filter(|office| office.space_left > 0);
                    offices.try_set(with_room.take(OFFERED).collect());
                    said.try_set(String::new());
                }
                Err(error) => {
                    said.try_set(failure_sentence(texts, error));
                }
            }
        });
    };
    let list = move || {
        let items = offices.get().into_iter().map(|office| {
            let id = office.id.clone();
            let choose = move |_| {
                let id = id.clone();
                spawn_local(async move {
                    match request_hold(reference, id).await {
                        Ok(()) => {
                            offices.try_set(Vec::new());
                            said.try_set(t.to_office_done.to_owned());
                        }
                        Err(error) => {
                            said.try_set(failure_sentence(texts, error));
                        }
                    }
                });
            };
            let far = office.distance_m.map(|metres| format!(" · {metres:.0} m"));
            view! {
                <li>
                    <button type="button" class="button button--wide" on:click=choose>
                        {office.name} {far}
                    </button>
                </li>
            }
            .into_any()
        });
        view! { <ul class="to-office__list">{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="to-office">
            <button type="button" class="button" on:click=find>
                <Icon name="office" />
                {t.to_office}
            </button>
            <p class="done__text" role="status">
                {words(move || said.get())}
            </p>
            {part(list)}
        </div>
    }
}
