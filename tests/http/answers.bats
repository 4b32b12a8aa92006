#!/usr/bin/env bats
# Each whole answer an endpoint can give: class, rows, attempts, breaker and exit code as in the table of SPEC section 9. The
# agent is alive in all of them, and only the busy class (adopt.bats, declined.bats) may adopt it.

setup() {
    load answers
    answers_world
}

teardown() {
    web_end
}

@test "taken" {
    answer echo "0 dispatched sent 200 in_progress 0 0" '"echo":true'
    answer empty "0 dispatched sent 204 in_progress 0 0" '"status":204'
    answer chunked "0 dispatched sent 202 in_progress 0 0" '"status":202,"how":"chunked","body":{"ok":true}'
    answer again "0 dispatched already_sent 200 in_progress 0 0" '"body":{"ok":true,"already_sent":true}'
    answer again409 "0 dispatched already_sent 409 in_progress 0 0" '"status":409,"body":{"code":"duplicate_request"}'
    answers
}

@test "refused: the request as it stands" {
    local status
    for status in 400 413 422; do
        answer "s$status" "65 failed rejected $status todo 1 0" "\"status\":$status,\"body\":{\"detail\":\"no\"}"
    done
    for status in 302 308; do
        answer "s$status" "65 failed rejected $status todo 1 0" \
            "\"status\":$status,\"headers\":{\"Location\":\"$URL/elsewhere/\"}"
    done
    answers
    requests_are 5
    requests_are 0 '"path": "/elsewhere/'
}

@test "409 has many meanings" {
    local limit
    limit=$(sed 's/"startup_timeout_s":120/"startup_timeout_s":3/' "$CONFIG")
    answer foreign "75 deferred foreign 409 todo 1 0" '"status":409,"body":{"error":"runtime_busy","ticket":"MC-777"}'
    answer run "75 deferred foreign 409 todo 1 0" \
        '"status":409,"body":{"detail":"busy","active_run_id":"ffffffffffffffffffffffffffffffff"}'
    answer closed "65 failed conflict 409 todo 1 0" '"status":409,"body":{"error":"ticket_closed","detail":"ticket is closed"}'
    answer key "65 failed conflict 409 todo 1 0" \
        '"status":409,"body":{"detail":"Idempotency key reused with a different body"}'
    answer why "65 failed conflict 409 todo 1 0" '"status":409,"body":{"detail":"the moon is in the wrong house"}'
    answer quota "75 deferred paused 409 todo 0 0" '"status":409,"body":{"detail":"Usage limit reached"}'
    answer person "75 deferred awaiting_human 409 needs_input 0 0" '"status":409,"body":{"code":"awaiting_approval"}'
    printf '%s' "$limit" >"$CONFIG"
    answer young "75 deferred starting 409 todo 1 0" '"status":409,"body":{"detail":"The runtime is still starting"}'
    answer young503 "75 deferred starting 503 todo 1 0" '"status":503,"body":{"detail":"initializing"}'
    answers
    # It is asked again while the agent may be starting, and in one pickup.
    [ "$(requests '"path": "/young/')" -ge 2 ]
}

@test "paused: due when the answer says" {
    local due name
    due=$(LC_ALL=C date -u -d '+2 hours' '+%a, %d %b %Y %H:%M:%S GMT')
    answer seconds "75 deferred paused 429 todo 0 0" '"status":429,"headers":{"Retry-After":"7200"}'
    answer date "75 deferred paused 429 todo 0 0" "\"status\":429,\"headers\":{\"Retry-After\":\"$due\"}"
    answer unsaid "75 deferred paused 429 todo 0 0" '"status":429,"body":{"detail":"slow down"}'
    answers
    for name in seconds date unsaid; do
        MC_DB=$T/$name/board.db
        rows_are "$([ "$name" = unsaid ] && echo 3600 || echo 7200)" \
            "SELECT (next_attempt_at-updated_at+120000)/600000*600 FROM tickets"
    done
}

@test "the world: no attempt is burnt, the breaker counts" {
    local status
    for status in 401 403 407; do
        answer "s$status" "77 failed denied $status todo 0 1" "\"status\":$status,\"body\":{\"detail\":\"no\"}"
    done
    for status in 500 502 503 599; do
        answer "s$status" "69 failed server_error $status todo 0 1" "\"status\":$status,\"body\":\"<h1>oh</h1>\""
    done
    answer refused "69 failed unreachable null todo 0 1" "" 'url="http://127.0.0.1:9/"'
    answer name "69 failed unreachable null todo 0 1" "" 'url="http://nothing.invalid/"'
    answer handshake "69 failed unreachable null todo 0 1" "" "url=\"${URL/http/https}/\"" timeout_s=2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=throwaway \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$WEB/key" -out "$WEB/cert" </dev/null 2>/dev/null
    serve -tls --cert "$WEB/cert" --key "$WEB/key"
    answer tls "69 failed unreachable null todo 0 1" "" "url=\"${URL/http/https}/tls/\""
    answer authority "0 dispatched sent 200 in_progress 0 0" '"echo":true' "url=\"${URL/http/https}/authority/\"" \
        "ca_file=\"$WEB/cert\""
    answers
    requests_are 0 '"path": "/tls/'
    rows_are 1 "ATTACH '$T/s401/board.db' AS b; SELECT value->>'openings' FROM b.settings WHERE key='breaker:endpoint'"
}
