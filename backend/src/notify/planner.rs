//! Turns what happened into what is told, in the transaction in which it happens.
//!
//! So nothing is lost and nothing told twice, whoever crashes when: either the event, the line behind the bell and
//! the entries of the outbox are all there, or none of them is.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use porchlight_domain::event::Fact;
use porchlight_domain::ids::{NotificationId, PersonId};
use porchlight_domain::notification::{
    Audience, Channel, Choices, Details, Kind, News, QuietHours,
};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::outbox::{Entry, LEASE_S};
use super::queries::{self, LineRow, ReachRow, RecipientRow};
use crate::Backend;
use crate::events::{Listener, View};
use crate::store::{Answer, Statement, Writing};

/// Something that a person is to be told beside what happens to a parcel.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// Who.
    pub(crate) person: PersonId,
    /// What it is about.
    pub(crate) kind: Kind,
    /// Which parcel.
    pub(crate) reference: Option<Reference>,
    /// What its words are filled in with.
    pub(crate) details: Details,
    /// On this channel, whatever was chosen; else on those that were chosen.
    pub(crate) only: Option<Channel>,
}

/// An event that says that somebody was told something.
pub(crate) struct Told {
    pub(crate) person: PersonId,
    pub(crate) notification: NotificationId,
    pub(crate) fact: Fact,
}

/// What the events of a batch are told as.
#[derive(Default)]
pub(crate) struct Plan {
    lines: Vec<LineRow>,
    entries: Vec<Entry>,
    fresh: Vec<Entry>,
}

/// What an event is to each who is told of it.
pub(crate) fn wishes(
    subject: &str,
    fact: &Fact,
    listeners: &[Listener],
    actor_id: &str,
) -> Vec<Wish> {
    let Some(News {
        kind,
        audience,
        details,
    }) = News::of(fact)
    else {
        return Vec::new();
    };
    let mut known = HashSet::new();
    listeners
        .iter()
        .filter(|listener| audience == Audience::Others || listener.view == View::Recipient)
        .filter_map(|listener| listener.topic.person_id())
        .filter(|person| audience == Audience::Recipient || person.as_str() != actor_id)
        .filter(|person| known.insert(person.clone()))
        .map(|person| Wish {
            person,
            kind,
            reference: about(subject, fact),
            details: details.clone(),
            only: None,
        })
        .collect()
}

/// Which parcel an event is about.
fn about(subject: &str, fact: &Fact) -> Option<Reference> {
    match fact {
        Fact::ChatMessageCreated { delivery, .. } | Fact::ChatWanted { delivery, .. } => {
            Some(*delivery)
        }
        _ => subject.parse().ok(),
    }
}

impl Plan {
    /// Decides who is told what and where, once these statements are executed.
    pub(crate) async fn of(
        tx: &mut Writing,
        backend: &Backend,
        now: Timestamp,
        wishes: Vec<Wish>,
        mut statements: Vec<Statement>,
    ) -> Result<Self, sqlx::Error> {
        let mut plan = Self::default();
        let before = statements.len();
        let reached = wishes
            .iter()
            .map(|wish| queries::reach(&wish.person, wish.kind, wish.reference));
        statements.extend(reached);
        let answers = tx.all_together(statements).await?;
        for (wish, answer) in wishes.into_iter().zip(&answers[before..]) {
            let reach: Vec<ReachRow> = answer.all()?;
            if let Some(first) = reach.first() {
                plan.add(backend, now, wish, &first.recipient, &reach);
            }
        }
        Ok(plan)
    }

    /// What writes it.
    pub(crate) fn rows(&self) -> Result<Vec<Statement>, sqlx::Error> {
        let mut statements = queries::insert_lines(&self.lines)?;
        statements.extend(super::outbox::queries::insert(&self.entries)?);
        Ok(statements)
    }

    /// How many events [`Plan::told`] will answer with.
    pub(crate) fn events(&self) -> usize {
        self.lines.len()
    }

    /// What asks how many lines are unread then, which the events say: once it is written and nobody else tells anything.
    pub(crate) fn unread(&self) -> impl Iterator<Item = Statement> {
        let lines = self.lines.iter();
        lines.map(|line| queries::count_unread(&line.person))
    }

    /// What was told, by the answers to [`Plan::unread`].
    pub(crate) fn told(
        &self,
        unread: impl Iterator<Item = Answer>,
    ) -> Result<Vec<Told>, sqlx::Error> {
        let told = self.lines.iter().zip(unread).map(|(line, unread)| {
            Ok(Told {
                person: line.person.clone(),
                notification: line.id.clone(),
                fact: Fact::NotificationCreated {
                    notification: line.id.clone(),
                    kind: line.kind,
                    delivery: line.reference,
                    unread: queries::unread_in(&unread)?,
                },
            })
        });
        told.collect()
    }

    /// Sends at once what need not wait; to be called after the commit. What is dropped here is due again soon.
    pub(crate) fn hand_over(self, backend: &Backend) {
        for entry in self.fresh {
            backend.notify().lanes.hand_over(entry);
        }
    }

    fn add(
        &mut self,
        backend: &Backend,
        now: Timestamp,
        wish: Wish,
        recipient: &RecipientRow,
        reach: &[ReachRow],
    ) {
        let choices = Choices::of(
            reach
                .iter()
                .filter_map(|row| row.choice(wish.kind))
                .collect(),
        );
        let wants = |channel| match wish.only {
            Some(only) => channel == only,
            None => choices.is_on(wish.kind, channel),
        };
        let id = NotificationId::from_random(backend.random_bytes());
        let details = Details {
            parcel: recipient.parcel.clone(),
            ..wish.details
        };
        let state = backend.notify();
        let due = due(now, wish.kind, recipient, state.settings.time_zone);
        let expires = now.plus_s(wish.kind.useful_for_s());
        let mut ways = Vec::new();
        for channel in state.carriers.channels().filter(|channel| wants(*channel)) {
            match channel {
                Channel::Push => ways.extend(
                    reach
                        .iter()
                        .filter_map(ReachRow::push)
                        .map(|push| (channel, Some(push))),
                ),
                Channel::Email | Channel::Sms => {
                    let address = recipient.address(channel, wish.kind);
                    let is_alive =
                        |address: &str| !reach.iter().any(|row| row.is_dead(channel, address));
                    if address.is_some_and(is_alive) {
                        ways.push((channel, None));
                    }
                }
                Channel::InApp => {}
            }
        }
        // Later than it is any use: that it happened stands behind the bell.
        ways.retain(|_| due < expires);
        for (channel, push_id) in ways {
            let place = push_id.as_deref().unwrap_or(channel.as_str());
            let is_fresh = due <= now && state.lanes.has_room(channel);
            let entry = Entry {
                id: format!("{id}.{place}"),
                person: wish.person.clone(),
                channel,
                push_id,
                kind: wish.kind,
                reference: wish.reference,
                details: details.clone(),
                created_at: now,
                expires_at: expires,
                due_at: if is_fresh { now.plus_s(LEASE_S) } else { due },
                attempts: u32::from(is_fresh),
            };
            if is_fresh {
                self.fresh.push(entry.clone());
            }
            self.entries.push(entry);
        }
        if wants(Channel::InApp) {
            self.lines.push(LineRow {
                id,
                person: wish.person,
                kind: wish.kind,
                reference: wish.reference,
                details,
                created_at: now,
            });
        }
    }
}

/// When it may ring: now, or when quiet hours are over.
fn due(now: Timestamp, kind: Kind, recipient: &RecipientRow, usual: Tz) -> Timestamp {
    if kind.was_asked_for() {
        return now;
    }
    let zone = recipient.zone().unwrap_or(usual);
    recipient
        .quiet_hours()
        .and_then(|hours| end_of_quiet(now, hours, zone))
        .unwrap_or(now)
}

/// When it is not quiet any more, if it is now.
pub(super) fn end_of_quiet(now: Timestamp, hours: QuietHours, zone: Tz) -> Option<Timestamp> {
    let utc = DateTime::<Utc>::from_timestamp_millis(now.millis())?;
    let end = hours.end(utc.with_timezone(&zone).naive_local())?;
    Some(moment(end, zone))
}

/// The moment at which a clock shows this. Of two, as when clocks go back, the later one; of none, as when they go
/// forward, the first one after it.
fn moment(local: NaiveDateTime, zone: Tz) -> Timestamp {
    const HOUR: chrono::TimeDelta = chrono::TimeDelta::hours(1);
    let shown = zone.from_local_datetime(&local).latest();
    let shown = shown.or_else(|| zone.from_local_datetime(&(local + HOUR)).earliest());
    let millis = shown.map_or_else(
        || local.and_utc().timestamp_millis(),
        |shown| shown.timestamp_millis(),
    );
    Timestamp::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn quiet_ends_by_the_clock_on_the_wall() {
        let night = QuietHours::new(22 * 60, 3 * 60 + 30).expect("a night");
        let zone = Tz::Europe__Helsinki;
        let end = |now| end_of_quiet(at(now), night, zone);
        assert_eq!(end("2026-11-20T19:59:00Z"), None);
        assert_eq!(
            end("2026-11-20T20:00:00Z"),
            Some(at("2026-11-21T01:30:00Z"))
        );
        // 03:30 is shown twice when clocks go back, and not at all when they go forward.
        assert_eq!(
            end("2026-10-24T20:00:00Z"),
            Some(at("2026-10-25T01:30:00Z"))
        );
        assert_eq!(
            end("2026-03-28T21:00:00Z"),
            Some(at("2026-03-29T01:30:00Z"))
        );
    }
}
