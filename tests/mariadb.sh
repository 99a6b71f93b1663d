#!/usr/bin/env bash
# mariadb.sh FOLDER PORT [OPTION ...]: becomes a private MariaDB on loopback that keeps everything in the folder. The user
# `bonin` has no password and may do everything; the database `bonin` is empty at first. Ends with 77 where MariaDB is not installed.
# OWNER=PID in the environment: the server does not outlive that process.
set -euo pipefail
folder=$1 port=$2
shift 2
PATH=$PATH:/usr/sbin
command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || exit 77
as=()
if [ "$(id -u)" -eq 0 ]; then  # the server refuses to run as root
  chown nobody "$folder"
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
cd /  # a place everybody may be in
if [ ! -d "$folder/data" ]; then
  "${as[@]}" mariadb-install-db --no-defaults --skip-test-db --skip-name-resolve --datadir="$folder/data" \
    --auth-root-authentication-method=normal >"$folder/install.log" 2>&1
  # One statement a line.
  printf '%s\n' "CREATE DATABASE IF NOT EXISTS bonin;" "CREATE USER IF NOT EXISTS bonin@'%';" \
    "GRANT ALL ON *.* TO bonin@'%' WITH GRANT OPTION;" "DROP USER IF EXISTS ''@localhost;" >"$folder/init.sql"
fi
rm -f "$folder/socket"
if [ -n "${OWNER:-}" ]; then
  server=$$
  (while kill -0 "$OWNER" && kill -0 $server; do sleep 1; done; kill -9 $server) >/dev/null 2>&1 &
fi
exec "${as[@]}" mariadbd --no-defaults --datadir="$folder/data" --port="$port" --bind-address=127.0.0.1 \
  --socket="$folder/socket" --pid-file="$folder/pid" --init-file="$folder/init.sql" --log-error="$folder/server.log" \
  --skip-name-resolve --max-connections=200 --innodb-buffer-pool-size=64M --performance-schema=OFF "$@"
