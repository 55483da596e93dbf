#!/usr/bin/env bash
# Records again what libpq's PQtrace writes: with the libpq and the server of the newest PostgreSQL, whose directory is the
# argument. As root it needs the user postgres.
#   Fixtures/trace/record.sh /opt/pgwire-servers/…/pginstall
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
install=${1:?the directory of PostgreSQL}
data=$(mktemp -d)
chmod 755 "$data"
run=()
if [[ $(id -u) == 0 ]]; then
    chown postgres "$data"
    run=(runuser -u postgres --)
fi
trap '"${run[@]}" "$install/bin/pg_ctl" -D "$data/cluster" -m immediate stop >"$data/log" 2>&1; rm -rf "$data"' EXIT
export LC_ALL=C
"${run[@]}" "$install/bin/initdb" -D "$data/cluster" -A trust -U postgres >/dev/null
printf '%s\n' 'local all all trust' 'host all clear 127.0.0.1/32 password' 'host all all 127.0.0.1/32 scram-sha-256' \
    'host replication all 127.0.0.1/32 scram-sha-256' | "${run[@]}" tee "$data/cluster/pg_hba.conf" >/dev/null
"${run[@]}" "$install/bin/pg_ctl" -D "$data/cluster" -l "$data/cluster/log" -w \
    -o "-p 54999 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data -c timezone=UTC" start >/dev/null
"${run[@]}" "$install/bin/psql" -h "$data" -p 54999 -U postgres -qc \
    "CREATE ROLE scribe LOGIN SUPERUSER REPLICATION PASSWORD 'secret'" -c "CREATE ROLE clear LOGIN PASSWORD 'secret'"
LD_LIBRARY_PATH="$install/lib" python3 record.py "$install/lib/libpq.so.5" 54999
