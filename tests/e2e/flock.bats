#!/usr/bin/env bats
# cron's `flock -n lock mc-pickup`: the lock ends with the pickup, not with the tmux server it has started.

setup() {
    load support
    world
    configure '{}' --busy 600000
    init
}

teardown() {
    world_end
}

locked() {
    bare flock -n -E 99 "$T/lock" "$MC_BIN/mc-pickup" --json
}

@test "twice in a row: the second gets the lock while the server and its agent live" {
    add one
    add two
    expect 0 locked
    is "$(value outcome) $(value ticket)" "dispatched MC-1"
    [ -d "/proc/$(tmux_here display-message -p '#{pid}')" ]
    expect 0 locked
    is "$(value outcome) $(value ticket)" "dispatched MC-2"
    expect 0 flock -n "$T/lock" true
}

@test "a lock on a descriptor of the caller's, and one on the board's folder" {
    add one
    (
        exec 9>"$T/lock"
        flock -n 9
        env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" "$MC_BIN/mc-pickup" 3>&-
    )
    is "$(sessions)" mc-MC-1
    expect 0 flock -n "$T/lock" true
    expect 0 flock -n "$STATE" true
}
