-- What a person told us about themselves. Every value is sealed; only the language of the app is a plain code.

create schema profile;
grant usage on schema profile to yumen_app;

-- One number for each subject. The index finds it for staff; the same number under two subjects is two people, since
-- numbers are recycled.
create table profile.phone (
    subject_id bigint primary key references identity.subject (id),
    handler_id bigint not null references identity.handler (id),
    phone_sealed bytea not null,
    phone_index bytea not null check (octet_length(phone_index) = 16),
    bound_at timestamptz not null
);
create index phone_index on profile.phone (handler_id, phone_index);

create table profile.detail (
    subject_id bigint primary key references identity.subject (id),
    nickname_sealed bytea,
    birthday_sealed bytea,
    region_sealed bytea,
    language text check (language in ('en', 'zh')),
    changed_at timestamptz not null
);

create table profile.avatar (
    subject_id bigint primary key references identity.subject (id),
    picture_sealed bytea not null,
    changed_at timestamptz not null
);
alter table profile.avatar alter column picture_sealed set storage external;

grant select, insert, update, delete on profile.phone, profile.detail, profile.avatar to yumen_app;
