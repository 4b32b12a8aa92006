#!/usr/bin/env bats
# What every command's line has in common: -h, and -- before what begins like an option.

setup() {
    load ../ticket/desk.bash
    desk_setup
}

teardown() {
    desk_teardown
}

commands() {
    mc --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'
}

@test "-h and --help of every command, without a board" {
    local command count=0
    for command in $(commands); do
        expect 0 mc "$command" -h
        has "$output" "usage: mc-ticket $command"
        has "$output" "--help"
        is "$errors" ""
        help=$output
        expect 0 mc "$command" --help
        is "$output" "$help"
        expect 0 mc -h "$command"
        is "$output" "$help"
        count=$((count + 1))
    done
    [ "$count" -ge 25 ]
    [ ! -e "$DB" ]
}

@test "-- ends the options of every command that takes words" {
    new
    is "$(mc add -- --todo)" MC-1
    is "$(mc add --inbox -- -h)" MC-2
    expect 0 mc promote -- MC-2
    expect 0 mc note -- MC-1 --json
    expect 0 mc note MC-1 -- -h
    is "$(sql "SELECT body FROM ticket_messages ORDER BY id")" "--json
-h"
    expect 0 mc block MC-1 MC-2 -- --wait
    is "$(sql "SELECT DISTINCT failure_reason FROM tickets")" --wait
    expect 0 mc retry -- MC-1 MC-2
    expect 0 mc edit --title=-x -- MC-1
    is "$(sql "SELECT title FROM tickets WHERE id=1")" -x
    expect 0 mc pause -- --now
    has "$(sql "SELECT value FROM settings WHERE key='paused'")" '"reason":"--now"'
    expect 0 mc show -- MC-1
    expect 64 mc show -- --json
    sql "UPDATE tickets SET status='in_review'"
    expect 0 mc reject MC-1 MC-2 -- -again
    expect 0 mc list --
    expect 64 mc --
}

@test "a note is taken in every status but the closed ones" {
    new
    mc add one >/dev/null
    for status in inbox todo in_progress in_review needs_input blocked; do
        sql "UPDATE tickets SET status='$status'"
        expect 0 mc note MC-1 "in $status"
        has "$output" "MC-1 $status: message"
    done
    is "$(sql "SELECT count(*) FROM ticket_messages WHERE aside")" 6
    for status in done cancelled; do
        sql "UPDATE tickets SET status='$status'"
        expect 65 mc note MC-1 late
        has "$errors" "mc-ticket reopen MC-1"
    done
}
