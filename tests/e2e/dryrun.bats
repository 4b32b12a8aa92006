#!/usr/bin/env bats
# --dry-run: decides everything, changes nothing, exits as the real run does (SPEC section 3).

setup() {
    load support
    world
    configure '{}' --busy 600000
    init
}

teardown() {
    world_end
}

# rehearse STATUS OUTCOME [OPTION …]: the dry run changes nothing and the real one then ends the same way.
rehearse() {
    local status=$1 outcome=$2 server=absent
    shift 2
    [ -z "$(sessions)" ] || server=there
    only_looks "$status" "$@"
    is "$(value outcome)" "$outcome"
    [ "$server" = there ] || [ ! -e "$SOCKET" ]
    expect "$status" pickup --json "$@"
    is "$(value outcome)" "$outcome"
}

# only_looks STATUS [OPTION …]: as JSON (left in $output), and for a person.
only_looks() {
    local status=$1
    shift
    touch -d '2001-01-01' "$STATE/last-pickup"
    picture "$T/state" "$T/config" >"$T/before"
    expect "$status" pickup --dry-run "$@"
    expect "$status" pickup --dry-run --json "$@"
    picture "$T/state" "$T/config" >"$T/after"
    diff "$T/before" "$T/after"
    is "$(date -r "$STATE/last-pickup" +%Y)" 2001
    is "$(value exit)" "$status"
}

@test "a ticket that would be handed out" {
    add one
    rehearse 0 dispatched
    expect 0 pickup --dry-run
    is "$output" "would end: idle (no_ticket)"
    add two
    only_looks 0
    is "$(value ticket) $(value run) $(value nonce) $(value send)" "MC-2 null null null"
    is "$(value plan | "$MC_PYTHON" -c 'import json, sys; print(*(p["step"] for p in json.load(sys.stdin)))')" \
        "claim prepare spawn send"
    expect 0 pickup --dry-run
    has "$output" "would claim MC-2: "
    rehearse 0 dispatched --ticket MC-2
}

@test "nothing to do" {
    rehearse 0 idle
}

@test "capacity" {
    configure '{"max_running": 1}' --busy 600000
    add one
    add two
    expect 0 pickup
    rehearse 0 idle
    is "$(value reason)" capacity
    rehearse 75 deferred --ticket MC-2
    rehearse 0 idle --ticket MC-1
}

@test "no profile: 78" {
    echo '{}' >"$CONFIG"
    add one
    rehearse 78 refused
}

@test "a named ticket that is missing, in another status, waits" {
    add one --inbox
    add two --after MC-1
    rehearse 66 refused --ticket MC-9
    rehearse 65 refused --ticket MC-1
    rehearse 75 deferred --ticket MC-2
}

@test "what would be healed is in the plan" {
    add one
    expect 0 pickup --json
    kill -KILL "$(value pid)"
    wait_for deserted_by_agents
    only_looks 0
    has "$(value plan)" MC-1
    is "$(value healed)" "[]"
    expect 0 pickup --dry-run --heal-only
    has "$output" "would "
}

@test "who would be retired makes room for another" {
    configure '{"max_running": 1, "max_live": 1, "retry": {"backoff_s": 3600}}' --busy 600000
    add one
    add two
    expect 0 pickup --json
    kill -KILL "$(value pid)"
    wait_for deserted_by_agents
    rehearse 0 dispatched
    is "$(value ticket)" MC-2
}

deserted_by_agents() {
    is "$(agents)" ""
}

@test "commits that are in the WAL only are seen, and left as they are" {
    "$MC_PYTHON" -c '
import sqlite3, sys, time, os
board = sqlite3.connect(sys.argv[1], isolation_level=None)
board.execute("PRAGMA wal_autocheckpoint=0")
board.execute("INSERT INTO tickets(title,status,created_at,updated_at) VALUES(?,?,1,1)", ("in the WAL", "todo"))
open(sys.argv[2], "w").close()
while not os.path.exists(sys.argv[3]):
    time.sleep(0.05)' "$MC_DB" "$T/written" "$T/over" 3>&- &
    local writer=$!
    wait_for test -e "$T/written"
    [ -s "$MC_DB-wal" ]
    only_looks 0
    is "$(value outcome) $(value ticket)" "dispatched MC-1"
    touch "$T/over"
    wait "$writer"
}

@test "no process but tmux list-panes, no file of ours" {
    mkdir "$T/bin"
    printf '#!/bin/sh\necho "$@" >>%s/calls\nexec /usr/bin/env -u NONE %s "$@"\n' "$T" "$(command -v tmux)" >"$T/bin/tmux"
    chmod 700 "$T/bin/tmux"
    CLEAN_PATH=$T/bin:$CLEAN_PATH
    add one
    add two
    only_looks 0
    [ ! -e "$T/calls" ]
    expect 0 pickup
    : >"$T/calls"
    only_looks 0
    is "$(grep -vc ' list-panes ' "$T/calls")" 0
    is "$(wc -l <"$T/calls")" 2
}
