-- What is kept of the talk with WeChat: the shared access token, which pushes were seen, and pushes yet to be handled.
-- Everything secret or personal is sealed or indexed by the secret store that is handed in; an appid names an app only.

create schema wechat;

create table wechat.token (
    appid          text primary key check (octet_length(appid) <= 64),
    version        bigint not null,
    value_sealed   bytea,
    expires_at     timestamptz,
    refreshed_at   timestamptz,
    lease_by       text,
    lease_until_at timestamptz
);
comment on table wechat.token is 'Access token of an app; the lease says which process is refreshing it';

-- A push is remembered twice: by its nonce inside the replay window, and by its message for a week, since WeChat
-- delivers up to three times and sometimes hours late.
create table wechat.push_seen (
    seen_index bytea primary key check (octet_length(seen_index) = 16),
    expires_at timestamptz not null
);
create index push_seen_expires on wechat.push_seen (expires_at);

create table wechat.push_inbox (
    id             text primary key check (octet_length(id) = 30),
    appid          text not null,
    event          text not null check (octet_length(event) <= 64),
    payload_sealed bytea,
    received_at    timestamptz not null,
    handled_at     timestamptz
);
comment on column wechat.push_inbox.payload_sealed is 'The message; emptied once it was handled';
create index push_inbox_received on wechat.push_inbox (received_at);

grant usage on schema wechat to yumen_app;
grant select, insert, update on wechat.token to yumen_app;
grant select, insert, update, delete on wechat.push_seen, wechat.push_inbox to yumen_app;
