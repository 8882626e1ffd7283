-- What persons asked of their rights (PIPL art. 44-50) and what was done; no value of theirs.

create schema rights;
grant usage on schema rights to yumen_app;

create table rights.request (
    id text primary key check (id ~ '^rrq_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    subject_id bigint not null,
    kind text not null check (kind in ('copy', 'delete')),
    actor text not null check (length(actor) <= 64),
    asked_at timestamptz not null,
    settled_at timestamptz not null,
    erased integer not null default 0 check (erased >= 0),
    kept integer not null default 0 check (kept >= 0)
);
create index request_of_handler on rights.request (handler_id, id);
create index request_of_subject on rights.request (subject_id, kind, asked_at);

grant select, insert on rights.request to yumen_app;
