#!/bin/sh
# Make deploy/.env with a random password for each role, readable by its owner only. Never overwrites.
set -eu
cd "$(dirname "$0")"
umask 077
[ ! -e .env ] || { echo "deploy/.env is there already" >&2; exit 1; }
for name in POSTGRES OWNER APP SEQUENCER STAFF KEYS_OWNER KEYS; do
    printf '%s_PASSWORD=%s\n' "$name" "$(LC_ALL=C tr -dc A-Za-z0-9 </dev/urandom | head -c 32)"
done >.env
echo "deploy/.env written"
