-- Post offices, and the parcels that wait there.

create table post_offices (
    id text primary key,
    -- Where it is known from: 'osm', or 'http' for a location service; and its id there.
    source text not null check (source in ('osm', 'http')),
    source_id text not null,
    -- As imported: an import overwrites these and nothing else.
    name text not null,
    address text not null,
    lat double precision not null,
    lon double precision not null,
    opening_hours text,
    wheelchair text,
    -- 0 once the source does not know it any more: it is offered to nobody, and what lies there stays.
    listed bigint not null default 1 check (listed in (0, 1)),
    -- As an admin set it; no import touches these.
    own_opening_hours text,
    capacity bigint not null check (capacity >= 0),
    closed_from_ms bigint,
    closed_to_ms bigint,
    -- Parcels there and on their way there.
    used bigint not null default 0 check (used >= 0),
    -- Wrong codes at its desk since a moment; at the limit none is taken until an admin has looked into it.
    wrong_tries bigint not null default 0,
    tries_since_ms bigint not null default 0,
    check ((closed_from_ms is null) = (closed_to_ms is null)),
    unique (source, source_id)
);

-- Goes up with every change of what instances keep in memory of the offices.
insert into operator_settings (name, value) values ('post_offices_version', '0');

-- One row for each delivery that was ever to be held: it has one office at a time.
create table holds (
    reference text primary key references deliveries (reference),
    office_id text not null references post_offices (id),
    state text not null check (
        state in ('confirmed', 'ready', 'collected', 'expired', 'sent_back', 'cancelled')
    ),
    since_ms bigint not null,
    ready_ms bigint,
    keep_until_ms bigint not null,
    extended bigint not null default 0 check (extended in (0, 1)),
    -- When the scheduler has to look next; none once there is nothing left to do.
    due_ms bigint,
    wrong_tries bigint not null default 0
);

create index holds_due on holds (due_ms) where due_ms is not null;
create index holds_by_office on holds (office_id, state);

-- What collects a parcel: the recipient's, and one for each delegate. The code is derived from the seed and the
-- operator's secret, and found by its keyed hash: who reads this table has no code.
create table pick_up_codes (
    id text primary key,
    reference text not null references deliveries (reference),
    -- Who may use it in the recipient's stead; none is the recipient.
    delegate text,
    seed text not null,
    secret_mark text not null,
    code_hash text not null unique,
    -- How desks name it once it is worth nothing.
    mark text not null,
    made_ms bigint not null,
    ended_ms bigint
);

create index pick_up_codes_by_reference on pick_up_codes (reference);

-- How parcels were handed over at desks. Apart from the log: it can be erased.
create table pick_ups (
    reference text primary key references deliveries (reference),
    office_id text not null references post_offices (id),
    clerk_id text not null references people (id),
    document text not null,
    last_digits text not null,
    delegate text,
    signature bytea,
    time_ms bigint not null
);

create table desk_clerks (
    person_id text primary key references people (id),
    office_id text not null references post_offices (id)
);

create index desk_clerks_by_office on desk_clerks (office_id);

create table desk_counts (
    id text primary key,
    office_id text not null references post_offices (id),
    clerk_id text not null references people (id),
    time_ms bigint not null,
    counted bigint not null,
    -- What should have been there and was not, and the other way round, separated by spaces.
    missing text not null,
    unexpected text not null
);

create index desk_counts_by_office on desk_counts (office_id, time_ms);

create table hold_preferences (
    person_id text primary key references people (id),
    office_id text references post_offices (id),
    always_hold bigint not null default 0 check (always_hold in (0, 1)),
    away_from_ms bigint,
    away_to_ms bigint,
    never_at_the_door bigint not null default 0 check (never_at_the_door in (0, 1)),
    check ((away_from_ms is null) = (away_to_ms is null))
);

-- Deliveries that were booked never to be left at the door.
create table never_at_the_door (
    reference text primary key references deliveries (reference)
);
