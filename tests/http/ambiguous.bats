#!/usr/bin/env bats
# Whether a turn arrived, where the answer does not say: its marker on the runtime's screen decides, and it is never sent
# again blindly, within or across pickups (SPEC sections 8, 9).

setup() {
    load web
    web_world
}

teardown() {
    web_end
}

# found CLASS STATUS BEHAVIOUR [SETTINGS]: the endpoint types the turn, and its answer is lost.
found() {
    settings "${4:-"{}"}" --busy 6000000 --no-signal
    meanwhile 'type_message 1'
    script "{$MEANWHILE, $3}"
    add one
    expect 0 pickup --json
    happened
    is "$errors" ""
    is "$(values outcome exit send.class send.http_status)" "dispatched 0 $1 $2"
    has "$(values send.detail)" "marker was found"
    rows_are "in_progress|0|" "SELECT status,attempts,failure_reason FROM tickets"
    rows_are "running|1" "SELECT status,turn_nonce IS NOT NULL FROM runtime_sessions"
    rows_are sent "SELECT status FROM ticket_messages"
    is "$(activities 1 sent) $(activities 1 terminal_state)" "1 0"
    rows_are 0 "SELECT count(*) FROM settings WHERE key LIKE 'breaker:%'"
    steady
    requests_are 1
    is "$(events prompt) $(events start)" "1 1"
}

@test "timeout, and the marker is on the screen: in progress, never sent again" {
    found timeout null '"how": "silent"' '{"send": {"timeout_s": 5}}'
}

@test "dropped, and the marker is on the screen" {
    found dropped null '"how": "close"'
}

@test "garbled, and the marker is on the screen" {
    found garbled 200 '"type": "text/html", "body": "<html>Bad gateway</html>"'
}

@test "500 after the text was typed" {
    found server_error 500 '"status": 500, "body": "oh"'
}

@test "the agent's own word is a proof as well" {
    settings '{}' --busy 0
    meanwhile 'type_message 1; wait_for has_events signal 1'
    script "{$MEANWHILE, \"how\": \"reset\"}"
    add one
    expect 0 pickup --json
    happened
    is "$(values outcome send.class)" "dispatched dropped"
    ticket_is 1 in_review
    rows_are "sent" "SELECT status FROM ticket_messages"
    steady
    requests_are 1
}

CAREFUL='{"retry": {"backoff_s": 0}, "send": {"dialect": "careful", "dialects": {"careful": {"idempotent": true}}}}'

@test "an endpoint that honours idempotency keys: the same key once more" {
    settings "$CAREFUL"
    script '[{"how": "close"}, {"body": {"ok": true, "already_sent": true}}]'
    add one
    expect 0 pickup --json
    is "$errors" ""
    is "$(values outcome exit)" "dispatched 0"
    requests_are 2
    is "$(request 1 'headers."idempotency-key"')" "$(values nonce)"
    is "$(request 2 'headers."idempotency-key"')" "$(values nonce)"
    is "$(request 1 body)" "$(request 2 body)"
    rows_are sent "SELECT status FROM ticket_messages"
    rows_are 1 "SELECT turn_count FROM runtime_sessions"
    steady
    requests_are 2
}

@test "it does not answer the second time either: no third, the ticket goes back, counted" {
    local key
    settings "$CAREFUL"
    script '{"how": "close"}'
    add one
    expect 69 pickup --json
    one_line
    is "$(values outcome send.class)" "failed dropped"
    requests_are 2
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    deserted
    # The next attempt is a turn of its own.
    key=$(request 1 'headers."idempotency-key"')
    script '{"echo": true}'
    expect 0 pickup --json
    requests_are 3
    no [ "$(request 3 'headers."idempotency-key"')" = "$key" ]
}

@test "the pickup is killed while the request is under way: a person is asked, nothing is sent again" {
    local pickup
    script "{\"touch\": \"$WEB/arrived\", \"hold_file\": \"$WEB/release\"}"
    add one
    pickup </dev/null >/dev/null 2>&1 3>&- &
    wait_for test -f "$WEB/arrived"
    for pickup in $(inhabitants); do
        if [ "$(readlink "/proc/$pickup/exe")" = "$(readlink -f "$MC_BIN/mc-pickup")" ]; then
            kill -KILL "$pickup"
            wait_for gone "$pickup"
        fi
    done
    touch "$WEB/release"
    expect 0 pickup
    one_line
    ticket_is 1 needs_input
    rows_are unknown "SELECT status FROM ticket_messages"
    alive "$(of 1 pid)"
    steady
    requests_are 1
}

@test "three failures of its own: blocked, with a record of what to do" {
    settings '{"retry": {"backoff_s": 0}}'
    script '{"status": 422, "body": {"detail": "message too long"}}'
    add one
    expect 65 pickup --json
    is "$(values outcome)" failed
    expect 65 pickup --json
    expect 65 pickup --json
    is "$(values outcome exit)" "blocked 65"
    rows_are "blocked|3" "SELECT status,attempts FROM tickets"
    is "$(activities 1 terminal_state)" 3
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state' ORDER BY id DESC LIMIT 1")" \
        "mc-ticket reopen MC-1"
    deserted
    steady
}
