-- Chats between the recipient of a parcel and its courier. What they say is encrypted from device to device:
-- nothing here can read it.

-- A browser that reads and writes encrypted messages, for as long as it is signed in.
create table chat_devices (
    id text primary key,
    person_id text not null references people (id),
    session_id text not null,
    -- Public keys in base 64 (Curve25519, Ed25519), and the device's own signature of them.
    identity_key text not null,
    signing_key text not null,
    signature text not null,
    fallback_key text,
    fallback_signature text,
    enrolled_ms bigint not null,
    seen_ms bigint not null
);

create index chat_devices_by_person on chat_devices (person_id);
create index chat_devices_by_session on chat_devices (session_id);

-- Each is given out once.
create table chat_one_time_keys (
    device_id text not null references chat_devices (id) on delete cascade,
    key text not null,
    signature text not null,
    primary key (device_id, key)
);

create table chats (
    id text primary key,
    reference text not null references deliveries (reference),
    courier_id text not null references people (id),
    opened_ms bigint not null,
    -- From then on it can only be read; none while the parcel is out with this courier.
    closes_ms bigint,
    last_seq bigint not null default 0,
    -- The side that ended it for both.
    blocked_by text,
    -- When each side last asked the other to open the chat.
    recipient_wants_ms bigint,
    courier_wants_ms bigint,
    unique (reference, courier_id)
);

create table chat_messages (
    chat_id text not null references chats (id) on delete cascade,
    seq bigint not null,
    id text not null unique,
    side text not null check (side in ('recipient', 'courier')),
    device_id text not null,
    commitment text not null,
    sent_ms bigint not null,
    primary key (chat_id, seq)
);

-- A message for one device, until that device has stored it.
create table chat_sealed (
    chat_id text not null references chats (id) on delete cascade,
    seq bigint not null,
    device_id text not null,
    kind bigint not null,
    body text not null,
    primary key (chat_id, device_id, seq)
);

-- How far each side has come.
create table chat_marks (
    chat_id text not null references chats (id) on delete cascade,
    side text not null check (side in ('recipient', 'courier')),
    stored_seq bigint not null,
    read_seq bigint not null,
    primary key (chat_id, side)
);

-- Messages that whoever got them showed to the operator.
create table chat_reports (
    reference text not null references deliveries (reference),
    message_id text not null,
    -- Who wrote it.
    side text not null,
    person_id text not null references people (id),
    words text not null,
    sent_ms bigint not null,
    reported_ms bigint not null,
    primary key (message_id)
);
