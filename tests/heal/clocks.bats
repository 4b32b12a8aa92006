#!/usr/bin/env bats
# Clocks that are set, and machines that sleep (SPEC sections 11 and 12): no live agent is ended by one, and nothing is
# put off for longer than the longest wait.

YEAR=31536000000
HOURS=18000000

setup() {
    load heal
}

teardown() {
    world_end
}

@test "a year ahead and back between pickups, and five hours of sleep: no live agent is ended" {
    local offsets
    heal_world '{"newborn_grace_s": 1}' --busy 6000000
    start 3
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,last_turn_marker='x' WHERE ticket_id=2"
    rows "UPDATE tickets SET status='in_review' WHERE id=2"
    rows "UPDATE runs SET ended_at=started_at,outcome='delivered' WHERE ticket_id=2"
    for offsets in "$YEAR 0 0" "-$YEAR 0 0" "$HOURS 0 $HOURS" "0 0 0"; do
        # shellcheck disable=SC2086
        clocks $offsets
        steady
    done
    is "$(agents | wc -l)" 3
    is "$(activities 1 stalled) $(activities 3 stalled)" "0 0"
}

@test "a turn that stalls is said once, and five hours of sleep do not end it" {
    heal_world '{"stall_timeout_s": 900, "turn_timeout_s": 14400}'
    start 1
    clocks 1000000 1000000
    expect 0 pickup
    one_line
    has "$errors" "MC-1: stalled"
    clocks $((1000000 + HOURS)) 1000001 $((1000000 + HOURS))
    steady
    clocks $((1000000 + YEAR)) 1070000
    steady
    alive "$(of 1 pid)"
    # Awake for that long it is ended.
    clocks 15000000 15000000
    heals "stalled MC-1 in_progress todo"
    deserted
}

@test "a stall is ended by the second look, at least a minute after it was said" {
    heal_world '{"stall_timeout_s": 900, "turn_timeout_s": 1000}'
    start 1
    clocks 2000000 2000000
    expect 0 pickup
    one_line
    clocks 2050000 2050000
    steady
    clocks 2070000 2070000
    heals "stalled MC-1 in_progress todo"
}

@test "output since it was said ends a stall; a later silence is another" {
    heal_world '{"stall_timeout_s": 900, "turn_timeout_s": 14400}'
    start 1
    clocks 1000000 1000000
    expect 0 pickup
    one_line
    rows "UPDATE runtime_sessions SET last_output_at=last_output_at-5000"
    clocks 15000000 15000000
    expect 0 pickup
    one_line
    has "$errors" "MC-1: stalled"
    is "$(activities 1 stalled)" 2
    alive "$(of 1 pid)"
}

@test "eight pickups at once that see the same stall write one row and one line" {
    local i pids=()
    heal_world
    start 3
    clocks 1000000 1000000
    for ((i = 0; i < 8; i++)); do
        pickup >"$T/out.$i" 2>"$T/err.$i" &
        pids+=($!)
    done
    wait "${pids[@]}"
    is "$(cat "$T"/err.* | grep -c ': stalled: ')" 3
    is "$(cat "$T"/err.* | wc -l)" 3
    rows_are 3 "SELECT count(*) FROM ticket_activity WHERE kind='stalled'"
    steady
}

@test "the clock is set while a pickup waits for its agent" {
    local pid offsets before
    heal_world '{"profiles": {"demo": {"first_turn": "paste"}}}' --ready-after 4000 --busy 6000000
    for offsets in "$YEAR" "-$YEAR"; do
        clocks 0
        add slow
        before=$(agents | wc -l)
        pickup --json >"$T/report" 2>"$T/errors" &
        pid=$!
        wait_for sessions_are "$((before + 1))"
        clocks "$offsets"
        wait "$pid"
        is "$(cat "$T/errors")" ""
        output=$(cat "$T/report")
        is "$(value outcome)" dispatched
        steady
    done
    is "$(agents | wc -l) $(events start)" "2 2"
}

sessions_are() {
    [ "$(sessions | wc -l)" -ge "$1" ]
}

@test "a note put off under a clock that was a year ahead is due when the clock is right" {
    heal_world '{}' --busy 1 --no-signal
    start 1
    wait_for has_events prompt 1
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL"
    rows "UPDATE ticket_messages SET status='sent'"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,created_at,attempts,next_attempt_at)
        VALUES(1,'tester','note','paint it blue','pending',1,1,strftime('%s','now')*1000+$YEAR)"
    wait_for delivered
    wait_for has_events prompt 2
}

delivered() {
    expect 0 pickup --json && [ "$(value delivered.0.class)" = sent ]
}

@test "what was said under a clock that was a year ahead is said again" {
    local pid
    heal_world
    start 1
    rows "INSERT INTO settings(key,value) VALUES('unreachable',strftime('%s','now')*1000+$YEAR)"
    pid=$(tmux_here display-message -p '#{pid}')
    kill -STOP "$pid"
    pickup --heal-only 2>"$T/errors" || true
    kill -CONT "$pid"
    has "$(cat "$T/errors")" "tmux does not answer"
}

@test "a row from before there was an awake clock gets one, and is then judged by it" {
    heal_world '{"runtime_ttl_s": 1000}' --busy 1 --no-signal
    start 1
    rows "UPDATE tickets SET status='in_review'"
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,tick_boot=NULL,spawned_tick=NULL,
        turn_started_tick=NULL,idle_tick=NULL"
    rows "UPDATE ticket_messages SET status='sent'"
    clocks "$YEAR"
    expect 0 pickup --heal-only --dry-run --json
    is "$(plan)" "untimed MC-1"
    expect 0 pickup
    is "$output$errors" ""
    rows_are "$(cat /proc/sys/kernel/random/boot_id)|1|1" "SELECT tick_boot,spawned_tick>0,idle_tick=spawned_tick FROM runtime_sessions"
    steady
    clocks "$YEAR" 2000000
    heals "expired MC-1 in_review in_review"
}
