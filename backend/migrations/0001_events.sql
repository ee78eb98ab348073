-- The event log: what happened, in order, each event sealed with the hash of the one before.
-- Times are milliseconds since 1970 UTC; sequence numbers come from event_log_head, whose row is
-- locked until commit, so that they are handed out in the order of commits and without gaps.

create table event_log_head (
    id bigint primary key check (id = 1),
    last_seq bigint not null,
    last_hash text not null
);

insert into event_log_head (id, last_seq, last_hash) values (1, 0, '');

create table events (
    seq bigint primary key,
    id text not null unique,
    type text not null,
    time_ms bigint not null,
    subject text not null,
    actor_role text not null,
    actor_id text not null,
    correlation_id text not null,
    data text not null,
    previous_hash text not null,
    hash text not null
);

-- A delivery's timeline is read by subject.
create index events_by_subject on events (subject, seq);

-- Who may read an event and which form of it, decided when it is written. Streams resume by
-- (topic, seq).
create table event_audience (
    topic text not null,
    seq bigint not null references events (seq),
    view text not null check (view in ('full', 'recipient', 'share_link')),
    primary key (topic, seq)
);
