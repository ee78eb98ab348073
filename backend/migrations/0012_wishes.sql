-- Coming at another time, and what recipients tell their couriers.

-- Since when somebody has to take it: then it is never left at the door.
alter table deliveries add column never_leave_ms bigint;

-- How many parcels come in a window.
create index deliveries_by_window on deliveries (window_from_ms);

-- Whoever moves a parcel into a window holds its row until the commit: parcels are counted one mover at a time.
create table window_turns (
    from_ms bigint not null,
    to_ms bigint not null,
    primary key (from_ms, to_ms)
);

-- From which run a parcel was taken when it was moved to another day: its courier may have done something with it
-- before, and report that later.
create table left_runs (
    reference text primary key references deliveries (reference),
    courier_id text not null references people (id),
    run_id text not null references runs (id),
    was_out bigint not null check (was_out in (0, 1)),
    window_from_ms bigint not null,
    window_to_ms bigint not null,
    left_ms bigint not null
);

create table proposals (
    id text primary key,
    reference text not null references deliveries (reference),
    date text not null,
    hours text not null,
    from_ms bigint not null,
    to_ms bigint not null,
    proposed_by text not null references people (id),
    proposed_ms bigint not null,
    ended_ms bigint,
    outcome text check (outcome in ('accepted', 'declined', 'overtaken')),
    check ((ended_ms is null) = (outcome is null))
);

create unique index proposals_open_by_delivery on proposals (reference) where ended_ms is null;
create index proposals_by_delivery on proposals (reference, proposed_ms);

create table instructions (
    id text primary key,
    reference text not null references deliveries (reference),
    -- In the order they were given.
    number bigint not null,
    kind text not null check (kind in ('safe_place', 'neighbour', 'gate_code', 'never_leave', 'other')),
    words text,
    picture text,
    -- The encrypted message with a gate code; nothing here can read it.
    secret_in text,
    given_ms bigint not null,
    confirmed bigint check (confirmed in (0, 1)),
    answered_by text references people (id),
    answered_ms bigint,
    -- When it was taken back, or another took its place.
    ended_ms bigint,
    check ((confirmed is null) = (answered_by is null))
);

create unique index instructions_by_delivery on instructions (reference, number);
