#!/usr/bin/env bats
# What an operator on one machine does to a ticket whose agent is on another, and two machines of one name.

load one_server

setup() {
    load hosts
    machines
    machine a
    machine b --hold "$T/never"
    on a ticket init
    on a add one
}

teardown() {
    machines_end
}

at_work() {
    expect 0 on b pickup
    be b
    wait_for has_events prompt 1
}

agents_of() {
    on "$1" agents
}

@test "an agent on another machine is neither looked at nor ended: that machine's next pickup ends it" {
    at_work
    pid=$(agents_of b)
    for command in attach screen log; do
        expect 69 on a ticket "$command" MC-1
        has "$errors" "MC-1: its agent is on host b; run mc-ticket $command MC-1 there"
    done
    expect 69 on a ticket send MC-1 hello
    has "$errors" "on host b"
    has "$errors" "--queue"
    expect 0 on a ticket send --queue MC-1 hello
    expect 0 on a ticket runtimes
    has "$output" "on host b"
    no grep -q "is gone" <<<"$output"
    expect 75 on a pickup --ticket MC-1
    has "$errors" "in progress on host b"

    expect 0 on a ticket cancel MC-1
    has "$output" "its agent is ended by the next mc-pickup of host b"
    for _ in 1 2; do
        expect 0 on a pickup
        is "$errors" ""
    done
    is "$(agents_of b)" "$pid"
    rows_are "cancelled|running|stopped" "SELECT t.status,r.status,u.outcome FROM mc_pickup.tickets t
        JOIN mc_pickup.runtime_sessions r ON r.ticket_id=t.id JOIN mc_pickup.runs u ON u.run_id=r.run_id"
    expect 0 on b pickup
    is "$(agents_of b)" ""
    rows_are "closed|stopped" "SELECT r.status,u.outcome FROM mc_pickup.runtime_sessions r
        JOIN mc_pickup.runs u ON u.run_id=r.run_id"
}

@test "a ticket that is to be done again waits for the end of its agent on another machine" {
    at_work
    expect 0 on a ticket block MC-1
    expect 0 on a ticket reopen MC-1
    expect 0 on a pickup
    rows_are "todo" "SELECT status FROM mc_pickup.tickets"
    expect 0 on b pickup --heal-only
    is "$(agents_of b)" ""
    expect 0 on a pickup
    rows_are "in_progress|a" "SELECT status,worker_host FROM mc_pickup.tickets"
}

@test "an answer reaches the agent on another machine, whose limits begin anew" {
    at_work
    rows "UPDATE mc_pickup.tickets SET status='needs_input'"
    rows "UPDATE mc_pickup.runtime_sessions SET turn_started_tick=1,spawned_tick=1"
    expect 0 on a ticket answer MC-1 "go on"
    has "$output" "MC-1 needs_input -> in_progress"
    has "$output" "hands the answer to its agent"
    rows_are "in_progress|b|running" "SELECT t.status,t.worker_host,r.status FROM mc_pickup.tickets t
        JOIN mc_pickup.runtime_sessions r ON r.ticket_id=t.id"
    expect 0 on b pickup
    rows_are "t" "SELECT turn_started_tick>1 AND spawned_tick>1 FROM mc_pickup.runtime_sessions"
    is "$(agents_of b | wc -l)" 1
}

@test "a machine that has another's name is refused, and touches nothing" {
    at_work
    machine c
    be c
    configure "{\"host\": \"b\", \"database\": \"$DB\"}"
    before=$(rows "SELECT r::text FROM mc_pickup.hosts r ORDER BY 1; SELECT r::text FROM mc_pickup.runtime_sessions r")
    expect 78 on c pickup
    has "$errors" "host b: another machine has this name on the board"
    has "$errors" "mc-ticket hosts retire b"
    expect 78 on c pickup --dry-run
    expect 78 on c pickup --heal-only
    [ ! -e "$(of c)/.local/state/mc-pickup/last-pickup" ]
    for command in cancel retry attach screen; do
        expect 78 on c ticket "$command" MC-1
    done
    expect 0 on c ticket list
    expect 78 on c ticket doctor
    has "$output" "another machine has this name"
    rows "UPDATE mc_pickup.hosts SET seen_at=seen_at-7200000 WHERE host='b'"
    be a
    ticket doctor >"$T/doctor" || true
    rows "UPDATE mc_pickup.hosts SET seen_at=seen_at+7200000 WHERE host='b'"
    has "$(cat "$T/doctor")" "host b has been silent for 2 h"
    has "$(cat "$T/doctor")" "others share the board: b"
    is "$(rows "SELECT r::text FROM mc_pickup.hosts r ORDER BY 1; SELECT r::text FROM mc_pickup.runtime_sessions r")" \
        "$before"

    # Installed anew: it takes its name back.
    expect 75 on c ticket hosts retire b
    has "$errors" "was seen"
    expect 64 on b ticket hosts retire b --force
    expect 66 on a ticket hosts retire nobody
    has "$errors" "known: b"
    expect 0 on c ticket hosts retire b --force
    expect 0 on c pickup
    rows_are "in_progress|b" "SELECT status,worker_host FROM mc_pickup.tickets"
    expect 78 on b pickup
    is "$(agents_of b | wc -l)" 1
}

# by_boot NAME ID: what b's row says, as its other boot wrote it a moment ago.
by_boot() {
    rows "UPDATE mc_pickup.hosts SET boot_id='$2',seen_at=(extract(epoch FROM now())*1000)::bigint WHERE host='$1'"
}

@test "a copy of a machine and the machine stop both, before an agent is judged" {
    at_work
    pid=$(agents_of b)
    own=$(rows "SELECT boot_id FROM mc_pickup.hosts WHERE host='b'")
    by_boot b 11111111-2222-3333-4444-555555555555
    before=$(rows "SELECT r::text FROM mc_pickup.runtime_sessions r;SELECT t::text FROM mc_pickup.tickets t")
    for option in --dry-run --heal-only -v; do
        expect 78 on b pickup "$option"
        has "$errors" "host b: two machines are at work with this name and one host-id (this is boot $own)"
        has "$errors" "remove $(of b)/.local/state/mc-pickup/host-id"
    done
    expect 78 on b ticket cancel MC-1
    rows_are "11111111-2222-3333-4444-555555555555|t" "SELECT boot_id,twin_at>0 FROM mc_pickup.hosts WHERE host='b'"

    # The other one meets what the first has noted.
    by_boot b "$own"
    rows "UPDATE mc_pickup.hosts SET seen_at=seen_at-60000 WHERE host='b'"
    expect 78 on b pickup -v
    has "$errors" "two machines are at work"
    rows_are "t" "SELECT extract(epoch FROM now())*1000-seen_at<30000 FROM mc_pickup.hosts WHERE host='b'"
    is "$(rows "SELECT r::text FROM mc_pickup.runtime_sessions r;SELECT t::text FROM mc_pickup.tickets t")" "$before"
    is "$(agents_of b)" "$pid"

    # The copy is not heard any more.
    rows "UPDATE mc_pickup.hosts SET twin_at=twin_at-200000 WHERE host='b'"
    expect 0 on b pickup
    is "$errors" ""
    is "$(agents_of b)" "$pid"
}

@test "an ordinary reboot, a minute after the last pickup, is none" {
    at_work
    be b
    rows "UPDATE mc_pickup.hosts SET boot_id='11111111-2222-3333-4444-555555555555',seen_at=seen_at-40000 WHERE host='b'"
    echo "86400000 0 -$(($(cut -d. -f1 /proc/uptime) - 20))000" >"$T/offsets"
    extra=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
    expect 0 on b pickup
    no has "$errors" "two machines"
    rows_are "$(cat /proc/sys/kernel/random/boot_id)" "SELECT boot_id FROM mc_pickup.hosts WHERE host='b'"
}

@test "a machine that gets another name is refused as long as something stands under the old one" {
    at_work
    expect 0 on a pickup
    be b
    configure "{\"host\": \"bb\", \"database\": \"$DB\"}" --hold "$T/never"
    for option in --dry-run -v; do
        expect 78 on b pickup "$option"
        has "$errors" "host bb: this machine is host b on the board"
        has "$errors" "put \"host\": \"b\" into the configuration"
        has "$errors" "mc-ticket hosts retire b"
    done
    expect 78 on b ticket cancel MC-1
    rows_are "a b" "SELECT string_agg(host,' ' ORDER BY host) FROM mc_pickup.hosts"
    is "$(agents_of b | wc -l)" 1

    # Given up, its agent ends, and the new name works the ticket.
    expect 0 on b ticket hosts retire b --force
    expect 0 on b pickup
    rows_are "in_progress|bb|2" \
        "SELECT status,worker_host,(SELECT count(*) FROM mc_pickup.runs) FROM mc_pickup.tickets"
    is "$(agents_of b | wc -l)" 1
    expect 0 on b pickup
    rows_are "bb" "SELECT host FROM mc_pickup.hosts WHERE retired_at IS NULL AND host<>'a'"
}

@test "a machine with nothing at work just gets its new name" {
    expect 0 on a pickup
    be b
    configure "{\"host\": \"bb\", \"database\": \"$DB\"}"
    expect 0 on b pickup
    be b
    configure "{\"host\": \"b3\", \"database\": \"$DB\"}"
    expect 0 on b pickup
    is "$errors" ""
    rows_are "a b3" "SELECT string_agg(host,' ' ORDER BY host) FROM mc_pickup.hosts WHERE retired_at IS NULL"
    rows_are "2" "SELECT count(*) FROM mc_pickup.hosts"

    # But not with a copy's host-id.
    be b
    configure "{\"host\": \"b4\", \"database\": \"$DB\"}"
    by_boot b3 11111111-2222-3333-4444-555555555555
    expect 78 on b pickup
    has "$errors" "host b3: two machines are at work"
}

silences() {
    [ "$(grep -o '"host":"b"' "$T/told" | wc -l)" -eq "$1" ]
}

@test "with host_lost_after_s the others give it up by themselves, and say so once" {
    at_work
    add "The second"
    expect 0 on b pickup
    be a
    printf '#!/bin/sh\ncat >>"%s"\n' "$T/told" >"$T/tell"
    chmod 700 "$T/tell"
    configure "{\"host\": \"a\", \"database\": \"$DB\", \"host_lost_after_s\": 3600, \"notify\": [\"$T/tell\"]}"
    rows "INSERT INTO mc_pickup.settings(host,key,value)VALUES('','paused','{}')"
    expect 0 on a pickup
    rows "UPDATE mc_pickup.hosts SET seen_at=seen_at-7200000"
    expect 0 on a pickup # it was not heard itself: the server may have been away
    is "$errors" ""
    expect 0 on a pickup # and the others have had no time to be heard
    is "$errors" ""
    rows "UPDATE mc_pickup.hosts SET heard_since=heard_since-180000 WHERE host='a'"
    expect 0 on a pickup # silent, and not for so long as it was listened to
    has "$errors" "host b has been silent for 2 h, and what it has (2 runs) is left to it"
    rows_are "in_progress|b" "SELECT DISTINCT status,worker_host FROM mc_pickup.tickets"
    rows "UPDATE mc_pickup.hosts SET heard_since=heard_since-3600000 WHERE host='a'"
    expect 0 on a pickup --dry-run
    has "$output" "host_lost"
    rows_are "in_progress|b" "SELECT DISTINCT status,worker_host FROM mc_pickup.tickets"
    expect 0 on a pickup
    has "$errors" "host b has been silent for 2 h and is given up (host_lost_after_s): 2 tickets are to be done again, 2 agents"
    one_line
    rows_are "todo|host_lost|mc-pickup" "SELECT DISTINCT t.status,u.outcome,a.author FROM mc_pickup.tickets t
        JOIN mc_pickup.runs u ON u.ticket_id=t.id JOIN mc_pickup.ticket_activity a ON a.ticket_id=t.id
        WHERE a.kind='host_lost'"
    expect 0 on a pickup
    is "$errors" ""
    wait_for silences 2 # silent, and given up
}

@test "of several machines one tells each event, and one without a notify drops none" {
    printf '#!/bin/sh\ncat >>"%s"\n' "$T/told" >"$T/tell"
    chmod 700 "$T/tell"
    machine c
    for name in a c; do
        be "$name"
        configure "{\"host\": \"$name\", \"database\": \"$DB\", \"notify\": [\"$T/tell\"]}"
    done
    rows "INSERT INTO mc_pickup.settings(host,key,value)VALUES('','paused','{}')"
    rows "INSERT INTO mc_pickup.notices(event,created_at,body)
        SELECT 'blocked',1,'{\"schema\":1,\"event\":\"blocked\",\"number\":'||i||'}' FROM generate_series(1,30)i"
    expect 0 on b pickup
    rows_are "30" "SELECT count(*) FROM mc_pickup.notices"
    (be a && pickup 3>&-) &
    (be c && pickup 3>&-) &
    wait
    expect 0 on a pickup
    rows_are "0" "SELECT count(*) FROM mc_pickup.notices"
    wait_for told 30
    is "$(grep -o '"number":[0-9]*' "$T/told" | sort | uniq -d)" ""
}

told() {
    [ "$(grep -o '"number":[0-9]*' "$T/told" | wc -l)" -eq "$1" ]
}

@test "the reply of a turn on another machine is there, and what the board has of it is said to be its line" {
    on b configure "{\"host\": \"b\", \"database\": \"$DB\", \"profiles\": {\"demo\": {\"reports\": true}}}" --busy 0
    expect 0 on b pickup
    wait_for is_over
    expect 0 on b ticket reply MC-1
    is "$errors" ""
    expect 0 on a ticket reply MC-1
    [ -n "$output" ]
    is "$errors" "mc-ticket: MC-1: this is its word's line; the whole reply is on host b"
    expect 0 on a ticket reply MC-1 --json
    is "$errors" ""
    has "$output" '"whole":false'
}

is_over() {
    on b pickup -q >/dev/null 2>&1
    [ "$(rows "SELECT status FROM mc_pickup.tickets WHERE id=1")" = in_review ]
}
