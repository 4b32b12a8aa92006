#!/usr/bin/env bats
# mc-ticket doctor --try: an agent is started as a pickup starts it, sent nothing, looked at, and ended, whatever happens.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

# trying [OPTION …]
# shellcheck disable=SC2120
trying() {
    ticket doctor --try demo "$@"
}

# Nothing of it is left: no session, no process, no folder, no note; and no ticket knows of it.
no_trace() {
    deserted
    is "$(ls "$STATE/run" 2>/dev/null)" ""
    is "$(rows "SELECT count(*) FROM settings WHERE key='new_trial'")" 0
    is "$(rows "SELECT count(*) FROM runs")|$(rows "SELECT count(*) FROM runtime_sessions")" "0|0"
    is "$(rows "SELECT count(*) FROM ticket_activity WHERE kind<>'created'")" 0
}

is_noted() {
    is "$(rows "SELECT count(*) FROM settings WHERE key='new_trial'")" 1
}

@test "ready, in a private directory; nothing was sent, and nothing is left" {
    configure
    init
    add one
    expect 0 trying
    has "$output" "ok    profile demo: ready after "
    has "$output" "      demo>"
    is "$(events ready)" 1
    untouched
    no_trace
    expect 0 trying --json
    is "$(value state) $(value checks.0.check)" "ok try"
    has "$(value screen)" "demo>"
}

@test "in a worktree of its own in the pool, which is gone afterwards; the slots are left alone" {
    empty_repository "$T/repo"
    configure "{\"workspace\": {\"repo\": \"$T/repo\", \"size\": 1}}"
    init
    expect 0 trying
    has "$output" ", in $STATE/pool/default/doctor-"
    is "$(git -C "$T/repo" worktree list | wc -l)" 1
    is "$(find "$STATE/pool/default" -mindepth 1 -maxdepth 1 -name 'doctor-*')" ""
    is "$(git -C "$T/repo" branch --list)" "* main"
    is "$(rows "SELECT count(*) FROM worktree_slots")" 0
    no_trace
}

@test "a dialog is told with the screen" {
    configure --dialog
    init
    expect 78 trying
    has "$output" "bad   profile demo: shows a dialog after "
    no_trace
}

@test "one that dies at once, one whose prompt is never seen, one that is not there" {
    configure --no-such-option
    init
    expect 78 trying
    has "$output" "bad   profile demo: came to no prompt, and that after "
    has "$output" "      "
    no grep -q "oom:\|run_time:\|target:" <<<"$output"
    no_trace
    configure '{"profiles": {"demo": {"ready": "^never$", "startup_timeout_s": 2}}}'
    on_lines
    expect 78 trying
    has "$output" "bad   profile demo: shows nothing within "
    has "$output" " that its \"ready\" matches, which is ^never\$; compare it to the screen"
    has "$output" "run: \${EDITOR:-vi} +$(grep -n '"ready": "^never' "$CONFIG" | cut -d: -f1) $CONFIG"
    has "$output" "      demo>"
    no_trace
    configure '{"profiles": {"demo": {"busy": "^mc-demo-agent ", "startup_timeout_s": 2}}}'
    on_lines
    expect 78 trying
    has "$output" "bad   profile demo: is taken for one at work for all of "
    has "$output" ", because its \"busy\" matches, which is ^mc-demo-agent ; compare it to the screen"
    has "$output" "run: \${EDITOR:-vi} +$(grep -n '"busy": "^mc' "$CONFIG" | cut -d: -f1) $CONFIG"
    has "$output" "      demo>"
    no_trace
    configure '{"profiles": {"demo": {"command": ["not-there"]}}}'
    expect 78 trying
    has "$output" "bad   profile demo: command not-there was not found; install it, "
    has "$output" "; run: mc-ticket doctor"
    no_trace
}

@test "Ctrl-C ends the agent first" {
    configure '{"profiles": {"demo": {"ready": "^never$"}}}'
    init
    # also where this runs in the background of a shell, which ignores it
    bare env --default-signal=INT "$MC_BIN/mc-ticket" doctor --try demo >"$T/out" 2>&1 &
    pid=$!
    wait_for has_events ready 1
    kill -INT "$(pgrep -P "$pid" -x mc-ticket)"
    status=0
    wait "$pid" || status=$?
    is "$status" 130 || { cat "$T/out" >&2; false; }
    no_trace
}

@test "killed: the next pickup ends what is left, and another try does not come beside it" {
    configure '{"profiles": {"demo": {"ready": "^never$"}}}'
    init
    bare "$MC_BIN/mc-ticket" doctor --try demo >"$T/out" 2>&1 &
    pid=$!
    wait_for has_events ready 1
    is_noted
    expect 75 trying
    has "$errors" "an agent is being tried at this moment by process "
    pickup
    is_noted
    no is "$(agents)" ""
    kill -KILL "$(pgrep -P "$pid" -x mc-ticket)"
    wait "$pid" || true
    no is "$(agents)" ""
    expect 0 pickup --dry-run
    no is "$(agents)" ""
    expect 0 pickup -v
    has "$errors$output" "the agent that was tried"
    no_trace
}

@test "a name that is no profile, and not both" {
    configure
    init
    expect 64 ticket doctor --try nope
    has "$errors" "--try nope: there is no such profile"
    expect 64 trying --cron
}
