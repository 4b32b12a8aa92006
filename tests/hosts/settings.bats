#!/usr/bin/env bats
# What somebody has set on a server for a role or a database: nothing of it changes how a board is worked, or is printed.

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

# set_there NAME=VALUE: for this role, from its next connection on.
set_there() {
    PGOPTIONS="-c default_transaction_read_only=off" rows "ALTER ROLE mc IN DATABASE $(name_of "$DB") SET $1"
}

@test "what the server remarks while it lets us in is not printed, not by cron's call either" {
    set_there client_min_messages=debug5
    expect 0 pickup
    is "$output$errors" ""
    expect 0 ticket add one
    is "$errors" ""
    expect 0 ticket doctor --json
    is "$errors" ""
    # and what we have to say is
    expect 66 ticket show MC-9
    one_line
}

@test "a transaction is what we say it is, whatever it would be by itself" {
    local i
    set_there default_transaction_deferrable=on
    set_there default_transaction_isolation=serializable
    configure '{"host": "a", "database": "'"$DB"'", "max_running": 50}'
    for i in 1 2 3 4 5 6; do
        ticket add "ticket $i" >"$T/out.$i" 2>&1 &
    done
    wait
    for i in 1 2 3 4 5 6; do
        pickup >"$T/out.1$i" 2>&1 &
    done
    wait
    is "$(grep -l serialize "$T"/out.*)" ""
    is "$(rows "SELECT count(*),count(DISTINCT ticket_id) FROM mc_pickup.ticket_activity WHERE kind='claimed'")" "6|6"
}
