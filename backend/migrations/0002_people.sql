-- Everyone with an account. What only couriers have is null for the others.

create table people (
    id text primary key,
    role text not null check (role in ('customer', 'courier', 'clerk', 'admin')),
    email text not null unique,
    name text not null,
    password_hash text not null,
    disabled bigint not null default 0 check (disabled in (0, 1)),
    vehicle text,
    rating_sum bigint not null default 0,
    rating_count bigint not null default 0,
    created_ms bigint not null
);
