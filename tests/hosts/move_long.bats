#!/usr/bin/env bats
# 100,000 closed and 10,000 open tickets go from a file to a server and back: the same exports, and how long each way
# took.

setup() {
    load hosts
    machines
    machine a
    on a ticket init >/dev/null
    closed=${MC_MOVE_CLOSED:-100000}
    open=${MC_MOVE_OPEN:-10000}
}

teardown() {
    machines_end
}

# timed WORDS COMMAND …
timed() {
    local begun=$EPOCHREALTIME
    "${@:2}"
    printf '# %s: %s s\n' "$1" "$(awk "BEGIN{printf \"%.1f\", $EPOCHREALTIME - $begun}")" >&3
}

to() {
    ticket export -o "$T/$1.whole" "${@:2}" >/dev/null
    sed '1s/"place":[^}]*}/}/' "$T/$1.whole" >"$T/$1"
}

restore() {
    is "$(ticket import --restore "$@")" "$((closed + open)) restored, 0 were there already"
}

file() {
    mkdir -m 700 "$T/$1"
    ticket init --db "$T/$1/board.db" >/dev/null
}

@test "a large board comes back from a server as it was" {
    "$MC_PYTHON" "$BATS_TEST_DIRNAME/ledger.py" "$closed" "$open" >"$T/made"
    file one
    timed "into a file" restore "$T/made" --db "$T/one/board.db"
    timed "out of a file" to first --db "$T/one/board.db"
    timed "into a server" restore "$T/first.whole"
    timed "out of a server" to second
    cmp "$T/first" "$T/second"
    mv "$T/one" "$T/away"
    file two
    timed "back into a file" restore "$T/second.whole" --db "$T/two/board.db"
    to third --db "$T/two/board.db"
    cmp "$T/first" "$T/third"
    is "$(rows "SELECT status,sum(n) FROM mc_pickup.ticket_counts GROUP BY status HAVING sum(n)<>0 ORDER BY 1")" \
        "$(rows "SELECT status,count(*) FROM mc_pickup.tickets GROUP BY status ORDER BY 1")"
}
