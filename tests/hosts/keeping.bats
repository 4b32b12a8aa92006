#!/usr/bin/env bats
# What is long over leaves a server's board, too, however busy the server is with others' work.

setup() {
    load hosts
    machines
    machine a '{"retention": {"closed_days": 30, "runs_days": 10}}'
    on a ticket init >/dev/null
}

teardown() {
    [ -z "${writer-}" ] || kill "$writer" 2>/dev/null || true
    machines_end
}

# closed N: tickets that were closed long ago, the last of them just now, each with a run, a message and a story.
closed() {
    rows "INSERT INTO mc_pickup.tickets(title,body,status,dedupe_key,attempts,created_at,updated_at)
        SELECT 'Ticket '||i,'Do it.','done','key-'||i,1,1,CASE WHEN i=$1 THEN $(date +%s)000 ELSE i END
        FROM generate_series(1,$1)i"
    rows "INSERT INTO mc_pickup.runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome)
        SELECT lpad(id::text,32,'0'),id,1,'h',1,2,'delivered' FROM mc_pickup.tickets"
    rows "INSERT INTO mc_pickup.ticket_messages(ticket_id,author,status,run_id,created_at,body)
        SELECT ticket_id,'anna','sent',run_id,1,'hello' FROM mc_pickup.runs"
    rows "INSERT INTO mc_pickup.ticket_activity(ticket_id,run_id,kind,created_at,body)
        SELECT ticket_id,run_id,'signal',1,'done' FROM mc_pickup.runs"
}

# busy: another database of the server, in which rows are written all the time.
busy() {
    rows "CREATE DATABASE busy"
    other=$(sed 's#@/[^?]*#@/busy#' <<<"$DB")
    psql -X -q -d "$other" -c "CREATE TABLE t(n bigint)"
    yes 'INSERT INTO t VALUES(1);' | psql -X -q -d "$other" >/dev/null 2>&1 3>&- &
    writer=$!
}

busy_rows() {
    psql -X -q -t -A -d "$other" -c "SELECT count(*)>$1 FROM t"
}

@test "closed tickets leave a server that is busy with another database" {
    closed 31
    ticket export >"$T/before"
    busy
    keeping_due
    until [ "$(busy_rows 100)" = t ]; do sleep 0.05; done
    expect 0 pickup
    is "$output$errors" ""
    kill -0 "$writer"
    is "$(rows "SELECT string_agg(id::text,' ') FROM mc_pickup.tickets")" 31
    is "$(cat "$STATE"/archive/*.jsonl | wc -l)" 30
    for table in runs ticket_messages ticket_activity; do
        is "$(rows "SELECT count(*) FROM mc_pickup.$table")" 1
    done
    is "$(ticket add again --dedupe-key key-7)" MC-7
    # and come back as they were
    is "$(ticket import --restore "$STATE"/archive/*.jsonl)" "30 restored, 0 were there already"
    ticket export | cmp - "$T/before"
}
