#!/usr/bin/env bats
# What can never run is said once and shown by list; a refusal that stays is said again when a day is over.

setup() {
    load queue
    world
}

teardown() {
    world_end
}

@test "a profile that is not configured any more: said once, and the others go on" {
    configure "$TWO" --busy 6000000
    init
    add strange --profile gone
    add strange --profile gone
    add good
    configure '{}' --busy 6000000
    minutes 0
    expect 0 pickup
    one_line
    has "$errors" "MC-1: it can never be picked up: profile gone is not configured"
    has "$errors" "$CONFIG"
    rows_are "in_progress" "SELECT status FROM tickets WHERE id=3"
    silent 0
    expect 0 ticket list
    has "$output" " profile gone is not configured"
    expect 0 ticket list --json
    is "$(value tickets.0.stuck)" "profile gone is not configured"
    expect 0 ticket show MC-2
    has "$output" "stuck      profile gone is not configured"
    expect 0 ticket show MC-2 --json
    is "$(value stuck)" "profile gone is not configured"
    # Mended and broken again it is news.
    configure "$TWO" --busy 6000000
    expect 69 pickup
    configure '{}' --busy 6000000
    minutes 9
    expect 0 pickup
    has "$errors" "it can never be picked up"
}

@test "no profile and no default, beside tickets that go on: said once" {
    configure '{"stall_timeout_s": 200000, "turn_timeout_s": 400000}' --busy 6000000
    "$MC_PYTHON" - "$CONFIG" <<'END'
import json, sys
config = json.load(open(sys.argv[1]))
del config["profile"]
json.dump(config, open(sys.argv[1], "w"))
END
    init
    add nameless
    add good --profile demo
    expect 0 pickup
    one_line
    has "$errors" "MC-1: it can never be picked up: it names no profile"
    expect 0 ticket list --json
    is "$(value tickets.0.stuck)" "it names no profile, and the configuration has no default"
    # Nothing else is left: refused, each minute, and mailed once.
    expect 78 pickup
    one_line
    silent 78
    silent 78
    expect 78 pickup --json
    one_line
    expect 78 pickup -v
    has "$errors" 'no "profile" is set'
    minutes 1450
    expect 78 pickup
    one_line
    silent 78
}

@test "a ticket behind a cancelled one is spoken of: to whoever cancels or adds, and always by list" {
    configure
    init
    add needed
    add waits --after MC-1
    expect 0 ticket cancel MC-1
    is "$output" "MC-1 todo -> cancelled"
    one_line
    has "$errors" "MC-2 waits for MC-1, which was cancelled, for ever"
    silent 0
    expect 0 ticket add later --after MC-1
    is "$output" MC-3
    one_line
    has "$errors" "MC-3 waits for MC-1, which was cancelled"
    silent 0
    expect 0 ticket list
    has "$output" " waits for MC-1, which was cancelled"
    expect 75 pickup --ticket MC-2
    has "$errors" "MC-1, which was cancelled"
    # Reopened and done: nothing is in the way any more.
    ticket reopen MC-1 >/dev/null
    rows "UPDATE tickets SET status='done' WHERE id=1"
    expect 0 pickup --json
    is "$(value ticket)$errors" MC-2
}

@test "those behind a cancelled one that no person was told of by name are spoken of by a pickup, once" {
    configure
    init
    add needed
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<22)
        INSERT INTO tickets(title,status,created_at,updated_at) SELECT 't','todo',1,1 FROM n"
    rows "INSERT INTO ticket_needs(ticket_id,needs_id) SELECT id,1 FROM tickets WHERE id>1"
    expect 0 ticket cancel MC-1
    has "$errors" "MC-21 waits for MC-1"
    no has "$errors" "MC-22 waits"
    has "$errors" "and 2 tickets more"
    expect 0 pickup
    is "$(wc -l <"$T/errors")" 2
    has "$errors" "MC-22: it can never be picked up: it waits for MC-1, which was cancelled"
    has "$errors" "MC-23: "
    silent 0
}

@test "a refusal is no new one because something else was said beside it" {
    configure '{}' --busy 6000000
    "$MC_PYTHON" - "$CONFIG" <<'END'
import json, sys
config = json.load(open(sys.argv[1]))
del config["profile"]
json.dump(config, open(sys.argv[1], "w"))
END
    init
    add nameless
    add strange
    rows "UPDATE tickets SET profile='gone' WHERE id=2"
    expect 78 pickup
    is "$(wc -l <"$T/errors")" 2
    has "$errors" 'no "profile" is set'
    has "$errors" "MC-2: it can never be picked up"
    silent 78
    expect 78 pickup --json
    has "$(value error)" 'no "profile" is set'
}

@test "-q hides results, never what has failed, and nothing that is said once" {
    configure "$TWO" --busy 6000000
    init
    add broken --profile gone
    expect 69 pickup -q
    one_line
    has "$errors" "MC-1: no_agent: "
    silent 69
    add strange
    rows "UPDATE tickets SET profile='strange' WHERE id=2"
    expect 69 pickup -q -v
    is "$output" ""
    one_line
    has "$errors" "MC-2: it can never be picked up"
}

@test "the object has the line of every outcome that is not well, said or not" {
    configure "$TWO" --busy 6000000
    init
    add broken --profile gone
    expect 69 pickup --json
    has "$(value error)" "MC-1: no_agent: profile gone: command no-such-agent was not found; the ticket is todo"
    is "$errors" "mc-pickup: $(value error)"
    expect 69 pickup --json
    is "$errors" ""
    has "$(value error)" "MC-1: no_agent: "
    rows "UPDATE tickets SET next_attempt_at=unixepoch()*1000+60000,failure_reason='no_agent: gone' WHERE id=1"
    extra+=(TZ=IST-5:30)
    expect 75 pickup --ticket MC-1 --json
    is "$(value reason)" not_due
    due=$(rows "SELECT next_attempt_at/1000 FROM tickets WHERE id=1")
    has "$(value error)" "MC-1: its next attempt is not due until $(TZ=IST-5:30 date -d "@$due" '+%F %T %z'), after"
    has "$(value error)" ", after no_agent: gone; "
    one_line
    rows "UPDATE tickets SET status='done',next_attempt_at=NULL WHERE id=1"
    expect 65 pickup --ticket MC-1 --json
    has "$(value error)" "MC-1: it is done"
    add place
    touch "$STATE/work/MC-2" 2>/dev/null || { mkdir -m 700 "$STATE/work"; touch "$STATE/work/MC-2"; }
    expect 73 pickup --json
    has "$(value error)" "$STATE/work/MC-2: is not a directory; the ticket is todo, next try 20"
    due=$(rows "SELECT next_attempt_at/1000 FROM tickets WHERE id=2")
    has "$(value error)" "next try $(TZ=IST-5:30 date -d "@$due" '+%F %T %z')"
}

@test "--ticket with a profile that is not configured says that, also before it is due" {
    configure
    init
    add strange
    rows "UPDATE tickets SET profile='gone',next_attempt_at=unixepoch()*1000+60000"
    expect 78 pickup --ticket MC-1
    one_line
    has "$errors" "its profile gone is not configured"
}

@test "a wrong configuration is mailed once a day, not once a minute" {
    configure
    init
    echo '{"max_runing": 1}' >"$CONFIG"
    minutes 0
    expect 78 pickup
    one_line
    has "$errors" max_runing
    silent 78
    is "$(stat -c %a "$STATE/said-refusal")" 600
    # Whoever asks is told, and another error is another event.
    expect 78 pickup --json
    one_line
    expect 78 pickup --ticket MC-1
    one_line
    echo '{"max_runnning": 1}' >"$CONFIG"
    expect 78 pickup
    one_line
    silent 78
    minutes 1441
    expect 78 pickup
    one_line
    # A board beside it remembers its own.
    touch "$STATE/other.db"
    MC_DB=$STATE/other.db expect 78 pickup
    one_line
    MC_DB=$STATE/other.db silent 78
    silent 78
    is "$(stat -c %a "$STATE/other.db.said-refusal")" 600
    # A folder of that name is no board, and nothing is left beside it.
    mkdir "$STATE/folder"
    configure
    MC_DB=$STATE/folder expect 66 pickup
    one_line
    [ ! -e "$STATE/folder.said-refusal" ]
    echo '{"max_runnning": 1}' >"$CONFIG"
    # Mended in between, the same is news.
    configure
    silent 0
    is "$(tr -d ' \n' <"$STATE/said-refusal")" ""
    echo '{"max_runnning": 1}' >"$CONFIG"
    expect 78 pickup
    one_line
}

@test "a board that stays damaged or locked is mailed once a day, too; a success in between makes it news" {
    local holder
    configure
    init
    minutes 0
    silent 0
    cp "$MC_DB" "$T/whole.db"
    extra+=(MC_BUSY_MS=0)
    "$MC_PYTHON" -c '
import sqlite3, sys, time
board = sqlite3.connect(sys.argv[1], isolation_level=None)
board.execute("PRAGMA locking_mode=EXCLUSIVE")
board.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(600)' "$MC_DB" >"$T/lock" 3>&- &
    holder=$!
    wait_for grep -q locked "$T/lock"
    expect 75 pickup
    one_line
    silent 75
    silent 75
    kill "$holder"
    wait "$holder" || true
    silent 0
    echo "this is no database, and long enough to be looked at by whoever looks" >"$MC_DB"
    rm -f "$MC_DB"-wal "$MC_DB"-shm
    expect 74 pickup
    one_line
    silent 74
    minutes 1441
    expect 74 pickup
    one_line
    silent 74
    cp "$T/whole.db" "$MC_DB"
    silent 0
    echo "this is no database, and long enough to be looked at by whoever looks" >"$MC_DB"
    expect 74 pickup
    one_line
}

@test "eight at once meet the same: one of them says it" {
    local i j
    configure
    init
    echo '{"max_runing": 1}' >"$CONFIG"
    minutes 0
    for i in 1 2 3; do
        for j in 1 2 3 4 5 6 7 8; do pickup 2>>"$T/all" & done
        wait
        is "$(wc -l <"$T/all")" "$i"
        minutes 1441
    done
}

@test "on a full disk what stays is said once, as long as a pickup went well before" {
    need_mounts
    full() {
        private_mounts 'mkdir -m 700 "$STATE"; mount -t tmpfs -o size=1m,mode=700 none "$STATE"
            init; pickup; add one
            dd if=/dev/zero of="$STATE/fill" bs=4k 2>/dev/null || true
            for i in 1 2 3; do pickup || echo "$i: $?"; done'
    }
    configure
    expect 0 full
    is "$output" "1: 74
2: 74
3: 74"
    one_line
}

@test "the memory of it cannot be led astray" {
    configure
    init
    echo '{"max_runing": 1}' >"$CONFIG"
    echo precious >"$T/precious"
    ln -s "$T/precious" "$STATE/said-refusal"
    expect 78 pickup
    one_line
    is "$(cat "$T/precious")" precious
    [ ! -L "$STATE/said-refusal" ]
    # Where nothing can be remembered, everything is said.
    rm "$STATE/said-refusal"
    mkdir "$STATE/said-refusal"
    expect 78 pickup
    one_line
    expect 78 pickup
    one_line
    rmdir "$STATE/said-refusal"
    MC_DB=$T/nowhere/board.db
    expect 78 pickup
    one_line
    expect 78 pickup
    one_line
}

@test "no board: 66, once a day where the user's state folder is, and nothing is left in the folder that was named" {
    configure
    mkdir -m 700 "$STATE"
    expect 66 pickup
    one_line
    expect 66 pickup
    one_line
    is "$(ls -A "$STATE")" ""
    mkdir -p "$T/.local/state/mc-pickup"
    expect 66 pickup
    one_line
    silent 66
    # Another one has a memory of its own; so has one whose folder is not there.
    MC_DB=$T/typo/board.db
    expect 66 pickup
    one_line
    silent 66
    MC_DB=$STATE/board.db silent 66
    is "$(ls -A "$STATE")" ""
    # There in between, it is news when it has gone again.
    MC_DB=$STATE/board.db
    init
    silent 0
    rm "$STATE"/board.db*
    expect 66 pickup
    one_line
    minutes 1441
    expect 66 pickup
    one_line
    # XDG_STATE_HOME is it where it is set.
    mkdir -p "$T/xdg/mc-pickup"
    extra+=(XDG_STATE_HOME="$T/xdg")
    expect 66 pickup
    one_line
    silent 66
    has "$(ls "$T/xdg/mc-pickup")" "!state!board.db.said-refusal"
}

@test "a time that a wrong clock has put off for years counts as due" {
    configure '{}' --busy 6000000
    init
    add one
    rows "UPDATE tickets SET next_attempt_at=4102444800000"
    expect 0 pickup --json
    is "$(value ticket)" MC-1
}

@test "three thousand due tickets that cannot be taken are in nobody's way" {
    configure '{}' --busy 6000000
    init
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<3000)
        INSERT INTO tickets(title,status,profile,next_attempt_at,created_at,updated_at)
        SELECT 't','todo','gone',i,1,1 FROM n"
    add good
    rows "UPDATE tickets SET next_attempt_at=5000 WHERE title='good'"
    expect 0 pickup --dry-run --json
    is "$(value plan.0.ticket)" MC-3001
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-3001"
    # They are swept where they cost nothing, and spoken of from there, once.
    expect 0 pickup
    one_line
    has "$errors" "profile gone is not configured"
    silent 0
}
