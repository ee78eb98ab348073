-- Positions, apart from everything else: they are many, and purged after a time.

create table fixes (
    courier_id text not null references people (id),
    time_ms bigint not null,
    run_id text,
    lat double precision not null,
    lon double precision not null,
    accuracy_m double precision not null,
    speed_mps double precision,
    heading_deg double precision,
    received_ms bigint not null,
    -- A phone that sends a batch twice changes nothing.
    primary key (courier_id, time_ms)
);

-- For retention, and for instances that missed a signal.
create index fixes_by_receipt on fixes (received_ms);

-- Who looked at whose position, for what parcel, from when to when.
create table position_readings (
    id text primary key,
    reader_id text not null,
    courier_id text not null references people (id),
    reference text,
    reveal text not null check (reveal in ('area', 'exact')),
    from_ms bigint not null,
    to_ms bigint not null
);

create index position_readings_by_courier on position_readings (courier_id, to_ms);

-- Each moment of an approach is told once for each time the parcel goes out.
create table arrivals (
    reference text not null references deliveries (reference),
    attempt bigint not null,
    arrival text not null,
    time_ms bigint not null,
    primary key (reference, attempt, arrival)
);

create table operator_settings (
    name text primary key,
    value text not null
);
