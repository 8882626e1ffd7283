#!/bin/sh
# Run once by the postgres image, on the empty key server: the roles of `yumen migrate --roles` that belong here.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v owner="$KEYS_OWNER_PASSWORD" -v keys="$KEYS_PASSWORD" <<'SQL'
create role yumen_keys_owner login password :'owner';
create role yumen_keys login password :'keys';
create database yumen_keys owner yumen_keys_owner;
revoke all on database yumen_keys from public;
grant connect on database yumen_keys to yumen_keys_owner, yumen_keys;
SQL
