//! What people chose: which kind on which channel, when nothing rings, which browsers and which telephone.
//!
//! Every change is an event of the person, so that their other devices show it at once.

mod phone;
pub(crate) mod queries;

use chrono_tz::Tz;
use porchlight_domain::event::Fact;
use porchlight_domain::ids::PersonId;
use porchlight_domain::notification::text::Language;
use porchlight_domain::notification::{
    Channel, Choices, Details, Kind, PreferencesChange, PreferencesView, PushSubscription,
};

pub use phone::{confirm_phone, forget_phone, set_phone};

use self::queries::{NewPush, SettingsRow};
use super::Wish;
use super::channels::{are_keys, guard};
use crate::accounts::{self, Actor};
use crate::events::{Batch, Listener};
use crate::{Backend, Error};

/// Browsers of one person; beyond that the oldest is not told any more.
const MOST_BROWSERS: i64 = 20;
/// Tests of channels in an hour: each costs somebody something.
const TESTS: i64 = 20;
const HOUR_S: f64 = 3600.0;

/// What whoever asks chose, and what they can choose from.
pub async fn preferences(actor: &Actor, backend: &Backend) -> Result<PreferencesView, Error> {
    let person = &actor.person()?.id;
    let state = backend.notify();
    let pool = backend.store().readers();
    let row = queries::settings(pool, person)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let choices = Choices::of(queries::choices(pool, person).await?);
    let channels = state.channels();
    let mut grid = choices.grid();
    grid.retain(|choice| channels.contains(&choice.channel));
    Ok(PreferencesView {
        choices: grid,
        quiet_hours: row.quiet_hours(),
        time_zone: row
            .zone()
            .unwrap_or(state.settings.time_zone)
            .name()
            .to_owned(),
        language: row.language().unwrap_or_default().tag().to_owned(),
        dead_channels: queries::dead_channels(pool, person).await?,
        push_key: state.push_key(),
        push_browsers: queries::browsers(pool, person).await?,
        channels,
        email: row.email,
        phone: row.phone,
        phone_unconfirmed: row.phone_new,
    })
}

/// Changes what is named, and leaves the rest: of two devices that change different things, both are right.
pub async fn change(
    actor: &Actor,
    backend: &Backend,
    change: PreferencesChange,
) -> Result<(), Error> {
    let person = &actor.person()?.id;
    if let Some(choice) = change
        .choices
        .iter()
        .find(|choice| !Kind::OFFERED.contains(&choice.kind))
    {
        let problem = format!("nobody is told of {} here", choice.kind.as_str());
        return Err(Error::invalid("choices", &problem));
    }
    let zone = change
        .time_zone
        .as_deref()
        .map(str::parse::<Tz>)
        .transpose();
    let zone =
        zone.map_err(|_| Error::invalid("time_zone", &"name a time zone such as Europe/Helsinki"))?;
    let language = change.language.as_deref().map(|tag| {
        let known = Language::from_tag(tag);
        known.ok_or_else(|| Error::invalid("language", &"this language is not spoken here"))
    });
    let language = language.transpose()?;
    let mut batch = Batch::begin(backend, actor).await?;
    queries::ensure(batch.tx().await?, person).await?;
    for choice in &change.choices {
        queries::choose(batch.tx().await?, person, choice).await?;
    }
    if let Some(hours) = change.quiet_hours {
        queries::set_quiet_hours(batch.tx().await?, person, hours).await?;
    }
    if let Some(zone) = zone {
        queries::set_time_zone(batch.tx().await?, person, zone.name()).await?;
    }
    if let Some(language) = language {
        queries::set_language(batch.tx().await?, person, language.tag()).await?;
    }
    finish(batch, person).await
}

/// Remembers in which language somebody has just signed in, until they choose one for what they are sent.
pub async fn remember_language(
    backend: &Backend,
    person: &PersonId,
    tag: &str,
) -> Result<(), Error> {
    let Some(language) = Language::from_tag(tag) else {
        return Ok(());
    };
    let mut tx = backend.store().begin().await?;
    queries::remember_language(&mut tx, person, language.tag()).await?;
    Ok(tx.commit().await?)
}

/// A browser is told from now on; one that is known already is told with the keys it has now, and whoever is signed
/// in there.
pub async fn subscribe(
    actor: &Actor,
    backend: &Backend,
    subscription: PushSubscription,
) -> Result<(), Error> {
    let person = actor.person()?;
    let push = backend.notify().carriers.push.as_ref();
    let push = push.ok_or_else(|| Error::Conflict {
        detail: "nothing is pushed here".into(),
    })?;
    let checked: Result<(), guard::Refused> = push.guard.check_all(&subscription.endpoint).await;
    checked.map_err(|refused| Error::invalid("endpoint", &refused))?;
    if !are_keys(&subscription.keys) {
        return Err(Error::invalid(
            "keys",
            &"these are not the keys of a subscription",
        ));
    }
    let mut batch = Batch::begin(backend, actor).await?;
    if let Some(replaced) = &subscription.replaces {
        queries::unsubscribe(batch.tx().await?, &person.id, replaced).await?;
    }
    let id = crate::events::hex(&batch.random_bytes::<16>());
    let now = batch.now();
    let new = NewPush {
        id: &id,
        person: &person.id,
        session: &person.session,
        subscription: &subscription,
        now,
    };
    queries::subscribe(batch.tx().await?, &new).await?;
    queries::end_oldest(batch.tx().await?, &person.id, MOST_BROWSERS).await?;
    finish(batch, &person.id).await
}

/// A browser is not told any more. One that was not told already stays so.
pub async fn unsubscribe_browser(
    actor: &Actor,
    backend: &Backend,
    endpoint: &str,
) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let mut batch = Batch::begin(backend, actor).await?;
    if queries::unsubscribe(batch.tx().await?, person, endpoint).await? {
        finish(batch, person).await?;
    }
    Ok(())
}

/// Sends a test on one channel, whatever was chosen; a dead one is given another chance.
pub async fn send_test(actor: &Actor, backend: &Backend, channel: Channel) -> Result<(), Error> {
    let person = &actor.person()?.id;
    if !backend.notify().channels().contains(&channel) {
        return Err(Error::invalid(
            "channel",
            &"this channel is not set up here",
        ));
    }
    let row = queries::settings(backend.store().readers(), person)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let is_reachable = match channel {
        Channel::Push => queries::browsers(backend.store().readers(), person).await? > 0,
        Channel::Sms => row.phone.is_some(),
        Channel::InApp | Channel::Email => true,
    };
    if !is_reachable {
        return Err(Error::Conflict {
            detail: "set this channel up first".into(),
        });
    }
    let mut batch = Batch::begin(backend, actor).await?;
    count(&mut batch, "notification-test", person, TESTS).await?;
    queries::revive(batch.tx().await?, person, channel).await?;
    batch.notify(Wish {
        person: person.clone(),
        kind: Kind::Test,
        reference: None,
        details: Details::default(),
        only: Some(channel),
    });
    finish(batch, person).await
}

/// Counts something that costs somebody something, and refuses what is too much in an hour.
async fn count(batch: &mut Batch, what: &str, person: &PersonId, most: i64) -> Result<(), Error> {
    let now = batch.now();
    let subject = format!("{what}:{person}");
    let tries =
        accounts::queries::count_try(batch.tx().await?, &subject, now, now.plus_s(-HOUR_S)).await?;
    if tries.tries <= most {
        return Ok(());
    }
    let over_at = porchlight_domain::time::Timestamp::from_millis(tries.since_ms).plus_s(HOUR_S);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within an hour"
    )]
    let retry_after_s = over_at.seconds_since(now).clamp(1.0, HOUR_S) as u32;
    Err(Error::RateLimited { retry_after_s })
}

async fn finish(mut batch: Batch, person: &PersonId) -> Result<(), Error> {
    record_change(&mut batch, person);
    batch.commit().await?;
    Ok(())
}

/// The person's devices ask again.
pub(in crate::notify) fn record_change(batch: &mut Batch, person: &PersonId) {
    let fact = Fact::NotificationPreferencesChanged {};
    batch.record_privately(person, fact, Listener::full(person));
}

impl SettingsRow {
    fn language(&self) -> Option<Language> {
        Language::from_tag(self.language.as_deref()?)
    }

    fn zone(&self) -> Option<Tz> {
        self.time_zone.as_deref()?.parse().ok()
    }
}
