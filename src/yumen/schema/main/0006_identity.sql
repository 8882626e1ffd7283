-- Who is who: the entities that decide, their apps, the natural persons, the names WeChat gives them, their sessions.

create schema identity;
grant usage on schema identity to yumen_app;

-- 个人信息处理者: the legal entity that decides. `code` is its name in the settings.
create table identity.handler (
    id bigint generated always as identity primary key,
    code text not null unique check (code ~ '^[a-z][a-z0-9_-]{0,31}$'),
    name_en text not null check (length(name_en) <= 200),
    name_zh text not null check (length(name_zh) <= 200),
    credit_code text check (credit_code ~ '^[0-9A-HJ-NP-RTUW-Y]{18}$')
);

create table identity.brand (
    id bigint generated always as identity primary key,
    handler_id bigint not null references identity.handler (id),
    code text not null check (code ~ '^[a-z][a-z0-9_-]{0,31}$'),
    name_en text not null check (length(name_en) <= 200),
    name_zh text not null check (length(name_zh) <= 200),
    unique (handler_id, code)
);

create table identity.app (
    id bigint generated always as identity primary key,
    handler_id bigint not null references identity.handler (id),
    brand_id bigint not null references identity.brand (id),
    appid text not null unique check (appid ~ '^w[wx][0-9a-z]{16}$'),
    kind text not null check (kind in ('mini', 'official', 'wecom')),
    original_id text check (original_id ~ '^gh_[0-9a-z]{12}$')
);
grant select, insert, update on identity.handler, identity.brand, identity.app to yumen_app;

-- The natural person, of one handler. The number is taken first, since keys and leaves name it before the row exists.
-- `stands_for` is the person this one was found to be (a merge, reversible); always the end of the chain.
create sequence identity.subject_id as bigint;
create table identity.subject (
    id bigint primary key,
    handler_id bigint not null references identity.handler (id),
    ref text not null unique check (ref ~ '^sub_[0-9a-hjkmnp-tv-z]{26}$'),
    stands_for bigint references identity.subject (id) check (stands_for <> id),
    enrolled_at timestamptz not null,
    last_seen_at timestamptz not null,
    erased_at timestamptz
) with (fillfactor = 80);
create index subject_stands_for on identity.subject (stands_for) where stands_for is not null;

-- Which person an app's openid names. The clear openid and unionid are nowhere: an index to find by, a seal to open.
create table identity.alias (
    app_id bigint not null references identity.app (id),
    openid_index bytea not null check (octet_length(openid_index) = 16),
    subject_id bigint not null references identity.subject (id),
    handler_id bigint not null references identity.handler (id),
    openid_sealed bytea not null,
    unionid_index bytea check (octet_length(unionid_index) = 16),
    unionid_sealed bytea,
    named_at timestamptz not null,
    primary key (app_id, openid_index),
    check ((unionid_index is null) = (unionid_sealed is null))
);
create index alias_subject on identity.alias (subject_id);
create index alias_unionid on identity.alias (handler_id, unionid_index) where unionid_index is not null;

-- A logged-in device. Only hashes of tokens (SM3) are here, and session_key sealed under the token itself, so that the
-- row opens nothing. The token before a rotation stays good for a short while. No foreign key: the login lane inserts
-- only what it has just joined, and a check per row would double its price.
create table identity.session (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    id text not null,
    subject_id bigint not null,
    app_id bigint not null,
    device text check (length(device) <= 40),
    session_key_sealed bytea,
    opened_at timestamptz not null,
    used_at timestamptz not null,
    expires_at timestamptz not null,
    previous_hash bytea check (octet_length(previous_hash) = 32),
    previous_key_sealed bytea,
    previous_until_at timestamptz,
    repeat_index bytea check (octet_length(repeat_index) = 16)
);
create index session_subject on identity.session (subject_id);
create unique index session_previous on identity.session (previous_hash) where previous_hash is not null;
create unique index session_repeat on identity.session (repeat_index) where repeat_index is not null;

-- Which person was found to be which other one, by whom, and whether it was taken back.
create table identity.merge (
    id text primary key check (id ~ '^mrg_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    loser_id bigint not null references identity.subject (id),
    winner_id bigint not null references identity.subject (id),
    proof text not null check (proof in ('unionid', 'staff')),
    merged_at timestamptz not null,
    unmerged_at timestamptz,
    check (loser_id <> winner_id)
);
create unique index merge_loser on identity.merge (loser_id) where unmerged_at is null;
create index merge_winner on identity.merge (winner_id) where unmerged_at is null;

grant usage on sequence identity.subject_id to yumen_app;
grant select, insert, update on identity.subject, identity.merge to yumen_app;
grant select, insert, update, delete on identity.alias, identity.session to yumen_app;
