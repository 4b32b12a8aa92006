#!/usr/bin/env bats
# How the programs end: an object for every failure that --json stands beside, and no failure of what was done for want
# of a reader (SPEC section 13).

setup() {
    load ../e2e/support
    world
    configure --busy 0
    init
}

teardown() {
    world_end
}

# to READER COMMAND …: the exit status of a command whose output goes there.
to() {
    local reader=$1
    shift
    { "$@" 2>/dev/null; echo $? >"$T/status"; } | $reader >/dev/null
    cat "$T/status"
}

gone() {
    exec 0<&-
    sleep 0.3
}

@test "an object of a failure, wherever --json stands" {
    local words
    for words in "--bogus --json" "--json --bogus" "-xv --json" "x --json" "--ticket --json" "--json=1 --json" \
        "--json --ticket mc-1" "--ticket MC-1 --heal-only --json"; do
        # shellcheck disable=SC2086
        expect 64 pickup $words
        is "$(value exit)" 64
        is "mc-pickup: $(value error)" "$errors"
        no has "$errors" "$MC_BIN"
        # shellcheck disable=SC2086
        expect 64 ticket list $words
        is "$(value error.exit)" 64
        is "mc-ticket: $(value error.text)" "$errors"
    done
    expect 64 pickup -- --json
    is "$output" ""
    expect 64 ticket list --status --json
    is "$(value error.exit)" 64
    expect 64 ticket show --bogus -- --json
    is "$output" ""
}

@test "what was done is no failure for want of a reader" {
    add one
    is "$(to gone pickup -v)" 0
    is "$(to gone pickup -v --json)" 0
    is "$(to gone ticket add two)" 0
    rows_are 2 "SELECT count(*) FROM tickets"
    add three
    status=0
    pickup -v >/dev/full 2>"$T/said" || status=$?
    is "$status $(cat "$T/said")" "74 mc-pickup: standard output: not everything could be written: No space left on device"
    status=0
    ticket add four >/dev/full 2>/dev/null || status=$?
    is "$status" 74
}

# closed COMMAND …: its status, with standard output closed.
closed() {
    local status=0
    "$@" >&- 2>"$T/said" || status=$?
    echo "$status"
}

@test "standard output that is closed is a failure where there is something to write" {
    local command words="standard output: it is closed, so nothing could be printed"
    add one
    is "$(closed pickup)" 0
    is "$(cat "$T/said")" ""
    for command in "pickup -v" "pickup --json" "pickup --dry-run" "pickup --help"; do
        is "$command $(closed $command) $(cat "$T/said")" "$command 74 mc-pickup: $words"
    done
    for command in "list" "export" "page -o -" "show MC-1" "add two" "list --help"; do
        is "$command $(closed ticket $command) $(cat "$T/said")" "$command 74 mc-ticket: $words"
    done
    rows_are 2 "SELECT count(*) FROM tickets"
}

# starved AT COMMAND …: its status, with no memory from that allocation on; how many there were in $T/count.
starved() {
    local status=0
    rm -f "$T/count"
    bare LD_PRELOAD="$MC_BIN/../tests/libmc_memory_shim.so" MC_MEMORY_OF=mc-pickup MC_MEMORY_COUNT="$T/count" \
        MC_MEMORY_AT="$1" MC_MEMORY_ON=1 "${@:2}" >"$T/out" 2>"$T/said" || status=$?
    echo "$status"
}

@test "an object comes also where memory runs out, and the line is said in the program's name" {
    local all at status failed=0
    [ -e "$MC_BIN/../tests/libmc_memory_shim.so" ] || skip "no shim here"
    is "$(starved 0 "$MC_BIN/mc-pickup" --json)" 0
    all=$(od -An -tu4 -N4 "$T/count" | tr -d ' ')
    [ "$all" -gt 300 ]
    for at in $((all / 4)) $((all / 2)) $((all * 3 / 4)) $((all - 40)) $((all - 10)) $((all - 1)); do
        status=$(starved "$at" "$MC_BIN/mc-pickup" --json)
        output=$(cat "$T/out")
        is "$at $(wc -l <"$T/out") $(value exit)" "$at 1 $([ -s "$T/said" ] && echo 71 || echo 0)"
        [ "$status" = 0 ] || is "$status $(cat "$T/said")" \
            "71 mc-pickup: out of memory: nothing more was done; free some memory and try again"
        failed=$((failed + (status == 71)))
    done
    [ "$failed" -gt 2 ]
    starved $((all / 2)) "$MC_BIN/mc-pickup"
    is "$(cat "$T/out")" ""
}
