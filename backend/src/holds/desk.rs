//! The desk: a code is presented, a document is looked at, a parcel is handed over.
//!
//! Whoever tries a code holds the lock of the office's row from before the comparison to the commit, so that of many
//! tries at once each is counted before the next is compared. The order of locks is the office and then the parcel,
//! the other way round than elsewhere: it can't meet that, because a parcel with a live code lies at its office, and
//! nothing that moves it to another one takes it from there.

use std::collections::BTreeSet;

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::delivery::{
    Command, Delivery, PickUp, Proof, Status, StatusChange, Whereabouts,
};
use porchlight_domain::event::Fact;
use porchlight_domain::hold::{
    CountResult, DeskEntry, DeskView, HoldNote, HoldState, IdentityCheck, Pass, PassProblem,
    PassVerifier, Presented, TRIES,
};
use porchlight_domain::ids::{PersonId, PostOfficeId};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use serde::Serialize;

use super::offices::{self, queries as office_queries};
use super::queries::{self, CodeRow, HoldRow};
use super::{codes, follow};
use crate::accounts::Actor;
use crate::deliveries;
use crate::events::{Batch, hex};
use crate::idempotency::{self, Seen};
use crate::{Backend, Error};

/// No office has room for more.
const LONGEST_SHELF: i64 = super::admin::MOST_PARCELS as i64;
/// Wrong codes of more than a day ago don't count, seconds.
const TRIES_COUNT_S: f64 = 24.0 * 3600.0;
/// Passes that were ended longer ago have run out by themselves, seconds.
const REVOKED_S: f64 = 60.0 * 24.0 * 3600.0;
/// A hand-over without a network is told within so many days, seconds: the phone or the till was off over a weekend.
const TOLD_WITHIN_S: f64 = 4.0 * 24.0 * 3600.0;
/// A drawn signature is some kilobytes.
const MOST_SIGNATURE_BYTES: usize = 64 * 1024;

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// Which parcel.
    pub reference: Reference,
}

/// Who asks, and where they work.
struct Desk {
    clerk: PersonId,
    office: PostOfficeId,
}

async fn desk_of(actor: &Actor, backend: &Backend) -> Result<Desk, Error> {
    let clerk = actor.with_role(Role::Clerk)?.id.clone();
    let office = office_queries::desk_of(backend.store().readers(), &clerk).await?;
    let office = office.ok_or_else(|| Error::Conflict {
        detail: "you have no desk yet: ask an admin for one".into(),
    })?;
    Ok(Desk { clerk, office })
}

/// Everything the clerk's desk works with.
pub async fn desk(actor: &Actor, backend: &Backend) -> Result<DeskView, Error> {
    let Desk { office, .. } = desk_of(actor, backend).await?;
    let row = offices::known(backend, &office)
        .await?
        .ok_or(Error::Internal)?;
    let pool = backend.store().readers();
    let as_of = backend.now();
    let parcels = queries::at_office(pool, &office, LONGEST_SHELF).await?;
    Ok(DeskView {
        office: offices::view(backend, &row, None)?,
        parcels: parcels.iter().map(entry).collect::<Result<_, _>>()?,
        key: codes::public_key(backend),
        revoked: queries::ended_marks(pool, &office, as_of.plus_s(-REVOKED_S)).await?,
        is_locked: row.is_locked(),
        as_of,
    })
}

fn entry(row: &queries::AtOfficeRow) -> Result<DeskEntry, Error> {
    Ok(DeskEntry {
        reference: row.reference.parse().map_err(|_| Error::Internal)?,
        recipient: row.name.clone(),
        state: HoldState::from_text(&row.state).ok_or(Error::Internal)?,
        since: row.ready_ms.map(Timestamp::from_millis),
        keep_until: Timestamp::from_millis(row.keep_until_ms),
        is_locked: row.wrong_tries >= i64::from(TRIES),
    })
}

/// A code that opens a parcel, with everything locked.
struct Right {
    delivery: Delivery,
    held: HoldRow,
    code: CodeRow,
}

/// What a code came to. A wrong one commits its count and nothing else.
enum Compared {
    Right(Box<Right>),
    Wrong(Error),
}

/// What to check before a parcel is handed over. A wrong code counts; a right one stays good until it is used.
pub async fn present(
    actor: &Actor,
    backend: &Backend,
    told: &str,
    parcel: Option<Reference>,
) -> Result<Presented, Error> {
    let desk = desk_of(actor, backend).await?;
    let mut batch = Batch::begin(backend, actor).await?;
    let asked = Asked {
        parcel,
        ..Asked::now(told)
    };
    let right = match compare(&mut batch, &desk, &asked).await? {
        Compared::Right(right) => right,
        Compared::Wrong(error) => {
            batch.commit().await?;
            return Err(error);
        }
    };
    let recipient = queries::recipient(batch.tx().await?, right.delivery.reference).await?;
    let (name, on_behalf_of) = match right.code.delegate {
        Some(delegate) => (delegate, Some(recipient)),
        None => (recipient, None),
    };
    Ok(Presented {
        reference: right.delivery.reference,
        name,
        on_behalf_of,
        keep_until: right.held.keep_until(),
    })
}

/// What a clerk does when a parcel is handed over.
#[derive(Debug, Clone)]
pub struct HandOver<'a> {
    /// The code as it was scanned or typed.
    pub told: &'a str,
    /// Which document they looked at.
    pub identity: IdentityCheck,
    /// A PNG.
    pub signature: Option<&'a [u8]>,
    /// Seconds ago, where the desk had no network: what counts is how the parcel stood then.
    pub done_s_ago: Option<f64>,
}

/// Hands a parcel over for its code. A code works once; a request that is sent again with its key changes nothing.
pub async fn collect(
    actor: &Actor,
    backend: &Backend,
    hand_over: HandOver<'_>,
    key: Option<&IdempotencyKey>,
) -> Result<Collected, Error> {
    let HandOver {
        told,
        identity,
        signature,
        done_s_ago,
    } = hand_over;
    let desk = desk_of(actor, backend).await?;
    let identity = identity
        .checked()
        .map_err(|problem| Error::invalid("identity", &problem))?;
    if done_s_ago.is_some_and(|ago| !(0.0..=TOLD_WITHIN_S).contains(&ago)) {
        return Err(Error::invalid(
            "done_s_ago",
            &"tell a hand-over within four days",
        ));
    }
    if signature.is_some_and(|bytes| bytes.len() > MOST_SIGNATURE_BYTES || !is_png(bytes)) {
        return Err(Error::invalid("signature", &"send a small PNG"));
    }
    let mut batch = Batch::begin(backend, actor).await?;
    let done_at = done_s_ago.map(|ago| batch.now().plus_s(-ago));
    let request = (told, &identity);
    if idempotency::claim(&mut batch, actor, key, &request).await? == Seen::Again {
        return already_collected(&mut batch, &desk, told).await;
    }
    let asked = Asked {
        done_at,
        ..Asked::now(told)
    };
    let right = match compare(&mut batch, &desk, &asked).await? {
        Compared::Right(right) => right,
        Compared::Wrong(error) => {
            batch.commit().await?;
            return Err(error);
        }
    };
    let reference = right.delivery.reference;
    let checked = (&identity, signature, done_at);
    hand_over_in(&mut batch, &desk, *right, checked).await?;
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, "Handed over at a post office");
    Ok(Collected { reference })
}

/// The answer to a request whose answer got lost.
async fn already_collected(batch: &mut Batch, desk: &Desk, told: &str) -> Result<Collected, Error> {
    let code = Pass::code_in(told).ok_or(Error::NotFound)?;
    let hash = codes::hash_of(batch.backend(), &code);
    let row = queries::code_by_hash(batch.tx().await?, &hash).await?;
    let row = row.ok_or(Error::NotFound)?;
    let reference = row.reference.parse().map_err(|_| Error::Internal)?;
    let held = queries::hold_in(batch.tx().await?, reference).await?;
    // A wrong code has used its key as well, and opens nothing the second time either.
    let is_done = held.is_some_and(|held| {
        held.office() == desk.office && held.state == HoldState::Collected.as_str()
    });
    is_done
        .then_some(Collected { reference })
        .ok_or(Error::NotFound)
}

async fn hand_over_in(
    batch: &mut Batch,
    desk: &Desk,
    right: Right,
    (identity, signature, done_at): (&IdentityCheck, Option<&[u8]>, Option<Timestamp>),
) -> Result<(), Error> {
    let Right {
        delivery,
        held,
        code,
    } = right;
    let (now, reference) = (batch.now(), delivery.reference);
    let done_at = done_at.map(|done_at| held.since_it_lies_there(done_at));
    let new = queries::NewPickUp {
        reference,
        office: &desk.office,
        clerk: &desk.clerk,
        identity,
        delegate: code.delegate.as_deref(),
        signature,
    };
    queries::insert_pick_up(batch.tx().await?, &new, done_at.unwrap_or(now)).await?;
    let proof = Proof::PickUp(PickUp {
        document: identity.document,
        delegate: code.delegate,
    });
    let change = StatusChange {
        proof: Some(proof),
        done_at,
        ..StatusChange::to(Status::PickedUp, Whereabouts::Elsewhere)
    };
    // The right to do so came from the desk and the code; the log says which clerk it was.
    let command = Command::ChangeStatus(change);
    deliveries::change_in(batch, &Actor::System, reference, command).await?;
    follow::tell(batch, &delivery, Fact::HoldCollected(held.told())).await
}

/// What a desk shows.
struct Asked<'a> {
    /// As it was scanned or typed.
    told: &'a str,
    /// The parcel that it should be for, where the clerk chose one.
    parcel: Option<Reference>,
    /// When that was; none is now.
    done_at: Option<Timestamp>,
}

impl<'a> Asked<'a> {
    fn now(told: &'a str) -> Self {
        Self {
            told,
            parcel: None,
            done_at: None,
        }
    }
}

/// Compares what was scanned or typed, and counts what is wrong.
async fn compare(batch: &mut Batch, desk: &Desk, asked: &Asked<'_>) -> Result<Compared, Error> {
    let parcel = asked.parcel;
    let Some(code) = Pass::code_in(asked.told) else {
        return Err(Error::invalid(
            "code",
            &"that is no pick-up code: please check it",
        ));
    };
    let tries = office_queries::lock(batch.tx().await?, &desk.office).await?;
    if tries >= i64::from(TRIES) && !is_told_late(batch, desk, asked) {
        return Err(desk_is_locked());
    }
    if let Some(parcel) = parcel {
        let delivery = deliveries::queries::lock(batch.tx().await?, parcel).await?;
        let held = queries::hold_in(batch.tx().await?, parcel).await?;
        let is_here = held
            .as_ref()
            .is_some_and(|held| held.office() == desk.office);
        if delivery.is_none() || !is_here {
            return Err(Error::NotFound);
        }
        if held.is_some_and(|held| held.is_locked()) {
            return Err(parcel_is_locked());
        }
    }
    let hash = codes::hash_of(batch.backend(), &code);
    match queries::code_by_hash(batch.tx().await?, &hash).await? {
        Some(row) => known_code(batch, desk, asked, row).await,
        None => count_wrong(batch, desk, parcel).await.map(Compared::Wrong),
    }
}

/// A code that we made. One of this office costs no try, whatever it is worth by now. One of another office does, unless
/// it comes in its pass: a desk that told them apart would find codes for every office.
async fn known_code(
    batch: &mut Batch,
    desk: &Desk,
    asked: &Asked<'_>,
    code: CodeRow,
) -> Result<Compared, Error> {
    let parcel = asked.parcel;
    let reference: Reference = code.reference.parse().map_err(|_| Error::Internal)?;
    let refused = |detail: String| Err(Error::Conflict { detail });
    if parcel.is_some_and(|parcel| parcel != reference) {
        return refused("that code is for another parcel".to_owned());
    }
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::Internal)?;
    let held = queries::hold_in(batch.tx().await?, reference)
        .await?
        .ok_or(Error::Internal)?;
    let state = held.state()?;
    let at = held.since_it_lies_there(asked.done_at.unwrap_or(batch.now()));
    if held.office() != desk.office {
        if !is_pass_of_another_office(batch, desk, asked.told) {
            return count_wrong(batch, desk, parcel).await.map(Compared::Wrong);
        }
        return refused(format!(
            "this parcel lies at another post office: {}",
            held.name
        ));
    }
    // Read anew under the lock: somebody else may have come with it a moment ago.
    let live = queries::live_codes_in(batch.tx().await?, reference).await?;
    let was_ended_later = asked.done_at.is_some() && code.ended_ms > Some(at.millis());
    let is_live =
        was_ended_later || live.iter().any(|other| other.id == code.id) && code.ended_ms.is_none();
    match state {
        HoldState::Collected => refused("this parcel was handed over already".to_owned()),
        HoldState::Expired | HoldState::SentBack => {
            refused("this parcel was not collected in time and goes back to its sender".to_owned())
        }
        HoldState::Ready if !is_live => refused("this code was called back".to_owned()),
        HoldState::Ready if held.keep_until() <= at => {
            refused("the time to collect this parcel is over".to_owned())
        }
        HoldState::Ready if held.is_locked() && !is_told_late(batch, desk, asked) => {
            Err(parcel_is_locked())
        }
        HoldState::Ready => Ok(Compared::Right(Box::new(Right {
            delivery: row.delivery()?,
            held,
            code,
        }))),
        HoldState::Confirmed | HoldState::Cancelled => {
            refused("this parcel is not here".to_owned())
        }
    }
}

/// Whether a desk tells later what it did with a pass that we signed for it: that is no guess, whatever is locked by now.
fn is_told_late(batch: &Batch, desk: &Desk, asked: &Asked<'_>) -> bool {
    asked
        .done_at
        .is_some_and(|done_at| checked_pass(batch, desk, asked.told, done_at).is_ok())
}

/// Whether this is a pass that we signed, for another office.
fn is_pass_of_another_office(batch: &Batch, desk: &Desk, told: &str) -> bool {
    checked_pass(batch, desk, told, batch.now()) == Err(PassProblem::Foreign)
}

/// What a desk that has no network would say of a pass.
fn checked_pass(
    batch: &Batch,
    desk: &Desk,
    told: &str,
    at: Timestamp,
) -> Result<Pass, PassProblem> {
    let key = codes::public_key(batch.backend());
    PassVerifier::new(&key, desk.office.clone())
        .ok_or(PassProblem::Forged)?
        .check(told, at)
}

async fn count_wrong(
    batch: &mut Batch,
    desk: &Desk,
    parcel: Option<Reference>,
) -> Result<Error, Error> {
    let now = batch.now();
    let forget_before = now.plus_s(-TRIES_COUNT_S);
    let tries =
        office_queries::count_try(batch.tx().await?, &desk.office, forget_before, now).await?;
    let mut left = i64::from(TRIES) - tries;
    tracing::warn!(office.id = %desk.office, left, "A wrong pick-up code");
    if left == 0 {
        let what = "its desk is locked after too many wrong codes".to_owned();
        batch.record(&desk.office, Fact::PostOfficeChanged { what }, []);
    }
    if let Some(parcel) = parcel {
        let of_parcel = i64::from(TRIES) - queries::count_try(batch.tx().await?, parcel).await?;
        if of_parcel == 0 {
            let row = deliveries::queries::lock(batch.tx().await?, parcel).await?;
            let delivery = row.ok_or(Error::Internal)?.delivery()?;
            follow::lock_parcel(batch, &delivery).await?;
        }
        left = left.min(of_parcel);
    }
    Ok(match left {
        ..=0 => desk_is_locked(),
        1 => Error::invalid("code", &"that code is not right: 1 try left"),
        left => Error::invalid(
            "code",
            &format!("that code is not right: {left} tries left"),
        ),
    })
}

fn desk_is_locked() -> Error {
    Error::Conflict {
        detail: "too many wrong codes: an admin has to look into it".into(),
    }
}

fn parcel_is_locked() -> Error {
    Error::Conflict {
        detail: "too many wrong codes for this parcel: an admin has to look into it".into(),
    }
}

/// A parcel of this desk, with its lock.
async fn parcel_here(
    batch: &mut Batch,
    desk: &Desk,
    reference: Reference,
) -> Result<(Delivery, HoldRow), Error> {
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    let held = queries::hold_in(batch.tx().await?, reference)
        .await?
        .filter(|held| held.office() == desk.office)
        .ok_or(Error::NotFound)?;
    Ok((row.delivery()?, held))
}

/// Notes that a parcel was not handed over, and why: its recipient reads it.
pub async fn refuse(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    reason: &str,
) -> Result<(), Error> {
    let desk = desk_of(actor, backend).await?;
    let reason = reason.trim();
    let is_line =
        (1..=200).contains(&reason.chars().count()) && !reason.chars().any(char::is_control);
    if !is_line {
        return Err(Error::invalid(
            "reason",
            &"say why in 1 to 200 characters, on one line",
        ));
    }
    let mut batch = Batch::begin(backend, actor).await?;
    let (delivery, held) = parcel_here(&mut batch, &desk, reference).await?;
    if held.state()? != HoldState::Ready {
        return Err(Error::Conflict {
            detail: "this parcel can't be handed over anyway".into(),
        });
    }
    let why = Some(reason.to_owned());
    follow::note(&mut batch, &delivery, HoldNote::Refused, why).await?;
    batch.commit().await?;
    Ok(())
}

/// A parcel that nobody collected has left for its sender: its place is free.
pub async fn send_back(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<(), Error> {
    let desk = desk_of(actor, backend).await?;
    let mut batch = Batch::begin(backend, actor).await?;
    // Whoever presents its code at this moment holds the office and waits for the parcel.
    office_queries::lock(batch.tx().await?, &desk.office).await?;
    let (delivery, held) = parcel_here(&mut batch, &desk, reference).await?;
    if held.state()? != HoldState::Expired {
        return Err(Error::Conflict {
            detail: "this parcel is not to be sent back".into(),
        });
    }
    queries::set_state(batch.tx().await?, reference, HoldState::SentBack).await?;
    office_queries::leave_place(batch.tx().await?, &desk.office).await?;
    follow::note(&mut batch, &delivery, HoldNote::SentBack, None).await?;
    batch.commit().await?;
    Ok(())
}

/// Compares what lies on the shelf with what should. Admins hear of a difference.
pub async fn count(
    actor: &Actor,
    backend: &Backend,
    counted: &[Reference],
) -> Result<CountResult, Error> {
    let desk = desk_of(actor, backend).await?;
    let rows = queries::at_office(backend.store().readers(), &desk.office, LONGEST_SHELF).await?;
    let entries = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let is_there = |entry: &&DeskEntry| entry.state != HoldState::Confirmed;
    let entries = entries.iter().filter(is_there);
    let there: BTreeSet<Reference> = entries.map(|entry| entry.reference).collect();
    let found: BTreeSet<Reference> = counted.iter().copied().collect();
    let unexpected: Vec<Reference> = found.difference(&there).copied().collect();
    let missing: Vec<Reference> = there.difference(&found).copied().collect();
    let right = there.len() - missing.len();
    let result = CountResult {
        right: u32::try_from(right).unwrap_or(u32::MAX),
        missing,
        unexpected,
    };
    let mut batch = Batch::begin(backend, actor).await?;
    let listed = |references: &[Reference]| {
        let texts: Vec<String> = references.iter().map(ToString::to_string).collect();
        texts.join(" ")
    };
    let new = queries::NewCount {
        id: &format!("cnt_{}", hex(&batch.random_bytes::<16>())),
        office: &desk.office,
        clerk: &desk.clerk,
        counted: i64::try_from(counted.len()).unwrap_or(i64::MAX),
        missing: &listed(&result.missing),
        unexpected: &listed(&result.unexpected),
    };
    let now = batch.now();
    queries::insert_count(batch.tx().await?, &new, now).await?;
    if !result.missing.is_empty() || !result.unexpected.is_empty() {
        let what = format!(
            "its count differs: {} missing, {} unexpected",
            result.missing.len(),
            result.unexpected.len()
        );
        batch.record(&desk.office, Fact::PostOfficeChanged { what }, []);
    }
    batch.commit().await?;
    Ok(result)
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}
