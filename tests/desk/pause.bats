#!/usr/bin/env bats
# Nothing is handed out while the board is paused (SPEC section 17).

setup() {
    load ../e2e/support
    world
    configure
    init
    add one
}

teardown() {
    world_end
}

@test "pause says who, when and why to whoever looks, and resume ends it" {
    expect 0 ticket pause "the disk is changed" --by anna
    has "$output" "the board is paused"
    expect 0 pickup --json
    is "$(value outcome) $(value reason) $(value exit)" "idle paused 0"
    expect 0 pickup -v
    has "$errors$output" "paused by anna since 20"
    has "$errors$output" "the disk is changed; mc-ticket resume ends that"
    expect 75 pickup --ticket MC-1
    has "$errors" "MC-1: the board is paused by anna"
    has "$errors" "the disk is changed"
    expect 69 ticket health
    has "$output" "paused by anna"
    rows_are todo "SELECT status FROM tickets"
    expect 0 ticket pause --by bob
    [[ $output == "the board is already paused by anna since 20"*": the disk is changed; mc-ticket resume ends that" ]]
    expect 0 ticket resume
    has "$output" "the board goes on; it was paused by anna"
    expect 0 ticket resume
    is "$output" "the board is not paused"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
}

@test "an agent at work is spoken with while the board is paused" {
    expect 0 pickup
    wait_for has_events signal 1
    expect 0 ticket pause
    expect 0 pickup
    rows_are in_review "SELECT status FROM tickets"
    ticket reject MC-1 again >/dev/null
    expect 0 pickup
    wait_for has_events signal 2
}

@test "a request id pauses once, also after it was resumed" {
    expect 0 ticket pause lunch --request-id p1 --json
    first=$output
    is "$(value changed)" true
    expect 0 ticket resume
    expect 0 ticket pause lunch --request-id p1 --json
    is "$output" "$first"
    rows_are 0 "SELECT count(*) FROM settings WHERE key='paused'"
    expect 65 ticket pause dinner --request-id p1
    expect 65 ticket breaker close --request-id p1
    expect 65 ticket resume --request-id p1
    has "$errors" "was used for pause"
    expect 0 ticket breaker close --request-id b1
    expect 0 ticket breaker close --request-id b1 --json
    has "$output" '"closed":0'
    expect 65 ticket pause ' '
}
