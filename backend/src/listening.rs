//! Whether those who listen still may. A stream is checked when it is opened and may stay open for
//! days: its session runs out meanwhile, or the word that it ended is lost on the bus.

use std::time::Duration;

use porchlight_domain::ids::{SessionId, ShareId};
use tokio::time::MissedTickBehavior;

use crate::accounts::Actor;
use crate::events::Topic;
use crate::{Backend, Error, accounts, deliveries};

/// The longest that a stream stays open whose session or share link is over.
const RECHECK: Duration = Duration::from_secs(30);

/// Whether someone may still listen, asked of the database. Transports ask once a listener has
/// joined: whatever ended between the check of the request and that moment was told to nobody.
pub async fn confirm(actor: &Actor, backend: &Backend) -> Result<(), Error> {
    match actor {
        Actor::Person(person) => {
            let ended = ended_sessions(backend, vec![person.session.clone()]).await?;
            ended.is_empty().then_some(()).ok_or(Error::Unauthenticated)
        }
        Actor::Share(grant) => {
            let ended = ended_shares(backend, vec![grant.share.clone()]).await?;
            ended.is_empty().then_some(()).ok_or(Error::NotFound)
        }
        Actor::Anonymous | Actor::System => Err(Error::Unauthenticated),
    }
}

/// Starts what runs beside requests.
pub(crate) fn begin(backend: &Backend) {
    backend.keep_doing(recheck(backend.clone()));
}

/// Asks again and again, for ever.
async fn recheck(backend: Backend) {
    let mut ticks = tokio::time::interval(RECHECK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = backend.while_database_answers(close_ended(&backend)).await {
            tracing::warn!(%error, "Open streams could not be checked");
        }
    }
}

/// Cuts off everyone on this instance whose session or share link is over.
pub(crate) async fn close_ended(backend: &Backend) -> Result<(), Error> {
    let hub = backend.hub();
    for session in ended_sessions(backend, hub.heard(Topic::session_id)).await? {
        hub.close(&Topic::session(&session));
    }
    for share in ended_shares(backend, hub.heard(Topic::share_id)).await? {
        hub.close(&Topic::share(&share));
    }
    Ok(())
}

async fn ended_sessions(
    backend: &Backend,
    mut sessions: Vec<SessionId>,
) -> Result<Vec<SessionId>, Error> {
    let pool = backend.store().readers();
    let live = accounts::queries::live_sessions(pool, &sessions, backend.now()).await?;
    sessions.retain(|session| !live.contains(session.as_str()));
    Ok(sessions)
}

async fn ended_shares(backend: &Backend, mut shares: Vec<ShareId>) -> Result<Vec<ShareId>, Error> {
    let pool = backend.store().readers();
    let live = deliveries::queries::live_shares(pool, &shares, backend.now()).await?;
    shares.retain(|share| !live.contains(share.as_str()));
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, Listener, TestDatabase, World};

    fn session_of(actor: &Actor) -> Topic {
        Topic::session(&actor.person().expect("a person").session)
    }

    #[tokio::test]
    async fn a_session_that_ended_unheard_keeps_no_stream_open() {
        for database in TestDatabase::all().await {
            let world = World::on(database.backend().await).await;
            let backend = &world.backend;
            let ada = Listener::join(backend, vec![session_of(&world.ada)]);
            let bob = Listener::join(backend, vec![session_of(&world.bob)]);
            close_ended(backend).await.expect("asked");
            assert!(!ada.is_closed() && !bob.is_closed());
            testing::lose_sessions(backend, &World::id(&world.ada)).await;
            close_ended(backend).await.expect("asked");
            assert!(ada.is_closed() && !bob.is_closed());
            assert!(matches!(
                confirm(&world.ada, backend).await,
                Err(Error::Unauthenticated)
            ));
            assert!(confirm(&world.bob, backend).await.is_ok());
        }
    }

    #[tokio::test]
    async fn a_share_link_that_runs_out_keeps_no_stream_open() {
        const FOUR_DAYS_S: f64 = 4.0 * 24.0 * 3600.0;
        for database in TestDatabase::all().await {
            let settings = database.settings();
            let clock = settings.clock.clone();
            let world = World::on(Backend::start(settings).await.expect("starts")).await;
            let (backend, ada) = (&world.backend, &world.ada);
            let reference = world.book(ada, 60.17, 24.94).await;
            let new = deliveries::share(ada, backend, reference, "").await;
            let path = new.expect("a link").path;
            let token = path.trim_start_matches("/s/");
            let guest = deliveries::open_share(backend, token).await.expect("live");
            let Actor::Share(grant) = &guest else {
                panic!("a guest, not {guest:?}");
            };
            let stream = Listener::join(backend, vec![Topic::share(&grant.share)]);
            close_ended(backend).await.expect("asked");
            assert!(!stream.is_closed() && confirm(&guest, backend).await.is_ok());
            clock.advance_s(FOUR_DAYS_S);
            close_ended(backend).await.expect("asked");
            assert!(stream.is_closed());
            assert!(matches!(
                confirm(&guest, backend).await,
                Err(Error::NotFound)
            ));
        }
    }

    #[tokio::test]
    async fn many_are_asked_about_together() {
        for database in TestDatabase::all().await {
            let world = World::on(database.backend().await).await;
            let known = world.ada.person().expect("a person").session.clone();
            let mut sessions: Vec<_> = (0..450)
                .map(|number| SessionId::from_text(format!("unknown-{number}")))
                .collect();
            sessions.insert(225, known.clone());
            let ended = ended_sessions(&world.backend, sessions).await;
            let ended = ended.expect("asked");
            assert!(ended.len() == 450 && !ended.contains(&known));
        }
    }
}
