#!/usr/bin/env bats
# The token: in the request, and nowhere else (SPEC sections 8, 15).

setup() {
    load web
    web_world
    TOKEN=tok-9d51c07ae2b64f
    (umask 077 && echo "$TOKEN" >"$T/token")
}

teardown() {
    touch "$WEB/stop"
    web_end
}

# Looks at every argument list and at every environment but those of the programs that are given the token.
watch() {
    local one
    : >"$WEB/rounds"
    while [ -d "$WEB" ] && [ ! -e "$WEB/stop" ]; do
        grep -alF -f "$T/token" /proc/[0-9]*/cmdline >>"$WEB/seen" 2>/dev/null || true
        for one in $(grep -alF -f "$T/token" /proc/[0-9]*/environ 2>/dev/null || true); do
            readlink "${one%/environ}/exe" >>"$WEB/environments" || true
        done
        echo >>"$WEB/rounds"
    done
}

rounds() {
    [ "$(wc -l <"$WEB/rounds")" -ge "$1" ]
}

# sent STATUS: a pickup that is watched, its request held until the watch was round twice while it was under way.
sent() {
    local status=0 pid
    rm -f "$WEB/stop" "$WEB/arrived" "$WEB/release" "$WEB/seen" "$WEB/environments"
    watch </dev/null >/dev/null 2>&1 3>&- &
    wait_for rounds 1
    pickup --json -v >"$T/out" 2>"$T/err" 3>&- &
    pid=$!
    wait_for test -f "$WEB/arrived"
    wait_for rounds "$(($(wc -l <"$WEB/rounds") + 2))"
    touch "$WEB/release"
    wait "$pid" || status=$?
    touch "$WEB/stop"
    is "$status" "$1"
    is "$(tail -n 1 "$WEB/log" | grep -c "\"authorization\": \"Bearer $TOKEN\"")" 1
    is "$(cat "$WEB/seen" 2>/dev/null)" ""
    no grep -raF "$TOKEN" "$STATE" "$T/out" "$T/err"
    no grep -F "$TOKEN" <(board)
    output=$(cat "$T/out")
}

HELD() {
    echo "\"touch\": \"$WEB/arrived\", \"hold_file\": \"$WEB/release\""
}

@test "from a file of ours" {
    settings "{\"send\": {\"token_file\": \"$T/token\"}}"
    script "{$(HELD), \"echo\": true}"
    add one
    sent 0
    is "$(values outcome)" dispatched
    is "$(cat "$WEB/environments" 2>/dev/null)" ""
}

@test "from a named environment variable: neither the agent, nor tmux, nor mc-http has it in theirs" {
    settings '{"send": {"token_env": "SEND_TOKEN"}}'
    # Not as a word for env, whose argument list may be seen before it is the program.
    # shellcheck disable=SC2016
    extra=(bash -c 'export SEND_TOKEN=$(<"$0"); exec "$@"' "$T/token")
    script "{$(HELD), \"echo\": true}"
    add one
    sent 0
    # mc-pickup itself had it.
    no grep -E 'mc-http|mc-launch|mc-demo-agent|mc-ticket|tmux' "$WEB/environments"
    is "$(agents | wc -l)" 1
    no grep -aF "$TOKEN" "/proc/$(agents)/environ"
}

@test "an answer that repeats the token, as a denied one may, as it is and as JSON may write it" {
    local body="{\\\"detail\\\": \\\"Bearer $TOKEN, or \\\\u0074${TOKEN#t}, is not known\\\"}"
    settings "{\"send\": {\"token_file\": \"$T/token\"}}"
    script "{$(HELD), \"status\": 401, \"body\": \"$body\", \"headers\": {\"Content-Type\": \"application/json\"}}"
    add one
    sent 77
    has "$(cat "$T/err")" "Bearer ******************, or ******************, is not known"
}

@test "a transfer that fails says nothing of it either" {
    settings "{\"send\": {\"token_file\": \"$T/token\"}}"
    script "{$(HELD), \"how\": \"reset\"}"
    add one
    sent 69
}

@test "a token file that others can read is refused before anything changes" {
    local before
    settings "{\"send\": {\"token_file\": \"$T/token\"}}"
    add one
    chmod 644 "$T/token"
    before=$(board)
    expect 77 pickup
    one_line
    has "$errors" "$T/token"
    no has "$errors" "$TOKEN"
    is "$(board)" "$before"
    is "$(sessions)" ""
    requests_are 0
    chmod 600 "$T/token"
    expect 0 pickup
}

@test "no token where one is configured: told before anything changes" {
    settings '{"send": {"token_env": "SEND_TOKEN"}}'
    add one
    expect 78 pickup
    one_line
    has "$errors" SEND_TOKEN
    settings "{\"send\": {\"token_file\": \"$T/none\"}}"
    expect 66 pickup
    one_line
    has "$errors" "$T/none"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    requests_are 0
}
