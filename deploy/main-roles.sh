#!/bin/sh
# Run once by the postgres image, on the empty main server: the roles of `yumen migrate --roles` that belong here.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres \
    -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" -v sequencer="$SEQUENCER_PASSWORD" -v staff="$STAFF_PASSWORD" <<'SQL'
create role yumen_owner login password :'owner';
create role yumen_app login password :'app';
create role yumen_sequencer login password :'sequencer';
create role yumen_staff login password :'staff';
create database yumen owner yumen_owner;
revoke all on database yumen from public;
grant connect on database yumen to yumen_owner, yumen_app, yumen_sequencer, yumen_staff;
SQL
