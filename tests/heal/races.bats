#!/usr/bin/env bats
# Healing against what somebody does to the same ticket in the same instant (SPEC section 11): the later truth stands.
# And the two looks before the leap, --heal-only and --dry-run.

setup() {
    load heal
}

teardown() {
    touch "$T/release"
    world_end
}

# hold SQL …: a transaction that holds the board until $T/release is there, and then commits.
hold() {
    rm -f "$T/release" "$T/held"
    "$MC_PYTHON" -S -c '
import os, sqlite3, sys, time
board = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
board.execute("BEGIN IMMEDIATE")
for statement in sys.argv[3:]:
    board.execute(statement)
open(sys.argv[2] + "/held", "w").close()
while not os.path.exists(sys.argv[2] + "/release"):
    time.sleep(0.01)
board.execute("COMMIT")' "$MC_DB" "$T" "$@" 3>&- &
    HOLDER=$!
    wait_for test -e "$T/held"
}

release() {
    touch "$T/release"
    wait "$HOLDER"
}

# against SQL …: a pickup that has decided by the rows as they were, while this is being committed. Its report is left
# in $output, its lines in $errors.
against() {
    local status=0
    rm -f "$STATE/last-pickup"
    hold "$@"
    pickup --json >"$T/report" 2>"$T/errors" 3>&- &
    wait_for test -e "$STATE/last-pickup"
    sleep 0.4 # it has looked, and waits for the board; if it is slower than that, it sees the later truth at once
    release
    wait $! || status=$?
    is "$status" 0
    output=$(cat "$T/report")
    errors=$(cat "$T/errors")
}

@test "signalled, approved, cancelled, answered meanwhile: a dead worker's ticket stays where it was put" {
    local now="strftime('%s','now')*1000" run i to
    heal_world
    start 4
    i=0
    for to in in_review "done" cancelled needs_input; do
        i=$((i + 1))
        run=$(of $i run_id)
        kill_hard "$(of $i pid)"
        against "UPDATE tickets SET status='$to' WHERE id=$i" \
            "UPDATE runs SET outcome='delivered',ended_at=$now WHERE run_id='$run'" \
            "UPDATE runtime_sessions SET status='idle',last_turn_marker=turn_nonce,turn_nonce=NULL WHERE run_id='$run'"
        is "$errors" ""
        rows_are "$to|0||delivered" "SELECT t.status,t.attempts,t.failure_reason,u.outcome FROM tickets t JOIN runs u
            ON u.run_id=t.run_id WHERE t.id=$i"
        is "$(activities $i terminal_state)" 0
        expect 0 pickup
        is "$errors" ""
        rows_are "1" "SELECT status IN('dead','closed') FROM runtime_sessions WHERE run_id='$run'"
    done
    steady
    rows_are "in_review done cancelled needs_input" "SELECT group_concat(status,' ') FROM(SELECT status FROM tickets ORDER BY id)"
}

@test "a hidden agent is not adopted into a ticket that has moved on meanwhile, or is another's" {
    local i to stranger
    heal_world
    start 4
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL"
    rows "UPDATE tickets SET next_attempt_at=(strftime('%s','now')+86400)*1000"
    i=0
    for to in needs_input in_review blocked; do
        i=$((i + 1))
        rows "UPDATE tickets SET status='in_progress',run_id=(SELECT run_id FROM runtime_sessions WHERE ticket_id=id),
            worker_host='$(uname -n)' WHERE id>$i"
        against "UPDATE tickets SET status='$to' WHERE id=$i"
        is "$(healed)$errors" ""
        ticket_is $i "$to"
        is "$(activities $i adopted)" 0
        alive "$(of $i pid)"
    done
    # Claimed by another run with a worker that lives.
    stranger=$(stranger)
    rows "UPDATE tickets SET status='todo',run_id=NULL WHERE id=4"
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) VALUES('ffffffffffffffffffffffffffffffff',4,2,'elsewhere',1)"
    against "UPDATE tickets SET status='in_progress',run_id='ffffffffffffffffffffffffffffffff',worker_pid=$stranger,worker_start=$(cut -d' ' -f22 "/proc/$stranger/stat"),
        worker_host='$(uname -n)' WHERE id=4"
    rows_are "ffffffffffffffffffffffffffffffff|$stranger" "SELECT run_id,worker_pid FROM tickets WHERE id=4"
    is "$(activities 4 adopted)" 0
    alive "$stranger"
}

@test "a send being resolved is not turned back by a signal or a cancel that came first" {
    local run
    heal_world
    start 2
    rows "UPDATE ticket_messages SET status='sending',sent_at=NULL"
    rows "UPDATE runs SET pickup_pid=$(dead_pid),pickup_start=1"
    run=$(of 1 run_id)
    against "UPDATE tickets SET status='in_review' WHERE id=1" \
        "UPDATE runs SET outcome='delivered',ended_at=1 WHERE run_id='$run'" \
        "UPDATE runtime_sessions SET status='idle',last_turn_marker=turn_nonce,turn_nonce=NULL WHERE run_id='$run'" \
        "UPDATE ticket_messages SET status='sent' WHERE run_id='$run'" \
        "UPDATE tickets SET status='cancelled' WHERE id=2"
    is "$errors" ""
    expect 0 pickup
    is "$errors" ""
    rows_are "in_review cancelled" "SELECT group_concat(status,' ') FROM(SELECT status FROM tickets ORDER BY id)"
    rows_are "idle closed" "SELECT group_concat(status,' ') FROM (SELECT status FROM runtime_sessions ORDER BY ticket_id)"
    steady
}

@test "a send that another pickup resolves is left to it" {
    local other boot
    heal_world
    start 1
    rows "UPDATE ticket_messages SET status='sending',sent_at=NULL"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) SELECT run_id,'send','intent',nonce,1 FROM ticket_messages"
    rows "UPDATE runs SET pickup_pid=$(dead_pid),pickup_start=1"
    other=$(stranger)
    boot=$(cat /proc/sys/kernel/random/boot_id)
    against "UPDATE runs SET pickup_pid=$other,pickup_start=$(cut -d' ' -f22 "/proc/$other/stat"),pickup_boot='$boot'"
    is "$errors" ""
    rows_are "sending" "SELECT status FROM ticket_messages"
    rows_are "$other" "SELECT pickup_pid FROM runs"
    kill_hard "$other"
    expect 0 pickup
    rows_are "sent" "SELECT status FROM ticket_messages"
    steady
}

@test "real commands at the same board: signal, approve and cancel beside a pickup that heals" {
    local run told
    heal_world
    start 3
    run=$(of 1 run_id)
    rows "UPDATE tickets SET status='in_review' WHERE id=2"
    rows "UPDATE runs SET outcome='delivered',ended_at=1 WHERE ticket_id=2"
    kill_hard "$(of 1 pid)" "$(of 2 pid)" "$(of 3 pid)"
    hold "UPDATE settings SET value=value"
    pickup --json >"$T/report" 2>"$T/errors" 3>&- &
    told=$!
    bare MC_RUN="$run" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal DONE "finished" >"$T/signal" 2>&1 3>&- &
    signal=$!
    ticket approve MC-2 >"$T/approve" 2>&1 3>&- &
    approve=$!
    ticket cancel MC-3 >"$T/cancel" 2>&1 3>&- &
    cancel=$!
    sleep 0.5
    release
    wait "$told"
    wait "$approve"
    wait "$cancel"
    if wait "$signal"; then
        ticket_is 1 in_review
    else
        grep -q 'moves nothing' "$T/signal" # too late
        ticket_is 1 todo
    fi
    expect 0 pickup
    rows_are "done cancelled" "SELECT group_concat(status,' ') FROM(SELECT status FROM tickets WHERE id>1 ORDER BY id)"
    rows_are 0 "SELECT count(*) FROM runtime_sessions WHERE status IN('spawning','idle','running')"
    rows_are 0 "SELECT count(*) FROM effects WHERE state='intent'"
    deserted
    steady
}

@test "--dry-run shows rule and reason and changes nothing; --heal-only heals and claims nothing" {
    local before
    heal_world
    start 4
    kill_hard "$(of 1 pid)"
    tmux_here respawn-pane -k -t "$(of 2 pane_id)" -- sleep 86400
    wait_for gone "$(of 2 pid)"
    rows "UPDATE tickets SET status='cancelled' WHERE id=3"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL WHERE id=4"
    add five
    before=$(picture "$STATE" && sessions && agents && board)
    expect 0 pickup --dry-run --json
    is "$(plan | sort)" "claim MC-5
finished MC-3
ghost MC-2
hidden_runtime MC-4
prepare MC-5
send MC-5
spawn MC-5
worker_died MC-1"
    expect 0 pickup --dry-run --heal-only
    is "$errors" ""
    has "$output" "would heal MC-1 (worker_died): retire: its agent has ended, the dead pane is kept"
    has "$output" "would heal MC-2 (ghost): retire: its session lives, but the recorded process is gone or another one"
    has "$output" "would heal MC-3 (finished): close: its ticket is closed"
    has "$output" "would heal MC-4 (hidden_runtime): adopt: its recorded process lives behind a ticket that nobody works"
    no grep -q MC-5 <<<"$output"
    is "$(picture "$STATE" && sessions && agents && board)" "$before"

    expect 0 pickup --heal-only --json
    is "$(healed | sort)" "finished MC-3 cancelled cancelled
ghost MC-2 in_progress todo
hidden_runtime MC-4 todo in_progress
worker_died MC-1 in_progress todo"
    is "$(value outcome) $(value ticket)" "idle null"
    ticket_is 5 todo
    is "$(sessions)" mc-MC-4
    expect 0 pickup --heal-only
    is "$output$errors" ""
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-5"
    steady
}
