-- The tamper-evident trail. Acts insert entries; one sequencer gives each entry its place in a Merkle tree.

create schema trail;

-- Written by the act, in the act's own transaction, and never touched again.
create table trail.entry (
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    body bytea not null check (octet_length(body) between 8 and 1024),
    primary key (xid, id)
);
comment on column trail.entry.xid is 'transaction of the act; after a restore into another cluster plus trail.head.xid_base';

-- The place of each entry. Written by the sequencer, insert only.
create table trail.position (
    idx bigint primary key check (idx >= 0),
    xid xid8 not null,
    id bigint not null,
    unique (xid, id)
);

-- 256 hashes each, once they are full (C2SP tlog-tiles).
create table trail.tile (
    level integer not null check (level between 0 and 7),
    n bigint not null check (n >= 0),
    hashes bytea not null check (octet_length(hashes) = 8192),
    primary key (level, n)
);
alter table trail.tile alter column hashes set storage external;

-- One row: the fence between rival sequencers and what they have seen.
create table trail.head (
    one boolean primary key default true check (one),
    size bigint not null,
    root bytea not null check (octet_length(root) = 32),
    seen pg_snapshot not null,
    xid_base bigint not null,
    cluster bigint not null
);
insert into trail.head (size, root, seen, xid_base, cluster)
select 0, '\x1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b', pg_current_snapshot(), 0, system_identifier
from pg_control_system();

-- Signed tree heads (C2SP signed notes), insert only.
create table trail.checkpoint (
    size bigint primary key check (size >= 0),
    root bytea not null check (octet_length(root) = 32),
    signed bytea not null,
    signed_at timestamptz not null
);

-- The signers in their order of office; each line is signed by the key before it.
create table trail.signer (
    n integer primary key check (n >= 0),
    line bytea not null,
    first_size bigint not null check (first_size >= 0)
);

-- A dump restored into another cluster keeps its entries' transaction numbers, which the new cluster will use again.
-- This lifts the numbers of all later entries above the restored ones. It waits for acts that are under way.
create function trail.lift_xids() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    base bigint;
begin
    lock table trail.entry in access exclusive mode;
    select xid::text::bigint + 1 into base from trail.entry order by xid desc limit 1;
    base := coalesce(base, 0);
    execute format(
        'alter table trail.entry alter column xid set default (%s + pg_current_xact_id()::text::bigint)::text::xid8', base
    );
    update trail.head set xid_base = base;
    return base;
end
$$;
revoke all on function trail.lift_xids() from public;

grant usage on schema trail to yumen_app, yumen_sequencer;
grant select, insert (body) on trail.entry to yumen_app;
grant select on sequence trail.entry_id_seq to yumen_app;
grant select on trail.position, trail.tile, trail.head, trail.checkpoint, trail.signer to yumen_app;
grant select on trail.entry to yumen_sequencer;
grant select, insert on trail.position, trail.tile, trail.checkpoint, trail.signer to yumen_sequencer;
grant select, update on trail.head to yumen_sequencer;
grant execute on function trail.lift_xids() to yumen_sequencer;
