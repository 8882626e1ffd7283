-- Counts of groups that a recipient has under a contract of aggregates: nobody is in them. `told_at` is null while nobody
-- knows whether the recipient has this count; it is sent again until it answers.
create table gateway.statistic (
    handler_id integer not null,
    contract text not null check (contract ~ '^[a-z][a-z0-9-]{0,47}$'),
    group_key text not null check (length(group_key) between 1 and 200),
    persons bigint not null check (persons > 0),
    version bigint not null check (version > 0),
    told_at timestamptz,
    primary key (handler_id, contract, group_key)
);
grant select, insert, update, delete on gateway.statistic to yumen_app;
