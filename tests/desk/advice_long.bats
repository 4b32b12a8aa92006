#!/usr/bin/env bats
# What is advised is what helps, where the pickup waits long before it says it.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

@test "a text that was pasted and does not show: nothing is said of an endpoint" {
    printf '%s\n' '#!/bin/sh' 'stty -echo' "printf 'demo> '" 'exec sleep 600' >"$T/deaf"
    chmod 755 "$T/deaf"
    configure "{\"profiles\": {\"demo\": {\"command\": [\"$T/deaf\"]}}}"
    init
    add one
    expect 69 pickup
    has "$errors" "the pasted text did not show within"
    has "$errors" "set profiles.demo.box"
    printf '%s\n' "$errors" >"$T/out"
    no grep -i 'endpoint\|send\.timeout_s' "$T/out"
    expect 0 ticket show MC-1
    no has "$output" "endpoint"
}
