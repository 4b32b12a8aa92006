#!/usr/bin/env bats
# Agents on a board on a server: they get no password, and their word travels through the spool of their run.

load ../e2e/support
load one_server

TELLS='{"profiles": {"demo": {"reports": true}}}'

setup() {
    world
    STATE=$T/.local/state/mc-pickup
    # shellcheck disable=SC2034
    SOCKET=$STATE/tmux.sock
    server_begin "$T/server"
    MC_DB=$DB
}

teardown() {
    local door
    rows "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='psql' AND datname=current_database()" >/dev/null 2>&1 || true
    server_end "$T/server"
    for door in "spool:$STATE" "$MC_DB"; do
        MC_DB=$door world_end
    done
}

rows() {
    psql -X -q -t -A -v ON_ERROR_STOP=1 -d "$MC_DB" -c "$1"
}

story() {
    rows_are "$1" "SELECT count(*) FROM mc_pickup.ticket_activity WHERE kind='$2'"
}

is_at() {
    rows_are "$2" "SELECT status FROM mc_pickup.tickets WHERE id=$1"
}

events_left() {
    find "$STATE"/run/*/events -name '*.json' | wc -l
}

left() {
    [ "$(events_left)" -ge "$1" ]
}

# told N: the demo agents have said their Nth word, and it lies in the spool.
told() {
    wait_for has_events signal "$1"
    wait_for left 1
}

@test "asked and answered, reviewed and sent back, done: without a door" {
    configure "$TELLS" --busy 0 --signal QUESTION
    init
    add one
    pickup
    told 1
    is_at 1 in_progress
    pickup
    is_at 1 needs_input
    story 1 signal
    ticket answer MC-1 "to the left" >/dev/null
    pickup
    told 2
    pickup
    is_at 1 needs_input
    story 2 signal
    ticket cancel MC-1 >/dev/null

    configure "$TELLS" --busy 0 --signal REVIEW
    add two
    pickup
    told 3
    pickup
    is_at 2 in_review
    ticket reject MC-2 "not yet" >/dev/null
    pickup
    told 4
    pickup
    is_at 2 in_review
    story 4 signal
    ticket cancel MC-2 >/dev/null

    configure "$TELLS" --busy 0
    add three
    pickup
    told 5
    pickup
    is_at 3 in_review
    ticket approve MC-3 >/dev/null
    is_at 3 'done'
    story 5 signal
    story 0 signal_ignored
    is "$(events_left)" 0
}

# clean_of FILE: an environment, a variable a line, without any of libpq's but the project's own.
clean_of() {
    [ -s "$1" ]
    no grep -E '^PG' <(grep -v -x -e PGHOST=of-the-project -e PGDATA=/d "$1")
    no grep -q hunter2 "$1"
}

# sockets PID: how many it has open, without what tmux gives a pipe's program as its input and output.
sockets() {
    readlink "/proc/$1/fd/"{[3-9],[1-9][0-9]} | grep -c '^socket:' || true
}

as_many_sockets() {
    [ "$(sockets "$1")" -eq "$(sockets "$2")" ]
}

@test "no child of a pickup gets what leads libpq to the board" {
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nenv | sort >%s/hook\nls -l /proc/$$/fd/ >%s/open\n' "$T" "$T" >"$T/hooked"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nenv | sort >%s/told\ntr "\\0" "\\n" </proc/$PPID/environ >%s/notifier\n' "$T" "$T" >"$T/teller"
    chmod 755 "$T/hooked" "$T/teller"
    empty_repository "$T/repo"
    configure '{"workspace": {"repo": "'"$T/repo"'", "size": 1, "hooks": {"before_run": ["'"$T/hooked"'"]}},
        "notify": ["'"$T/teller"'"], "profiles": {"demo": {"pass": ["PG*"], "env": {"PGHOST": "of-the-project"}}}}' \
        --busy 0
    init
    add one
    extra=(PGPASSWORD=hunter2 PGPASSFILE="$T/hunter2" PGSERVICEFILE="$T/hunter2" PGSSLMODE=prefer PGSSLROOTCERT=/hunter2
        PGAPPNAME=hunter2 PGCONNECT_TIMEOUT=60 PGTZ=UTC PGDATA=/d)
    pickup
    told 1
    pickup
    is_at 1 in_review
    wait_for test -s "$T/notifier"
    extra=()
    local agent server log another
    agent=$(rows "SELECT pid FROM mc_pickup.runtime_sessions")
    server=$(tmux_here display-message -p '#{pid}')
    log=$(pgrep -f "^[^ ]*/mc-log $STATE")
    tr '\0' '\n' <"/proc/$agent/environ" >"$T/agent"
    tr '\0' '\n' <"/proc/$server/environ" >"$T/tmux"
    tmux_here show-environment -g >"$T/global"
    tr '\0' '\n' <"/proc/$log/environ" >"$T/log"
    for one in hook told notifier agent tmux global log; do
        clean_of "$T/$one"
    done
    # nor the connection itself
    no grep socket: "$T/open"
    is "$(sockets "$agent") $(sockets "$log")" "0 0"
    tmux -S "$T/another" -f /dev/null new-session -d "sleep 60" \; pipe-pane "sleep 60"
    another=$(tmux -S "$T/another" display-message -p '#{pid}')
    # a server keeps a client's socket for a moment after the client has ended
    wait_for as_many_sockets "$server" "$another"
    tmux -S "$T/another" kill-server
    grep -qxF "MC_DB=spool:$STATE" "$T/agent"
    grep -qx PGHOST=of-the-project "$T/agent"
    grep -qx PGDATA=/d "$T/agent"
    no grep -q hunter2 "$STATE"/run/*/* "$STATE"/run/*/*/* 2>/dev/null
}

# backends WORDS: the connections of others whose statement has these words.
backends() {
    rows "SELECT $1 FROM pg_stat_activity WHERE query LIKE '$2%' AND pid<>pg_backend_pid()"
}

waiting() {
    [ "$(rows "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation='mc_pickup.ticket_activity'::regclass")" -ge 1 ]
}

holding() {
    [ "$(rows "SELECT count(*) FROM pg_locks WHERE granted AND mode='ShareLock' AND relation='mc_pickup.ticket_activity'::regclass")" -ge 1 ]
}

# A pickup is killed when all that it has to say of a word is on its way to the server, which has come to the story's row.
cut_off() {
    psql -X -q -d "$MC_DB" -c "LOCK mc_pickup.ticket_activity IN SHARE MODE; SELECT pg_sleep(600)" >/dev/null 2>&1 3>&- &
    wait_for holding
    bare "$MC_BIN/mc-pickup" --heal-only >/dev/null 2>&1 &
    wait_for waiting
    pkill -KILL -P $! -f mc-pickup
    wait $! || true
}

@test "a pickup that is killed while it takes a word: the next one takes it, once" {
    configure '{}' --busy 0
    init
    add one
    pickup
    told 1
    cut_off
    backends "pg_terminate_backend(pid)" "INSERT INTO mc_pickup.ticket_activity"
    backends "pg_terminate_backend(pid)" LOCK
    is "$(events_left)" 1
    is_at 1 in_progress
    story 0 signal

    # Its COMMIT was made, and nobody heard of it. By the next pickup a person has sent it back.
    cut_off
    backends "pg_terminate_backend(pid)" LOCK
    wait_for is_at 1 in_review
    is "$(events_left)" 1
    ticket reject MC-1 "not yet" >/dev/null
    pickup --heal-only
    is_at 1 in_progress
    story 1 signal
    story 0 signal_ignored
    is "$(events_left)" 0
}

@test "whoever waits for a turn on the same machine needs no pickup to hear its word" {
    configure "$TELLS" --busy 0
    init
    add one
    pickup
    told 1
    expect 0 ticket send MC-1 --wait 50 "once more"
    has "$output" "bytes"
    story 2 signal
    is_at 1 in_review
}

@test "agents_database: a door of their own, and what agents may not stays so" {
    configure '{"agents_database": "'"$MC_DB&application_name=agents"'"}' --busy 0
    init
    add one
    add two
    pickup
    wait_for has_events signal 1
    is_at 1 in_review
    is "$(events_left)" 0
    run=$(rows "SELECT run_id FROM mc_pickup.tickets WHERE id=1")
    tr '\0' '\n' <"/proc/$(rows "SELECT pid FROM mc_pickup.runtime_sessions")/environ" >"$T/agent"
    grep -qxF "MC_DB=$MC_DB&application_name=agents" "$T/agent"
    # shellcheck disable=SC2034
    extra=(MC_RUN="$run" MC_TICKET=MC-1)
    expect 0 ticket list
    expect 0 ticket note MC-1 "to myself"
    expect 77 ticket cancel MC-1
    expect 77 ticket promote MC-2
}

@test "agents_database, and the server is away or silent when an agent speaks: its word is left, and taken once" {
    configure '{"agents_database": "'"$MC_DB"'"}' --busy 6000000
    init
    add one
    pickup
    # shellcheck disable=SC2034
    extra=(MC_RUN="$(rows "SELECT run_id FROM mc_pickup.tickets")" MC_TICKET=MC-1)
    expect 0 ticket signal DONE "all of it" --db "postgresql:///x?host=$T/nowhere"
    is "$output" "MC-1: noted: the next pickup takes it"
    is "$(events_left)" 1
    expect 0 ticket signal DONE "all of it" --db "postgresql:///x?host=$T/nowhere" --json
    has "$output" '"noted":true'
    is_at 1 in_progress
    extra=()
    expect 0 pickup
    is_at 1 in_review
    is "$(events_left)" 0
    story 1 signal
}

@test "doctor goes where agents are sent: away, another board, not let in, the owner's" {
    found() {
        expect "$1" ticket doctor
        has "$output" "$2"
    }
    init
    configure '{"agents_database": "service=nix"}'
    found 78 'bad   agents_database: board service=nix: its server cannot be had: definition of service "nix"'
    rows "CREATE DATABASE other"
    rows "CREATE ROLE helper LOGIN"
    other=${MC_DB/@\/$(name_of "$MC_DB")/@\/other}
    [ "$other" != "$MC_DB" ]
    configure "{\"agents_database\": \"$other\"}"
    found 78 "agents_database: no board at $other: its server has none yet"
    ticket init --db "$other" >/dev/null
    found 78 "agents_database: $other is another board than $MC_DB"
    configure "{\"agents_database\": \"${MC_DB/mc@/helper@}\"}"
    found 78 "the role helper may not work on it: let its owner, mc, run mc-ticket init --worker helper"
    ticket init --worker helper >/dev/null
    has "$(ticket doctor)" "agents_database: ${MC_DB/mc@/helper@} lets agents in as helper"
    configure "{\"agents_database\": \"$MC_DB\"}"
    has "$(ticket doctor)" "lets agents in as mc, who may do anything with the board"
}
