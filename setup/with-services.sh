#!/usr/bin/env bash
# with-services.sh CMD...: runs CMD beside a PostgreSQL and a Redis of its own, on free ports and with
# their data in a temporary folder, and removes both afterwards, whatever happens. CMD finds them by
# PORCHLIGHT_TEST_POSTGRES_URL and PORCHLIGHT_TEST_REDIS_URL. Never touches the machine's own servers.
set -euo pipefail
. "$(dirname "$0")/say.sh"

folder=$(mktemp --directory --tmpdir porchlight-services.XXXXXX)
redis_pid=
command_pid=

# as_owner CMD...: PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then runuser --user postgres -- "$@"; else "$@"; fi
}

stop() {
    trap - EXIT INT TERM HUP
    if [ -n "$command_pid" ]; then kill -TERM -- "-$command_pid" 2>/dev/null || true; fi
    if [ -n "$redis_pid" ]; then
        kill "$redis_pid" 2>/dev/null && wait "$redis_pid" 2>/dev/null || true
    fi
    if [ -e "$folder/postgres/postmaster.pid" ]; then
        as_owner "$postgres_bin/pg_ctl" stop --pgdata "$folder/postgres" --mode immediate --silent || true
    fi
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

postgres_bin=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort --version-sort | tail -n1)
postgres_bin=$(dirname "${postgres_bin:-$(command -v initdb)}")
read -r postgres_port redis_port < <(python3 - <<'PYTHON'
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in sockets))
PYTHON
)

chmod 755 "$folder"
install --directory --mode 700 "$folder/postgres"
if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder/postgres"; fi

# Its data dies with the tests: no write has to reach the disk.
cd "$folder"
as_owner "$postgres_bin/initdb" --pgdata postgres --username postgres --auth trust --encoding UTF8 \
    --locale C --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
cat >>postgres/postgresql.conf <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
max_connections = 300
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
as_owner "$postgres_bin/pg_ctl" start --pgdata postgres --log "$folder/postgres/server.log" --wait \
    --timeout 60 --silent || { cat postgres/server.log >&2; exit 1; }

redis-server --bind 127.0.0.1 --port "$redis_port" --save '' --appendonly no --dir "$folder" \
    --logfile "$folder/redis.log" &
redis_pid=$!
for _ in $(seq 100); do
    redis-cli -p "$redis_port" ping >/dev/null 2>&1 && break
    kill -0 "$redis_pid" 2>/dev/null || { cat redis.log >&2; exit 1; }
    sleep 0.05
done
redis-cli -p "$redis_port" ping >/dev/null

cd "$OLDPWD"
export PORCHLIGHT_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$postgres_port/postgres"
export PORCHLIGHT_TEST_REDIS_URL="redis://127.0.0.1:$redis_port/"
# In a process group of its own and waited for: a signal then reaches the trap at once, and the trap
# everything that CMD started.
set -m
"$@" &
command_pid=$!
set +m
wait "$command_pid" && status=0 || status=$?
command_pid=
exit "$status"
