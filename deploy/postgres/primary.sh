#!/bin/bash
# Once, when the primary is new: replicas may connect, and there is a place for the log.
set -eu
mkdir -p "$PGDATA/../wal"
echo "host replication $POSTGRES_USER samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
