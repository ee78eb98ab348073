-- Two levels of handover, and codes that do not stand in the database.
--
-- deliveries.handover is 0 for none, 1 for a PIN, 2 for two-way; until here it was 0 or 1. A code of before is dead:
-- its recipient is asked to make a new one.

drop table handover_codes;

create table handover_secrets (
    reference text primary key references deliveries (reference),
    -- What the code is derived from, with the operator's secret; in hex.
    seed text not null,
    -- The one before, so that a courier who comes with its code is told that there is a newer one.
    seed_before text,
    level_before bigint,
    -- Which of the operator's secrets it goes with.
    secret_mark text not null,
    made_ms bigint not null,
    -- Wrong tries since it was made; at the limit the code is dead.
    wrong_tries bigint not null default 0
);

-- Wrong tries that were counted, so that one whose answer got lost is counted once.
create table handover_wrong_tries (
    person_id text not null references people (id),
    key text not null,
    reference text not null references deliveries (reference),
    primary key (person_id, key)
);

create index handover_wrong_tries_by_reference on handover_wrong_tries (reference);
