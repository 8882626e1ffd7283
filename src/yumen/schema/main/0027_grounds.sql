-- What somebody found true of a person, on which a ground of export stands (PIPL art. 13(1)(4), Order 16 art. 4), as a
-- second person approved, until a day. It ends by itself, by people, or with the person.
create table gateway.ground (
    id text primary key check (id ~ '^grd_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    subject_id bigint not null references identity.subject (id),
    fact text not null check (fact in ('endangered', 'collected_abroad')),
    reason text not null check (length(reason) between 1 and 48),
    until_on date not null,
    approval_id text,
    actor text not null check (length(actor) <= 64),
    said_at timestamptz not null,
    ended_at timestamptz
);
create index ground_of_subject on gateway.ground (subject_id);
create index ground_of_handler on gateway.ground (handler_id, id);
create index ground_until on gateway.ground (handler_id, until_on) where ended_at is null;

grant select, insert on gateway.ground to yumen_app;
grant update (ended_at) on gateway.ground to yumen_app;
