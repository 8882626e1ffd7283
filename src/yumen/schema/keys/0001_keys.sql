-- The key database: KMS root key → epoch key → one key per subject and retention class. Nothing here opens anything
-- without the KMS, and nothing here is a personal value. This database has a backup rule of its own
-- (docs/explain/threat-model.md): it is never restored from before the last destroyed epoch.

create schema keys;
grant usage on schema keys to yumen_keys;

-- Keys that the KMS wraps: the key of each epoch, and process keys such as the one of the blind index. Each has a KMS
-- key of its own; `retiring_kms_key` is the one that a root rotation still has to destroy.
create table keys.guarded_key (
    name text primary key check (length(name) <= 100),
    kms_key text not null check (length(kms_key) <= 200),
    retiring_kms_key text check (length(retiring_kms_key) <= 200),
    wrapped bytea check (octet_length(wrapped) <= 8192),
    created_at timestamptz not null default now(),
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);
grant select, insert, update on keys.guarded_key to yumen_keys;

-- One epoch is open for new subject keys; closed ones still open what lies under them until that was re-wrapped.
create table keys.epoch (
    id integer primary key,
    key_name text not null unique references keys.guarded_key (name),
    state text not null check (state in ('open', 'closed', 'destroying', 'destroyed')),
    opened_at timestamptz not null default now(),
    closed_at timestamptz,
    kms_gone_at timestamptz
);
create unique index epoch_one_open on keys.epoch (state) where state = 'open';
grant select, insert, update on keys.epoch to yumen_keys;

-- Counts shreddings and destroyed epochs, in the order of their commits (the row stays locked until then), so that
-- a process sees with one small query which cached keys it must forget.
create table keys.shred_clock (
    one boolean primary key default true check (one),
    tick bigint not null
);
insert into keys.shred_clock (tick) values (0);
grant select, update on keys.shred_clock to yumen_keys;

-- A shredded key leaves its row without the key, so that nobody makes a second one unawares.
-- Re-wrapping changes no indexed column; the free room lets PostgreSQL keep the new version on the same page.
-- No foreign key to `epoch`: each insert and each re-wrap joins the open epoch and locks it, once for a whole batch,
-- where a foreign key would look it up for every row.
create table keys.subject_key (
    subject bigint not null,
    class text not null check (class in ('membership', 'transaction', 'evidence')),
    version integer not null default 1 check (version between 1 and 65535),
    epoch integer,
    wrapped bytea check (octet_length(wrapped) = 60),
    shred_tick bigint,
    shredded_at timestamptz,
    primary key (subject, class),
    check ((wrapped is null) = (epoch is null)),
    check ((wrapped is null) = (shred_tick is not null)),
    check ((wrapped is null) = (shredded_at is not null))
) with (fillfactor = 60);
create index subject_key_shredded on keys.subject_key (shred_tick) where shred_tick is not null;
grant select, insert, update on keys.subject_key to yumen_keys;
