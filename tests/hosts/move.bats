#!/usr/bin/env bats
# A board goes from a file to a server and back, with everything in it.

load one_server

setup() {
    load hosts
    machines
    machine a
    on a ticket init >/dev/null
}

teardown() {
    machines_end
}

# file NAME LEDGER: a board in a file, with what the export holds.
file() {
    mkdir -m 700 "$T/$1"
    ticket init --db "$T/$1/board.db" >/dev/null
    ticket import --restore "$2" --db "$T/$1/board.db"
}

# to NAME [OPTION …]: its export, but for where it is.
to() {
    ticket export -o "$T/$1.whole" "${@:2}" >/dev/null
    sed '1s/"place":[^}]*}/}/' "$T/$1.whole" >"$T/$1"
}

@test "from a file to a server and back, three exports are the same byte for byte" {
    "$MC_PYTHON" "$BATS_TEST_DIRNAME/ledger.py" 200 100 >"$T/made"
    is "$(file one "$T/made")" "300 restored, 0 were there already"
    to first --db "$T/one/board.db"
    is "$(ticket import --restore "$T/first.whole" --dry-run)" "300 would be restored, 0 were there already"
    is "$(rows "SELECT count(*) FROM mc_pickup.tickets")" 0
    is "$(ticket import --restore "$T/first.whole")" "300 restored, 0 were there already"
    to second
    cmp "$T/first" "$T/second"
    mv "$T/one" "$T/away"
    is "$(file two "$T/second.whole")" "300 restored, 0 were there already"
    to third --db "$T/two/board.db"
    cmp "$T/first" "$T/third"
    # what triggers keep is there, too
    is "$(rows "SELECT status,sum(n) FROM mc_pickup.ticket_counts GROUP BY status HAVING sum(n)<>0 ORDER BY 1")" \
        "$(rows "SELECT status,count(*) FROM mc_pickup.tickets GROUP BY status ORDER BY 1")"
    is "$(rows "SELECT id,waits,urgency FROM mc_pickup.tickets ORDER BY id")" \
        "$(sqlite3 "$T/two/board.db" "SELECT id,waits,urgency FROM tickets ORDER BY id")"
    is "$(rows "SELECT ticket_id FROM mc_pickup.ticket_lost ORDER BY 1")" \
        "$(sqlite3 "$T/two/board.db" "SELECT ticket_id FROM ticket_lost ORDER BY 1")"
    # what is a machine's is this one's, the rest the board's
    is "$(rows "SELECT host,key FROM mc_pickup.settings WHERE key IN('base:app','paused') ORDER BY key")" \
        $'a|base:app\n|paused'
    # and it is no empty board now
    expect 65 ticket import --restore "$T/first.whole"
    one_line
    has "$errors" "a whole export goes onto a board with nothing on it"
    # numbers go on behind
    ticket resume >/dev/null
    is "$(ticket add next --json | jq -r .ticket)" MC-301
    ticket note MC-301 "mind the gap" >/dev/null
    is "$(rows "SELECT max(id)=count(*) FROM mc_pickup.ticket_messages")" t
}

@test "slots of other hosts do not come into a file, which one host has alone" {
    rows "INSERT INTO mc_pickup.worktree_slots(host,slot,workspace,number,path,state)VALUES
        ('a','pool-1','default',1,'/a/pool-1','free'),('b','pool-1','default',1,'/b/pool-1','free'),
        ('b','pool-2','default',2,'/b/pool-2','quarantined')"
    to both
    for way in "" --dry-run; do
        mkdir -m 700 "$T/one$way"
        ticket init --db "$T/one$way/board.db" >/dev/null
        expect 65 ticket import --restore "$T/both.whole" ${way:+"$way"} --db "$T/one$way/board.db"
        one_line
        has "$errors" "slot pool-2 of host b is quarantined, and a board in a file is one host's alone; have it given back"
        is "$(sqlite3 "$T/one$way/board.db" "SELECT * FROM worktree_slots")" ""
    done
    rows "UPDATE mc_pickup.worktree_slots SET state='free'"
    to both
    file two "$T/both.whole" >/dev/null
    is "$(sqlite3 "$T/two/board.db" "SELECT host,slot,path FROM worktree_slots")" "a|pool-1|/a/pool-1"
    # what has one host is that host's by whatever name
    rows "DELETE FROM mc_pickup.worktree_slots WHERE host='a'"
    to other
    file three "$T/other.whole" >/dev/null
    is "$(sqlite3 "$T/three/board.db" "SELECT host,slot FROM worktree_slots")" "$(printf 'b|pool-1\nb|pool-2')"
}

@test "what does not fit leaves a server's board with nothing on it" {
    "$MC_PYTHON" "$BATS_TEST_DIRNAME/ledger.py" 3 0 >"$T/made"
    for change in 's/"attempts":0/"attempts":"many"/' 's/"attempts":0/"attempts":-1/' 's/"status":"done"/"status":"x"/' \
        's/"kind":"spawn"/"kind":"x"/' 's/"created_at":[0-9]*,//' 's/"id":3,/"id":2,/'; do
        sed "4$change" "$T/made" >"$T/bad"
        for way in "" --dry-run; do
            expect 65 ticket import --restore "$T/bad" ${way:+"$way"}
            one_line
            has "$errors" "$T/bad:4: "
        done
        is "$(rows "SELECT count(*) FROM mc_pickup.tickets")" 0
    done
    # nor is there what one waits for, or what is said comes after all lines
    sed '4s/,"activity"/,"needs":[1,9]&/' "$T/made" >"$T/bad"
    for way in "" --dry-run; do
        expect 65 ticket import --restore "$T/bad" ${way:+"$way"}
        has "$errors" "$T/bad: MC-3 waits for MC-9, which is neither on the board nor"
    done
    is "$(rows "SELECT count(*) FROM mc_pickup.tickets")" 0
    # given twice, the later state is the one that counts, with what it waits for
    sed '4{s/,"activity"/,"needs":[1]&/p;s/"updated_at":1/"updated_at":2/;s/"needs":\[1\]/"needs":[2]/}' "$T/made" >"$T/twice"
    is "$(ticket import --restore "$T/twice")" "3 restored, 0 were there already"
    is "$(rows "SELECT * FROM mc_pickup.ticket_needs")" "3|2"
}

@test "a text that is not UTF-8 is told of" {
    "$MC_PYTHON" "$BATS_TEST_DIRNAME/ledger.py" 3 0 | sed '4s/"title":"[^"]*"/"title":{"hex":"61ff62"}/' >"$T/made"
    expect 0 ticket import --restore "$T/made"
    is "$output" "3 restored, 0 were there already"
    is "$errors" "mc-ticket: texts that were not UTF-8: 1: a server takes no other: what was none in them is U+FFFD now"
    is "$(rows "SELECT title FROM mc_pickup.tickets WHERE id=3")" $'a\uFFFDb'
}
