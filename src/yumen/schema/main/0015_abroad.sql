-- What was sealed for a recipient's own endpoint, whose keys are pinned, and what was heard from abroad.

create schema abroad;
grant usage on schema abroad to yumen_app;

-- A recipient's public keys as it handed them over (`bundle`, canonical JSON), pinned by two people: one proposes, another
-- confirms the fingerprint that the recipient told by another way. The newest confirmed one is sealed to; an older one
-- still countersigns until `ends_at`.
create table abroad.recipient_keys (
    id text primary key check (id ~ '^rkb_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    recipient text not null check (recipient ~ '^[a-z][a-z0-9_-]{0,47}$'),
    profile smallint not null check (profile between 1 and 3),
    bundle bytea not null check (octet_length(bundle) <= 8192),
    fingerprint bytea not null check (octet_length(fingerprint) = 32),
    state text not null check (state in ('proposed', 'confirmed', 'refused', 'revoked')),
    proposer text not null check (length(proposer) <= 64),
    proposed_at timestamptz not null,
    decider text check (length(decider) <= 64),
    decided_at timestamptz,
    ends_at timestamptz,
    check (decider is distinct from proposer or state in ('refused', 'revoked'))
);
create index recipient_keys_of on abroad.recipient_keys (handler_id, recipient, id);

-- Our own signing keys, public half; the private ones lie wrapped in the key database. The last number signs.
create table abroad.signer (
    suite text not null check (suite in ('intl', 'sm')),
    number smallint not null check (number >= 0),
    key bytea not null check (octet_length(key) <= 128),
    since_at timestamptz not null,
    primary key (suite, number)
);

-- How far a recipient's chain of envelopes has come: the last sequence and its identity, which pens signed it, and the
-- size of the last checkpoint of the trail that it carried.
create table abroad.chain (
    handler_id bigint not null references identity.handler (id),
    recipient text not null check (length(recipient) <= 48),
    sequence bigint not null default 0,
    identity text check (length(identity) <= 144),
    intl_pen smallint,
    sm_pen smallint,
    trail_size bigint not null default 0,
    primary key (handler_id, recipient)
);

-- Each envelope. Its bytes (which only the recipient can open) stay until the countersigned receipt is here.
-- `proved_in` is the later envelope that carried the proof of this one's leaf.
create table abroad.envelope (
    handler_id bigint not null,
    recipient text not null,
    sequence bigint not null,
    identity text not null check (length(identity) <= 144),
    in_flight bytea check (octet_length(in_flight) <= 20000000),
    sealed_at timestamptz not null,
    leaf_xid bigint not null,
    leaf_id bigint not null,
    proved_in bigint,
    receipt bytea check (octet_length(receipt) <= 4096),
    receipted_at timestamptz,
    primary key (handler_id, recipient, sequence),
    foreign key (handler_id, recipient) references abroad.chain (handler_id, recipient),
    check ((in_flight is null) = (receipt is not null))
);
create index envelope_in_flight on abroad.envelope (handler_id, recipient, sequence) where receipt is null;
create index envelope_unproved on abroad.envelope (handler_id, recipient, sequence) where proved_in is null;

-- What a recipient told us about one of our people: an opt-out or a request, once each (`said_index` is a hash of the
-- message). Codes only; of people who are not ours nothing is written down.
create table abroad.heard (
    id text primary key check (id ~ '^hrd_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    source text not null check (length(source) <= 48),
    said_index bytea not null check (octet_length(said_index) = 16),
    kind text not null check (kind in ('opt_out', 'opt_in', 'request')),
    matter text not null check (length(matter) <= 32),
    subject_id bigint not null references identity.subject (id),
    outcome text not null check (outcome in ('stopped', 'noted', 'ignored')),
    said_at timestamptz not null,
    heard_at timestamptz not null,
    unique (handler_id, source, said_index)
);
create index heard_of_subject on abroad.heard (subject_id, id);
create index heard_of_handler on abroad.heard (handler_id, id);

-- Persons who objected abroad: no transfer on any ground until they say yes in China.
create table abroad.objection (
    subject_id bigint primary key references identity.subject (id),
    handler_id bigint not null references identity.handler (id),
    heard_id text not null references abroad.heard (id),
    objected_at timestamptz not null,
    lifted_at timestamptz
);

-- What a recipient that is asked said last of a record's field, where that is or was a yes (`record_index` is a hash).
create table abroad.stated (
    handler_id bigint not null references identity.handler (id),
    source text not null check (length(source) <= 48),
    record_index bytea not null check (octet_length(record_index) = 16),
    said boolean not null,
    primary key (handler_id, source, record_index)
);

-- How far a recipient that is asked has been read.
create table abroad.cursor (
    handler_id bigint not null references identity.handler (id),
    source text not null check (length(source) <= 48),
    read_until timestamptz not null,
    polled_at timestamptz not null,
    primary key (handler_id, source)
);

-- A recipient's webhook names its own record number only.
create index presence_of_remote on gateway.presence (handler_id, contract, remote_id) where remote_id <> '';

grant select, insert on abroad.recipient_keys, abroad.signer, abroad.chain, abroad.envelope to yumen_app;
grant select, insert on abroad.heard, abroad.objection, abroad.stated, abroad.cursor to yumen_app;
grant update (state, decider, decided_at, ends_at) on abroad.recipient_keys to yumen_app;
grant update on abroad.chain, abroad.stated, abroad.cursor to yumen_app;
grant update (in_flight, proved_in, receipt, receipted_at) on abroad.envelope to yumen_app;
grant update (heard_id, objected_at, lifted_at) on abroad.objection to yumen_app;
