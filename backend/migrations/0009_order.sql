-- The order of a run's stops: who chose it, and what is still to be put in order.

-- 1 when the courier chose the order: then it is kept, and what comes to the run goes where it costs least.
alter table runs add column by_hand bigint not null default 0 check (by_hand in (0, 1));

-- 0 while a stop waits at the end of its run for its place.
alter table stops add column placed bigint not null default 1 check (placed in (0, 1));

-- Runs whose stops changed since their order was planned. A table of its own: whoever changes a stop must
-- not wait for the lock of the run.
create table runs_to_plan (
    run_id text primary key references runs (id),
    changes bigint not null
);
