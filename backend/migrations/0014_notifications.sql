-- What people are told, how they want to be told, and what is still to be sent.

-- What a person chose; a person without a row chose nothing. Minutes are counted from the midnight of time_zone.
create table notification_settings (
    person_id text primary key references people (id),
    language text,
    time_zone text,
    quiet_from_min bigint,
    quiet_to_min bigint,
    -- Confirmed by its code.
    phone text,
    -- Waits for its code, of which only a hash is kept here.
    phone_new text,
    phone_code_hash text,
    phone_code_ms bigint,
    phone_tries bigint not null default 0,
    check ((quiet_from_min is null) = (quiet_to_min is null))
);

-- Cells of the grid that somebody set; the others are as usual.
create table notification_choices (
    person_id text not null references people (id),
    kind text not null,
    channel text not null check (channel in ('in_app', 'push', 'email', 'sms')),
    is_on bigint not null check (is_on in (0, 1)),
    primary key (person_id, kind, channel)
);

-- Addresses that were refused for good. Another address, or a test of the channel, ends it.
create table dead_channels (
    person_id text not null references people (id),
    channel text not null check (channel in ('email', 'sms')),
    address text not null,
    since_ms bigint not null,
    problem text not null,
    primary key (person_id, channel)
);

-- Browsers that show what is pushed. Whoever signs out there is not told there any more: it ends with the session.
create table push_subscriptions (
    id text primary key,
    person_id text not null references people (id),
    session_id text references sessions (id) on delete cascade,
    endpoint text not null unique,
    p256dh text not null,
    auth text not null,
    created_ms bigint not null
);

create index push_subscriptions_by_person on push_subscriptions (person_id, created_ms);
create index push_subscriptions_by_session on push_subscriptions (session_id);

-- The list behind the bell.
create table notifications (
    id text primary key,
    person_id text not null references people (id),
    kind text not null,
    reference text,
    details text not null,
    created_ms bigint not null,
    read_ms bigint
);

-- The list is read from its newest end.
create index notifications_by_person on notifications (person_id, created_ms, id);
-- The badge counts these.
create index notifications_unread on notifications (person_id) where read_ms is null;
-- The sweep begins with the oldest.
create index notifications_by_age on notifications (created_ms);

-- What is to be sent. Its id is made of the notification and where it goes, so that nothing is written twice.
-- Whoever sends an entry moves due_ms ahead first: should they die, it is due again.
create table notification_outbox (
    id text primary key,
    person_id text not null references people (id),
    channel text not null check (channel in ('push', 'email', 'sms')),
    push_id text references push_subscriptions (id) on delete cascade,
    kind text not null,
    reference text,
    details text not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    -- 0 goes out before 1.
    rank bigint not null check (rank in (0, 1)),
    state text not null check (state in ('waiting', 'dead', 'kept')),
    due_ms bigint not null,
    attempts bigint not null,
    problem text,
    text text
);

create index notification_outbox_due on notification_outbox (channel, rank, due_ms) where state = 'waiting';
create index notification_outbox_ended on notification_outbox (created_ms, id) where state <> 'waiting';
create index notification_outbox_by_push on notification_outbox (push_id);
