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

# due_later: what waits is in nobody's way.
due_later() {
    rows "UPDATE ticket_messages SET next_attempt_at=CAST(strftime('%s','now') AS INTEGER)*1000+900000 WHERE status='pending'"
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
    # An agent at a turn that is none of ours stays at it.
    rows "UPDATE runtime_sessions SET status='running',turn_nonce=NULL"
    expect 0 pickup
    note_is "pending|7"
    rows_are "running|" "SELECT status,turn_nonce FROM runtime_sessions"
    due_now
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

@test "answers wait while what they need is broken, and one tries when the pause is over" {
    local i
    due_later
    for i in 2 3; do
        meanwhile "type_message $i"
        script "{$MEANWHILE, \"echo\": true}"
        add "$i"
        expect 0 pickup
        happened
        wait_for ticket_is "$i" needs_input
        expect 0 ticket answer "MC-$i" "blue, too"
        due_later
    done
    rows "UPDATE ticket_messages SET next_attempt_at=NULL WHERE status='pending'"
    script '{"status": 401}'
    i=$(requests)
    expect 0 pickup
    one_line
    requests_are "$((i + 1))"
    rows_are "1|0|0" "SELECT group_concat(attempts,'|') FROM(SELECT attempts FROM ticket_messages
        WHERE kind='note' ORDER BY attempts DESC)"
    rows_are "2|1" "SELECT count(*),min(m.next_attempt_at=json_extract(s.value,'$.open_until')) FROM ticket_messages m,
        settings s WHERE m.kind='note' AND m.attempts=0 AND m.error='breaker' AND s.key='breaker:endpoint'"
    # While it is open nothing is posted, whatever the message's own time.
    due_now
    expect 0 pickup
    is "$output$errors" ""
    requests_are "$((i + 1))"
    # Half open: one of them.
    due_now
    rows "UPDATE settings SET value=json_set(value,'$.open_until',1) WHERE key='breaker:endpoint'"
    expect 0 pickup
    is "$output$errors" ""
    requests_are "$((i + 2))"
    rows_are 2 "SELECT json_extract(value,'$.openings') FROM settings WHERE key='breaker:endpoint'"
    rows_are "1|0" "SELECT sum(attempts)-1,min(attempts) FROM ticket_messages WHERE kind='note'"
    # Closed by hand, those that waited for it alone wait no longer.
    ticket breaker close >/dev/null
    rows_are 2 "SELECT count(*) FROM ticket_messages WHERE status='pending' AND next_attempt_at IS NULL"
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
