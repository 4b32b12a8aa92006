#!/usr/bin/env bats
# What ends a turn that does not end, and what does not run while a person is asked (SPEC section 12).

setup() {
    load heal
}

teardown() {
    world_end
}

DAYS=259200000

@test "an agent that waits for its person for three days is there on the third" {
    heal_world '{"stall_timeout_s": 900, "turn_timeout_s": 3600, "max_runtime_s": 7200}' --dialog --busy 6000000
    add one
    pickup -q || true
    ticket_is 1 needs_input
    is "$(of 1 status)" running
    clocks $DAYS $DAYS $DAYS
    steady
    ticket_is 1 needs_input
    alive "$(of 1 pid)"
}

@test "a turn whose agent draws on and on is ended by turn_timeout_s" {
    heal_world '{"stall_timeout_s": 900, "turn_timeout_s": 3600}' --busy 6000000
    start 1
    pid=$(of 1 pid)
    # Awake for so long, and its last output was a moment ago.
    clocks 0 3500000
    steady
    alive "$pid"
    clocks 0 3800000
    heals "stalled MC-1 in_progress todo"
    gone "$pid"
    # The words are those of a turn, and not of a send that was not answered.
    record=$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state'")
    has "$record" "root_cause: a turn came to no end within turn_timeout_s"
    has "$record" "raise turn_timeout_s"
    no grep -q "send.timeout_s" <<<"$record"
}

@test "a ticket whose turns have run for max_runtime_s waits for its person, and its agent is ended" {
    heal_world '{"max_runtime_s": 3600}' --busy 6000000
    start 1
    pid=$(of 1 pid)
    rows "UPDATE tickets SET worked_ms=3000000"
    clocks 500000 500000
    pickup -q
    ticket_is 1 in_progress
    clocks 700000 700000
    expect 0 pickup --heal-only
    ticket_is 1 needs_input
    gone "$pid"
    is "$(of 1 status)" closed
    has "$(rows "SELECT failure_reason FROM tickets")" "max_runtime_s"
    record=$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state'")
    has "$record" "root_cause: its turns ran for max_runtime_s"
    has "$record" "mc-ticket log MC-1, then mc-ticket answer MC-1 TEXT"
    no grep -q "mc-ticket attach" <<<"$record"
    steady
    # a person speaks: it goes on, with its time counted anew
    ticket answer MC-1 "go on" >/dev/null
    rows_are "todo|0|0" "SELECT status,turns,worked_ms FROM tickets"
}

# asked JSON: MC-1's agent, which shows what draws writes, waits at a dialog in its turn. Sets PID.
asked() {
    heal_world
    cat >"$T/agent" <<END
#!$MC_PYTHON
import os, sys, time
at = "\033[H\033[2J" + sys.argv[-1].replace("\n", "\r\n") + "\r\n"
sys.stdout.write("\033[?2004h" + at + "[working]")
while not sys.stdout.flush():
    time.sleep(0.02)
    if os.path.exists("$T/draw"):
        sys.stdout.write(at + open("$T/draw").read())
        os.unlink("$T/draw")
END
    chmod 700 "$T/agent"
    configure "${1%\}}, \"profiles\": {\"demo\": {\"command\": [\"$T/agent\"], \"first_turn\": \"argv\", \"reports\": false}}}"
    add one
    expect 0 pickup
    PID=$(of 1 pid)
    draws '[question] May I run make?'
    expect 0 pickup
    ticket_is 1 needs_input
}

# draws TEXT: a turn just taken, and output just made, are left alone.
draws() {
    printf '%s' "$1" >"$T/drawn"
    mv "$T/drawn" "$T/draw"
    wait_for test ! -e "$T/draw"
    wait_for is_drawn "$1"
    sleep 2.1
}

# awake MS: a pickup then
awake() {
    clocks "$1" "$1"
    pickup -q || true
}

at_work_still() {
    alive "$PID"
    ticket_is 1 in_progress
    is "$(of 1 status)" running
}

@test "a dialog of the evening, answered in the morning: the agent lives, and its turn counts from then" {
    asked '{"stall_timeout_s": 900, "turn_timeout_s": 3600}'
    awake 1000000
    awake 50400000
    ticket_is 1 needs_input
    draws '[working]' # approved at its terminal
    expect 0 ticket answer MC-1 "also mind the tests"
    awake 50401000
    awake 50470000
    at_work_still
    rows_are pending "SELECT status FROM ticket_messages ORDER BY id DESC LIMIT 1"
    # one that hangs from then on is ended as any other
    awake 51500000
    at_work_still
    awake 54200000
    wait_for gone "$PID"
}

@test "answered at its terminal alone: the same" {
    asked '{"stall_timeout_s": 900, "turn_timeout_s": 3600, "max_runtime_s": 86400}'
    awake 220000000
    ticket_is 1 needs_input
    draws '[working]'
    awake 220000000
    at_work_still
    awake 220070000
    awake 220140000
    at_work_still
}

@test "a weekend at a dialog is no time of the ticket's, and the agent that draws then is at work" {
    asked '{"stall_timeout_s": 900, "turn_timeout_s": 3600, "max_runtime_s": 86400}'
    awake 220000000
    draws '[working]'
    expect 0 ticket answer MC-1 "yes"
    clocks 0 220010000 # its output is of this moment
    pickup -q || true
    clocks 0 223500000
    pickup -q || true
    at_work_still
    clocks 0 223800000
    pickup -q || true
    wait_for gone "$PID"
}
