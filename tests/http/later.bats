#!/usr/bin/env bats
# Turns after the first one, over HTTP: delivered to the same agent, silent while it is busy, never sent twice.

setup() {
    load web
    web_world '{}' --busy 0 --signal QUESTION
    meanwhile 'type_message 1'
    script "{$MEANWHILE, \"echo\": true}"
    add one
    expect 0 pickup
    happened
    wait_for has_events signal 1
    ticket_is 1 needs_input
    expect 0 ticket answer MC-1 "paint it blue"
    ticket_is 1 in_progress
}

teardown() {
    web_end
}

note_is() {
    rows_are "$1" "SELECT status,attempts FROM ticket_messages WHERE kind='note'"
}

due_now() {
    rows "UPDATE ticket_messages SET next_attempt_at=1 WHERE status='pending'"
}

# wait_is SECONDS: the message's own retry time.
wait_is() {
    rows_are "$1" "SELECT (next_attempt_at-CAST(strftime('%s','now') AS INTEGER)*1000+25000)/30000*30
        FROM ticket_messages WHERE kind='note'"
}

@test "the person's answer is the second turn of the same agent" {
    expect 0 pickup --json
    happened
    is "$(values 'delivered[0].ticket' 'delivered[0].class')" "MC-1 sent"
    wait_for has_events signal 2
    has "$(cat "$LOG.turn-2")" "paint it blue"
    is "$(head -n 1 "$LOG.turn-2")" "MC-1 turn 2"
    note_is "sent|0"
    is "$(events start) $(events prompt)" "1 2"
    requests_are 2
    no [ "$(request 1 json.nonce)" = "$(request 2 json.nonce)" ]
    is "$(request 1 json.run_id)" "$(request 2 json.run_id)"
    steady
}

@test "busy again: it waits silently, 60 s and doubling to 10 min, and goes when the agent is at rest" {
    local wait count=0 activity
    activity=$(rows "SELECT count(*) FROM ticket_activity")
    script '{"status": 409, "body": {"code": "runtime_busy"}}'
    for wait in 60 120 240 480 600 600; do
        count=$((count + 1))
        expect 0 pickup
        is "$output$errors" ""
        note_is "pending|$count"
        wait_is "$wait"
        requests_are "$((count + 1))"
        rows_are "in_progress||idle|" "SELECT t.status,t.failure_reason,r.status,r.turn_nonce
            FROM tickets t,runtime_sessions r"
        [ "$count" -gt 1 ] || steady
        due_now
    done
    is "$(rows "SELECT count(*) FROM ticket_activity")" "$activity"
    script "{$MEANWHILE, \"echo\": true}"
    expect 0 pickup
    happened
    wait_for has_events signal 2
    is "$(events prompt)" 2
}

@test "the endpoint is down: the message waits, the ticket stays, the breaker counts" {
    script '{"status": 401}'
    expect 0 pickup
    one_line
    note_is "pending|1"
    ticket_is 1 in_progress
    alive "$(of 1 pid)"
    expect 0 pickup
    is "$output$errors" ""
    requests_are 2
}

@test "it cannot be told whether it arrived: a person is asked, it is not sent again" {
    script '{"how": "close"}'
    expect 0 pickup
    one_line
    note_is "unknown|0"
    ticket_is 1 needs_input
    alive "$(of 1 pid)"
    requests_are 2
    steady
}

@test "its answer is lost and its marker on the screen: sent" {
    script "{$MEANWHILE, \"how\": \"close\"}"
    expect 0 pickup
    is "$errors" ""
    happened
    wait_for has_events signal 2
    note_is "sent|0"
    is "$(events prompt)" 2
    requests_are 2
}

@test "refused for good: tried again, then a person is asked" {
    script '{"status": 422, "body": {"detail": "too long"}}'
    expect 0 pickup
    one_line
    due_now
    expect 0 pickup
    is "$output$errors" ""
    due_now
    expect 0 pickup
    one_line
    note_is "failed_to_inject|2"
    ticket_is 1 needs_input
    alive "$(of 1 pid)"
    requests_are 4
    steady
}
