#!/usr/bin/env bats
# A request id belongs to one command, ticket and text (SPEC section 17).

setup() {
    load ../ticket/desk.bash
    desk_setup
    new
    mc add one --request-id a1 >/dev/null
    mc add two >/dev/null
}

teardown() {
    desk_teardown
}

# refused COMMAND …: with 65 and one line that names what it was used for; nothing changes.
refused() {
    local before
    before=$(rows)
    expect 65 mc "$@"
    one_line
    has "$errors" "nothing is done"
    is "$(rows)" "$before"
}

@test "of an add, for a move or another add: refused" {
    sql "UPDATE tickets SET status='in_review' WHERE id=1"
    refused approve MC-1 --request-id a1
    has "$errors" "request id a1 was used for add"
    refused add two --request-id a1
    refused add one --body other --request-id a1
    is "$(mc add one --request-id a1)" MC-1
}

@test "of a move, for another command, ticket or text: refused" {
    sql "UPDATE tickets SET status='in_review'"
    expect 0 mc reject MC-1 again --request-id r1
    refused reject MC-2 again --request-id r1
    has "$errors" "was used for reject MC-1"
    refused reject MC-1 "not like this" --request-id r1
    refused cancel MC-1 --request-id r1
    refused note MC-1 again --request-id r1
    refused send MC-1 again --request-id r1
    refused send MC-1 again --queue --request-id r1
    refused add one --request-id r1
    expect 0 mc reject MC-1 again --request-id r1
    is "$output" "MC-1 in_review -> todo, the remark goes with its next run"
    is "$(sql "SELECT count(*) FROM ticket_messages")" 1
}

@test "of an older program, which did not say for what: by what its answer tells" {
    sql "UPDATE tickets SET status='in_review'"
    expect 0 mc approve MC-1 --request-id r1
    expect 0 mc note MC-2 hello --request-id n1
    sql "UPDATE requests SET act=NULL"
    refused approve MC-2 --request-id r1
    refused cancel MC-1 --request-id r1
    refused add one --request-id r1
    refused approve MC-1 --request-id a1
    expect 0 mc approve MC-1 --request-id r1
    is "$output" "MC-1 in_review -> done"
    expect 0 mc note MC-2 hello --request-id n1
    is "$(mc add one --request-id a1)" MC-1
    is "$(sql "SELECT count(*) FROM ticket_messages")" 1
}
