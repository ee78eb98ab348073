-- Parcels of which their recipient was told that they come later than promised: a row for each, with the promise it was
-- about. Whoever writes it tells it: once for each promise, however many instances look.

create table delays (
    reference text primary key references deliveries (reference),
    window_to_ms bigint not null,
    told_ms bigint not null
);
