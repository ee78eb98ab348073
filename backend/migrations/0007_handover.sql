-- A parcel that is handed to its recipient only, and the code that shows it was.

alter table deliveries add column handover bigint not null default 0;

create table handover_codes (
    reference text primary key references deliveries (reference),
    code text not null,
    made_ms bigint not null,
    -- Wrong tries since it was made; at the limit the code is dead.
    wrong_tries bigint not null default 0
);
