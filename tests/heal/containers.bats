#!/usr/bin/env bats
# Agents that are counted in a pid namespace of another container (SPEC sections 4 and 11).

setup() {
    load heal
    unshare -p -f --mount-proc bash -c 'exit 0' 2>/dev/null || skip "a pid namespace is not allowed here"
}

teardown() {
    world_end
}

# contained N: N pickups in a pid namespace of their own, which ends with them, their agents and the tmux server.
contained() {
    {
        declare -f bare
        declare -p T STATE MC_DB CONFIG LOG SOCKET CLEAN_PATH MC_BIN extra
        echo "cd /; for i in \$(seq $1); do bare \$MC_BIN/mc-pickup -q || exit 3; done"
        # shellcheck disable=SC2016
        echo 'tmux -S "$SOCKET" list-panes -a | wc -l'
    } >"$T/script"
    timeout -s KILL 100 unshare -p -f --mount-proc --kill-child bash "$T/script" 3>&- 7>&- 8>&-
}

@test "a container that has ended gives back what its agents held: said at once, retired a minute later" {
    heal_world
    settings '{"max_running": 4}'
    for _ in 1 2 3 4 5; do add one; done
    is "$(contained 4)" 4
    rows_are "running|4" "SELECT status,count(*) FROM runtime_sessions GROUP BY 1"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "idle capacity"
    is "$(wc -l <"$T/errors")" 4
    has "$errors" "MC-1: its agent is left as it is: it is of another pid namespace, and no tmux server is there"
    is "$(activities 1 untold)" 1
    steady
    clocks 86400000 20000
    steady
    clocks 0 61000
    expect 0 pickup --json
    is "$(healed | sort)" "worker_died MC-1 in_progress todo
worker_died MC-2 in_progress todo
worker_died MC-3 in_progress todo
worker_died MC-4 in_progress todo"
    is "$(value outcome) $(value ticket)" "dispatched MC-5"
    has "$(activity 1 death)" "why: its pid namespace and its terminal are gone"
    has "$errors" "MC-1: worker_died: "
    has "$errors" "its pid namespace and its terminal are gone"
    rows_are "" "SELECT key FROM settings WHERE key='no_server'"
    clocks 0 61000
    wait_for has_events start 5
    steady
}

@test "the mark of an ended container does not count for one that was started since" {
    heal_world
    add one
    is "$(contained 1)" 1
    expect 0 pickup --heal-only
    one_line
    clocks 0 70000
    # As if a second container had come and gone between two looks.
    rows "UPDATE runtime_sessions SET spawned_tick=spawned_tick+65000,turn_started_tick=turn_started_tick+65000"
    heals ""
    rows_are "1" "SELECT count(*) FROM runtime_sessions WHERE status='running'"
    clocks 0 140000
    heals "worker_died MC-1 in_progress todo"
}

@test "where the socket is set to another place, a person is told, and cancel frees what is held" {
    heal_world
    mkdir -m 700 "$T/elsewhere"
    SOCKET=$T/elsewhere/sock
    settings "{\"tmux\": {\"socket\": \"$SOCKET\"}}"
    add one
    is "$(contained 1)" 1
    heals ""
    one_line
    has "$errors" "if that namespace is over, mc-ticket cancel the ticket or move it to todo"
    clocks 0 600000
    steady
    expect 0 ticket cancel MC-1
    rows_are "closed" "SELECT status FROM runtime_sessions"
    heals ""
    rows_are "" "SELECT key FROM settings WHERE key='no_server'"
    steady
}
