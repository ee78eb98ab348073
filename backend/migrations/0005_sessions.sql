-- Where people are signed in, and how often someone tried to be.

create table sessions (
    id text primary key,
    -- SHA-256 of the secret: who reads this table can't sign in with it.
    token_hash text not null unique,
    person_id text not null references people (id),
    kind text not null check (kind in ('browser', 'api')),
    client text not null,
    created_ms bigint not null,
    last_used_ms bigint not null,
    expires_ms bigint not null
);

create index sessions_by_person on sessions (person_id, last_used_ms);

-- Failed sign-ins since a moment, by account, by address, and by both.
create table sign_in_attempts (
    subject text primary key,
    since_ms bigint not null,
    tries bigint not null
);
