-- What carries data abroad: who changed, what each recipient holds, what is taken back, what waits for people.

create schema gateway;
grant usage on schema gateway to yumen_app;

-- Persons in whom something changed since they were judged. Written by the act itself, in its transaction; a person who
-- waits is not written twice. The judging run takes rows for a while (`taken_until`, by the clock of the database, which
-- nobody moves); a run that died loses them to the next.
create table gateway.change (
    seq bigint generated always as identity primary key,
    subject_id bigint not null,
    handler_id integer not null,
    changed_at timestamptz not null,
    taken_until timestamptz
);
create index change_waiting on gateway.change (handler_id, subject_id) where taken_until is null;
create index change_taken on gateway.change (taken_until) where taken_until is not null;

-- The way to one recipient under one contract. `held_by` is the process that serves it, until `held_until` (by the
-- clock of the database).
create table gateway.connection (
    handler_id integer not null,
    contract text not null check (contract ~ '^[a-z][a-z0-9-]{0,47}$'),
    state text not null check (state in ('running', 'paused', 'stopped')),
    code text not null default '' check (length(code) <= 64),
    state_at timestamptz not null,
    round_at timestamptz,
    down_since_at timestamptz,
    rules_version bigint not null default 0,
    held_by text check (length(held_by) <= 64),
    held_until timestamptz,
    primary key (handler_id, contract)
);

-- Calls made to a recipient on a day in China.
create table gateway.spent (
    handler_id integer not null,
    contract text not null,
    day date not null,
    calls integer not null check (calls >= 0),
    primary key (handler_id, contract, day)
) with (fillfactor = 50);

-- Under which name a recipient knows a person, and what it has. `flying_key`, `flying_place`: what was sent and not yet
-- answered. `sealed_for_id` is the subject whose key sealed the name: a merge gives the row to another. `gone_at`: taken back and verified, or closed by people; then only the index is left, to say why.
create table gateway.presence (
    id bigint generated always as identity primary key,
    handler_id integer not null,
    contract text not null,
    subject_id bigint not null,
    sealed_for_id bigint not null,
    external_sealed bytea,
    external_index bytea not null check (octet_length(external_index) = 16),
    remote_id text not null default '' check (length(remote_id) <= 128),
    version bigint not null default 0,
    values_hash bytea check (octet_length(values_hash) = 16),
    arrived_at timestamptz,
    keep_until_at timestamptz,
    flying_key uuid,
    flying_place bigint,
    flying_hash bytea check (octet_length(flying_hash) = 16),
    gone_at timestamptz,
    check (gone_at is null or external_sealed is null),
    check ((flying_key is null) = (flying_place is null))
) with (fillfactor = 85);
create unique index presence_name on gateway.presence (handler_id, contract, external_index) where gone_at is null;
create index presence_of_index on gateway.presence (handler_id, external_index);
create index presence_of_subject on gateway.presence (subject_id);
create index presence_flying on gateway.presence (handler_id, contract, id) where flying_key is not null;
create index presence_keep on gateway.presence (keep_until_at) where gone_at is null;
create index presence_here on gateway.presence (handler_id, contract, id) where gone_at is null;

-- Somebody is to be taken back at a recipient. open: under way; people: a named queue, `code` says why; done: gone, and
-- `verified` whether that was read back; moot: there was nothing to take back.
create table gateway.recall (
    id text primary key check (id ~ '^rcl_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id integer not null,
    contract text not null,
    presence_id bigint not null references gateway.presence (id),
    subject_id bigint not null,
    reason text not null check (length(reason) <= 64),
    planned_at timestamptz not null,
    due_at timestamptz not null,
    state text not null check (state in ('open', 'people', 'done', 'moot')),
    seen boolean not null default false,
    tried integer not null default 0,
    unsure boolean not null default false,
    way text not null default '' check (length(way) <= 16),
    code text not null default '' check (length(code) <= 64),
    next_at timestamptz not null,
    verified boolean not null default false,
    closed_at timestamptz,
    closed_by text check (length(closed_by) <= 64)
) with (fillfactor = 85);
create unique index recall_once on gateway.recall (presence_id) where state in ('open', 'people');
create index recall_due on gateway.recall (handler_id, contract, next_at) where state = 'open';
create index recall_unclosed on gateway.recall (handler_id, due_at) where state in ('open', 'people');
create index recall_of_presence on gateway.recall (presence_id);
create index recall_of_subject on gateway.recall (subject_id);

-- A record that wants a repair by people. `code` and `field` are the recipient's (or ours), never its message.
create table gateway.case_file (
    id text primary key check (id ~ '^gcs_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id integer not null,
    contract text not null,
    subject_id bigint not null,
    transfer_key uuid not null,
    code text not null check (length(code) <= 64),
    field text not null default '' check (length(field) <= 100),
    opened_at timestamptz not null,
    state text not null check (state in ('open', 'retried', 'dropped', 'arrived')),
    closed_at timestamptz,
    closed_by text check (length(closed_by) <= 64),
    reason text check (length(reason) <= 64)
);
create unique index case_once on gateway.case_file (handler_id, contract, subject_id) where state = 'open';
create index case_open on gateway.case_file (handler_id, id) where state = 'open';
create index case_of_subject on gateway.case_file (subject_id);

-- The border of a handler is closed from a difference found until somebody explained it and another person agreed.
create table gateway.closure (
    id text primary key check (id ~ '^gcl_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id integer not null,
    year smallint not null,
    counter smallint not null,
    booked bigint not null,
    counted bigint not null,
    closed_at timestamptz not null,
    opened_at timestamptz,
    opened_by text check (length(opened_by) <= 64),
    reason text check (length(reason) <= 64)
);
create unique index closure_once on gateway.closure (handler_id, year, counter) where opened_at is null;

grant select, insert, update, delete on gateway.change to yumen_app;
grant select, insert, update on gateway.connection, gateway.spent, gateway.presence, gateway.recall,
    gateway.case_file, gateway.closure to yumen_app;
grant delete on gateway.presence, gateway.recall to yumen_app;
