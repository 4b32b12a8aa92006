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
