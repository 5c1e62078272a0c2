#!/bin/sh
# Starts PostgreSQL as the official image does with POSTGRES_USER, POSTGRES_DB and POSTGRES_PASSWORD_FILE.
set -eu
data=/var/lib/postgresql/data
chown postgres:postgres "$data"
chmod 700 "$data"
as_postgres() { su postgres -s /bin/sh -c "PATH=$PATH; $1"; }
if [ ! -s "$data/PG_VERSION" ]; then
  (umask 077; cp "$POSTGRES_PASSWORD_FILE" /tmp/password)
  chown postgres /tmp/password
  as_postgres "initdb -D $data -U $POSTGRES_USER --pwfile=/tmp/password -A scram-sha-256 --no-locale -E UTF8" >/dev/null
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
  [ "$POSTGRES_DB" = postgres ] ||
    echo "CREATE DATABASE \"$POSTGRES_DB\"" | as_postgres "postgres --single -D $data postgres" >/dev/null
fi
as_postgres "exec postgres -D $data -c listen_addresses='*'" &
child=$!
# The signals that end a database reach it through here: su passes none on.
trap 'kill -INT $(head -1 "$data/postmaster.pid") 2>/dev/null' TERM INT
wait $child
trap - TERM INT
wait $child
