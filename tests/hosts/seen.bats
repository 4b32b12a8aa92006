#!/usr/bin/env bats
# What an operator on one machine sees of a ticket that was worked on another.

load one_server

setup() {
    load hosts
    machines
    machine a
    machine b '{"profiles": {"demo": {"reports": true}}}'
    on a ticket init
    on a add one
    on b pickup
    be b
    wait_for told
}

teardown() {
    machines_end
}

# Its word may come before its reply, each by the spool.
told() {
    on b pickup
    on b ticket reply MC-1 | grep -q '^Read '
}

@test "the reply is the one of that turn, and what stands on one machine says on which" {
    expect 0 on b ticket reply MC-1
    whole=$output
    has "$whole" "Read "
    expect 0 on a ticket reply MC-1
    is "$output" "$whole"
    expect 0 on a ticket reply MC-1 --json
    is "$(value whole)" false
    expect 0 on a ticket show MC-1
    has "$output" ", session mc-MC-1 on host b"
    has "$output" "mc-ticket attach MC-1 on host b"
    has "$output" "pane.log on host b"
    has "$output" " attempt 1 on host b, "
    has "$output" "claimed: attempt 1, session mc-MC-1, host b"
    expect 0 on b ticket show MC-1
    no has "$output" "pane.log on host"
}

@test "a reply of the turn before is no reply of this one" {
    expect 0 on a ticket reply MC-1
    before=$output
    on a ticket reject MC-1 "once more" >/dev/null
    on b pickup
    be b
    wait_for has_events signal 2
    # Its word may be there before its reply is.
    while ! on a ticket show MC-1 --json | grep -q '"status":"in_review"'; do
        expect 0 on a ticket reply MC-1
        on b pickup
    done
    expect 0 on a ticket reply MC-1
    [ "$output" != "$before" ]
}
