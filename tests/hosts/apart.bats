#!/usr/bin/env bats
# Machines of one board need not have the same profiles and workspaces: a ticket that names one waits for a machine that
# has it, and none of the others makes a fault of that.

load one_server

setup() {
    load hosts
    machines
    machine a '{"profiles": {"special": {"command": ["mc-demo-agent"], "ready": "^demo> ?$", "first_turn": "argv"}}}'
    machine b
    on a ticket init >/dev/null
}

teardown() {
    machines_end
}

@test "a profile that another machine has is no fault here" {
    expect 0 on b ticket add one --profile special
    expect 0 on b pickup -v
    is "$output$errors" "idle (no_ticket)"
    expect 0 on b ticket list
    has "$output" "waits for a host that has special"
    expect 0 on b ticket health
    on b ticket doctor >"$T/doctor" || true
    grep " checks are well" "$T/doctor"
    no grep special "$T/doctor"
    expect 78 on b pickup --ticket MC-1
    expect 0 on a pickup -v
    has "$output" "dispatched MC-1"
    # nor is where its agents live
    is "$(rows "SELECT host FROM mc_pickup.settings WHERE key='tmux_socket'")" a
}

@test "nor is a workspace" {
    empty_repository "$T/repo"
    be a
    configure "{\"host\": \"a\", \"database\": \"$DB\", \"workspaces\": {\"app\": {\"repo\": \"$T/repo\", \"size\": 1}}}"
    expect 0 on b ticket add one --workspace app
    expect 0 on b pickup -v
    is "$output$errors" "idle (no_ticket)"
    has "$(on b ticket list)" "waits for a host that has app"
    expect 0 on b ticket health
    expect 0 on a pickup -v
    has "$output" "dispatched MC-1"
}
