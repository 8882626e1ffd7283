-- What the shop learned later: several parcels an order, when they arrived, and subscribe messages.

-- `contents` are pairs of line number and pieces, empty where nobody said; `tell_at` is when WeChat is told (again),
-- empty once it knows or refused. `last`: with it everything of the order is on its way.
alter table orders.parcel
    add column contents jsonb not null default '[]',
    add column last boolean not null default true,
    add column arrived_at timestamptz,
    add column told integer not null default 0,
    add column tell_at timestamptz;
update orders.parcel set tell_at = shipped_at where upload = 'waiting';
create index parcel_to_tell on orders.parcel (tell_at) where tell_at is not null;
create index parcel_to_remind on orders.parcel (arrived_at) where arrived_at is not null and reminded_at is null;

-- How many messages a person may still be sent by a template of WeChat's (小程序订阅消息): one for each accept.
create table loyalty.message_right (
    subject_id bigint not null references identity.subject (id),
    app_id bigint not null references identity.app (id),
    template text not null check (length(template) between 1 and 100),
    left_count integer not null check (left_count >= 0),
    refused_at timestamptz,
    changed_at timestamptz not null,
    primary key (subject_id, app_id, template)
);

-- A message to send; `facts` are what its fields are filled from, emptied when its fate is known.
create table loyalty.message (
    id text primary key check (id ~ '^msg_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    subject_id bigint not null references identity.subject (id),
    app_id bigint not null references identity.app (id),
    about text not null check (about in ('points_expiring', 'parcel_sent')),
    reference text not null check (length(reference) between 1 and 100),
    template text not null,
    facts jsonb not null,
    state text not null check (state in ('waiting', 'sent', 'refused', 'failed', 'unknown')),
    errcode integer,
    tries integer not null default 0,
    send_at timestamptz,
    made_at timestamptz not null,
    ended_at timestamptz,
    unique (subject_id, about, reference),
    check ((state = 'waiting') = (send_at is not null))
);
create index message_to_send on loyalty.message (send_at) where send_at is not null;

grant select, insert, update, delete on loyalty.message_right, loyalty.message to yumen_app;
