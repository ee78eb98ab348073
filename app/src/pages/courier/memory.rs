//! What the page knows of the run, also where the server is not reached.

use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};

use super::last_run;
use super::server_clock::ServerClock;
use super::steps::Steps;
use crate::api::ApiError;
use crate::api::runs::{DatedRun, today};
use crate::components::effect;

/// What there is to show of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The run, and of when it is.
    pub today: DatedRun,
    /// Whether the server was not reached for it.
    pub is_old: bool,
}

/// What came of asking for it.
pub type RunAnswer = Result<Known, ApiError>;

/// What the page knows of the run beside what it shows.
#[derive(Clone, Copy)]
pub struct Memory {
    newest: StoredValue<Option<DatedRun>>,
    /// Whether the server has told this page a run, rather than a copy of the page.
    pub is_fresh: RwSignal<bool>,
    /// Of when the run is that is shown, while the server is not reached.
    pub old_since: RwSignal<Option<Timestamp>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            newest: StoredValue::new(None),
            is_fresh: RwSignal::new(false),
            old_since: RwSignal::new(None),
        }
    }
}

impl Memory {
    /// Remembers each run that is shown, here and on the phone.
    pub fn remember(self, run: Resource<RunAnswer>, courier: Signal<Option<PersonId>>) {
        effect(move || {
            let courier = courier.get();
            let Some(Ok(Known { today, is_old })) = run.get() else {
                return;
            };
            self.old_since.set(is_old.then_some(today.as_of));
            if is_old {
                return;
            }
            self.newest.update_value(|newest| {
                let known = newest.take().filter(|known| known.as_of > today.as_of);
                *newest = Some(known.unwrap_or_else(|| today.clone()));
            });
            if let Some(courier) = courier {
                spawn_local(async move { last_run::keep(&courier, &today).await });
            }
        });
    }

    /// The newest run that this page, or this phone, has heard of.
    async fn recall(self, courier: Option<PersonId>) -> Option<DatedRun> {
        let here = self.newest.try_get_value().flatten();
        let on_the_phone = match courier {
            // The phone's storage lives in the one thread that pages have.
            Some(courier) => SendWrapper::new(last_run::recall(courier)).await,
            None => None,
        };
        let all = here.into_iter().chain(on_the_phone);
        all.max_by_key(|known| known.as_of)
    }
}

/// Today's run, or in a dead zone the run as it was known last.
pub async fn todays_run(
    courier: Option<PersonId>,
    steps: Steps,
    memory: Memory,
    clock: ServerClock,
) -> RunAnswer {
    let before = untrack(|| steps.taken());
    match today().await {
        Ok(today) => {
            steps.are_in_the_run(before);
            memory.is_fresh.try_set(true);
            if cfg!(target_arch = "wasm32") {
                clock.learn(today.as_of, courier);
            }
            Ok(Known {
                today,
                is_old: false,
            })
        }
        Err(error @ (ApiError::Unreachable | ApiError::Unavailable)) => {
            if let Some(courier) = &courier {
                SendWrapper::new(clock.recall(courier)).await;
            }
            let today = memory.recall(courier).await.ok_or(error)?;
            Ok(Known {
                today,
                is_old: true,
            })
        }
        Err(error) => Err(error),
    }
}
