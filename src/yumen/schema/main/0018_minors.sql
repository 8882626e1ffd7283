-- How old somebody is, as coarsely as law allows, and whose guardian agreed (PIPL art. 28, 31).

-- `until_on`: the month after the one in which the band ends; null for grown-ups. No birthday is kept here.
create table profile.age (
    subject_id bigint primary key references identity.subject (id),
    handler_id bigint not null references identity.handler (id),
    band smallint not null check (band between 1 and 3),
    until_on date check ((until_on is null) = (band = 3)),
    declared_at timestamptz not null
);
create index age_of_handler on profile.age (handler_id, band);

-- One row an invitation; its token is kept as a hash. Never taken away while the consent may have to be proved.
create table profile.guardian (
    id text primary key check (id ~ '^gdn_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    child_id bigint not null references identity.subject (id),
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    guardian_id bigint references identity.subject (id),
    notice_hash bytea check (octet_length(notice_hash) = 32),
    consented_at timestamptz,
    withdrawn_at timestamptz
);
create index guardian_of_child on profile.guardian (child_id, id);
create index guardian_of_guardian on profile.guardian (guardian_id, id) where guardian_id is not null;

grant select, insert, update, delete on profile.age to yumen_app;
grant select, insert, delete on profile.guardian to yumen_app;
grant update (guardian_id, notice_hash, consented_at, withdrawn_at) on profile.guardian to yumen_app;
