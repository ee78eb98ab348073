//! What a courier sees: today's run.

mod body;
mod changes;
mod chat;
mod collect;
mod done;
mod drop_off;
mod gently;
mod last_run;
mod map;
mod memory;
mod order;
pub(super) mod pictures;
mod position;
mod server_clock;
mod sharing;
mod signal;
mod steps;
mod stop;
mod storage;
mod to_office;

use std::time::Duration;

pub use pictures::{Shot, SignaturePad};

use leptos::prelude::*;
use leptos_meta::Title;
use porchlight_domain::ids::PersonId;
use porchlight_domain::people::Role;
use porchlight_domain::run::RunState;
use porchlight_domain::tracking::RunView;

use crate::api::ApiError;
use crate::components::{Access, Empty, Failure, ForRole, Loading, effect, part};
use crate::live::use_live;
use crate::pwa::KeptOnPhone;
use crate::session::use_session;
use crate::text::{CourierText, use_page_text, use_text};
use body::RunBody;
use chat::OpenChat;
use gently::gently;
use map::{doors, keep_area};
use memory::{Known, Memory, RunAnswer, todays_run};
use position::PositionSharing;
use server_clock::ServerClock;
use steps::{StepBar, Steps};

/// How often the run is asked for anyway.
const ASK_AGAIN: Duration = Duration::from_secs(15);

/// The courier's page.
#[component]
pub fn CourierPage() -> impl IntoView {
    let t = use_text();
    view! {
        <Title text=t.nav.run />
        <Access who=ForRole::Only(Role::Courier)>
            <Run />
        </Access>
    }
}

#[component]
fn Run() -> impl IntoView {
    let t = use_text();
    let courier = courier();
    let steps = Steps::new(courier);
    let asked = RwSignal::new(0_u32);
    let memory = Memory::default();
    let clock = ServerClock::default();
    provide_context(clock);
    let about = RwSignal::new(None);
    provide_context(OpenChat { about, asked });
    let run = Resource::new(
        move || asked.get(),
        move |_| {
            // On the server whoever asked may have gone, and the page with them.
            let courier = courier.try_get_untracked().flatten();
            todays_run(courier, steps, memory, clock)
        },
    );
    keep_up(asked, courier, steps);
    view! {
        <div class="page page--narrow">
            <h1 class="page__title">{t.nav.run}</h1>
            <KeptOnPhone old_since=memory.old_since.into() is_fresh=memory.is_fresh.into() />
            <Transition fallback=Loading>
                <TodaysRun run steps courier memory />
            </Transition>
        </div>
        <StepBar steps />
    }
}

/// Who is signed in. In an effect, so that nothing of the page waits for it: it matters in the browser only.
fn courier() -> Signal<Option<PersonId>> {
    let session = use_session();
    let courier = RwSignal::new(None);
    effect(move || {
        if let Some(Ok(Some(me))) = session.me() {
            set_if_new(courier, Some(me.id));
        }
    });
    courier.into()
}

/// Asks for the run again when something was done, when news come, and now and then: who watches changes
/// without either.
fn keep_up(asked: RwSignal<u32>, courier: Signal<Option<PersonId>>, steps: Steps) {
    let ask = gently(move || {
        asked.try_update(|times| *times = times.wrapping_add(1));
    });
    effect(move || {
        if steps.taken() > 0 {
            ask();
        }
    });
    use_live().on_change(ask);
    // Somebody began to watch, and the phone is to report sooner; or the run began or ended elsewhere.
    use_live().on_other_change(ask);
    effect(move || {
        // A page from the phone's memory may be hours old.
        if courier.get().is_some() {
            ask();
        }
        if let Ok(asking) = set_interval_with_handle(ask, ASK_AGAIN) {
            on_cleanup(move || asking.clear());
        }
    });
}

/// Shares this phone's position while the server knows that the run is active, and until the courier ends it here,
/// whether or not the server has heard of that.
fn share_position(
    run: Resource<RunAnswer>,
    steps: Steps,
    courier: Signal<Option<PersonId>>,
) -> PositionSharing {
    let is_active = RwSignal::new(false);
    let wanted_s = RwSignal::new(None);
    effect(move || {
        if let Some(Ok(Known { today, .. })) = run.get() {
            let run = today.run;
            set_if_new(wanted_s, run.as_ref().and_then(|run| run.next_interval_s));
            let is_known = |run: &RunView| run.state == RunState::Active;
            let known = run.filter(is_known).map(|run| steps.shown_on(run));
            set_if_new(is_active, known.as_ref().is_some_and(is_known));
        }
    });
    PositionSharing::new(courier, is_active.into(), wanted_s.into())
}

/// Keeps the map of the run on the phone while the server is there to give it.
fn keep_map(run: Resource<RunAnswer>) {
    let around = RwSignal::new(None);
    effect(move || {
        if let Some(Ok(known)) = run.get()
            && !known.is_old
        {
            set_if_new(around, Some(doors(known.today.run.as_ref())));
        }
    });
    keep_area(around.into());
}

/// Sharing begins anew with each change, so that only real ones may count.
fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

/// What there is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Nothing,
    There,
    Failed(ApiError),
}

#[component]
fn TodaysRun(
    run: Resource<RunAnswer>,
    steps: Steps,
    courier: Signal<Option<PersonId>>,
    memory: Memory,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    // Whoever reads the run, in an effect too, is waited for by what is around them: here that is the
    // transition, which goes on showing the run while it is asked for again.
    let position = share_position(run, steps, courier);
    memory.remember(run, courier);
    keep_map(run);
    // The page is made anew for another stage only: what is being typed at a door stays.
    let stage = Memo::new(move |_| {
        run.get().map(|answer| match answer {
            Ok(known) if known.today.run.is_none() => Stage::Nothing,
            Ok(_) => Stage::There,
            Err(error) => Stage::Failed(error),
        })
    });
    let shown = Memo::new(move |_| {
        let known = run.get()?.ok()?;
        known.today.run.map(|run| steps.shown_on(run))
    });
    part(move || match stage.get() {
        None => ().into_any(),
        Some(Stage::Nothing) => {
            view! { <Empty icon="van" title=t.none_title text=t.none_text /> }.into_any()
        }
        Some(Stage::There) => view! { <RunBody shown steps position courier /> }.into_any(),
        Some(Stage::Failed(error)) => view! { <Failure error /> }.into_any(),
    })
}
