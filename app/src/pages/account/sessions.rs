//! Where one is signed in.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::account::SessionView;

use crate::api::account::{EndSession, sessions};
use crate::clock::{Say, Time};
use crate::components::{Failure, Icon, Loading};
use crate::text::{AccountText, use_page_text};

/// The sessions; others can be ended.
#[component]
pub fn Sessions() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    let end = ServerAction::<EndSession>::new();
    let listed = Resource::new(move || end.version().get(), |_| sessions());
    view! {
        <section class="panel">
            <h2 class="section-title">{t.sessions}</h2>
            <Transition fallback=Loading>
                {move || match listed.get()? {
                    Ok(sessions) => {
                        let lines = sessions
                            .into_iter()
                            .map(|session| view! { <SessionLine session end /> })
                            .collect_view();
                        Some(view! { <ul class="sessions">{lines}</ul> }.into_any())
                    }
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Transition>
        </section>
    }
}

#[component]
fn SessionLine(session: SessionView, end: ServerAction<EndSession>) -> impl IntoView {
    let t = use_page_text::<AccountText>();
    let is_current = session.current;
    view! {
        <li class="sessions__session">
            <Icon name="device" />
            <span class="sessions__what">
                <span class="sessions__client">{session.client}</span>
                <span class="sessions__time">
                    {t.last_used} " "
                    <Time at=Signal::stored(session.last_used_at) say=Say::DayAndClock />
                </span>
            </span>
            {if is_current {
                view! { <span class="chip chip--done">{t.this_device}</span> }.into_any()
            } else {
                view! {
                    <ActionForm action=end>
                        <input type="hidden" name="id" value=session.id.to_string() />
                        <button type="submit" class="button button--quiet">
                            {t.sign_out}
                        </button>
                    </ActionForm>
                }
                    .into_any()
            }}
        </li>
    }
}
