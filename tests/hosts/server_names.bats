#!/usr/bin/env bats
# A board on a server by its name: what is shown of that, what agents and hooks are given, what is kept where.

load one_server

setup() {
    load ../e2e/support
    world
    server=$T/server
    mkdir -m 755 "$server"
    chmod 755 "$T"
    server_begin "$server"
    MC_DB=$DB
    STATE=$T/.local/state/mc-pickup
    SOCKET=$STATE/tmux.sock
    git init -q -b main "$T/repo"
    git -C "$T/repo" -c user.name=a -c user.email=a@b commit -q --allow-empty -m one
    printf '#!/bin/sh\nprintf "%%s" "$MC_DB" >%s/hook\n' "$T" >"$T/hook.sh"
    chmod 700 "$T/hook.sh"
    configure "{\"workspace\": {\"repo\": \"$T/repo\", \"hooks\": {\"before_run\": [\"$T/hook.sh\"]}}}"
}

teardown() {
    world_end
    server_end "$server"
}

@test "its name goes to people and hooks, and its spool to agents" {
    local pid
    expect 0 ticket init --db "$MC_DB&application_name=wilhelmine"
    has "$(head -1 <<<"$output")" "board          made postgresql://"
    no has "$(head -1 <<<"$output")" wilhelmine
    # whose cron is to call is another's question
    has "$output" "init --worker ROLE   lets the role of the machines work there (mc-pickup-hosts(7))"
    no has "$output" "next           mc-pickup"
    # what the first pickup makes is well
    rm -rf "$STATE"
    has "$(ticket doctor || true)" "our server at $SOCKET: not running, the first agent starts it"
    [ ! -e "$STATE" ]
    add "a title" --todo
    expect 0 pickup -v
    has "$output" "dispatched MC-1"
    is "$(stat -c %a "$STATE")" 700
    is "$(cat "$T/hook")" "$MC_DB"
    pid=$(sed -n 's/.*pid \([0-9]*\).*/\1/p' <<<"$output")
    has "$(tr '\0' '\n' <"/proc/$pid/environ")" "MC_DB=spool:$STATE"
    no has "$(tr '\0' '\n' <"/proc/$pid/environ")" postgresql
    has "$(ls "$STATE")" last-pickup
    [ ! -e "$STATE/board.db" ]
}

@test "agents are given the name that the configuration has for them" {
    local pid
    configure '{"agents_database": "service=agents"}'
    expect 0 ticket init
    add "a title" --todo
    expect 0 pickup -v
    pid=$(sed -n 's/.*pid \([0-9]*\).*/\1/p' <<<"$output")
    has "$(tr '\0' '\n' <"/proc/$pid/environ")" "MC_DB=service=agents"
}
