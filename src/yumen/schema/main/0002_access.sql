-- Who acts besides shoppers: named staff and machines, their keys, and what a second person must approve.

create schema access;
grant usage on schema access to yumen_app;

-- A member of staff by the name colleagues know, or a machine by what it is. `roles` are lines of the access table.
create table access.actor (
    id text primary key check (id ~ '^(stf|mch)_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null,
    kind text not null check (kind in ('staff', 'machine')),
    name text not null check (length(name) between 1 and 80),
    roles text[] not null,
    admitted_at timestamptz not null,
    closed_at timestamptz,
    check ((kind = 'staff') = (id like 'stf%'))
);
create index actor_handler on access.actor (handler_id, id);

-- Only the SM3 of a key is here. A rotated key stays good until its shortened `expires_at`.
create table access.key (
    id text primary key check (id ~ '^key_[0-9a-hjkmnp-tv-z]{26}$'),
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    actor_id text not null references access.actor (id),
    handler_id bigint not null,
    roles text[] not null check (cardinality(roles) > 0),
    issued_by text not null check (length(issued_by) <= 40),
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz,
    replaces text references access.key (id),
    check (expires_at > issued_at),
    check (expires_at <= issued_at + interval '366 days')
);
create index key_actor on access.key (actor_id, id);
create index key_handler on access.key (handler_id, id);

-- One proposal: an act by its code and the facts it is about (codes, ids, numbers). Decided once, used once.
create table access.approval (
    id text primary key check (id ~ '^apr_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null,
    act text not null check (length(act) <= 64),
    facts jsonb not null,
    facts_hash bytea not null check (octet_length(facts_hash) = 32),
    state text not null check (state in ('proposed', 'approved', 'rejected', 'expired', 'consumed')),
    proposer text not null check (length(proposer) <= 40),
    proposed_at timestamptz not null,
    expires_at timestamptz not null,
    decided_by text check (length(decided_by) <= 40),
    decided_at timestamptz,
    consumed_by text check (length(consumed_by) <= 40),
    consumed_at timestamptz,
    check (decided_by is distinct from proposer or state <> 'approved'),
    check ((state = 'consumed') = (consumed_at is not null))
);
create index approval_handler on access.approval (handler_id, id);
create index approval_open on access.approval (expires_at, id) where state in ('proposed', 'approved');

grant select, insert, update on access.actor, access.key, access.approval to yumen_app;
