-- What the vault keeps beside the trail: which keys are to be destroyed, and how often somebody searched.

create schema vault;
grant usage on schema vault to yumen_app;

-- The intent to destroy a key, committed before the key database is touched: a crash between the two leaves a row
-- without `done_at`, and the carrying out is repeated.
create table vault.shredding (
    subject bigint not null,
    class text not null check (class in ('membership', 'transaction', 'evidence')),
    ordered_at timestamptz not null,
    done_at timestamptz,
    primary key (subject, class)
);
create index shredding_open on vault.shredding (ordered_at, subject, class) where done_at is null;
grant select, insert, update on vault.shredding to yumen_app;

-- Searches by blind index, counted per actor and minute; an actor's older rows go with the next search.
create table vault.search_count (
    actor text not null check (length(actor) <= 100),
    minute_at timestamptz not null,
    searches integer not null,
    primary key (actor, minute_at)
);
grant select, insert, update, delete on vault.search_count to yumen_app;
