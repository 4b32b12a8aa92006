#!/usr/bin/env bats
# A board whose file is a copy of another.

setup() {
    load ../heal/heal
    BATS_TEST_DIRNAME=$BATS_TEST_DIRNAME/../heal
}

teardown() {
    world_end
}

@test "a copy beside its board starts and ends nothing until it has a name of its own" {
    local first pid copy before
    heal_world
    start 1
    pid=$(of 1 pid)
    copy=$T/copy/board.db
    cp -a "$STATE" "$T/copy"
    before=$(board)
    expect 78 pickup --db "$copy"
    one_line
    has "$errors" "board $copy is a copy of $MC_DB, which is still there"
    has "$errors" "mc-ticket init --own --db $copy"
    expect 78 ticket cancel MC-1 --db "$copy"
    expect 0 ticket list --db "$copy"
    steady

    expect 0 ticket init --own --db "$copy"
    has "$output" "has a name of its own now"
    has "$output" "released       1 ticket that was in progress"
    has "$output" "first board's"
    alive "$pid"
    is "$(board)" "$before"
    expect 0 ticket show MC-1 --db "$copy" --json
    is "$(value status)" todo
    expect 0 pickup --db "$copy" --heal-only --json
    is "$errors" ""
    is "$(value healed)" "[]"
    alive "$pid"
    # A second time it is no copy.
    rows_of "$copy" >"$T/rows"
    expect 0 ticket init --own --db "$copy" --json
    has "$output" '"own_made":false,"released":0'
    is "$(rows_of "$copy")" "$(cat "$T/rows")"
    # The first board knows nothing of it.
    steady
    alive "$pid"
}

# rows_of BOARD: what --own could change.
rows_of() {
    "$MC_PYTHON" -S -c '
import sqlite3, sys
board = sqlite3.connect(sys.argv[1])
for table in ("tickets", "runtime_sessions", "runs", "settings", "ticket_activity", "effects"):
    print(board.execute("SELECT * FROM " + table).fetchall())' "$1"
}

@test "a board that is no copy keeps its agents, whatever is asked" {
    local pid before
    heal_world
    start 1
    pid=$(of 1 pid)
    before=$(board)
    expect 0 ticket init --own
    has "$output" "is no copy: left alone: $MC_DB"
    is "$(board)" "$before"
    steady
    # Moved, and the first place is gone: the same board.
    mv "$MC_DB" "$STATE/other.db"
    expect 0 ticket init --own --db "$STATE/other.db"
    has "$output" "is no copy: left alone: $STATE/other.db"
    mv "$STATE/other.db" "$MC_DB"
    is "$(board)" "$before"
    steady
    alive "$pid"
    is "$(events start)" 1
}

@test "a copy that becomes a board of its own says what it put back" {
    heal_world
    start 2
    cp -a "$STATE" "$T/copy"
    expect 0 ticket init --own --db "$T/copy/board.db" --json
    has "$output" '"own_made":true,"released":2'
}

@test "a board that was moved is the same board, and its agents are still its own" {
    local pid
    heal_world
    start 1
    pid=$(of 1 pid)
    mv "$MC_DB" "$STATE/other.db"
    expect 0 pickup --db "$STATE/other.db" --heal-only --json
    is "$errors" ""
    is "$(value healed)" "[]"
    alive "$pid"
    mv "$STATE/other.db" "$MC_DB"
    expect 0 pickup
    steady
}

@test "an older copy put back under its name is the same board" {
    heal_world
    add one
    cp "$MC_DB" "$T/backup"
    start 1
    rm -f "$MC_DB" "$MC_DB-wal" "$MC_DB-shm"
    cp "$T/backup" "$MC_DB"
    expect 0 ticket list
    expect 0 pickup --heal-only
}
