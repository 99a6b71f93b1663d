#!/usr/bin/env bash
# postgres.sh COMMAND ...: runs it with the address of a private PostgreSQL, which lives as long as this script.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "PostgreSQL: skipped, the package postgresql is not installed"; exit 0; }
place=$(mktemp -d)
as=()
if [ "$(id -u)" -eq 0 ]; then  # the server refuses to run as root
  chown nobody "$place"
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
cd /  # a place everybody may be in
trap '"${as[@]}" "$bin/pg_ctl" -D "$place/data" -m immediate -s stop; rm -rf "$place"' EXIT
"${as[@]}" "$bin/initdb" -D "$place/data" -U bonin -A trust >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${as[@]}" "$bin/pg_ctl" -D "$place/data" -s -w -l "$place/log" -o "-p $port -h 127.0.0.1 -k $place" start
"$@" "postgresql://bonin@127.0.0.1:$port/postgres?sslmode=disable"
