#!/usr/bin/env bats
# What differs between endpoints is data: the built-in dialects, and those of the configuration (SPEC section 8).

setup() {
    load web
    web_world
}

teardown() {
    web_end
}

# base JSON: settings with send.url the endpoint's root.
base() {
    settings "$1"
    sed -i "s,\"url\":\"[^\"]*\",\"url\":\"$URL\"," "$CONFIG"
}

@test "gaia: its path, its body, its busy" {
    base '{"send": {"dialect": "gaia"}}'
    script '[{"echo": true}, {"status": 409, "body": {"detail": "A chat request is already in progress for this session."}}]'
    add one
    expect 0 pickup --json
    is "$(values outcome)" dispatched
    is "$(request 1 path) $(request 1 json.session_id)" "/api/chat/send ticket:1:session"
    add two
    expect 0 pickup --json
    is "$(values outcome send.class)" "adopted busy"
}

@test "agentapi: a 500 with its words is busy, any other is a failure of the server" {
    base '{"send": {"dialect": "agentapi"}}'
    script '[{"status": 500, "body": {"detail": "message can only be sent when the agent is waiting for user input"}},
        {"status": 500, "body": {"detail": "oh"}}]'
    add one
    expect 0 pickup --json
    is "$(values outcome send.class send.http_status)" "adopted busy 500"
    is "$(request 1 path) $(request 1 json.type)" "/message user"
    has "$(request 1 json.content)" "MC-1 turn 1"
    add two
    expect 69 pickup --json
    is "$(values send.class)" server_error
}

@test "a dialect of the configuration: method, path, headers, body, success and rules" {
    base '{"send": {"dialect": "ours", "dialects": {"ours": {"method": "PUT", "path": "/agents/{session}?t={number}",
        "headers": ["X-Run: {run_id}"], "body": {"say": ["{message}", "{number}"]}, "success": [299],
        "success_content": "", "rules": [{"status": [420, 421], "body": "at work", "class": "busy"}]}}}}'
    script '[{"status": 299, "body": "thanks"}, {"status": 421, "body": "it is At Work"}, {"status": 200, "body": {}}]'
    add one
    expect 0 pickup --json
    is "$(values outcome)" dispatched
    is "$(request 1 method) $(request 1 path)" "PUT /agents/mc-MC-1?t=1"
    is "$(request 1 'headers."x-run"') $(request 1 json.say[1])" "$(values run) 1"
    add two
    expect 0 pickup --json
    is "$(values outcome send.class)" "adopted busy"
    add three
    expect 76 pickup --json
    is "$(values send.class)" garbled
}

# The dialect of an endpoint that takes prompts while busy: it is asked first.
ASKED='{"send": {"dialect": "opencode"}}'
asks() {
    base "$ASKED"
}

@test "a status request that says busy: nothing is posted, the agent is adopted" {
    asks
    script '[{"path": "/session/status", "body": {"mc-MC-1": {"type": "busy"}, "ses_2": {"type": "idle"}}}]'
    add one
    expect 0 pickup --json
    is "$errors" ""
    is "$(values outcome send.class)" "adopted busy"
    requests_are 1
    is "$(request 1 method) $(request 1 path)" "GET /session/status"
    steady
    # At rest: the pending message is posted, once.
    script '[{"path": "/session/status", "body": {}}, {"path": "/session/mc-MC-1/prompt_async", "status": 204}]'
    rows "UPDATE ticket_messages SET next_attempt_at=1"
    expect 0 pickup --json
    is "$(values 'delivered[0].class')" sent
    requests_are 3
    is "$(request 3 method) $(request 3 path)" "POST /session/mc-MC-1/prompt_async"
    has "$(request 3 json.parts[0].text)" "MC-1 turn 1"
    steady
}

@test "a status request without a usable answer: nothing is posted" {
    asks
    script '[{"path": "/session/status", "type": "text/html", "body": "<html>app</html>"}]'
    add one
    expect 76 pickup --json
    is "$(values outcome send.class)" "failed garbled"
    script '[{"path": "/session/status", "status": 500, "body": "oh"}]'
    add two
    expect 69 pickup --json
    is "$(values outcome send.class)" "failed unreachable"
    script '[{"path": "/session/status", "status": 401}]'
    add three
    expect 77 pickup --json
    is "$(values outcome send.class)" "failed denied"
    requests_are 0 '"method": "POST"'
    deserted
}
