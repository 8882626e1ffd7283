-- Views by staff who sit abroad, each once: under which contract, from where, and of how many persons the border let
-- them open and reach. Who was seen stands in the ledger (border.transfer, ways 2 and 3).
create table gateway.view (
    id uuid primary key,
    handler_id integer not null,
    contract text not null check (contract ~ '^[a-z][a-z0-9-]{0,47}$'),
    country text not null check (country ~ '^([A-Z]{2})?$'),
    opened integer not null check (opened >= 0),
    reachable integer not null check (reachable >= opened),
    viewed_at timestamptz not null
);
create index view_of_handler on gateway.view (handler_id, viewed_at);
grant select, insert on gateway.view to yumen_app;
