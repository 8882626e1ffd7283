-- What may leave the mainland, by which right, who was counted, and every transfer that was asked for.

create schema border;
grant usage on schema border to yumen_app;

-- Whom a subject stands for today, and whether they were erased; the booking asks at the last moment.
create view border.person as
select id as subject_id, handler_id, coalesce(stands_for, id) as person_id, erased_at is not null as erased
  from identity.subject;
grant select on border.person to yumen_app;

-- A number that grows with every change of what is in force for a handler. A booking judged under an older one is
-- judged again: it shares the row, whoever changes the rules takes it.
create table border.ruling (
    handler_id bigint primary key references identity.handler (id),
    version bigint not null
);

-- An export contract as it was approved, byte for byte (`body`, canonical JSON) with its SM3. Never changed but in state.
create table border.contract (
    id bigint generated always as identity primary key,
    handler_id bigint not null references identity.handler (id),
    name text not null check (name ~ '^[a-z][a-z0-9-]{0,47}$'),
    version integer not null check (version > 0),
    contract_hash bytea not null check (octet_length(contract_hash) = 32),
    body bytea not null check (octet_length(body) <= 262144),
    state text not null check (state in ('proposed', 'in_force', 'ended')),
    proposer text not null check (length(proposer) <= 64),
    proposed_at timestamptz not null,
    approval_id text,
    in_force_at timestamptz,
    ended_at timestamptz,
    unique (handler_id, name, version)
);
create unique index contract_in_force on border.contract (handler_id, name) where state = 'in_force';

-- A mechanism on file (PIPL art. 38): `body` is the record as canonical JSON.
create table border.filing (
    id text primary key check (id ~ '^fil_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    body bytea not null check (octet_length(body) <= 65536),
    registered_at timestamptz not null,
    revoked_at timestamptz,
    revoked_on date
);
create index filing_of_handler on border.filing (handler_id, id);

-- How many persons of a handler were counted in a year (China time), for each counter. `adjusted` sums the corrections
-- and the declared flows. The check is for a defect of ours: it aborts what the lane should have held.
create table border.meter (
    handler_id integer not null,
    year smallint not null,
    counter smallint not null,
    used bigint not null,
    adjusted bigint not null default 0,
    ceiling bigint not null,
    primary key (handler_id, year, counter),
    check (used >= 0 and used <= ceiling)
) with (fillfactor = 10);

-- Who was counted: one row for each person, year and counter, never changed, never taken away within the year.
create table border.metered (
    subject_id bigint not null,
    handler_id integer not null,
    year smallint not null,
    counter smallint not null,
    primary key (handler_id, year, counter, subject_id)
);

-- Corrections, flows outside the gate that somebody declared, and raised ceilings: new rows, each with its source.
create table border.meter_change (
    id text primary key check (id ~ '^mch_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id integer not null,
    year smallint not null,
    counter smallint not null,
    kind text not null check (kind in ('correction', 'declared', 'ceiling')),
    persons bigint not null,
    source text not null check (length(source) between 1 and 200),
    approval_id text,
    actor text not null check (length(actor) <= 64),
    changed_at timestamptz not null
);
create index meter_change_of_year on border.meter_change (handler_id, year, id);

-- Every transfer that was asked for: person, contract version, verdict, what it counted, what became of it.
-- way: 1 sent, 2 opened from abroad, 3 reachable from abroad. verdict: 0 allow, 1 hold, 2 deny.
-- state: 0 refused, 1 queued, 2 sent, 3 arrived, 4 rejected, 5 recall planned, 6 recalled, 7 seen (a view).
create table border.transfer (
    key uuid primary key,
    subject_id bigint not null,
    contract_id bigint not null,
    booked_at timestamptz not null,
    state_at timestamptz not null,
    handler_id integer not null,
    year smallint not null,
    counters smallint not null,
    counted smallint not null,
    way smallint not null check (way between 1 and 3),
    verdict smallint not null check (verdict between 0 and 2),
    state smallint not null check (state between 0 and 7),
    code text not null check (length(code) <= 64)
) with (fillfactor = 90);
create index transfer_of_subject on border.transfer (subject_id, contract_id);

-- What waits to be sent. A row leaves only when the recipient has it, or will never get it.
create table border.outbound (
    seq bigint generated always as identity primary key,
    contract_id bigint not null,
    subject_id bigint not null,
    key uuid not null
);
create index outbound_of_contract on border.outbound (contract_id, seq);

-- Alarms of the meter, each level once a year.
create table border.alarm (
    handler_id integer not null,
    year smallint not null,
    counter smallint not null,
    percent smallint not null,
    raised_at timestamptz not null,
    primary key (handler_id, year, counter, percent)
);

grant select, insert, update on border.ruling, border.contract, border.filing, border.meter to yumen_app;
grant select, insert on border.metered, border.meter_change, border.alarm to yumen_app;
grant select, insert on border.transfer to yumen_app;
grant update (state, state_at) on border.transfer to yumen_app;
grant select, insert, delete on border.outbound to yumen_app;
