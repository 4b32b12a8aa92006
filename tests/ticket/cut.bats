#!/usr/bin/env bats
# A move that was cut short between its transaction and the end of the agent is finished by the next mc-pickup.

setup() {
    load desk
    desk_setup
    new
    mc add one >/dev/null
}

teardown() {
    desk_teardown
}

# The rows as the move's transaction leaves them, its intent with them, and nothing is ended yet.
cut_short() {
    local status
    status=$(sql "SELECT status FROM runtime_sessions")
    sql "UPDATE runtime_sessions SET status='closed'"
    mc "$@" >/dev/null
    sql "UPDATE runtime_sessions SET status='$status'"
    sql "INSERT INTO effects(run_id,kind,state,detail,at)VALUES('$RUN','kill','intent','$1',1)"
    [ -d "/proc/$PID" ]
}

finished() {
    expect 0 "$MC_BIN/mc-pickup" --heal-only
    gone "$PID"
    is "$(status_of 1)" "$1"
    is "$(sql "SELECT status FROM runtime_sessions")" closed
    before=$(rows)
    expect 0 "$MC_BIN/mc-pickup" --heal-only
    is "$output$errors" ""
    is "$(rows)" "$before"
}

@test "cancel and block" {
    for move in cancel block; do
        sql "UPDATE tickets SET status='todo'"
        agent 1
        cut_short "$move" MC-1
        finished "$(sql "SELECT status FROM tickets")"
    done
    is "$(status_of 1)" blocked
}

@test "reject after a delivered turn" {
    agent 1
    says 1 DONE x >/dev/null
    cut_short reject MC-1 "once more"
    finished todo
    is "$(sql "SELECT status FROM ticket_messages WHERE kind='note'")" pending
}

@test "approve" {
    agent 1
    says 1 DONE x >/dev/null
    cut_short approve MC-1
    finished "done"
}
