#!/usr/bin/env bats
# A server that took over, or a copy that was put back, may lack the last claims: their agents are not ended, and not
# hidden either.

load one_server

setup() {
    load hosts
    machines
    machine a
    ticket init >/dev/null
}

teardown() {
    machines_end
}

# What a standby that was late by one claim has.
lose_the_claim() {
    rows "SET session_replication_role=replica; DELETE FROM mc_pickup.runtime_sessions;
        DELETE FROM mc_pickup.effects; DELETE FROM mc_pickup.ticket_messages; DELETE FROM mc_pickup.ticket_activity;
        DELETE FROM mc_pickup.runs; UPDATE mc_pickup.tickets SET status='inbox',run_id=NULL,worker_host=NULL,
        worker_pid=NULL,worker_start=NULL,worker_boot=NULL,worker_ns=NULL" >/dev/null
    rm -f "$STATE"/*last-sessions
}

@test "an agent whose run the board does not know is left alone, and said once" {
    add one
    expect 0 pickup -v
    local run agent
    run=$(rows "SELECT run_id FROM mc_pickup.runs")
    agent=$(rows "SELECT pid FROM mc_pickup.runtime_sessions")
    lose_the_claim
    expect 0 pickup --dry-run
    # That of a trial has none, and is ended by whoever tries.
    rows "INSERT INTO mc_pickup.settings(host,key,value)
        SELECT host,'new_trial','{\"run\":\"$run\"}' FROM mc_pickup.hosts" >/dev/null
    expect 0 pickup
    is "$errors" ""
    rows "DELETE FROM mc_pickup.settings WHERE key='new_trial'" >/dev/null
    rm -f "$STATE"/*last-sessions
    expect 0 pickup
    one_line
    has "$errors" "session mc-MC-1: an agent at work on MC-1, whose run $run the board does not know"
    has "$errors" "what it says stays in $STATE/run/$run/events; look with "
    has "$errors" "tmux -S $SOCKET attach -t =mc-MC-1: and end it there if nobody needs it"
    kill -0 "$agent"
    rm -f "$STATE"/*last-sessions
    expect 0 pickup
    is "$errors" ""
    kill -0 "$agent"
    expect 0 ticket doctor
    has "$output" "warn  session mc-MC-1: an agent is at work in it whose run $run the board does not know"
    has "$output" "run: tmux -S $SOCKET attach -t =mc-MC-1:"
}

@test "it is looked for every ten minutes, and no idle pickup between asks tmux" {
    expect 0 pickup
    local file=("$STATE"/*last-sessions)
    [ -e "${file[0]}" ]
    touch -d "9 minutes ago" "${file[0]}"
    expect 0 pickup
    [ -n "$(find "${file[0]}" -mmin +5)" ]
    touch -d "11 minutes ago" "${file[0]}"
    expect 0 pickup
    [ -z "$(find "${file[0]}" -mmin +5)" ]
}
