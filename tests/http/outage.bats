#!/usr/bin/env bats
# An endpoint that fails for everybody: said once, no ticket burnt, tickets that need endpoint and goes on by itself (SPEC section 9).

setup() {
    load web
    web_world
}

teardown() {
    web_end
}

# many N: tickets.
many() {
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$1)
        INSERT INTO tickets(title,body,status,created_at,updated_at) SELECT 'Ticket '||i,'Do it.','todo',1,1 FROM n"
}

breaker() {
    rows "SELECT coalesce(max(value->>'$1'),'none') FROM settings WHERE key='breaker:endpoint'"
}

pause_is_over() {
    rows "UPDATE settings SET value=json_set(value,'\$.open_until',1) WHERE key='breaker:endpoint'"
}

@test "500 tickets and an endpoint that always answers 401: one line, no ticket blocked, no agent left" {
    local i
    many 500
    script '{"status": 401, "body": {"detail": "who are you"}}'
    expect 77 pickup --json
    one_line
    has "$errors" "denied: answered 401: who are you"
    has "$errors" "tickets that need endpoint wait until"
    is "$(values outcome reason)" "failed denied"
    deserted
    for i in 1 2 3; do
        expect 0 pickup --json
        is "$(values outcome reason)$errors" "idle breaker"
    done
    is "$(values breaker)" endpoint
    requests_are 1
    # Whenever a pause is over, one ticket tries; not a word about it, and the next pause is longer.
    for i in 1 2 3; do
        pause_is_over
        expect 77 pickup
        is "$output$errors" ""
        requests_are "$((i + 1))"
        expect 0 pickup
        is "$output$errors" ""
    done
    is "$(breaker class) $(breaker openings)" "denied 4"
    rows_are "500|0|0" "SELECT count(*),sum(attempts),sum(status<>'todo') FROM tickets"
    rows_are 4 "SELECT count(*) FROM ticket_activity WHERE kind='terminal_state'"
    deserted
    # A named ticket is told why it must wait.
    expect 75 pickup --ticket MC-9 --json
    is "$(values outcome reason)" "deferred breaker"
    # The first success closes it, and the work goes on.
    script '{"echo": true}'
    pause_is_over
    expect 0 pickup --json
    is "$(values outcome)" dispatched
    is "$(breaker class)" none
    expect 0 pickup --json
    is "$(values outcome)" dispatched
}

DOWN='{"send": {"url": "http://127.0.0.1:9/"}}'

@test "three failures of the world open it; each is said until then" {
    local i
    many 9
    settings "$DOWN"
    for i in 1 2 3; do
        expect 69 pickup
        one_line
        has "$errors" "MC-$i: unreachable: "
        [ "$i" -eq 3 ] || no has "$errors" "tickets that need endpoint"
    done
    has "$errors" "tickets that need endpoint"
    expect 0 pickup --json
    is "$(values outcome reason)$errors" "idle breaker"
    rows_are "0|0" "SELECT sum(attempts),sum(status<>'todo') FROM tickets"
    deserted
}

@test "a success in between begins the count anew" {
    many 9
    settings "$DOWN"
    expect 69 pickup
    expect 69 pickup
    settings
    expect 0 pickup
    settings "$DOWN"
    expect 69 pickup
    no has "$errors" "tickets that need endpoint"
    is "$(breaker failures)" 1
}

@test "a usage limit puts its ticket behind the others, as no failure of anything" {
    add one
    add two
    script '{"status": 429, "body": {"detail": "slow down"}}'
    expect 75 pickup
    rows_are "1|0|1" "SELECT queued_at>(SELECT queued_at FROM tickets WHERE id=2),attempts,world_failures
        FROM tickets WHERE id=1"
    is "$(breaker failures)" none
}

@test "the same failure of the world again: no line, no record, no word to notify" {
    printf '#!/bin/sh\necho $MC_EVENT >>%s\n' "$T/told" >"$T/tell"
    chmod 755 "$T/tell"
    told() { [ "$(grep -c . "$T/told")" -ge "$1" ]; }
    settings '{"notify": ["'"$T/tell"'"], "retry": {"backoff_s": 0}}'
    script '[{"status": 500, "body": "oh"}, {"status": 500, "body": "oh"}, {"status": 503, "body": "no"},
        {"status": 401}]'
    add one
    expect 69 pickup
    one_line
    for _ in 1 2; do
        expect 69 pickup
        is "$output$errors" ""
    done
    is "$(breaker openings)" 1
    pause_is_over
    # Another class is another event of the ticket's, and that tickets wait for its endpoint was never said.
    expect 77 pickup
    one_line
    has "$errors" "MC-1: denied: answered 401"
    has "$errors" "tickets that need endpoint wait until"
    pause_is_over
    rows "UPDATE tickets SET next_attempt_at=NULL"
    expect 77 pickup
    is "$output$errors" ""
    rows_are "server_error,denied" "SELECT group_concat(class) FROM(SELECT substr(body,instr(body,'summary: ')+9,
        instr(body,': answered')-instr(body,'summary: ')-9) AS class FROM ticket_activity
        WHERE kind='terminal_state' ORDER BY id)"
    # Each class of the ticket's once, and once that tickets wait.
    wait_for told 3
    sleep 0.5
    is "$(grep -c . "$T/told")" 3
    is "$(sort "$T/told" | tr '\n' ' ')" "breaker failed failed "
}

@test "notify gets the terminal-state record in its event on standard input" {
    printf '#!/bin/sh\ncat >%s.new\nmv %s.new %s\n' "$T/told" "$T/told" "$T/told" >"$T/tell"
    chmod 755 "$T/tell"
    settings "{\"notify\": [\"$T/tell\", \"now\"]}"
    script '{"status": 404, "body": {"detail": "no such ticket here"}}'
    add one
    expect 65 pickup
    one_line
    wait_for test -s "$T/told"
    output=$(cat "$T/told")
    value record >"$T/record"
    mv "$T/record" "$T/told"
    is "$(cat "$T/told")" "$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state'")"
    grep -qx 'status: todo' "$T/told"
    grep -q '^summary: rejected: answered 404: no such ticket here$' "$T/told"
    grep -qx -- '- ticket:MC-1' "$T/told"
    sed -n 's/^json: //p' "$T/told" >"$T/json"
    is "$(sqlite3 :memory: "SELECT json_extract(readfile('$T/json'),'\$.status','\$.artifacts[0]')")" \
        '["todo","ticket:MC-1"]'
    # An adoption is no failure.
    rm "$T/told"
    script '{"status": 409, "body": {"code": "runtime_busy"}}'
    add two
    expect 0 pickup
    no [ -e "$T/told" ]
}

@test "proxy variables are not for loopback, redirects are nobody's to follow" {
    extra=(http_proxy=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9 no_proxy=x)
    script '[{"echo": true}, {"status": 307, "headers": {"Location": "'"$URL"'/elsewhere"}}]'
    add one
    expect 0 pickup --json
    is "$(values outcome)" dispatched
    add two
    expect 65 pickup --json
    is "$(values send.class send.http_status)" "rejected 307"
    requests_are 2
}

@test "the request as SPEC section 8 has it" {
    local nonce
    add "Mend the roof" --body "It drips."
    expect 0 pickup --json
    nonce=$(values nonce)
    is "$(request 1 method) $(request 1 path)" "POST /api/tickets/1/runtime/send"
    is "$(request 1 json.ticket) $(request 1 json.session_key) $(request 1 json.source)" \
        "MC-1 ticket:1:session mc-pickup"
    is "$(request 1 json.run_id) $(request 1 json.nonce)" "$(values run nonce)"
    is "$(request 1 'headers."idempotency-key"') $(request 1 'headers."content-type"')" "$nonce application/json"
    is "$(request 1 headers.authorization)" ""
    has "$(request 1 json.message)" "It drips."
    has "$(request 1 json.message)" "[$nonce internal routing marker; do not mention this marker in your reply]"
    is "$(request 1 json.message | head -n 1)" "MC-1 turn 1"
    rows_are "send|done" "SELECT kind,state FROM effects WHERE kind='send'"
    untouched
}

@test "an idle run does not load libcurl, and dry runs ask nothing" {
    no bash -c "ldd '$MC_BIN/mc-pickup' | grep -i curl"
    ldd "$MC_BIN/mc-http" | grep -qi curl
    add one
    expect 0 pickup --dry-run --json
    is "$(values 'plan[3].step' 'plan[3].reason')" "send one POST to send.url"
    requests_are 0
}
