#!/usr/bin/env bats
# A busy answer whose agent cannot be confirmed as this ticket's: declined with its own reason, nothing adopted, nothing
# regressed, exit 75 (SPEC section 10).

setup() {
    load web
    web_world
    bystander
}

teardown() {
    web_end
}

# declined REASON TEXT [ID]: the ticket is sent to; meanwhile TEXT happens; the endpoint says busy.
declined() {
    local reason=$1 id=${3:-1}
    meanwhile "$2"
    script "{$MEANWHILE, \"status\": 409, \"body\": {\"code\": \"runtime_busy\"}}"
    add "ticket $id"
    expect 75 pickup --json
    happened
    is "$(values outcome reason exit ticket send.class send.http_status)" "deferred $reason 75 MC-$id busy 409"
    one_line
    has "$errors" "MC-$id: answered 409: runtime_busy; adoption declined: $reason ("
    rows_are 0 "SELECT (SELECT count(*) FROM ticket_activity WHERE kind='adopted')+
        (SELECT count(*) FROM runs WHERE outcome='adopted')"
    requests_are "$id"
    alive "$BYSTANDER"
}

# The ticket goes back, counted, with one record that names the reason; its agent is gone.
back() {
    rows_are "todo||1|1" "SELECT status,worker_pid,attempts,failure_reason LIKE '%adoption declined: $1%' FROM tickets"
    rows_are "closed|" "SELECT status,turn_nonce FROM runtime_sessions"
    rows_are "failed|busy|1" "SELECT outcome,class,ended_at IS NOT NULL FROM runs"
    is "$(activities 1 terminal_state)" 1
    deserted
    steady
}

@test "the recorded process is dead, the pane alive" {
    declined process_dead 'tmux_here respawn-pane -k -t =mc-MC-1: -- sleep 300'
    back process_dead
}

pane_is_dead() {
    is "$(tmux_here list-panes -t =mc-MC-1: -F '#{pane_dead}')" 1
}

@test "the agent has died, and tmux keeps its pane: what is kept is no session" {
    declined session_gone 'kill -KILL "$(pane_pid 1)"
        wait_for pane_is_dead'
    back session_gone
}

@test "the recorded pid is another's by now" {
    declined process_dead "rows 'UPDATE runtime_sessions SET pid=$BYSTANDER'"
    back process_dead
}

@test "the session is gone, though the agent lives" {
    settings '{}' --ignore-hup
    declined session_gone 'wait_for has_events ready 1
        tmux_here new-session -d -s other sleep 300
        tmux_ends kill-session -t =mc-MC-1'
    is "$(agents)" ""
    tmux_ends kill-session -t =other
    back session_gone
}

@test "another run's tag is on the session" {
    declined foreign_run "tmux_here set-option -t =mc-MC-1: @mc_run ffffffffffffffffffffffffffffffff"
    rows_are "todo|1" "SELECT status,failure_reason LIKE '%adoption declined: foreign_run%' FROM tickets"
    rows_are "closed" "SELECT status FROM runtime_sessions"
    is "$(sessions)" mc-MC-1
    steady
}

@test "another run's session of this name, with its agent in it, is not touched" {
    declined foreign_run "
        tmux_here new-session -d -s other sleep 300
        tmux_ends kill-session -t =mc-MC-1
        tmux_here new-session -d -s mc-MC-1 sleep 300
        tmux_here set-option -t =mc-MC-1: @mc_run ffffffffffffffffffffffffffffffff
        pane_pid 1 >$T/other-pid"
    alive "$(cat "$T/other-pid")"
    has "$(sessions)" mc-MC-1
    rows_are "todo|1" "SELECT status,failure_reason LIKE '%adoption declined: foreign_run%' FROM tickets"
    is "$(agents)" ""
    steady
}

@test "another live worker owns the ticket" {
    declined other_worker_alive "
        rows \"INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)
            VALUES('ffffffffffffffffffffffffffffffff',1,2,'$(uname -n)',1)\"
        rows \"UPDATE tickets SET run_id='ffffffffffffffffffffffffffffffff',worker_pid=$BYSTANDER,
            worker_start=$(cut -d' ' -f22 /proc/$BYSTANDER/stat),worker_boot='$(cat /proc/sys/kernel/random/boot_id)'\""
    rows_are "in_progress|ffffffffffffffffffffffffffffffff|$BYSTANDER|0|" \
        "SELECT status,run_id,worker_pid,attempts,failure_reason FROM tickets"
    rows_are "failed|busy" "SELECT outcome,class FROM runs WHERE attempt=1"
    rows_are "" "SELECT outcome FROM runs WHERE attempt=2"
    rows_are closed "SELECT status FROM runtime_sessions"
    deserted
}

# says WORD: what the agent of MC-1 reports of its turn while the request is under way.
says() {
    local pid
    pid=$(of 1 pid)
    env -i "$(tr '\0' '\n' <"/proc/$pid/environ" | grep ^MC_RUN=)" MC_TICKET=MC-1 MC_DB="$MC_DB" \
        MC_PICKUP_CONFIG="$CONFIG" PATH="$CLEAN_PATH" HOME="$T" "$MC_BIN/mc-ticket" signal "$1" "as it is"
}

# The ticket is past in_progress, or waits for a person: it stays there, uncounted, and nothing is said of a failure.
stays() {
    rows_are "$1|0|" "SELECT status,attempts,failure_reason FROM tickets"
    is "$(activities 1 terminal_state)" 0
}

@test "meanwhile in_review: it stays there, and so does its agent" {
    declined ticket_moved_on 'says REVIEW'
    has "$errors" "there is nothing to do"
    stays in_review
    rows_are "delivered|1" "SELECT outcome,ended_at IS NOT NULL FROM runs"
    rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions"
    alive "$(of 1 pid)"
    steady
}

@test "meanwhile done" {
    declined ticket_moved_on 'says DONE; ticket approve MC-1'
    stays done
    rows_are "delivered|1" "SELECT outcome,ended_at IS NOT NULL FROM runs"
    deserted
    steady
}

@test "meanwhile needs_input: it waits for the person, and its agent for the answer" {
    local pid
    declined ticket_needs_input 'says QUESTION'
    stays needs_input
    rows_are "asked|" "SELECT outcome,ended_at FROM runs"
    rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions"
    pid=$(of 1 pid)
    alive "$pid"
    steady
    # The answer goes to the agent that asked.
    script '{"echo": true}'
    expect 0 ticket answer MC-1 "paint it blue"
    ticket_is 1 in_progress
    expect 0 pickup --json
    is "$(values 'delivered[0].class')" sent
    has "$(request 2 json.message)" "paint it blue"
    is "$(of 1 pid)" "$pid"
}

@test "meanwhile blocked by an operator" {
    declined ticket_moved_on 'ticket block MC-1 "hold it"'
    rows_are "blocked|0|hold it" "SELECT status,attempts,failure_reason FROM tickets"
    is "$(activities 1 terminal_state)" 0
    rows_are stopped "SELECT outcome FROM runs"
    deserted
    steady
}

@test "only the row has moved on, whoever wrote it" {
    local status id=0
    for status in in_review done needs_input blocked; do
        id=$((id + 1))
        declined "$([ "$status" = needs_input ] && echo ticket_needs_input || echo ticket_moved_on)" \
            "rows \"UPDATE tickets SET status='$status' WHERE id=$id\"" "$id"
        rows_are "$status|0|" "SELECT status,attempts,failure_reason FROM tickets WHERE id=$id"
        is "$(activities "$id" terminal_state)" 0
        rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions WHERE ticket_id=$id"
        alive "$(of "$id" pid)"
        [ "$status" != done ] || expect 0 pickup --json # its agent is ended: the ticket is closed
    done
    rows_are "2|closed" "SELECT ticket_id,status FROM runtime_sessions WHERE status NOT IN('idle')"
    steady
}

# hold KIND: another process begins a transaction of this kind and keeps it until $WEB/release is there.
hold() {
    setsid "$MC_PYTHON" -S -c '
import os, sqlite3, sys, time
sys.path.insert(0, os.path.dirname(sys.argv[4]))
import board
if board.is_server(sys.argv[1]):
    held = board.Server(sys.argv[1])
    held.run("BEGIN;SELECT pg_advisory_xact_lock(1296257109,0)")
else:
    held = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
    held.execute("BEGIN " + sys.argv[2])
open(sys.argv[3] + "/held", "w").close()
while os.path.isdir(sys.argv[3]) and not os.path.exists(sys.argv[3] + "/release"):
    time.sleep(0.05)' "$MC_DB" "$1" "$WEB" "$BOARD_PY" </dev/null >/dev/null 2>&1 3>&- &
    wait_for test -f "$WEB/held"
}

# unconfirmed KIND: the board is held that long that the pickup gives up waiting for it.
unconfirmed() {
    extra=(MC_BUSY_MS=300)
    meanwhile "hold $1"
    script "{$MEANWHILE, \"status\": 409, \"body\": {\"code\": \"runtime_busy\"}}"
    add one
    expect 75 pickup --json
    touch "$WEB/release"
    happened
    is "$(values outcome reason exit)" "deferred state_unconfirmed 75"
    one_line
    rows_are "in_progress|0|" "SELECT status,attempts,failure_reason FROM tickets"
    is "$(activities 1 adopted) $(activities 1 terminal_state)" "0 0"
    alive "$(of 1 pid)"
    # Later the rows show a send without a result: a person is asked, once, and nothing is sent again.
    extra=()
    expect 0 pickup --json
    one_line
    ticket_is 1 needs_input
    requests_are 1
    steady
}

@test "a board that another process writes to in that moment: nothing is confirmed, nothing adopted" {
    unconfirmed IMMEDIATE
}

@test "the same with an exclusive lock" {
    unconfirmed EXCLUSIVE
}
