#!/usr/bin/env bats
# A run whose first text never reached its agent: whatever is said to it next brings the ticket along (SPEC section 8).

setup() {
    load web
    web_world '{}' --busy 0 --signal QUESTION
    printf 'the body, whole\n' >"$T/body"
    script '{"status": 409, "body": {"code": "runtime_busy"}}'
    add "paint the shed" --body-file "$T/body"
    expect 0 pickup --json
    is "$(values outcome send.class)" "adopted busy"
}

teardown() {
    web_end
}

due_now() {
    rows "UPDATE ticket_messages SET next_attempt_at=NULL WHERE status='pending'"
}

messages_are() {
    rows_are "$1" "SELECT group_concat(kind||' '||status) FROM (SELECT * FROM ticket_messages ORDER BY id)"
}

refused_three_times() {
    script '{"status": 422, "body": {"detail": "no"}}'
    for _ in 1 2 3; do
        due_now
        expect 0 pickup
    done
    messages_are "work failed_to_inject"
    ticket_is 1 needs_input
}

# whole N: the N-th request had all that its agent must know.
whole() {
    local message
    message=$(request "$1" json.message)
    has "$message" "paint the shed"
    has "$message" "the body, whole"
    has "$message" "$2"
}

@test "refused for good, and a person answers: the agent gets the ticket with the answer, once" {
    refused_three_times
    expect 0 ticket answer MC-1 "paint it blue"
    meanwhile 'type_message 1'
    script "{$MEANWHILE, \"echo\": true}"
    expect 0 pickup
    is "$errors" ""
    happened
    whole "$(requests)" "paint it blue"
    messages_are "work sent,note sent"
    wait_for has_events signal 1
    has "$(cat "$LOG.turn-1")" "the body, whole"
    # From here on it is known.
    ticket_is 1 needs_input
    expect 0 ticket answer MC-1 "two coats"
    expect 0 pickup
    has "$(request "$(requests)" json.message)" "two coats"
    no has "$(request "$(requests)" json.message)" "the body, whole"
    no has "$(request "$(requests)" json.message)" "paint it blue"
}

@test "refused again: both wait, both are tried again, and asked about once they failed for good" {
    refused_three_times
    expect 0 ticket answer MC-1 "paint it blue"
    expect 0 pickup
    messages_are "work pending,note pending"
    ticket_is 1 in_progress
    due_now
    expect 0 pickup
    whole "$(requests)" "paint it blue"
    due_now
    expect 0 pickup
    messages_are "work failed_to_inject,note failed_to_inject"
    ticket_is 1 needs_input
    expect 0 ticket answer MC-1 "or green"
    script '{"echo": true}'
    expect 0 pickup
    whole "$(requests)" "or green"
}

@test "it waits for its own time, and an answer is due before: they go together" {
    rows "UPDATE tickets SET status='needs_input'"
    expect 0 ticket answer MC-1 "paint it blue"
    script '{"echo": true}'
    expect 0 pickup
    whole "$(requests)" "paint it blue"
    messages_are "work sent,note sent"
    requests_are 2
    expect 0 pickup
    requests_are 2
}
