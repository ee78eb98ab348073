//! SQL of the test harness: what no capability does.

use crate::Backend;
use crate::store::Store;

const INSERT_PERSON: &str = "
    insert into people (id, role, email, name, password_hash, vehicle, created_ms)
    values ($1, $2, $3, $4, '', $5, 0)";

const INSERT_SESSION: &str = "
    insert into sessions (
        id, token_hash, person_id, kind, client, created_ms, last_used_ms, expires_ms
    )
    values ($1, $1, $2, 'browser', 'Test', 0, 0, $3)";

const AGE_SESSIONS: &str = "update sessions set last_used_ms = last_used_ms - $1";

const LOSE_SESSIONS: &str = "delete from sessions where person_id = $1";

const TAMPER: &str = "update events set data = '{}' where seq = $1";

const REMOVE_AUDIENCE_FROM: &str = "delete from event_audience where seq >= $1";

const REMOVE_EVENTS_FROM: &str = "delete from events where seq >= $1";

const REWIND_HEAD: &str = "
    update event_log_head
    set last_seq = $1, last_hash = (select hash from events where seq = $1)";

const COUNT_FIXES: &str = "select count(*) from fixes";

const EVENTS: &str = "select type || data from events order by seq";

const HANDOVERS: &str = "
    select seed || ' ' || coalesce(seed_before, '') || ' ' || secret_mark
    from handover_secrets";

const REQUESTS: &str = "select key || request_hash from idempotency_keys";

const WRONG_TRIES: &str = "select key || ' ' || reference from handover_wrong_tries";

const CHATS: &str = "select id || reference || coalesce(blocked_by, '') from chats";

const CHAT_MESSAGES: &str = "
    select m.id || m.commitment || coalesce(s.body, '')
    from chat_messages m
    left join chat_sealed s on s.chat_id = m.chat_id and s.seq = m.seq";

const CHAT_DEVICES: &str = "
    select id || identity_key || signing_key || signature || coalesce(fallback_key, '')
    from chat_devices";

const CHAT_KEYS: &str = "select device_id || key || signature from chat_one_time_keys";

const PICK_UP_CODES: &str = "
    select id || ' ' || seed || ' ' || code_hash || ' ' || mark
    from pick_up_codes";

const INTEGRITY: &str = "pragma integrity_check";

pub(super) async fn insert_person(
    backend: &Backend,
    id: &str,
    role: &str,
    email: &str,
    name: &str,
) {
    sqlx::query(INSERT_PERSON)
        .bind(id)
        .bind(role)
        .bind(email)
        .bind(name)
        .bind((role == "courier").then_some("White van"))
        .execute(backend.store().readers())
        .await
        .expect("a new person is stored");
}

/// A session that never runs out and has no token.
pub(super) async fn insert_session(backend: &Backend, id: &str, person: &str) {
    sqlx::query(INSERT_SESSION)
        .bind(id)
        .bind(person)
        .bind(i64::MAX)
        .execute(backend.store().readers())
        .await
        .expect("a new session is stored");
}

pub(super) async fn age_sessions(store: &Store, by_ms: i64) {
    sqlx::query(AGE_SESSIONS)
        .bind(by_ms)
        .execute(store.readers())
        .await
        .expect("sessions are older now");
}

pub(super) async fn lose_sessions(backend: &Backend, person: &str) {
    sqlx::query(LOSE_SESSIONS)
        .bind(person)
        .execute(backend.store().readers())
        .await
        .expect("sessions are deleted");
}

pub(super) async fn tamper(backend: &Backend, seq: i64) {
    change_log(backend, TAMPER, seq).await;
}

pub(super) async fn remove_events_from(backend: &Backend, seq: i64) {
    for sql in [REMOVE_AUDIENCE_FROM, REMOVE_EVENTS_FROM] {
        change_log(backend, sql, seq).await;
    }
}

pub(super) async fn rewind_head(backend: &Backend, seq: i64) {
    change_log(backend, REWIND_HEAD, seq).await;
}

async fn change_log(backend: &Backend, sql: &'static str, seq: i64) {
    sqlx::query(sql)
        .bind(seq)
        .execute(backend.store().readers())
        .await
        .expect("whoever holds the database can change it");
}

pub(super) async fn count_fixes(backend: &Backend) -> i64 {
    count_fixes_of(backend.store()).await
}

pub(super) async fn count_fixes_of(store: &Store) -> i64 {
    sqlx::query_scalar(COUNT_FIXES)
        .fetch_one(store.readers())
        .await
        .expect("fixes are counted")
}

pub(super) async fn integrity_of(store: &Store) -> String {
    sqlx::query_scalar(INTEGRITY)
        .fetch_one(store.readers())
        .await
        .expect("SQLite checks itself")
}

#[cfg(test)]
pub(super) async fn count_fixes_in_transaction(tx: &mut sqlx::AnyConnection) -> i64 {
    sqlx::query_scalar(COUNT_FIXES)
        .fetch_one(&mut *tx)
        .await
        .expect("fixes are counted")
}

/// Every event, and what is stored of handovers, chats and requests.
pub(super) async fn everything_stored(backend: &Backend) -> Vec<String> {
    let mut all = Vec::new();
    for statement in [
        EVENTS,
        HANDOVERS,
        REQUESTS,
        WRONG_TRIES,
        PICK_UP_CODES,
        CHATS,
        CHAT_MESSAGES,
        CHAT_DEVICES,
        CHAT_KEYS,
    ] {
        let rows: Vec<String> = sqlx::query_scalar(statement)
            .fetch_all(backend.store().readers())
            .await
            .expect("what is stored is read");
        all.extend(rows);
    }
    all
}
