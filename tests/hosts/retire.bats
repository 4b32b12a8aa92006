#!/usr/bin/env bats
# A host that vanishes with its agents at work, is given up, and comes back.

load one_server

setup() {
    load hosts
    machines
    machine a
    machine b
    on a ticket init
}

teardown() {
    machines_end
}

# repository NAME: the machine's own clone of what all push to.
repository() {
    git clone -q "$T/origin.git" "$(of "$1")/repo" 2>/dev/null
    git -C "$(of "$1")/repo" config user.name Person
    git -C "$(of "$1")/repo" config user.email person@example.org
}

# works NAME DEMO-OPTION …: its agents work in slots of its repository.
works() {
    local name=$1
    shift
    [ -d "$(of "$name")/repo" ] || repository "$name"
    be "$name"
    configure "{\"host\": \"$name\", \"database\": \"$DB\", \"linger_s\": 3600, \"workspace\":
        {\"repo\": \"$MACHINE/repo\", \"size\": 3, \"push\": \"origin\"},
        \"profiles\": {\"demo\": {\"first_turn\": \"argv\"}}}" "$@"
}

origin() {
    git init -q --bare -b main "$T/origin.git"
    git init -q -b main "$T/seed"
    echo one >"$T/seed/README"
    git -C "$T/seed" add -A
    git -C "$T/seed" -c user.name=a -c user.email=a@b commit -q -m one
    git -C "$T/seed" push -q "$T/origin.git" main
}

# vanished NAME: two hours ago.
vanished() {
    rows "UPDATE mc_pickup.hosts SET seen_at=seen_at-7200000 WHERE host='$1'"
    rows "UPDATE mc_pickup.hosts SET heard_since=heard_since-7200000"
}

# All that stands of one host's runs, and of the tickets.
rows_of() {
    rows "SELECT r::text FROM mc_pickup.runs r WHERE host='$1' UNION ALL
        SELECT r::text FROM mc_pickup.runtime_sessions r WHERE host='$1' UNION ALL
        SELECT r::text FROM mc_pickup.worktree_slots r WHERE host='$1' UNION ALL
        SELECT t::text FROM mc_pickup.tickets t ORDER BY 1"
}

# What its agents said waits in its state folder for its next pickup.
worked() {
    on a pickup >/dev/null
    is "$(rows "SELECT count(*) FROM mc_pickup.tickets WHERE status='in_review'")" "$1"
}

agents_of() {
    on "$1" agents
}

@test "a host that vanishes with three agents at work is given up, and comes back" {
    origin
    works a --busy 0
    works b --hold "$T/never"
    for title in one two three; do
        on a add "$title"
    done
    for _ in 1 2 3; do
        expect 0 on b pickup
    done
    be b
    wait_for has_events prompt 3
    for slot in 1 2 3; do
        echo "not committed" >"$STATE/pool/default/pool-$slot/notes.txt"
    done
    is "$(agents_of b | wc -l)" 3
    expect 0 on a pickup # it is noted, and finds nothing to do
    is "$output$errors" ""

    # The others say so once, and take none of its tickets by themselves.
    vanished b
    expect 0 on a pickup
    has "$errors" "host b has been silent for 2 h"
    has "$errors" "mc-ticket hosts retire b"
    one_line
    for _ in 1 2; do
        expect 0 on a pickup
        is "$output$errors" ""
    done
    rows_are "in_progress|b|3" "SELECT status,worker_host,count(*) FROM mc_pickup.tickets GROUP BY 1,2"
    expect 69 on a ticket health
    has "$output" "host b has been silent for 2 h"
    expect 0 on a ticket hosts
    has "$output" "silent"
    expect 0 on a ticket list
    has "$output" "its host b has been silent for 2 h"

    # A person gives it up.
    expect 0 on a ticket --json hosts retire b --by anna
    is "$(jq -c '[.changed,.tickets]' <<<"$output")" '[true,3]'
    has "$output" "3 tickets are to be done again, 3 agents are over"
    rows_are "todo||0|3" "SELECT status,worker_host,attempts,count(*) FROM mc_pickup.tickets GROUP BY 1,2,3"
    rows_are "host_lost|t|3" "SELECT outcome,ended_at>0,count(*) FROM mc_pickup.runs GROUP BY 1,2"
    rows_are "anna|host_lost|3" \
        "SELECT author,kind,count(*) FROM mc_pickup.ticket_activity WHERE kind='host_lost' GROUP BY 1,2"
    expect 0 on a ticket hosts retire b
    has "$output" "retired already"
    for _ in 1 2 3; do
        expect 0 on a pickup
        has "$errors" "on host b" # what was not pushed
    done
    wait_for worked 3
    before=$(rows_of a)

    # It comes back with its agents alive, which have worked on: they end, and what they had not committed is kept.
    is "$(agents_of b | wc -l)" 3
    expect 0 on b pickup
    is "$(agents_of b)" ""
    is "$(on b sessions)" ""
    is "$(rows_of a)" "$before"
    rows_are "free|3" "SELECT state,count(*) FROM mc_pickup.worktree_slots WHERE host='b' GROUP BY 1"
    is "$(git -C "$(of b)/repo" for-each-ref 'refs/mc/preserved' | wc -l)" 3
    for ref in $(git -C "$(of b)/repo" for-each-ref --format='%(refname)' 'refs/mc/preserved'); do
        git -C "$(of b)/repo" show "$ref:notes.txt" | grep -q .
    done
    be b
    is "$(events prompt)" 3
    be a
    is "$(events prompt)" 3
    expect 0 on b pickup
    expect 0 on b ticket hosts
    has "$output" "heard"
    rows_are "2" "SELECT count(*) FROM mc_pickup.hosts WHERE retired_at IS NULL AND said_at IS NULL"
    is "$(rows_of a)" "$before"
}

# gone NAME: given up by a person on a.
gone() {
    expect 0 on a ticket hosts retire "$1" --force
}

@test "agents at rest, and stopped ones, end with the others when their host is back, and what they said is told" {
    be b
    configure "{\"host\": \"b\", \"database\": \"$DB\", \"linger_s\": 3600, \"max_running\": 3, \"max_live\": 9}" --hold "$T/never"
    for title in one two three; do
        on a add "$title"
        expect 0 on b pickup
    done
    be b
    wait_for has_events prompt 3
    is "$(agents_of b | wc -l)" 3
    on a add four >/dev/null
    rows "UPDATE mc_pickup.tickets SET status='in_review' WHERE id=1"
    expect 0 on a ticket cancel MC-2
    expect 0 on a ticket reopen MC-2
    gone b
    rows_are "in_review todo todo todo" "SELECT string_agg(status,' ' ORDER BY id) FROM mc_pickup.tickets"
    rows "INSERT INTO mc_pickup.settings(host,key,value)VALUES('','paused','{}')"
    be b
    for n in 1 2 3; do # one that ends its turn takes it away
        touch "$T/never"
        wait_for has_events signal $n
    done
    expect 0 on b pickup
    no has "$errors" "process works in it"
    is "$(agents_of b)" ""
    rows_are "3" "SELECT count(DISTINCT ticket_id) FROM mc_pickup.ticket_activity WHERE kind='signal_ignored'"
    rows_are "in_review todo todo todo" "SELECT string_agg(status,' ' ORDER BY id) FROM mc_pickup.tickets"
    is "$(find "$(of b)/.local/state/mc-pickup/run" -path '*/events/*.json' | wc -l)" 0
    expect 0 on b pickup
    rows_are "0" "SELECT count(*) FROM mc_pickup.hosts WHERE host='b' AND retired_at IS NOT NULL"
}

@test "a machine that was given up while it was at work ends its agent before it works the ticket anew" {
    be b
    configure "{\"host\": \"b\", \"database\": \"$DB\", \"linger_s\": 3600}" --hold "$T/never"
    on a add one
    expect 0 on b pickup
    be b
    wait_for has_events prompt 1
    pid=$(agents_of b)
    work=$(readlink "/proc/$pid/cwd")
    echo kept >"$work/file"
    expect 75 on a ticket hosts retire b
    expect 0 on a ticket hosts retire b --force
    rows_are "todo" "SELECT status FROM mc_pickup.tickets"

    # What the agent says now counts for nothing.
    old=$(rows "SELECT run_id FROM mc_pickup.runs")
    touch "$T/never"
    be b
    wait_for has_events signal 1
    rm -f "$T/never"
    expect 0 on b pickup
    rows_are "in_progress|b|2" \
        "SELECT t.status,t.worker_host,(SELECT count(*) FROM mc_pickup.runs) FROM mc_pickup.tickets t"
    rows_are "host_lost" "SELECT outcome FROM mc_pickup.runs WHERE run_id='$old'"
    is "$(agents_of b | wc -l)" 1
    [ "$(agents_of b)" != "$pid" ]
    is "$(cat "$work/file")" kept
    expect 0 on b pickup --heal-only
    rows_are "1" "SELECT count(*) FROM mc_pickup.hosts WHERE host='b' AND retired_at IS NULL"
    rows_are "in_progress" "SELECT status FROM mc_pickup.tickets"
}
