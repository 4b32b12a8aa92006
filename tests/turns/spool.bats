#!/usr/bin/env bats
# Events that the board cannot take at once: nothing is lost, nothing is taken twice.

setup() {
    load told
}

teardown() {
    world_end
}

# Holds the write lock until $T/unlock is there.
lock() {
    "${MC_PYTHON:-python3}" -c '
import os, sqlite3, sys, time
board = sqlite3.connect(sys.argv[1], isolation_level=None)
board.execute("BEGIN IMMEDIATE")
open(sys.argv[2] + "/locked", "w").close()
while not os.path.exists(sys.argv[2] + "/unlock"):
    time.sleep(0.02)' "$MC_DB" "$T" 3>&- &
    wait_for test -e "$T/locked"
}

events_left() {
    find "$STATE/run/$RUN/events" -name '*.json' | wc -l
}

@test "a locked board: left, and taken before healing" {
    at_work
    lock
    over "$(word DONE 'while it was locked')"
    is "$(events_left)" 1
    touch "$T/unlock"
    wait
    # its agent dies meanwhile: the word came first
    tmux_here kill-server
    pickup
    ticket_is in_review
    rows_are "while it was locked" "SELECT result FROM tickets"
    is "$(events_left) $(rows_of signal)" "0 1"
    pickup
    is "$(rows_of signal)" 1
}

@test "a damaged, a missing board: left, and taken when it is back" {
    at_work
    mv "$MC_DB" "$T/board.db"
    over "$(word DONE x)"
    is "$(events_left)" 1
    mv "$T/board.db" "$MC_DB"
    pickup
    ticket_is in_review
}

@test "twice applied changes nothing; what is no event is put aside and said once" {
    at_work
    lock
    over "$(word DONE x)"
    touch "$T/unlock"
    wait
    cp "$STATE/run/$RUN/events/"*.json "$T/copy"
    pickup
    before=$(rows "SELECT * FROM ticket_activity")$(rows "SELECT * FROM tickets")
    cp "$T/copy" "$STATE/run/$RUN/events/000000000000001-00000000.json"
    pickup
    is "$(rows "SELECT * FROM ticket_activity")$(rows "SELECT * FROM tickets")" "$before"
    for i in 2 3; do
        echo garbage >"$STATE/run/$RUN/events/00000000000000$i-00000000.json"
        pickup
        is "$(rows "SELECT * FROM ticket_activity WHERE kind<>'signal_ignored'")$(rows "SELECT * FROM tickets")" "$before"
        is "$(events_left) $(rows_of signal_ignored)" "0 1"
        [ -f "$STATE/run/$RUN/events/00000000000000$i-00000000.json.aside" ]
    done
}

@test "the later truth stands: cancelled while the event waits" {
    at_work
    lock
    over "$(word DONE x)"
    touch "$T/unlock"
    wait
    ticket cancel MC-1 >/dev/null
    pickup
    ticket_is cancelled
}

@test "64 at once, on a board that others write: nothing is lost" {
    at_work
    n='WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i<64)'
    rows "$n INSERT INTO tickets(title,status,run_id,created_at,updated_at) SELECT 't','in_progress',printf('%032x',i),1,1 FROM n"
    rows "$n INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) SELECT printf('%032x',i),i,1,'h',1 FROM n"
    rows "$n INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,turn_nonce,spawned_at,turn_started_at)
        SELECT 'ticket:'||i||':session',i,printf('%032x',i),'h','running','MC_TICKET_TURN:'||i||':1:00000001',1,1 FROM n"
    for i in $(seq 2 64); do
        mkdir -m 700 "$STATE/run/$(printf %032x "$i")"
    done
    for i in $(seq 2 64); do
        printf '{"event":"over","prompt":"MC_TICKET_TURN:%d:1:00000001","reply":"DONE: %d"}' "$i" "$i" >"$T/event.$i"
        env -i "$MC_BIN/mc-ticket" turn-event demo --run "$(printf %032x "$i")" --db "$MC_DB" <"$T/event.$i" 3>&- &
    done
    wait
    left=$(find "$STATE/run" -name '*-????????.json' | wc -l)
    is "$(($(rows "SELECT count(*) FROM tickets WHERE status='in_review'") + left))" 63
    pickup --heal-only || true
    rows_are 63 "SELECT count(*) FROM tickets WHERE status='in_review' AND result=CAST(id AS TEXT)"
}

@test "a full disk: left in the room that was kept, and taken later" {
    world
    need_mounts
    umount "$T" 2>/dev/null || true
    private_mounts '
        mkdir -p -m 700 "$STATE"
        mount -t tmpfs -o size=4m,mode=700 none "$STATE"
        '"$(declare -f configure merge 2>/dev/null || true)"'
        printf "{\"profile\":\"demo\",\"profiles\":{\"demo\":{\"command\":[\"mc-demo-agent\",\"--log\",\"$LOG\",\"--no-signal\",\"--busy\",\"600000\",\"--report-never\"],\"startup_timeout_s\":120}}}" >"$CONFIG"
        chmod 600 "$CONFIG"
        init
        add one
        pickup
        query() { python3 -c "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])" "$MC_DB" "$1"; }
        run=$(query "SELECT run_id FROM tickets")
        nonce=$(query "SELECT turn_nonce FROM runtime_sessions")
        cat /dev/zero >"$STATE/filler" 2>/dev/null || true
        reply=$(head -c 100000 /dev/zero | tr "\\0" x)
        printf "{\"event\":\"over\",\"prompt\":\"%s\",\"reply\":\"%s\\\\nDONE: in spite of all\"}" "$nonce" "$reply" >"$T/event"
        "$MC_BIN/mc-ticket" turn-event demo --run "$run" --db "$MC_DB" <"$T/event"
        ls "$STATE/run/$run/events"/*.json >/dev/null
        rm "$STATE/filler"
        pickup
        query "SELECT status FROM tickets" >"$T/status"
        query "SELECT body FROM ticket_activity WHERE kind=\"reply\"" >"$T/reply"
        tmux -S "$SOCKET" kill-server
    '
    is "$(cat "$T/status")" in_progress
    has "$(cat "$T/reply")" "the disk was full"
}

@test "a full disk that lasts: a second event has its room before its reply" {
    world
    need_mounts
    umount "$T" 2>/dev/null || true
    private_mounts '
        mkdir -p -m 700 "$STATE"
        mount -t tmpfs -o size=4m,mode=700 none "$STATE"
        '"$(declare -f configure merge 2>/dev/null || true)"'
        printf "{\"profile\":\"demo\",\"profiles\":{\"demo\":{\"command\":[\"mc-demo-agent\",\"--log\",\"$LOG\",\"--no-signal\",\"--busy\",\"600000\",\"--report-never\"],\"startup_timeout_s\":120}}}" >"$CONFIG"
        chmod 600 "$CONFIG"
        init
        add one
        pickup
        query() { python3 -c "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])" "$MC_DB" "$1"; }
        run=$(query "SELECT run_id FROM tickets")
        nonce=$(query "SELECT turn_nonce FROM runtime_sessions")
        cat /dev/zero >"$STATE/filler" 2>/dev/null || true
        tells() { "$MC_BIN/mc-ticket" turn-event demo --run "$run" --db "$MC_DB" <"$T/event"; }
        printf "{\"event\":\"waits\",\"prompt\":\"%s\",\"detail\":\"May I?\"}" "$nonce" >"$T/event"
        tells
        for size in 40000 100000; do
            reply=$(head -c $size /dev/zero | tr "\\0" x)
            printf "{\"event\":\"over\",\"prompt\":\"%s\",\"reply\":\"%s\\\\n%s\"}" "$nonce" "DONE: in spite of all" "$reply" >"$T/event"
            tells
        done
        ls "$STATE/run/$run/events"/*.json | wc -l >"$T/left"
        rm "$STATE/filler"
        pickup
        query "SELECT status FROM tickets" >"$T/status"
        query "SELECT body FROM ticket_activity WHERE kind=\"reply\"" >"$T/reply"
        tmux -S "$SOCKET" kill-server
    '
    is "$(cat "$T/left" "$T/status" | xargs)" "3 in_review"
    is "$(head -c 21 "$T/reply")" "DONE: in spite of all"
}
