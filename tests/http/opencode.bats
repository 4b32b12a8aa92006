#!/usr/bin/env bats
# A real `opencode serve` with a model of ours behind it: it takes prompts while busy and makes one of them, so it is
# asked first (FACTS, "Endpoints that take a turn"). Skipped where opencode is neither on PATH nor named by MC_OPENCODE.

setup() {
    OPENCODE=${MC_OPENCODE:-$(command -v opencode || true)}
    if [ -z "$OPENCODE" ]; then
        echo "# skipped: opencode is not installed; npm install opencode-ai, then MC_OPENCODE=/path/to/opencode" >&3
        skip "opencode is not installed"
    fi
    load web
    web_world
    MODEL=$URL
}

teardown() {
    [ -n "$OPENCODE" ] || return 0
    [ ! -f "$WEB/opencode.pid" ] || kill "$(cat "$WEB/opencode.pid")" 2>/dev/null || true
    web_end
}

# opencode serve in a world of its own, and one session in it. Sets ENDPOINT and SESSION.
start_opencode() {
    mkdir "$T/home"
    (
        cd "$T/home" || exit
        exec env -i PATH="$PATH" HOME="$T/home" OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_MODELS_FETCH=1 \
            OPENCODE_CONFIG_CONTENT='{"model": "ours/m", "small_model": "ours/m", "provider": {"ours": {
                "npm": "@ai-sdk/openai-compatible", "options": {"baseURL": "'"$MODEL"'/v1", "apiKey": "none"},
                "models": {"m": {"name": "m"}}}}}' \
            "$OPENCODE" serve --hostname 127.0.0.1 --port 0
    ) </dev/null >"$WEB/opencode.log" 2>&1 3>&- &
    echo $! >"$WEB/opencode.pid"
    wait_for grep -q 'listening on http' "$WEB/opencode.log"
    ENDPOINT=$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' "$WEB/opencode.log")
    SESSION=$(ask POST /session '{}' id)
}

# ask METHOD PATH BODY KEY: one request to opencode and a value of its answer.
ask() {
    "$MC_PYTHON" -S -c '
import json, sys, urllib.request
method, url, body, key = sys.argv[1:]
request = urllib.request.Request(url, body.encode() or None, {"Content-Type": "application/json"}, method=method)
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
    print(json.dumps(json.load(answer)) if not key else json.load(answer)[key])' "$1" "$ENDPOINT$2" "$3" "$4"
}

is_busy() {
    ask GET /session/status "" "" | grep -q "\"$SESSION\".*busy"
}

at_rest() {
    no is_busy
}

# The prompts of the conversation that the model has been asked with, titles and other errands apart: those that hold TEXT.
asked_with() {
    grep -F '"path": "/v1/chat/completions"' "$WEB/log" | grep -F '"tools"' | grep -cF "$1" || true
}

has_asked() {
    [ "$(asked_with "$1")" -ge 1 ]
}

@test "sent when idle, busy told apart by its status request, never merged" {
    local says='data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Done."},"finish_reason":null}]}\n\ndata: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    script "{\"hold_file\": \"$WEB/release\", \"type\": \"text/event-stream\", \"body\": \"${says//\"/\\\"}\"}"
    start_opencode
    settings "{\"send\": {\"url\": \"$ENDPOINT\", \"dialect\": \"opencode\",
        \"dialects\": {\"opencode\": {\"path\": \"/session/$SESSION/prompt_async\"}}}}"
    add "Mend the roof" --body "It drips."
    expect 0 pickup --json
    is "$(values outcome send.class send.http_status)" "dispatched sent 204"
    wait_for has_asked "$(values nonce)"
    wait_for is_busy
    # Its agent asks, a person answers, and opencode is still at the first prompt.
    env -i "$(tr '\0' '\n' <"/proc/$(of 1 pid)/environ" | grep ^MC_RUN=)" MC_TICKET=MC-1 MC_DB="$MC_DB" \
        MC_PICKUP_CONFIG="$CONFIG" PATH="$CLEAN_PATH" HOME="$T" "$MC_BIN/mc-ticket" signal QUESTION "which colour" >/dev/null
    expect 0 ticket answer MC-1 "paint it blue"
    expect 0 pickup --json
    is "$(values delivered)$errors" "[]"
    rows_are "pending|1" "SELECT status,attempts FROM ticket_messages WHERE kind='note'"
    is "$(asked_with "paint it blue")" 0
    # At rest: the answer is a prompt of its own.
    touch "$WEB/release"
    wait_for at_rest
    rows "UPDATE ticket_messages SET next_attempt_at=1 WHERE status='pending'"
    expect 0 pickup --json
    is "$(values 'delivered[0].class')" sent
    wait_for has_asked "paint it blue"
    is "$(ask GET "/session/$SESSION/message" "" "" | grep -o '"role": "user"' | wc -l)" 2
}
