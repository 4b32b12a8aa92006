#!/usr/bin/env bats
# A person's send over HTTP: what the endpoint refuses is taken back whole, and what it may have typed is not sent again.
# shellcheck source-path=SCRIPTDIR disable=SC2154

setup() {
    load web
    web_world '{}' --busy 0 --echo
    meanwhile 'type_message 1'
    script "{$MEANWHILE, \"echo\": true}"
    add one
    expect 0 pickup
    happened
    wait_for ticket_is 1 in_review
}

teardown() {
    web_end
}

# The rows that a refused send must leave as they were.
standing() {
    rows "SELECT status,run_id,attempts,failure_reason FROM tickets"
    rows "SELECT outcome,class,detail,ended_at FROM runs"
    rows "SELECT status,turn_nonce,last_turn_marker,turn_count FROM runtime_sessions"
    rows "SELECT id,status,nonce,body,error FROM ticket_messages"
    rows "SELECT * FROM requests"
}

@test "taken: --wait hears the turn" {
    script "{$MEANWHILE, \"echo\": true}"
    expect 0 ticket send MC-1 "paint it blue" --wait 60
    happened
    is "$output$errors" "heard paint it blue"
    is "$(request 2 json.nonce)" "$(rows "SELECT last_turn_marker FROM runtime_sessions")"
    ticket_is 1 in_review
    steady
}

@test "refused after the turn was taken: all is as it was, and the request id is free" {
    local before status body wanted word
    before=$(standing)
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,aside,created_at)
          VALUES(1,'bob','note','by the way','pending',1,1)"
    while read -r wanted word status body; do
        script "{\"status\": $status, \"body\": $body}"
        expect "$wanted" ticket send MC-1 "paint it blue" --request-id r1
        one_line
        has "$errors" "MC-1: $word: "
        has "$errors" "nothing was sent"
        rows_are "pending||by the way" "SELECT status,nonce,body FROM ticket_messages WHERE kind='note'"
        rows_are "failed" "SELECT state FROM effects WHERE kind='send' ORDER BY id DESC LIMIT 1"
    done <<'TABLE'
75 busy 409 {"code": "runtime_busy"}
65 rejected 404 "no such runtime"
77 denied 403 "not for you"
TABLE
    rows "DELETE FROM ticket_messages WHERE body='by the way'"
    rows_are "" "SELECT error FROM ticket_messages WHERE error IS NOT NULL"
    is "$(standing)" "$before"
    is "$(activities 1 moved)" 6
    steady
    script "{$MEANWHILE, \"echo\": true}"
    expect 0 ticket send MC-1 "paint it blue" --request-id r1 --wait 60
    is "$output" "heard paint it blue"
}

@test "an answer that is lost: the ticket asks, and it is not sent again" {
    script '{"status": 500, "body": "oops"}'
    expect 69 ticket send MC-1 "paint it blue" --wait
    one_line
    has "$errors" "MC-1: server_error: "
    is "$output" ""
    ticket_is 1 needs_input
    rows_are "unknown" "SELECT status FROM ticket_messages WHERE kind='note'"
    steady
    is "$(events prompt)" 1
}
