-- What came from another system (a shop platform, a CRM, an agency's backend), and what another system is told.

create schema inbound;
grant usage on schema inbound to yumen_app;

-- What another system calls a person; so that the same line brought again changes nothing.
create table inbound.member (
    handler_id bigint not null references identity.handler (id),
    source text not null check (source ~ '^[a-z][a-z0-9_]{0,31}$'),
    external_index bytea not null check (octet_length(external_index) = 16),
    subject_id bigint not null references identity.subject (id),
    external_sealed bytea not null,
    brought_at timestamptz not null,
    primary key (handler_id, source, external_index)
);
create index member_subject on inbound.member (subject_id);

-- Who was erased here and must not come back with the next file: a keyed fingerprint, and no subject.
create table inbound.suppressed (
    handler_id bigint not null,
    source text not null,
    external_index bytea not null check (octet_length(external_index) = 16),
    primary key (handler_id, source, external_index)
);

-- What a person told elsewhere by choice: sealed, used for nothing, until they agree here or the time is over.
create table inbound.waiting (
    subject_id bigint primary key references identity.subject (id),
    handler_id bigint not null references identity.handler (id),
    nickname_sealed bytea,
    birthday_sealed bytea,
    until_at timestamptz not null
);
create index waiting_until on inbound.waiting (until_at);

-- An answer that another system says was given. Nobody saw our notice and nothing proves it: it permits nothing.
create table inbound.legacy_consent (
    handler_id bigint not null references identity.handler (id),
    source text not null,
    subject_id bigint not null references identity.subject (id),
    purpose text not null check (length(purpose) <= 32),
    state text not null check (state in ('given', 'refused', 'withdrawn')),
    proof text not null default 'legacy_unproved' check (proof = 'legacy_unproved'),
    answered_at timestamptz,
    brought_at timestamptz not null,
    primary key (handler_id, subject_id, source, purpose)
);
create index legacy_consent_subject on inbound.legacy_consent (subject_id);

-- A finished order of another system: history, never moved again; no recipient and no address comes along.
create table inbound.past_order (
    handler_id bigint not null references identity.handler (id),
    source text not null,
    number text not null check (number ~ '^[A-Za-z0-9._:-]{1,128}$'),
    subject_id bigint not null references identity.subject (id),
    state text not null check (state in ('completed', 'cancelled', 'refunded', 'partially_refunded')),
    total_fen bigint not null check (total_fen between 0 and 100000000000),
    refunded_fen bigint not null check (refunded_fen between 0 and total_fen),
    lines jsonb not null check (pg_column_size(lines) <= 65536),
    placed_at timestamptz not null,
    brought_at timestamptz not null,
    primary key (handler_id, source, number)
);
create index past_order_subject on inbound.past_order (subject_id, placed_at desc);

-- How far a file has come. The same file brought again while its run has not ended goes on from there.
create table inbound.run (
    id text primary key check (id ~ '^run_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    kind text not null check (kind in ('members', 'points', 'orders', 'consents')),
    source text not null check (source ~ '^[a-z][a-z0-9_]{0,31}$'),
    file_hash bytea not null check (octet_length(file_hash) = 32),
    rows_done bigint not null default 0,
    taken bigint not null default 0,
    unchanged bigint not null default 0,
    refused bigint not null default 0,
    begun_at timestamptz not null,
    ended_at timestamptz
);
create unique index run_open on inbound.run (handler_id, kind, source, file_hash) where ended_at is null;
create index run_newest on inbound.run (handler_id, id desc);

-- Which line and field of a run was refused, and why: codes only, never what stood there.
create table inbound.fault (
    run_id text not null references inbound.run (id),
    line bigint not null,
    field text not null check (length(field) <= 32),
    code text not null check (length(code) <= 100),
    primary key (run_id, line)
);

-- What an ERP, OMS or WMS is told: one row for each event and endpoint; ids and amounts only.
create table inbound.delivery (
    id text primary key check (id ~ '^dlv_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    endpoint text not null check (endpoint ~ '^[a-z][a-z0-9_]{0,31}$'),
    event text not null check (event in ('order.paid', 'order.shipped', 'order.refunded')),
    reference text not null check (length(reference) <= 64),
    body jsonb not null check (pg_column_size(body) <= 4096),
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'refused')),
    attempts integer not null default 0,
    last_code text check (length(last_code) <= 100),
    made_at timestamptz not null,
    tried_at timestamptz,
    delivered_at timestamptz,
    unique (endpoint, event, reference)
);
create index delivery_handler on inbound.delivery (handler_id, id);
create index delivery_waiting on inbound.delivery (endpoint, id) where state = 'waiting';

grant select, insert, update, delete on inbound.member, inbound.suppressed, inbound.waiting, inbound.legacy_consent
    to yumen_app;
grant select, insert on inbound.fault to yumen_app;
grant select, insert, update (state, refunded_fen, brought_at) on inbound.past_order to yumen_app;
grant select, insert, update on inbound.run, inbound.delivery to yumen_app;
