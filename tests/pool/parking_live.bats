#!/usr/bin/env bats
# Parking where no workspace is: more agents rest for a person than max_live lets live (SPEC section 6).
# shellcheck source-path=SCRIPTDIR source=pool.bash disable=SC2154

setup() {
    load pool
    world
    OUTER=$T/outer
}

teardown() {
    tmux -S "$OUTER" kill-server 2>/dev/null || true
    world_end
}

# settle_in MAX_LIVE [DEMO-OPTION …]: the configuration; agents end their turns at once and tell their replies.
settle_in() {
    local most=$1
    shift
    configure "{\"max_running\": 50, \"max_live\": $most, \"profiles\": {\"demo\": {\"first_turn\": \"argv\"}}}" \
        --busy 0 --report "$MC_BIN/mc-ticket" "$@"
    [ -e "$MC_DB" ] || init
}

is_parked() {
    rows_are "$2|closed|parked" \
        "SELECT t.status,r.status,r.failure_reason FROM tickets t JOIN runtime_sessions r ON r.ticket_id=t.id WHERE t.id=$1"
    rows_are "done|parked" "SELECT e.state,e.detail FROM effects e JOIN runs USING(run_id) WHERE ticket_id=$1 AND kind='kill'"
    rows_are 0 "SELECT count(*) FROM runs WHERE ticket_id=$1 AND ended_at IS NULL"
    no grep -q "mc-MC-$1\$" <<<"$(sessions)"
}

# visit N: somebody attaches to the session of MC-N.
visit() {
    tmux -S "$OUTER" -u -f /dev/null new-session -d -s "v$1" -x 100 -y 30 -- env -i PATH="$CLEAN_PATH" HOME="$T" \
        TERM=screen-256color LC_ALL=C.UTF-8 tmux -S "$SOCKET" attach -t "=mc-MC-$1:" 3>&-
    wait_for attached "$1"
}

attached() {
    is "$(tmux_here display-message -p -t "=mc-MC-$1:" '#{session_attached}')" 1
}

@test "the one at rest longest makes room; its ticket stays and says so" {
    settle_in 2 --signal REVIEW
    rest 1 in_review
    rest 2 in_review
    add "ticket 3"
    expect 0 pickup --dry-run --json
    is "$(value plan.0.step) $(value plan.0.ticket) $(value plan.1.step) $(value plan.1.ticket)" "park MC-1 claim MC-3"
    is "$(value outcome) $(parked)" "dispatched "
    rests 1 in_review
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)$errors" "dispatched MC-3"
    is "$(value healed.0.rule) $(value healed.0.ticket) $(value healed.0.from) $(value healed.0.to)" \
        "parked MC-1 in_review in_review"
    is_parked 1 in_review
    expect 0 ticket show MC-1
    has "$output" "parked     its agent was ended to make room; mc-ticket reject MC-1 TEXT goes to a new run"
    no has "$output" "worker "
    expect 0 ticket show MC-1 --json
    is "$(value parked) $(value worker_pid)" "true null"
    rests 2 in_review
    has "$(ticket show MC-1)" "its agent was ended, because a ticket waits for room on this host (max_live), and rested"
    has "$(ticket show MC-1)" "its files stay in $STATE/work/"
    has "$(ticket show MC-1)" "mc-ticket reject MC-1 TEXT goes to a new run"
    has "$(ticket list)" "  ticket 1  parked; "
    is "$(ticket list --json | "$MC_PYTHON" -c 'import json,sys; print([t["parked"] for t in json.load(sys.stdin)["tickets"]])')" \
        "[True, False, False]"
    expect 0 pickup --json
    is "$(value outcome) $(value reason) $(value healed)$errors" "idle no_ticket []"
}

@test "rejected: a new run goes on in its folder, and is told the story" {
    settle_in 1 --signal REVIEW --reply "I took slate."
    rest 1 in_review
    rest 2 in_review
    is_parked 1 in_review
    expect 0 ticket reject MC-1 "tile, please"
    is "$output" "MC-1 in_review -> todo, its agent was parked: a new run goes on from its work, with the remark"
    expect 0 pickup --json
    is "$(value ticket) $(value healed.0.ticket)" "MC-1 MC-2"
    wait_for rests 1 in_review
    has "$(cat "$LOG.turn-1")" "
> I took slate.

It delivered its work with these words:"
    has "$(cat "$LOG.turn-1")" "

tile, please

When"
    is "$(rows "SELECT count(DISTINCT cwd) FROM runtime_sessions WHERE ticket_id=1")" 1
}

@test "asked, parked, answered: the question and the answer go to a new run" {
    settle_in 1 --signal QUESTION --reply "Slate or tile?"
    rest 1 needs_input
    ticket note MC-1 "by the way" >/dev/null
    rest 2 needs_input
    is_parked 1 needs_input
    has "$(ticket show MC-1)" "mc-ticket answer MC-1 TEXT goes to a new run"
    rows_are asked "SELECT outcome FROM runs WHERE ticket_id=1"
    expect 0 ticket answer MC-1 "tile"
    is "$output" "MC-1 needs_input -> todo, its agent was parked: a new run goes on from its work, with the answer"
    expect 0 pickup --json
    is "$(value ticket)" MC-1
    wait_for rests 1 needs_input
    has "$(cat "$LOG.turn-1")" "It stopped to ask a person:"
    has "$(cat "$LOG.turn-1")" "

by the way

tile

When"
}

@test "a named ticket makes room, too, and says nothing of a full host" {
    settle_in 1 --signal REVIEW
    rest 1 in_review
    add "ticket 2"
    expect 0 pickup --ticket MC-2 --json
    is "$(value outcome) $(value error)$errors" "dispatched null"
    is_parked 1 in_review
}

@test "one whose person looks at its terminal is left; with all of them looked at, the ticket waits" {
    settle_in 2 --signal REVIEW
    rest 1 in_review
    rest 2 in_review
    visit 1
    add "ticket 3"
    expect 0 pickup --json
    is "$(value ticket) $(parked)" "MC-3 2 "
    wait_for rests 3 in_review
    visit 3
    add "ticket 4"
    expect 0 pickup --json
    is "$(value outcome) $(value reason) $(parked)" "idle capacity 2 "
    expect 75 pickup --ticket MC-4
    one_line
    has "$errors" "as max_live allows (2)"
}

@test "one to whom something was said is left" {
    settle_in 2 --signal REVIEW
    rest 1 in_review
    rest 2 in_review
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,status,body,created_at,next_attempt_at,error)
          VALUES(1,'anna','note','pending','x',1,$(date +%s)000+3600000,'limit')"
    add "ticket 3"
    expect 0 pickup --json
    is "$(value ticket) $(parked)" "MC-3 2 "
    # What goes along with whatever is sent next keeps nobody.
    rows "UPDATE ticket_messages SET aside=1 WHERE body='x'"
    wait_for rests 3 in_review
    add "ticket 4"
    expect 0 pickup --json
    is "$(value ticket) $(parked)" "MC-4 2 1 "
}

@test "at rest longest is by the boot clock, not by the number" {
    settle_in 2 --signal REVIEW
    rest 1 in_review
    rest 2 in_review
    rows "UPDATE runtime_sessions SET idle_tick=(SELECT max(idle_tick)+1 FROM runtime_sessions) WHERE ticket_id=1"
    add "ticket 3"
    expect 0 pickup --json
    is "$(value ticket) $(parked)" "MC-3 2 "
}

# meanwhile SQL: what a pickup finds changed in the transaction in which it would park.
meanwhile() {
    bare MC_DRIVE="$1" "$MC_PYTHON" -S -c '
import os, sqlite3, subprocess, sys, time
board = sqlite3.connect(os.environ["MC_DB"], isolation_level=None, timeout=60)
board.execute("BEGIN IMMEDIATE")
pickup = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
time.sleep(1.2)
board.execute(os.environ["MC_DRIVE"])
board.execute("COMMIT")
sys.exit(pickup.wait())' "$MC_BIN/mc-pickup" --json
}

@test "an answer, or the end of the need, that comes first keeps the agent" {
    settle_in 1 --signal QUESTION
    rest 1 needs_input
    add "ticket 2"
    expect 0 meanwhile "UPDATE tickets SET status='blocked' WHERE id=2"
    is "$(parked)$errors" ""
    rows "UPDATE tickets SET status='todo' WHERE id=2"
    expect 0 meanwhile "UPDATE tickets SET status='in_progress' WHERE id=1"
    is "$(parked)$errors" ""
    is "$(agents | wc -l)" 1
    rows "UPDATE tickets SET status='needs_input' WHERE id=1"
    expect 0 meanwhile "UPDATE settings SET value=value"
    is "$(parked)" "1 "
}

@test "an agent at work, and one that waits for a limit, are never parked" {
    settle_in 2 --hold "$T/never"
    add one
    expect 0 pickup
    wait_for has_events prompt 1
    settle_in 2 --no-signal --report-fault limit --report-detail "the usage limit"
    add two
    expect 0 pickup
    wait_for rests 2 in_progress
    add three
    expect 0 pickup --json
    is "$(value outcome) $(value reason)$(parked)$errors" "idle capacity"
    expect 0 pickup --dry-run --json
    is "$(value outcome) $(value reason) $(value plan)" "idle capacity []"
}

@test "its pickup is killed while it ends: the next one closes it, the ticket stays, the waiting one goes on" {
    settle_in 1 --signal REVIEW --ignore-term
    rest 1 in_review
    add "ticket 2"
    pickup >/dev/null 2>&1 &
    wait_for rows_are intent "SELECT state FROM effects WHERE kind='kill'"
    kill -KILL "$(pgrep -P $! mc-pickup || echo $!)"
    wait $! || true
    rests 1 in_review
    expect 0 pickup --json
    is "$(value healed.0.ticket) $(value healed.0.to) $(value ticket)" "MC-1 in_review MC-2"
    rows_are "in_review|closed" \
        "SELECT t.status,r.status FROM tickets t JOIN runtime_sessions r ON r.ticket_id=t.id WHERE t.id=1"
    rows_are "1" "SELECT count(*) FROM ticket_activity WHERE kind='parked'"
    expect 0 ticket reject MC-1 "again"
    has "$output" "its agent was parked"
}

@test "an answer that comes while its agent is being ended goes to a new run" {
    settle_in 1 --signal QUESTION --ignore-term
    rest 1 needs_input
    settle_in 1 --signal QUESTION
    add "ticket 2"
    pickup --json >"$T/out" 2>&1 &
    wait_for rows_are intent "SELECT state FROM effects WHERE kind='kill'"
    expect 0 ticket answer MC-1 "tile"
    has "$output" "MC-1 needs_input -> todo, its agent was parked"
    wait $!
    output=$(cat "$T/out")
    is "$(value ticket)" MC-1 # it has waited longer than MC-2
    wait_for rests 1 needs_input
    rows_are sent "SELECT status FROM ticket_messages WHERE body='tile'"
    has "$(cat "$LOG.turn-1")" "

tile

When"
    rows_are 0 "SELECT attempts FROM tickets WHERE id=1"
}

@test "of three pickups at once that see one ticket wait, one parks one" {
    settle_in 3 --signal REVIEW --ignore-term
    rest 1 in_review
    rest 2 in_review
    rest 3 in_review
    add "ticket 4"
    for _ in 1 2 3; do
        pickup >/dev/null 2>&1 &
    done
    wait
    is "$(parked)" "1 "
    wait_for rests 4 in_review
}

@test "one that showed a question and was parked: what is said is true then" {
    configure '{"max_running": 50, "max_live": 1}' --busy 0 --dialog
    init
    add one
    expect 75 pickup
    has "$(ticket list)" "mc-ticket attach MC-1"
    add two
    expect 75 pickup
    is_parked 1 needs_input
    for command in "list" "show MC-1"; do
        # shellcheck disable=SC2086
        expect 0 ticket $command
        has "$output" "mc-ticket answer MC-1 TEXT begins a new run"
        no has "${output%%activity*}" "mc-ticket attach MC-1)" # that is history
    done
    expect 0 ticket list --json
    is "$(value tickets.0.parked) $(value tickets.0.worker_pid)" "true null"
}
