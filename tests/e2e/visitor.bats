#!/usr/bin/env bats
# A visitor's small terminal does not change what the agent sees (SPEC section 7).

setup() {
    load support
    world
    OUTER=$T/outer
    configure '{}' --busy 600000
    init
    add one
}

teardown() {
    local one
    for one in "$T"/outer*; do
        tmux -S "$one" kill-server 2>/dev/null || true
    done
    world_end
}

size() {
    tmux_here display-message -p -t =mc-MC-1: '#{window_width}x#{window_height} #{pane_width}x#{pane_height}'
}

# visit COMMAND …: in a terminal of 30 by 8.
visit() {
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 30 -y 8 -- env -i PATH="$CLEAN_PATH" HOME="$T" \
        TERM=screen-256color LC_ALL=C.UTF-8 MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" "$@" 3>&-
}

visitors() {
    is "$(tmux_here list-clients -F '#{client_width}x#{client_height}')" "$1"
}

@test "a small visitor does not change the agent's window, neither there nor gone again" {
    local before
    expect 0 pickup
    before=$(size)
    is "${before%%x*}" 120
    for look in "$MC_BIN/mc-ticket attach MC-1" "tmux -S $SOCKET attach -t =mc-MC-1:" \
        "$MC_BIN/mc-ticket attach MC-1 --read-only"; do
        # shellcheck disable=SC2086
        visit $look
        wait_for visitors 30x8
        is "$(size)" "$before"
        tmux_here detach-client -s =mc-MC-1:
        wait_for visitors ""
        is "$(size)" "$before"
        OUTER+=x
    done
    kill -0 "$(rows "SELECT pid FROM runtime_sessions")"
}
