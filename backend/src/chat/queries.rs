//! SQL of chats. To add a query: a `const`, a row type, a function, an entry in `ALL`.

use std::sync::LazyLock;

use porchlight_domain::chat::wire::{ChatMessage, Outgoing, Sealed};
use porchlight_domain::chat::{Commitment, DeviceKeys, KeyUse, Side, SignedKey};
use porchlight_domain::ids::{ChatId, DeviceId, MessageId, PersonId, RunId, SessionId};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Executor, FromRow};

use crate::deliveries::queries::unreadable;
use crate::store::ManyRows;

/// A device that is known under another session, or has new keys for sessions, is known anew; nobody takes over
/// somebody else's.
const ENROL: &str = "
    insert into chat_devices (
        id, person_id, session_id, identity_key, signing_key, signature, enrolled_ms, seen_ms
    )
    values ($1, $2, $3, $4, $5, $6, $7, $7)
    on conflict (id) do update
    set session_id = excluded.session_id,
        seen_ms = excluded.seen_ms
    where chat_devices.person_id = excluded.person_id
        and chat_devices.identity_key = excluded.identity_key
        and chat_devices.signing_key = excluded.signing_key
    returning enrolled_ms";

const SET_FALLBACK: &str = "
    update chat_devices
    set fallback_key = $2,
        fallback_signature = $3
    where id = $1";

/// Those of ended sessions, and beyond so many the ones not seen for longest, are no longer written to.
const FORGET_TOO_MANY: &str = "
    delete from chat_devices
    where person_id = $1 and id in (
        select id
        from chat_devices
        where person_id = $1
        order by seen_ms desc, id
        limit 1000 offset $2
    )";

const DEVICES: &str = "
    select d.id, d.identity_key, d.signing_key, d.signature, d.session_id
    from chat_devices d
    join sessions s on s.id = d.session_id and s.expires_ms > $2
    where d.person_id = $1
    order by d.id
    limit 100";

const COUNT_KEYS: &str = "select count(*) from chat_one_time_keys where device_id = $1";

const CLAIM_KEY: &str = "
    delete from chat_one_time_keys
    where device_id = $1 and key = (
        select key
        from chat_one_time_keys
        where device_id = $1
        order by key
        limit 1
    )
    returning key, signature";

const FALLBACK: &str = "
    select fallback_key as key, fallback_signature as signature
    from chat_devices
    where id = $1 and fallback_key is not null";

const OPEN: &str = "
    insert into chats (id, reference, courier_id, opened_ms)
    values ($1, $2, $3, $4)
    on conflict (reference, courier_id) do nothing";

const CHAT: &str = "
    select id, closes_ms, last_seq, blocked_by, recipient_wants_ms, courier_wants_ms
    from chats
    where reference = $1 and courier_id = $2";

/// With whom a parcel was last that is with nobody now, of those with whom there is a chat.
const LAST_COURIER: &str = "
    select courier_id
    from chats
    where reference = $1
    order by coalesce(closes_ms, opened_ms) desc, opened_ms desc
    limit 1";

/// A write that changes nothing takes the row's lock on PostgreSQL; SQLite's writer has it anyway.
const LOCK: &str = "
    update chats
    set last_seq = last_seq
    where reference = $1 and courier_id = $2
    returning id, closes_ms, last_seq, blocked_by, recipient_wants_ms, courier_wants_ms";

/// The chat with the courier who has the parcel out stays open, all others about it close.
const FOLLOW: &str = "
    update chats
    set closes_ms = case
        when courier_id = $2 then null
        when closes_ms is null then $3
        else closes_ms
    end
    where reference = $1";

const BLOCK: &str = "update chats set blocked_by = $2 where id = $1";

const RECIPIENT_WANTS: &str = "update chats set recipient_wants_ms = $2 where id = $1";
const COURIER_WANTS: &str = "update chats set courier_wants_ms = $2 where id = $1";

const SENT_BEFORE: &str = "
    select chat_id, seq, sent_ms
    from chat_messages
    where id = $1";

const NEXT_SEQ: &str = "
    update chats
    set last_seq = last_seq + 1
    where id = $1
    returning last_seq";

const INSERT_MESSAGE: &str = "
    insert into chat_messages (chat_id, seq, id, side, device_id, commitment, sent_ms)
    values ($1, $2, $3, $4, $5, $6, $7)";

const MESSAGES: &str = "
    select m.seq, m.id, m.side, m.device_id, m.commitment, m.sent_ms, s.kind, s.body
    from chat_messages m
    left join chat_sealed s on s.chat_id = m.chat_id and s.seq = m.seq and s.device_id = $2
    where m.chat_id = $1 and m.seq > $3
    order by m.seq
    limit $4";

const MESSAGE: &str = "
    select m.seq, m.id, m.side, m.device_id, m.commitment, m.sent_ms, null as kind, null as body
    from chat_messages m
    where m.chat_id = $1 and m.seq = $2";

const MARK: &str = "
    insert into chat_marks (chat_id, side, stored_seq, read_seq)
    values ($1, $2, $3, $4)
    on conflict (chat_id, side) do update
    set stored_seq = case
            when excluded.stored_seq > chat_marks.stored_seq then excluded.stored_seq
            else chat_marks.stored_seq
        end,
        read_seq = case
            when excluded.read_seq > chat_marks.read_seq then excluded.read_seq
            else chat_marks.read_seq
        end";

const MARKS: &str = "
    select side, stored_seq, read_seq
    from chat_marks
    where chat_id = $1";

const FORGET_STORED: &str = "
    delete from chat_sealed
    where chat_id = $1 and device_id = $2 and seq <= $3";

const UNREAD: &str = "
    select count(*)
    from chat_messages m
    where m.chat_id = $1 and m.side <> $2 and m.seq > coalesce(
        (select k.read_seq from chat_marks k where k.chat_id = $1 and k.side = $2), 0
    )";

/// What a courier has not read, for each parcel of a run.
const UNREAD_OF_RUN: &str = "
    select c.reference, c.recipient_wants_ms as wants_ms, (
        select count(*)
        from chat_messages m
        where m.chat_id = c.id and m.side = 'recipient' and m.seq > coalesce(
            (select k.read_seq from chat_marks k where k.chat_id = c.id and k.side = 'courier'), 0
        )
    ) as unread
    from chats c
    join stops s on s.reference = c.reference and s.run_id = $1
    where c.courier_id = $2";

/// What a recipient has not read, for each of their parcels.
const UNREAD_OF_RECIPIENT: &str = "
    select c.reference, c.courier_wants_ms as wants_ms, (
        select count(*)
        from chat_messages m
        where m.chat_id = c.id and m.side = 'courier' and m.seq > coalesce(
            (select k.read_seq from chat_marks k where k.chat_id = c.id and k.side = 'recipient'), 0
        )
    ) as unread
    from chats c
    join deliveries d on d.reference = c.reference
    where d.customer_id = $1 and (
        d.courier_id = c.courier_id
        or d.courier_id is null and not exists (
            select 1
            from chats o
            where o.reference = c.reference
                and coalesce(o.closes_ms, o.opened_ms) > coalesce(c.closes_ms, c.opened_ms)
        )
    )";

/// Chats in which somebody may be waited for.
const LIVE_CHATS_OF: &str = "
    select c.reference, c.courier_id, d.customer_id
    from chats c
    join deliveries d on d.reference = c.reference
    where (c.courier_id = $1 or d.customer_id = $1)
        and (c.closes_ms is null or c.closes_ms > $2)
    limit 1000";

const REPORT: &str = "
    insert into chat_reports (
        reference, message_id, side, person_id, words, sent_ms, reported_ms
    )
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (message_id) do nothing";

const REPORTS: &str = "
    select r.reference, r.message_id, r.side, p.name, r.words, r.sent_ms, r.reported_ms
    from chat_reports r
    join people p on p.id = r.person_id
    order by r.reported_ms desc, r.message_id
    limit $1";

/// With everything in them.
pub(super) const PURGE: &str = "
    delete from chats
    where id in (
        select id
        from chats
        where closes_ms is not null and closes_ms < $1
        limit $2
    )";

pub(super) const PURGE_REPORTS: &str = "
    delete from chat_reports
    where message_id in (
        select message_id
        from chat_reports
        where reported_ms < $1
        limit $2
    )";

/// Devices whose sign-in is over, and what waits for none.
pub(super) const PURGE_DEVICES: &str = "
    delete from chat_devices
    where id in (
        select d.id
        from chat_devices d
        left join sessions s on s.id = d.session_id and s.expires_ms > $1
        where s.id is null
        limit $2
    )";

pub(super) const PURGE_SEALED: &str = "
    delete from chat_sealed
    where device_id in (
        select x.device_id
        from chat_sealed x
        join chat_messages m on m.chat_id = x.chat_id and m.seq = x.seq and m.sent_ms < $1
        left join chat_devices d on d.id = x.device_id
        where d.id is null
        limit $2
    )";

static INSERT_KEYS: LazyLock<ManyRows> = LazyLock::new(|| {
    ManyRows::new(
        "insert into chat_one_time_keys (device_id, key, signature) values ",
        3,
        " on conflict do nothing",
    )
});

static INSERT_SEALED: LazyLock<ManyRows> = LazyLock::new(|| {
    ManyRows::new(
        "insert into chat_sealed (chat_id, seq, device_id, kind, body) values ",
        5,
        "",
    )
});

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    ENROL,
    SET_FALLBACK,
    FORGET_TOO_MANY,
    DEVICES,
    COUNT_KEYS,
    CLAIM_KEY,
    FALLBACK,
    OPEN,
    CHAT,
    LOCK,
    LAST_COURIER,
    FOLLOW,
    BLOCK,
    RECIPIENT_WANTS,
    COURIER_WANTS,
    SENT_BEFORE,
    NEXT_SEQ,
    INSERT_MESSAGE,
    MESSAGES,
    MESSAGE,
    MARK,
    MARKS,
    FORGET_STORED,
    UNREAD,
    UNREAD_OF_RUN,
    UNREAD_OF_RECIPIENT,
    LIVE_CHATS_OF,
    REPORT,
    REPORTS,
    PURGE,
    PURGE_REPORTS,
    PURGE_DEVICES,
    PURGE_SEALED,
];

/// The statements for many rows, for the same test.
#[cfg(test)]
pub(crate) const ALL_MANY: &[&LazyLock<ManyRows>] = &[&INSERT_KEYS, &INSERT_SEALED];

#[derive(Debug, Clone, FromRow)]
pub(super) struct DeviceRow {
    id: String,
    identity_key: String,
    signing_key: String,
    signature: String,
    session_id: String,
}

impl DeviceRow {
    pub(super) fn is_of(&self, session: &SessionId) -> bool {
        self.session_id == session.as_str()
    }

    pub(super) fn keys(self) -> DeviceKeys {
        DeviceKeys {
            id: DeviceId::from_text(self.id),
            identity: self.identity_key,
            signing: self.signing_key,
            signature: self.signature,
        }
    }
}

#[derive(Debug, Clone, FromRow)]
struct KeyRow {
    key: String,
    signature: String,
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct ChatRow {
    id: String,
    closes_ms: Option<i64>,
    last_seq: i64,
    blocked_by: Option<String>,
    recipient_wants_ms: Option<i64>,
    courier_wants_ms: Option<i64>,
}

impl ChatRow {
    pub(super) fn id(&self) -> ChatId {
        ChatId::from_text(self.id.as_str())
    }

    pub(super) fn closes_at(&self) -> Option<Timestamp> {
        self.closes_ms.map(Timestamp::from_millis)
    }

    pub(super) fn last_seq(&self) -> Result<u32, sqlx::Error> {
        seq_from(self.last_seq)
    }

    pub(super) fn blocked_by(&self) -> Option<Side> {
        Side::from_text(self.blocked_by.as_deref()?)
    }

    /// When a side last asked the other to open the chat.
    pub(super) fn wants(&self, side: Side) -> Option<Timestamp> {
        let wants_ms = match side {
            Side::Recipient => self.recipient_wants_ms,
            Side::Courier => self.courier_wants_ms,
        };
        wants_ms.map(Timestamp::from_millis)
    }
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct MessageRow {
    seq: i64,
    id: String,
    side: String,
    device_id: String,
    commitment: String,
    sent_ms: i64,
    kind: Option<i64>,
    body: Option<String>,
}

impl MessageRow {
    pub(super) fn message(self) -> Result<ChatMessage, sqlx::Error> {
        let sealed = match (self.kind, self.body) {
            (Some(kind), Some(body)) => Some(Sealed {
                kind: u8::try_from(kind).map_err(|_| unreadable("kind"))?,
                body,
            }),
            _ => None,
        };
        Ok(ChatMessage {
            seq: seq_from(self.seq)?,
            id: MessageId::from_text(self.id),
            side: Side::from_text(&self.side).ok_or_else(|| unreadable("side"))?,
            from: DeviceId::from_text(self.device_id),
            at: Timestamp::from_millis(self.sent_ms),
            commitment: Commitment::parse(&self.commitment)
                .ok_or_else(|| unreadable("commitment"))?,
            sealed,
        })
    }
}

/// How far one side has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub(super) stored: u32,
    pub(super) read: u32,
}

#[derive(Debug, FromRow)]
struct MarkRow {
    side: String,
    stored_seq: i64,
    read_seq: i64,
}

/// What somebody has not read of one chat.
#[derive(Debug, Clone, FromRow)]
pub(super) struct UnreadRow {
    reference: String,
    wants_ms: Option<i64>,
    unread: i64,
}

impl UnreadRow {
    pub(super) fn reference(&self) -> Result<Reference, sqlx::Error> {
        self.reference.parse().map_err(|_| unreadable("reference"))
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.wants_ms.is_some()
    }

    pub(super) fn unread(&self) -> u32 {
        u32::try_from(self.unread).unwrap_or(u32::MAX)
    }
}

/// The two of a chat.
#[derive(Debug, Clone, FromRow)]
pub(super) struct PairRow {
    reference: String,
    courier_id: String,
    customer_id: String,
}

impl PairRow {
    pub(super) fn reference(&self) -> Result<Reference, sqlx::Error> {
        self.reference.parse().map_err(|_| unreadable("reference"))
    }

    pub(super) fn people(self) -> [PersonId; 2] {
        [self.customer_id, self.courier_id].map(PersonId::from_text)
    }
}

/// Where a message with this name is.
#[derive(Debug, FromRow)]
pub(super) struct SentRow {
    pub(super) chat_id: String,
    seq: i64,
    sent_ms: i64,
}

impl SentRow {
    pub(super) fn place(&self) -> Result<(u32, Timestamp), sqlx::Error> {
        Ok((seq_from(self.seq)?, Timestamp::from_millis(self.sent_ms)))
    }
}

#[derive(Debug, FromRow)]
pub(super) struct ReportRow {
    pub(super) reference: String,
    pub(super) message_id: String,
    pub(super) side: String,
    pub(super) name: String,
    pub(super) words: String,
    pub(super) sent_ms: i64,
    pub(super) reported_ms: i64,
}

/// A message that somebody shows to the operator.
pub(super) struct NewReport<'a> {
    pub(super) reference: Reference,
    pub(super) message: &'a ChatMessage,
    pub(super) author: &'a PersonId,
    pub(super) words: &'a str,
    pub(super) at: Timestamp,
}

fn seq_from(seq: i64) -> Result<u32, sqlx::Error> {
    u32::try_from(seq).map_err(|_| unreadable("seq"))
}

/// Since when the device is known; none if it is somebody else's, or has other keys.
pub(super) async fn enrol(
    tx: &mut AnyConnection,
    person: &PersonId,
    session: &SessionId,
    device: &DeviceKeys,
    now: Timestamp,
) -> Result<Option<Timestamp>, sqlx::Error> {
    let since: Option<i64> = sqlx::query_scalar(ENROL)
        .bind(device.id.as_str())
        .bind(person.as_str())
        .bind(session.as_str())
        .bind(&device.identity)
        .bind(&device.signing)
        .bind(&device.signature)
        .bind(now.millis())
        .fetch_optional(&mut *tx)
        .await?;
    Ok(since.map(Timestamp::from_millis))
}

pub(super) async fn set_fallback(
    tx: &mut AnyConnection,
    device: &DeviceId,
    key: &SignedKey,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_FALLBACK)
        .bind(device.as_str())
        .bind(&key.key)
        .bind(&key.signature)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn insert_keys(
    tx: &mut AnyConnection,
    device: &DeviceId,
    keys: &[SignedKey],
) -> Result<(), sqlx::Error> {
    for (sql, keys) in INSERT_KEYS.portions(keys) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for key in keys {
            query = query
                .bind(device.as_str())
                .bind(&key.key)
                .bind(&key.signature);
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

pub(super) async fn forget_too_many(
    tx: &mut AnyConnection,
    person: &PersonId,
    keep: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET_TOO_MANY)
        .bind(person.as_str())
        .bind(keep)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn count_keys(
    tx: &mut AnyConnection,
    device: &DeviceId,
) -> Result<u32, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(COUNT_KEYS)
        .bind(device.as_str())
        .fetch_one(&mut *tx)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Takes a one-time key of a device, or shows the one for when there is none left.
pub(super) async fn claim_key(
    tx: &mut AnyConnection,
    device: &DeviceId,
) -> Result<Option<(KeyUse, SignedKey)>, sqlx::Error> {
    for (statement, of) in [(CLAIM_KEY, KeyUse::OneTime), (FALLBACK, KeyUse::Fallback)] {
        let row: Option<KeyRow> = sqlx::query_as(statement)
            .bind(device.as_str())
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(KeyRow { key, signature }) = row {
            return Ok(Some((of, SignedKey { key, signature })));
        }
    }
    Ok(None)
}

pub(super) async fn devices<'c>(
    executor: impl Executor<'c, Database = Any>,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<DeviceRow>, sqlx::Error> {
    sqlx::query_as(DEVICES)
        .bind(person.as_str())
        .bind(now.millis())
        .fetch_all(executor)
        .await
}

pub(super) async fn last_courier(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Option<PersonId>, sqlx::Error> {
    let courier: Option<String> = sqlx::query_scalar(LAST_COURIER)
        .bind(reference.to_string())
        .fetch_optional(pool)
        .await?;
    Ok(courier.map(PersonId::from_text))
}

pub(super) async fn chat(
    pool: &AnyPool,
    reference: Reference,
    courier: &PersonId,
) -> Result<Option<ChatRow>, sqlx::Error> {
    sqlx::query_as(CHAT)
        .bind(reference.to_string())
        .bind(courier.as_str())
        .fetch_optional(pool)
        .await
}

/// The chat, to be changed; it begins if there is none.
pub(super) async fn open(
    tx: &mut AnyConnection,
    new: &ChatId,
    reference: Reference,
    courier: &PersonId,
    now: Timestamp,
) -> Result<ChatRow, sqlx::Error> {
    sqlx::query(OPEN)
        .bind(new.as_str())
        .bind(reference.to_string())
        .bind(courier.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    lock(tx, reference, courier)
        .await?
        .ok_or(sqlx::Error::RowNotFound)
}

pub(super) async fn lock(
    tx: &mut AnyConnection,
    reference: Reference,
    courier: &PersonId,
) -> Result<Option<ChatRow>, sqlx::Error> {
    sqlx::query_as(LOCK)
        .bind(reference.to_string())
        .bind(courier.as_str())
        .fetch_optional(&mut *tx)
        .await
}

/// All chats about a delivery close at a moment, but the one with whoever has it out.
pub(super) async fn follow(
    tx: &mut AnyConnection,
    reference: Reference,
    out_with: Option<&PersonId>,
    closes_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(FOLLOW)
        .bind(reference.to_string())
        .bind(out_with.map_or("", PersonId::as_str))
        .bind(closes_at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn block(
    tx: &mut AnyConnection,
    chat: &ChatId,
    by: Option<Side>,
) -> Result<(), sqlx::Error> {
    sqlx::query(BLOCK)
        .bind(chat.as_str())
        .bind(by.map(Side::as_str))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Notes that a side wants the other to open the chat, or no longer.
pub(super) async fn set_wants(
    tx: &mut AnyConnection,
    chat: &ChatId,
    side: Side,
    since: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    let statement = match side {
        Side::Recipient => RECIPIENT_WANTS,
        Side::Courier => COURIER_WANTS,
    };
    sqlx::query(statement)
        .bind(chat.as_str())
        .bind(since.map(Timestamp::millis))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn sent_before(
    tx: &mut AnyConnection,
    message: &MessageId,
) -> Result<Option<SentRow>, sqlx::Error> {
    sqlx::query_as(SENT_BEFORE)
        .bind(message.as_str())
        .fetch_optional(&mut *tx)
        .await
}

/// Stores a message and says its number.
pub(super) async fn insert_message(
    tx: &mut AnyConnection,
    chat: &ChatId,
    side: Side,
    message: &Outgoing,
    now: Timestamp,
) -> Result<u32, sqlx::Error> {
    let seq: i64 = sqlx::query_scalar(NEXT_SEQ)
        .bind(chat.as_str())
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query(INSERT_MESSAGE)
        .bind(chat.as_str())
        .bind(seq)
        .bind(message.id.as_str())
        .bind(side.as_str())
        .bind(message.from.as_str())
        .bind(message.commitment.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    for (sql, portion) in INSERT_SEALED.portions(&message.sealed) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for sealed in portion {
            query = query
                .bind(chat.as_str())
                .bind(seq)
                .bind(sealed.device.as_str())
                .bind(i64::from(sealed.sealed.kind))
                .bind(&sealed.sealed.body);
        }
        query.execute(&mut *tx).await?;
    }
    seq_from(seq)
}

pub(super) async fn messages(
    pool: &AnyPool,
    chat: &ChatId,
    device: &DeviceId,
    after: u32,
    limit: u32,
) -> Result<Vec<MessageRow>, sqlx::Error> {
    sqlx::query_as(MESSAGES)
        .bind(chat.as_str())
        .bind(device.as_str())
        .bind(i64::from(after))
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
}

pub(super) async fn message(
    tx: &mut AnyConnection,
    chat: &ChatId,
    seq: u32,
) -> Result<Option<MessageRow>, sqlx::Error> {
    sqlx::query_as(MESSAGE)
        .bind(chat.as_str())
        .bind(i64::from(seq))
        .fetch_optional(&mut *tx)
        .await
}

/// A side has come at least so far.
pub(super) async fn mark(
    tx: &mut AnyConnection,
    chat: &ChatId,
    side: Side,
    mark: Mark,
) -> Result<(), sqlx::Error> {
    sqlx::query(MARK)
        .bind(chat.as_str())
        .bind(side.as_str())
        .bind(i64::from(mark.stored))
        .bind(i64::from(mark.read))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// How far the recipient and the courier have come.
pub(super) async fn marks(pool: &AnyPool, chat: &ChatId) -> Result<(Mark, Mark), sqlx::Error> {
    let rows: Vec<MarkRow> = sqlx::query_as(MARKS)
        .bind(chat.as_str())
        .fetch_all(pool)
        .await?;
    let of = |side: Side| -> Result<Mark, sqlx::Error> {
        let row = rows.iter().find(|row| row.side == side.as_str());
        row.map_or(Ok(Mark::default()), |row| {
            Ok(Mark {
                stored: seq_from(row.stored_seq)?,
                read: seq_from(row.read_seq)?,
            })
        })
    };
    Ok((of(Side::Recipient)?, of(Side::Courier)?))
}

/// What a device has stored need not be kept for it.
pub(super) async fn forget_stored(
    tx: &mut AnyConnection,
    chat: &ChatId,
    device: &DeviceId,
    up_to: u32,
) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET_STORED)
        .bind(chat.as_str())
        .bind(device.as_str())
        .bind(i64::from(up_to))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn unread<'c>(
    executor: impl Executor<'c, Database = Any>,
    chat: &ChatId,
    side: Side,
) -> Result<u32, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(UNREAD)
        .bind(chat.as_str())
        .bind(side.as_str())
        .fetch_one(executor)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

pub(super) async fn unread_of_run(
    pool: &AnyPool,
    run: &RunId,
    courier: &PersonId,
) -> Result<Vec<UnreadRow>, sqlx::Error> {
    sqlx::query_as(UNREAD_OF_RUN)
        .bind(run.as_str())
        .bind(courier.as_str())
        .fetch_all(pool)
        .await
}

pub(super) async fn unread_of_recipient(
    pool: &AnyPool,
    customer: &PersonId,
) -> Result<Vec<UnreadRow>, sqlx::Error> {
    sqlx::query_as(UNREAD_OF_RECIPIENT)
        .bind(customer.as_str())
        .fetch_all(pool)
        .await
}

pub(super) async fn live_chats_of(
    pool: &AnyPool,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<PairRow>, sqlx::Error> {
    sqlx::query_as(LIVE_CHATS_OF)
        .bind(person.as_str())
        .bind(now.millis())
        .fetch_all(pool)
        .await
}

/// Whether it was not reported before.
pub(super) async fn report(
    tx: &mut AnyConnection,
    report: &NewReport<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(REPORT)
        .bind(report.reference.to_string())
        .bind(report.message.id.as_str())
        .bind(report.message.side.as_str())
        .bind(report.author.as_str())
        .bind(report.words)
        .bind(report.message.at.millis())
        .bind(report.at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn reports(pool: &AnyPool, limit: i64) -> Result<Vec<ReportRow>, sqlx::Error> {
    sqlx::query_as(REPORTS).bind(limit).fetch_all(pool).await
}
