-- Couriers on the road whose phones are not heard: a row from the moment that was noticed until they are heard
-- again, or their run ends. Whoever makes or deletes the row tells it: once, however many instances look.

create table silences (
    run_id text primary key references runs (id),
    courier_id text not null references people (id),
    last_heard_ms bigint not null,
    noticed_ms bigint not null
);
