#!/usr/bin/env bats
# Through pgbouncer in transaction mode: no transaction finds the connection that the last one had.
# shellcheck disable=SC2154

load one_server

setup() {
    load hosts
    command -v pgbouncer >/dev/null || {
        echo "# skipped: pgbouncer is not installed" >&3
        skip "pgbouncer is not installed"
    }
    machines
    bouncer
    for name in a b; do
        machine "$name" "{\"max_running\": 30, \"profiles\": {\"demo\": {\"first_turn\": \"argv\"}}}" \
            --busy 0
    done
    on a ticket init >/dev/null
}

teardown() {
    [ -z "${BOUNCER_PID:-}" ] || kill "$BOUNCER_PID" || true
    machines_end
    rm -rf "${BOUNCER:-}"
}

# bouncer: $DB leads through one from here on, with fewer connections to the server than there are pickups.
bouncer() {
    local server=${DB##*host=} as=()
    BOUNCER=$(mktemp -d "${MC_WORLDS:-/tmp}/mcb.XXXXXX")
    cat >"$BOUNCER/pgbouncer.ini" <<END
[databases]
board = host=${server//%2F//} dbname=$(name_of "$DB")

[pgbouncer]
unix_socket_dir = $BOUNCER
listen_port = 6432
auth_type = trust
auth_file = $BOUNCER/userlist.txt
logfile = $BOUNCER/log
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
END
    echo '"mc" ""' >"$BOUNCER/userlist.txt"
    if [ "$(id -u)" -eq 0 ]; then # which it refuses to be
        chown -R nobody "$BOUNCER"
        as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    fi
    "${as[@]}" pgbouncer -q "$BOUNCER/pgbouncer.ini" 3>&- &
    BOUNCER_PID=$!
    DIRECT=$DB
    DB="postgresql://mc@/board?host=$BOUNCER&port=6432"
    wait_for psql -X -d "$DB" -c "SELECT 1"
}

# at_once COUNT: pickups of both machines; what they say goes to $T/said.
at_once() {
    local n pids=() pid
    for ((n = 0; n < $1; n++)); do
        if ((n % 2)); then be a; else be b; fi
        pickup >>"$T/said" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || echo "exit $?" >>"$T/said"
    done
}

@test "twenty tickets and twelve pickups at once: each is started once" {
    local n
    be a
    for n in {1..20}; do
        echo "{\"title\": \"ticket $n\"}"
    done >"$T/tickets"
    ticket import "$T/tickets" >/dev/null
    : >"$T/said"
    at_once 12
    is "$(rows "SELECT count(*)||' '||count(DISTINCT ticket_id) FROM mc_pickup.runs")" "12 12"
    at_once 12
    is "$(rows "SELECT count(*)||' '||count(DISTINCT ticket_id) FROM mc_pickup.runs")" "20 20"
    is "$(cat "$T/said")" ""
    is "$(rows "SELECT count(*) FROM mc_pickup.runs WHERE outcome IS NOT NULL AND outcome<>'delivered'")" 0
    no grep -iE "error|prepared|not ready" "$BOUNCER/log"
    is "$(psql -X -q -t -A -d "$DIRECT" -c "SELECT count(*) FROM pg_stat_activity WHERE state='idle in transaction'")" 0
}

@test "a conversation through it: said, answered, looked at" {
    be a
    add "One"
    pickup
    wait_for worded
    expect 0 ticket reject MC-1 "again"
    wait_for worded
    expect 0 ticket list
    has "$output" "MC-1"
    expect 0 ticket show MC-1
    expect 0 ticket health --metrics
    expect 0 ticket export -o "$T/board.jsonl"
    is "$(head -c 16 "$T/board.jsonl")" '{"mc_export":2,"'
    # each left its connection to the next
    no grep "while server was not ready" "$BOUNCER/log"
}

worded() {
    pickup -q
    is "$(rows "SELECT status FROM mc_pickup.tickets")" in_review
}
