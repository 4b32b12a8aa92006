# What the tests of the HTTP transport share, over the world of ../e2e/support.bash: an endpoint on loopback that answers
# as it is told (server.py), things that happen while a request is under way, a look at the whole board.
#
#     setup() { load web; web_world; }
#     teardown() { web_end; }
#
# Variables besides those of the world: WEB the endpoint's folder, URL where it listens, API the path of a ticket's sends.
# shellcheck source=../e2e/support.bash
. "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

# web_world [JSON [DEMO-OPTION …]]: a board, an endpoint that takes every turn, and a configuration that sends to it.
web_world() {
    world
    WEB=$T/web
    API=${API:-/api/tickets}
    mkdir "$WEB"
    serve
    settings "$@"
    init
}

# Ends what web_world has started, and every other board below $T with its agents.
web_end() {
    local server
    for server in "$WEB"/pid*; do
        [ -s "$server" ] && kill "$(cat "$server")" 2>/dev/null
    done
    touch "$WEB/release"
    local MC_DB_HERE=$MC_DB
    for MC_DB in "$T"/*/board.db; do
        SOCKET=${MC_DB%/*}/tmux.sock
        tmux -S "$SOCKET" kill-server 2>/dev/null || true
        inhabitants | xargs -r kill -KILL 2>/dev/null || true
    done
    MC_DB=$MC_DB_HERE SOCKET=$STATE/tmux.sock
    world_end
}

# serve [NAME [OPTION …]]: an endpoint, with server.py's options. Sets URL. A second one needs a name; they share script
# and log.
# shellcheck disable=SC2120
serve() {
    local name=${1:-}
    shift || true
    script '{"echo": true}'
    rm -f "$WEB/port$name"
    "$MC_PYTHON" -S "${BASH_SOURCE[0]%/*}/server.py" --script "$WEB/script" --log "$WEB/log" \
        --port-file "$WEB/port$name" --pid-file "$WEB/pid$name" "$@" </dev/null >/dev/null 2>"$WEB/errors$name" 3>&- &
    wait_for test -s "$WEB/port$name"
    URL=http://127.0.0.1:$(cat "$WEB/port$name")
}

# script JSON: what the endpoint answers from now on.
script() {
    printf '%s\n' "$1" >"$WEB/script.new"
    mv "$WEB/script.new" "$WEB/script"
}

# settings [JSON [DEMO-OPTION …]]: the configuration, with JSON merged over: sends go to the endpoint, and what goes back
# to todo waits an hour, so that a later pickup shows itself alone. The agents work for ever unless told otherwise.
settings() {
    local json=${1:-"{}"} word demo='"mc-demo-agent","--log","'$LOG'"'
    local agents=
    shift || true
    [ $# -gt 0 ] || set -- --busy 6000000
    ! on_server || agents="\"agents_database\": \"$MC_DB\","
    for word; do
        demo+=",\"$word\""
    done
    (
        umask 077
        sqlite3 :memory: "SELECT json_patch('{
            \"profile\": \"demo\", \"max_running\": 50, \"retry\": {\"backoff_s\": 3600},
            \"profiles\": {\"demo\": {\"command\": [$demo], \"startup_timeout_s\": 120, \"reports\": false}},
            $agents \"send\": {\"transport\": \"http\", \"url\": \"$URL$API/{number}/runtime/send\",
            \"timeout_s\": 60, \"connect_timeout_s\": 60}}', '${json//\'/\'\'}')" >"$CONFIG"
    )
}

# meanwhile TEXT: lets bash run TEXT, with all that is known here, before the endpoint answers with a behaviour that says
# $MEANWHILE; more behaviours may share it. `happened` fails the test when TEXT did not run to its end.
meanwhile() {
    {
        echo 'set -e'
        declare -f
        declare -p T STATE STATE_HOME BOARD_PY MC_TEST_ENGINE MC_DB CONFIG LOG SOCKET CLEAN_PATH MC_BIN MC_PYTHON
        declare -p extra WEB URL API
        printf '%s\n' "$1" 'touch "$WEB/happened"'
    } >"$WEB/meanwhile"
    MEANWHILE='"run": ["bash", "'$WEB/meanwhile'"]'
}

happened() {
    [ -f "$WEB/happened" ] || {
        echo "what was to happen meanwhile did not" >&2
        return 1
    }
    rm "$WEB/happened"
}

# What an endpoint does with a turn: types the message that it was given last into the pane of MC-$1 and submits it.
type_message() {
    wait_for has_events ready 1
    printf '%s' "$(request "$(requests)" json.message)" | tmux_here load-buffer -b message -
    tmux_here paste-buffer -r -d -b message -t "=mc-MC-$1:"
    tmux_here send-keys -t "=mc-MC-$1:" Enter
}

# requests [TEXT]: how many the endpoint has got so far, of those whose log line has TEXT.
requests() {
    if [ -f "$WEB/log" ]; then
        grep -cF -e "${1:-}" "$WEB/log" || true
    else
        echo 0
    fi
}

requests_are() {
    is "$(requests "${@:2}")" "$1"
}

# request N FIELD: of the N-th request, like path, json.nonce or headers."idempotency-key".
request() {
    sed -n "$1p" "$WEB/log" >"$WEB/request"
    sqlite3 :memory: "SELECT json_extract(CAST(readfile('$WEB/request') AS TEXT),'\$.$2')"
}

# values PATH …: what stands at outcome, send.class or healed[0].rule in the report of $output, with blanks between.
values() {
    local path wanted=
    printf '%s' "$output" >"$WEB/report"
    for path; do
        wanted+="${wanted:+||' '||}coalesce(json_extract(report,'\$.$path'),'null')"
    done
    sqlite3 :memory: "SELECT $wanted FROM (SELECT CAST(readfile('$WEB/report') AS TEXT) AS report)"
}

# rows SQL: as the world's, and quicker.
rows() {
    if on_server; then
        "$MC_PYTHON" -S "$BOARD_PY" rows "$MC_DB" "$1"
    else
        sqlite3 -batch -cmd '.timeout 60000' "$MC_DB" "$1"
    fi
}

# The whole board as text, after a check that it is whole.
board() {
    if on_server; then
        "$MC_PYTHON" -S "$BOARD_PY" dump "$MC_DB"
    else
        is "$(rows "PRAGMA integrity_check")" ok
        rows .dump
        sha256sum "$MC_DB"
    fi
}

# not_yet: what is to be sent again is not due in this hour, however long a minute is here.
not_yet() {
    rows "UPDATE ticket_messages SET next_attempt_at=next_attempt_at+3600000 WHERE status='pending'"
}

# Two further pickups write nothing at all, neither rows nor lines, and ask the endpoint nothing.
steady() {
    local asked
    not_yet
    board >"$T/before"
    asked=$(requests)
    for _ in 1 2; do
        expect 0 pickup
        is "$output$errors" ""
        board | diff "$T/before" -
    done
    requests_are "$asked"
}

# of ID COLUMN: of the runtime's row.
of() {
    rows "SELECT $2 FROM runtime_sessions WHERE ticket_id=$1"
}

# The pid that tmux shows for MC-$1.
pane_pid() {
    tmux_here display-message -p -t "=mc-MC-$1:" '#{pane_pid}'
}

# ticket_is ID STATUS
ticket_is() {
    rows_are "$2" "SELECT status FROM tickets WHERE id=$1"
}

# alive PID: running, not a zombie.
alive() {
    [ -d "/proc/$1" ] && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}

gone() {
    ! alive "$1"
}

activities() {
    rows "SELECT count(*) FROM ticket_activity WHERE ticket_id=$1 AND kind='$2'"
}

# A process of nobody's, for rows that name another's. Sets BYSTANDER.
bystander() {
    sleep 300 >/dev/null 2>&1 3>&- &
    BYSTANDER=$!
    echo "$BYSTANDER" >"$WEB/pid-bystander"
}
