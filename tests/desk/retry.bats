#!/usr/bin/env bats
# Another attempt now (SPEC section 17).

setup() {
    load ../ticket/desk.bash
    desk_setup
    new
    mc add one >/dev/null
}

teardown() {
    desk_teardown
}

@test "what was put off is due now, its failures as they were" {
    sql "UPDATE tickets SET next_attempt_at=9999999999999,attempts=2,world_failures=3,failure_reason='rejected: no'"
    expect 0 mc retry MC-1 --json
    is "$(json "$output" changed) $(json "$output" to)" "true todo"
    is "$(sql "SELECT status,next_attempt_at,attempts,world_failures,failure_reason FROM tickets")" \
        "todo||2|0|rejected: no"
    is "$(sql "SELECT body FROM ticket_activity WHERE kind='moved'")" "due now (retry)"
    before=$(rows)
    expect 0 mc retry MC-1
    is "$output" "MC-1 is todo and due already"
    is "$(rows)" "$before"
}

@test "what is blocked is todo with its attempts anew" {
    sql "UPDATE tickets SET status='blocked',attempts=3,failure_reason='worker_died: x'"
    expect 0 mc retry MC-1
    is "$output" "MC-1 blocked -> todo, due now"
    is "$(sql "SELECT status,attempts,failure_reason FROM tickets")" "todo|0|"
}

@test "what an operator left alive of a blocked ticket's agent is ended first, that of a todo one is healing's" {
    agent 1
    sql "UPDATE tickets SET status='blocked'"
    expect 0 mc retry MC-1
    is "$(sql "SELECT status FROM runtime_sessions")|$(sql "SELECT COALESCE(run_id,'none') FROM tickets")" "closed|none"
    gone "$PID"
    sql "UPDATE tickets SET run_id='$RUN',next_attempt_at=9999999999999"
    expect 0 mc retry MC-1
    is "$(sql "SELECT run_id FROM tickets")" "$RUN"
}

@test "from any other status it says what to do" {
    for status in inbox in_progress in_review needs_input done cancelled; do
        sql "UPDATE tickets SET status='$status'"
        before=$(rows)
        expect 65 mc retry MC-1
        one_line
        has "$errors" "MC-1 is $status"
        has "$errors" "mc-ticket "
        is "$(rows)" "$before"
    done
    expect 66 mc retry MC-9
}

@test "what holds it nevertheless is said" {
    mc add two --after MC-1 >/dev/null
    mc pause >/dev/null
    sql "UPDATE tickets SET next_attempt_at=9999999999999"
    printf '{"profile": "demo"}' >"$T/config.json"
    chmod 600 "$T/config.json"
    sql "INSERT INTO settings(key,value) VALUES('breaker:machine','{\"failures\":3,\"openings\":1,\"open_until\":'||
         (CAST(strftime('%s','now') AS INTEGER)*1000+50000)||',\"class\":\"disk_full\"}')"
    expect 0 mc retry MC-2 --config "$T/config.json"
    has "$errors" "MC-2 still waits for machine until"
    has "$errors" "mc-ticket breaker close"
    has "$errors" "MC-2 still waits for MC-1"
    has "$errors" "MC-2 still waits: the board is paused by "
}

@test "a text that its agent has had is not named when its ticket is closed" {
    local run=0123456789abcdef0123456789abcdef
    mc note MC-1 "read it" >/dev/null
    sql "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) VALUES('$run',1,1,'here',1)"
    sql "UPDATE tickets SET status='needs_input',run_id='$run'"
    sql "UPDATE ticket_messages SET status='sent',sent_at=1,run_id='$run' WHERE kind='note'"
    mc note MC-1 "mind the gap" >/dev/null
    expect 0 mc cancel MC-1
    is "$output" "MC-1 needs_input -> cancelled; a text that waited for its agent was not sent: mind the gap"
}

@test "a text that waits for the agent is named when its ticket is closed" {
    mc note MC-1 "mind the gap" >/dev/null
    mc note MC-1 "and the step" >/dev/null
    sql "UPDATE tickets SET status='in_review'"
    expect 0 mc approve MC-1
    is "$output" "MC-1 in_review -> done; a text that waited for its agent was not sent: mind the gap (and 1 more)"
    mc add two >/dev/null
    mc note MC-2 "never mind" >/dev/null
    expect 0 mc cancel MC-2
    has "$output" "was not sent: never mind"
    mc add three >/dev/null
    expect 0 mc cancel MC-3
    is "$output" "MC-3 todo -> cancelled"
}
