-- Requests that were taken: one that is sent again with the same key changes nothing.

create table idempotency_keys (
    person_id text not null references people (id),
    key text not null,
    -- SHA-256 of what was asked, in hex: a key that comes with something else is refused.
    request_hash text not null,
    used_ms bigint not null,
    primary key (person_id, key)
);

create index idempotency_keys_by_use on idempotency_keys (used_ms);
