#!/usr/bin/env bats
# People take a ticket back while its worktree is made ready: that run starts nothing any more, and touches no later one.
# shellcheck disable=SC2154

setup() {
    load pool
}

teardown() {
    rm -f "$T/hold"
    world_end
}

# held: a pool of two, whose before_run waits once, as long as $T/hold is there; a pickup that is at it, $first.
held() {
    pool_of 2
    local hook="[ -e $T/hook ] && exit 0; touch $T/hook; while [ -e $T/hold ]; do sleep 0.05; done"
    works_settings 2 "{\"workspace\":{\"hooks\":{\"before_run\":[\"/bin/bash\",\"-c\",\"$hook\"]}}}"
    touch "$T/hold"
    add "A ticket"
    pickup -v >"$T/first" 2>&1 3>&- &
    first=$!
    wait_for test -e "$T/hook"
}

# The hook of the first pickup ends, and so does that.
goes_on() {
    local status=0
    rm "$T/hold"
    wait "$first" || status=$?
    is "$status" 75
    has "$(cat "$T/first")" "MC-1 (ticket_moved_on)"
}

# called_off WORD: what a person says meanwhile.
called_off() {
    held
    expect 0 ticket "$1" MC-1
    has "$output" "its agent is not started any more"
    goes_on
    expect 0 pickup
    is "$(agents)" ""
    is "$(events start)" 0
    rows_are 0 "SELECT count(*) FROM ticket_activity WHERE kind='spawned'"
    slot_is 1 free
}

@test "an agent whose ticket was cancelled while its hook ran is not started" {
    called_off cancel
}

@test "nor one whose ticket was blocked" {
    called_off block
}

@test "a run that comes late does not end the agent of the next one, and starts none beside it" {
    local agent
    held
    ticket cancel MC-1 >/dev/null
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    wait_for reaches 1 in_review
    agent=$(rows "SELECT pid FROM runtime_sessions WHERE status='idle'")
    goes_on
    kill -0 "$agent"
    is "$(events start) $(events prompt)" "1 1"
    expect 0 pickup
    is "$errors" ""
    rows_are "in_review|idle|$agent" "SELECT t.status,r.status,r.pid FROM tickets t,runtime_sessions r"
    kill -0 "$agent"
}
