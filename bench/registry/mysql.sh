#!/usr/bin/env bash
# Runs mysql_bench on a private MariaDB that lives as long as this script.
set -euo pipefail
bench=$1
[ -x "$bench" ] || { echo "MySQL: skipped, the package libmariadb-dev is not installed"; exit 0; }
place=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$(dirname "$0")/../../tests/mariadb.sh" "$place" "$port" &
server=$!
trap 'kill $server 2>/dev/null; wait; rm -rf "$place"' EXIT
for _ in $(seq 300); do
  kill -0 $server 2>/dev/null || { echo "MySQL: skipped, the package mariadb-server is not installed"; exit 0; }
  [ -S "$place/socket" ] && break
  sleep 0.1
done
"$bench" 127.0.0.1 "$port" bonin bonin
