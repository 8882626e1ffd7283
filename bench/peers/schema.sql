-- What a login of the peers reads and writes: the same rows as ours, in the shape most backends give them.

create table subject (
    id bigint generated always as identity primary key,
    enrolled_at timestamptz not null,
    last_seen_at timestamptz not null
) with (fillfactor = 80);

create table alias (
    app_id bigint not null,
    openid_index bytea not null,
    subject_id bigint not null references subject (id),
    openid_sealed bytea not null,
    named_at timestamptz not null,
    primary key (app_id, openid_index)
);
create index alias_subject on alias (subject_id);

create table session (
    token_hash bytea primary key,
    subject_id bigint not null,
    app_id bigint not null,
    session_key_sealed bytea not null,
    opened_at timestamptz not null,
    expires_at timestamptz not null
);
create index session_subject on session (subject_id);

create table log (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    kind text not null,
    subject_id bigint not null,
    body jsonb not null
);
