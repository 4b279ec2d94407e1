#!/bin/bash
# A replica of the host `primary`: copied from it once, then reading its log.
set -eu
mkdir -p "$PGDATA/../wal"
chown -R postgres:postgres "$PGDATA/.."
from="host=primary user=$POSTGRES_USER password=$POSTGRES_PASSWORD"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    gosu postgres pg_basebackup -d "$from" -D "$PGDATA" --checkpoint=fast
    gosu postgres touch "$PGDATA/standby.signal"
fi
exec gosu postgres postgres -D "$PGDATA" -c config_file=/etc/postgresql.conf -c listen_addresses='*' \
    -c primary_conninfo="$from"
