#!/usr/bin/env bats
# An agent whose processes do not end, whatever they are told, keeps nobody else waiting.

setup() {
    load heal
}

teardown() {
    [ -z "${ALIEN:-}" ] || kill -KILL "$ALIEN" 2>/dev/null || true
    world_end
}

# deaf: mc-pickup without the right to end what is another user's.
deaf() {
    bare setpriv --bounding-set=-kill --inh-caps=-kill "$MC_BIN/mc-pickup" "$@"
}

@test "an agent that no signal reaches is said once, and the others are healed" {
    [ "$(id -u)" = 0 ] || skip "as root alone: the agent is another user's"
    heal_world
    start 2
    setpriv --reuid=65534 --clear-groups sleep 86400 </dev/null >/dev/null 2>&1 3>&- 7>&- 8>&- &
    ALIEN=$!
    is_alien() { [ "$(stat -c %u "/proc/$ALIEN")" = 65534 ]; }
    wait_for is_alien
    rows "UPDATE runtime_sessions SET pid=$ALIEN,pid_start=$(sed 's/.*) //' "/proc/$ALIEN/stat" | cut -d' ' -f20)
        WHERE ticket_id=(SELECT ticket_id FROM runtime_sessions ORDER BY status,run_id LIMIT 1)"
    rows "UPDATE tickets SET status='done'"
    expect 0 deaf --heal-only --json
    is "$(healed | wc -l)" 1
    one_line
    has "$errors" "process $ALIEN of this agent does not end; look at it with: ps -p $ALIEN; every pickup tries again"
    expect 0 deaf --heal-only
    is "$errors" ""
    expect 0 pickup --heal-only --json
    is "$(healed | cut -d' ' -f1,3,4)" "finished done done"
    gone "$ALIEN"
}
