-- The newest refresh token that a recipient gave us (sealed by a key of the process), and the one before: whoever dies
-- between the recipient's answer and our next call goes on with either. `given_index` tells from which token of the
-- settings they descend; another one there begins anew.
create table gateway.refresh_token (
    handler_id integer not null,
    recipient text not null check (length(recipient) <= 48),
    given_index bytea not null check (octet_length(given_index) = 16),
    value_sealed bytea not null check (octet_length(value_sealed) <= 2048),
    former_sealed bytea check (octet_length(former_sealed) <= 2048),
    kept_at timestamptz not null,
    primary key (handler_id, recipient)
);
grant select, insert, update on gateway.refresh_token to yumen_app;
