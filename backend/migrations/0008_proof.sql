-- What shows that a parcel was delivered, and what is looked into when it is doubted.

alter table deliveries add column photo_needed bigint not null default 0;

-- Apart from the log: a picture can be erased while what happened stays.
create table pictures (
    reference text not null references deliveries (reference),
    -- SHA-256 of the bytes, in hex.
    hash text not null,
    media_type text not null,
    bytes bytea not null,
    taken_by text not null references people (id),
    created_ms bigint not null,
    -- When a change of the delivery first named it; until then nobody sees it, and after a day it is deleted.
    claimed_ms bigint,
    primary key (reference, hash)
);

create index pictures_unclaimed on pictures (created_ms) where claimed_ms is null;

create table cases (
    id text primary key,
    reference text not null references deliveries (reference),
    kind text not null check (kind in ('not_received', 'far_from_door', 'handover_locked')),
    words text,
    opened_by text not null,
    opened_ms bigint not null,
    closed_ms bigint,
    closed_by text,
    outcome text,
    check ((closed_ms is null) = (outcome is null))
);

-- What is said twice is one case.
create unique index cases_open_by_delivery on cases (reference, kind) where closed_ms is null;
create index cases_by_time on cases (opened_ms);
