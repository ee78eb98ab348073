-- Deliveries, the runs that bring them, and the links with which customers let others watch.

create table runs (
    id text primary key,
    courier_id text not null references people (id),
    state text not null check (state in ('planned', 'active', 'ended')),
    created_ms bigint not null,
    started_ms bigint,
    ended_ms bigint
);

-- A courier has at most one run that is not over.
create unique index runs_open_by_courier on runs (courier_id) where state <> 'ended';

create table deliveries (
    reference text primary key,
    customer_id text not null references people (id),
    status text not null,
    description text not null,
    pickup_text text not null,
    pickup_lat double precision not null,
    pickup_lon double precision not null,
    address_text text not null,
    address_lat double precision not null,
    address_lon double precision not null,
    window_from_ms bigint not null,
    window_to_ms bigint not null,
    courier_id text references people (id),
    run_id text references runs (id),
    attempts bigint not null default 0,
    created_ms bigint not null,
    changed_ms bigint not null,
    check ((courier_id is null) = (run_id is null))
);

-- A customer's own list, newest first.
create index deliveries_by_customer on deliveries (customer_id, created_ms);
create index deliveries_by_run on deliveries (run_id);

create table stops (
    run_id text not null references runs (id),
    reference text not null references deliveries (reference),
    place bigint not null,
    service_s double precision not null,
    primary key (run_id, reference)
);

create table share_links (
    id text primary key,
    token_hash text not null unique,
    reference text not null references deliveries (reference),
    created_by text not null references people (id),
    label text not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    revoked_ms bigint
);

create index share_links_by_delivery on share_links (reference, created_ms);
