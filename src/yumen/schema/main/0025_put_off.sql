-- Persons whom a recipient could not take just now (a lock, its load, its quota), under one contract: when they are
-- tried again, and how often they were. No personal value; a row goes when its person arrives or becomes a case.
create table gateway.put_off (
    handler_id integer not null,
    contract text not null check (contract ~ '^[a-z][a-z0-9-]{0,47}$'),
    subject_id bigint not null,
    code text not null check (length(code) <= 64),
    tried integer not null check (tried >= 1),
    since_at timestamptz not null,
    next_at timestamptz not null,
    primary key (handler_id, contract, subject_id)
) with (fillfactor = 70);
grant select, insert, update, delete on gateway.put_off to yumen_app;
