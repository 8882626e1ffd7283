-- What devices feel, sent by the mini-program: durations, counts and codes. Nothing here says whose phone it was.

create schema monitoring;
grant usage on schema monitoring to yumen_app;

-- Raw measurements, for a few days, until they are summed up. `visit` is made by chance for one start of the app.
create table monitoring.beacon (
    id bigint generated always as identity primary key,
    handler_id bigint not null,
    app_id bigint not null,
    received_at timestamptz not null,
    visit text not null check (visit ~ '^[0-9a-f]{16}$'),
    kind text not null check (kind in ('start', 'page', 'call', 'error', 'step', 'time')),
    name text not null check (length(name) <= 64),
    value double precision,
    at_ms integer not null check (at_ms between 0 and 86400000),
    network text not null check (length(network) <= 8),
    platform text not null check (length(platform) <= 20),
    library text not null check (length(library) <= 20),
    facts jsonb check (pg_column_size(facts) <= 512)
);
create index beacon_received on monitoring.beacon (received_at);
create index beacon_of_app on monitoring.beacon (app_id, kind, received_at);
grant select, insert, delete on monitoring.beacon to yumen_app;

-- How many there were, by day, kind and network type: what stays when the raw ones are gone.
create table monitoring.beacon_count (
    handler_id bigint not null,
    app_id bigint not null,
    day date not null,
    kind text not null,
    network text not null,
    beacons bigint not null check (beacons >= 0),
    batches bigint not null check (batches >= 0),
    dropped bigint not null check (dropped >= 0),
    primary key (app_id, day, kind, network)
);
grant select, insert, update, delete on monitoring.beacon_count to yumen_app;
