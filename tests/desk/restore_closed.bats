#!/usr/bin/env bats
# Closed tickets come back onto a board that is at work, and nobody waits for them; what is not closed in truth does not.

setup() {
    load ../e2e/support
    world
    configure
    init
}

teardown() {
    world_end
}

# closed FROM TO: lines of closed tickets, each but the last waiting for the next one.
closed() {
    local i
    for ((i = $1; i <= $2; i++)); do
        printf '{"ticket":{"id":%d,"title":"t","status":"done","priority":"low","attempts":0,"world_failures":0,' "$i"
        printf '"created_at":1,"queued_at":1,"updated_at":1,"turns":0,"worked_ms":0}'
        [ "$i" = "$2" ] || printf ',"needs":[%d]' $((i + 1))
        printf '%s}\n' "${MORE:-}"
    done
}

@test "whoever else works on the board waits neither for what is restored nor for where it comes from" {
    closed 1 2000 >"$T/lines"
    mkfifo "$T/pipe"
    ticket import --restore "$T/pipe" >"$T/said" 3>&- &
    exec 5>"$T/pipe"
    head -1000 "$T/lines" >&5
    add meanwhile --inbox
    rows_are 1 "SELECT count(*) FROM tickets"
    rows "UPDATE tickets SET created_at=1" # the same as the line's
    tail -n +1001 "$T/lines" >&5
    exec 5>&-
    # another writer's longest wait, by a clock of its own
    longest=$("${MC_PYTHON:-python3}" - "$MC_DB" "$T/said" <<'EOF'
import os, sqlite3, sys, time
board = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
longest, over = 0, time.monotonic() + 60
while not os.path.getsize(sys.argv[2]) and time.monotonic() < over:
    began = time.monotonic()
    while True:
        try:
            board.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError:
            time.sleep(0.001)
    longest = max(longest, time.monotonic() - began)
    board.execute("ROLLBACK")
    time.sleep(0.005)
print(int(longest * 1000))
EOF
)
    wait
    is "$(cat "$T/said")" "1999 restored, 1 were there already"
    rows_are 1998 "SELECT count(*) FROM ticket_needs"
    [ "$longest" -lt 500 ] # 50 on a machine that has nothing else to do
}

@test "killed while it restores, what it had put there is whole, and the rest comes with the next" {
    closed 1 1500 >"$T/lines"
    for i in 3 6 9; do
        bare timeout -s KILL "0.$i" "$MC_BIN/mc-ticket" import --restore "$T/lines" >/dev/null || true
        rows_are 0 "SELECT count(*) FROM tickets t WHERE id<1500 AND NOT EXISTS(SELECT 1 FROM ticket_needs
                    WHERE ticket_id=t.id)"
    done
    ticket import --restore "$T/lines" >/dev/null
    rows_are "1500 1499" "SELECT (SELECT count(*) FROM tickets)||' '||(SELECT count(*) FROM ticket_needs)"
    is "$(find "$T" -name 'mc-scratch*' -o -name '*.mc-new*')" ""
}

@test "closed tickets that are not over, and numbers that leave no room, are no lines of an archive" {
    refused() { # WORDS, the line is standard input
        cat >"$T/bad"
        expect 65 ticket import --restore "$T/bad"
        one_line
        has "$errors" "$T/bad:1"
        has "$errors" "$1"
        rows_are 0 "SELECT count(*) FROM tickets"
    }
    run='"run_id":"00000000000000000000000000000001","attempt":1,"host":"h","started_at":1'
    ended='"runs":[{'$run',"owes":0,"ended_at":2}]'
    runtime='"session_key":"ticket:5:session","run_id":"00000000000000000000000000000001","host":"h","spawned_at":1'
    runtime+=',"turn_count":0,"harvest_offset":0,"quiet":0'
    closed 1000000000000000 1000000000000000 | refused "no number from 1 to 999999999999999"
    MORE=',"runs":[{'$run',"owes":0}]' closed 5 5 | refused "MC-5 is closed, and has"
    MORE=',"runs":[{'$run',"owes":1,"ended_at":2}]' closed 5 5 | refused "that is not over"
    MORE=",$ended,\"runtime\":{$runtime,\"status\":\"running\",\"pid\":1}" closed 5 5 | refused "that is not over"
    MORE=",$ended,\"runtime\":{$runtime,\"status\":\"closed\",\"pane_log_path\":\"/etc/shadow\"}" closed 5 5 |
        refused "no log of its run"
    MORE=',"messages":[{"id":1,"kind":"note","status":"pending","attempts":0,"created_at":1,"purpose":"person",
    "aside":0,"alone":0,"body":"x"}]' closed 5 5 | tr -d '\n' | refused "that is not over"
    { closed 1 2 | head -1; closed 2 2 | sed 's/}$/,"needs":[1]}/'; } >"$T/bad"
    expect 65 ticket import --restore "$T/bad"
    has "$errors" "by what the lines wait for, MC-1 waits for itself"
    # what only two lines together are
    { closed 7 7; closed 8 8; } | sed 's/"title"/"dedupe_key":"k","title"/' >"$T/bad"
    expect 65 ticket import --restore "$T/bad"
    has "$errors" "tickets.dedupe_key"
    rows_are 0 "SELECT count(*) FROM tickets"
    MORE=",$ended,\"runtime\":{$runtime,\"status\":\"closed\",\"pid\":1}" closed 5 5 >"$T/good"
    is "$(ticket import --restore "$T/good" --dry-run)" "1 would be restored, 0 were there already"
    rows_are 0 "SELECT count(*) FROM tickets WHERE id=5"
    is "$(ticket import --restore "$T/good")" "1 restored, 0 were there already"
}

@test "another board's archive is not taken for this one's" {
    add one
    add two --inbox
    closed 1 1 >"$T/other"
    expect 65 ticket import --restore "$T/other"
    one_line
    has "$errors" "$T/other:1: MC-1 is another ticket on this board; an archive goes back onto the board that wrote it"
    # its story has a number that is taken here
    MORE=',"activity":[{"id":1,"kind":"note","body":"x","created_at":1}]' closed 9 9 >"$T/other"
    expect 65 ticket import --restore "$T/other"
    one_line
    has "$errors" "$T/other:1:"
    has "$errors" "; an archive goes back onto the board that wrote it"
    rows_are 2 "SELECT count(*) FROM tickets"
}
