#!/usr/bin/env bats
# The way of a ticket as mc-ticket(1) prints it, line by line, with the agent that needs no account.

setup() {
    load desk
    desk_setup
}

teardown() {
    local pid
    for pid in $(sql "SELECT pid FROM runtime_sessions WHERE pid IS NOT NULL"); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    desk_teardown
}

in_review() {
    is "$(status_of 1)" in_review
}

@test "the example of the page, as printed" {
    local line said=0
    cd "$T"
    echo "It is broken." >bug.txt
    sed -n '/^A board, a ticket, and its way/,/^\.Ed/p' "$MC_SRC/man/mc-ticket.1" | sed -n 's/^\$ //p' >lines
    is "$(wc -l <lines)" 11
    while read -r line; do
        case $line in
        *" attach "*) continue ;; # there is no terminal
        *" reject "* | *" send "* | *" approve "*) wait_for in_review ;;
        esac
        case $line in *mc-pickup*) said=$((said + 1)) ;; esac
        PATH=$MC_BIN:$PATH expect 0 bash -c "$line" </dev/null
    done <lines
    is "$said" 2
    is "$(status_of 1)" done
    is "$(sql "SELECT count(*) FROM runs")" 1
    is "$(sql "SELECT turn_count FROM runtime_sessions")" 3
}
