#!/usr/bin/env bats
# The clocks that other tests set.

setup() {
    load ../e2e/support
    world
    OFFSETS=$T/offsets
}

teardown() {
    world_end
}

# shown CLOCK: in seconds, as a program under the shim reads it.
shown() {
    env LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$OFFSETS" "$MC_PYTHON" -c \
        'import sys, time; print(int(time.clock_gettime(getattr(time, sys.argv[1]))))' "$1"
}

# ahead CLOCK SECONDS: it is that much ahead of the kernel's, give or take what a loaded machine needs.
ahead() {
    local real now
    real=$("$MC_PYTHON" -c 'import sys, time; print(int(time.clock_gettime(getattr(time, sys.argv[1]))))' "$1")
    now=$(shown "$1")
    [ $((now - real - $2)) -ge -1 ] && [ $((now - real - $2)) -le 30 ]
}

@test "each clock has its own offset, and a missing one is none" {
    echo "31536000500 -60500 18000000" >"$OFFSETS"
    ahead CLOCK_REALTIME 31536000
    ahead CLOCK_MONOTONIC -61
    ahead CLOCK_BOOTTIME 18000
    echo "-3600000" >"$OFFSETS"
    ahead CLOCK_REALTIME -3600
    ahead CLOCK_MONOTONIC 0
    ahead CLOCK_BOOTTIME 0
    rm "$OFFSETS"
    ahead CLOCK_REALTIME 0
}

@test "files are stamped by a clock that never was right" {
    local now
    configure
    init
    extra=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$OFFSETS")
    echo "3600000 0 0 3600000" >"$OFFSETS"
    expect 0 pickup
    has "$(ticket health)" "ok          the last pickup was "
    echo "3600000" >"$OFFSETS"
    has "$(ticket health)" "the last pickup was 1 h ago"
    echo "3600000 0 0 3600000" >"$OFFSETS"
    expect 0 ticket page
    now=$(date +%s)
    [ $((now - $(stat -c %Y "$STATE/page.html"))) -le 30 ]
}

@test "the programs go by it" {
    configure
    init
    echo "31536000000" >"$OFFSETS"
    extra=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$OFFSETS")
    add late
    rows_are 1 "SELECT created_at>(strftime('%s','now')+31530000)*1000 FROM tickets"
}
