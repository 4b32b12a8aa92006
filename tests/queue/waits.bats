#!/usr/bin/env bats
# Who waits for what, how long, and who is told: nobody stands first for ever.

setup() {
    load queue
    world
}

teardown() {
    world_end
}

@test "an older copy of the board put back: its sessions' tickets go behind, wait longer each time, the others go on" {
    only_of_files "its file is put back"
    configure '{"retry": {"backoff_s": 60}, "max_running": 9}' --busy 6000000
    init
    for title in one two three; do add "$title"; done
    "$MC_PYTHON" -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("VACUUM INTO ?", (sys.argv[2],))' \
        "$MC_DB" "$T/backup"
    for _ in 1 2 3; do expect 0 pickup; done
    rm "$MC_DB"*
    cp "$T/backup" "$MC_DB"
    chmod 600 "$MC_DB"
    for title in a b; do add "$title"; done
    minutes 0
    for key in MC-1 MC-2 MC-3; do
        expect 75 pickup --json
        is "$(value reason) $(value ticket)" "session_taken $key"
        has "$(value error)" "look with: "
    done
    rows_are "1|60000" "SELECT DISTINCT world_failures,next_attempt_at-updated_at FROM tickets WHERE id<4"
    rows_are 1 "SELECT min(queued_at)>(SELECT max(queued_at) FROM tickets WHERE id>3) FROM tickets WHERE id<4"
    minutes 2
    expect 0 pickup --json
    is "$(value ticket)" MC-4
    expect 0 pickup --json
    is "$(value ticket)" MC-5
    silent 75
    rows_are "2|120000" "SELECT world_failures,next_attempt_at-updated_at FROM tickets WHERE id=1"
    rows_are 0 "SELECT count(*) FROM tickets WHERE id<4 AND(attempts>0 OR status<>'todo')"
    rows_are 3 "SELECT count(*) FROM ticket_activity WHERE kind='session_taken'"
}

@test "both names are others': said once, told once in its story, and it waits longer each time" {
    configure '{"retry": {"backoff_s": 60}}'
    init
    add one
    local name
    tmux_here new-session -d -s mc-MC-1 'sleep 1000'
    expect 0 pickup --json
    name=$(value session)
    ticket cancel MC-1 >/dev/null
    add two
    tmux_here new-session -d -s mc-MC-2 'sleep 1000'
    tmux_here new-session -d -s "mc-MC-2${name#mc-MC-1}" 'sleep 1000'
    minutes 0
    expect 75 pickup
    one_line
    has "$errors" "; rename one of them"
    minutes 2
    silent 75
    minutes 3
    silent 75
    rows_are "3|240000" "SELECT world_failures,next_attempt_at-updated_at FROM tickets WHERE id=2"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE ticket_id=2 AND kind='terminal_state'"
}

# abandon KEY-NUMBER RUN: as a pickup leaves it that has died right after its claim.
abandon() {
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,pickup_pid,pickup_start,pickup_boot,started_at)
        VALUES('$2',$1,$3,'$(hostname)',1,1,'another boot',1)"
    rows "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,profile,spawned_at)
        VALUES('ticket:$1:session',$1,'$2','$(hostname)','spawning','mc-MC-$1','demo',1)
        ON CONFLICT(session_key)DO UPDATE SET run_id=excluded.run_id,status=excluded.status,pid=NULL"
    rows "UPDATE tickets SET status='in_progress',run_id='$2',next_attempt_at=NULL,
        worker_host='$(hostname)' WHERE id=$1"
}

@test "a ticket whose pickups die keeps its place once, then waits behind the others" {
    configure '{"retry": {"backoff_s": 60}}'
    init
    add deadly
    add good
    abandon 1 00000000000000000000000000000001 1
    expect 0 pickup --heal-only
    rows_are "todo|1|" "SELECT status,world_failures,next_attempt_at FROM tickets WHERE id=1"
    rows_are 1 "SELECT queued_at<(SELECT queued_at FROM tickets WHERE id=2) FROM tickets WHERE id=1"
    abandon 1 00000000000000000000000000000002 2
    rows "UPDATE tickets SET status='inbox' WHERE id=2"
    expect 0 pickup --dry-run --json
    is "$(value outcome)" idle
    rows "UPDATE tickets SET status='todo' WHERE id=2"
    expect 0 pickup --heal-only
    rows_are 1 "SELECT queued_at>(SELECT queued_at FROM tickets WHERE id=2) FROM tickets WHERE id=1"
    rows_are "todo|2|60000|0" "SELECT status,world_failures,next_attempt_at-updated_at,attempts FROM tickets WHERE id=1"
    abandon 1 00000000000000000000000000000003 3
    expect 0 pickup --heal-only
    rows_are "3|120000" "SELECT world_failures,next_attempt_at-updated_at FROM tickets WHERE id=1"
    expect 0 pickup --json
    is "$(value ticket)" MC-2
}

@test "a breaker that one ticket alone has opened is spoken of when another needs it, once" {
    printf '#!/bin/sh\necho "$MC_EVENT $MC_TICKET: $MC_TEXT" >>%s\n' "$T/told" >"$T/tell"
    chmod 755 "$T/tell"
    configure '{"retry": {"backoff_s": 60}, "max_running": 9, "profiles": {"gone": {"command": ["no-such-agent"],
        "ready": "^>"}}, "notify": ["'"$T/tell"'"], "notify_on": ["breaker"]}' --busy 6000000
    init
    add broken --profile gone
    minutes 0
    expect 69 pickup
    one_line
    minutes 2
    silent 69
    minutes 3
    silent 69
    is "$(breaker profile:gone openings) $(breaker profile:gone told)" "1 0"
    silent 0
    # Where its own time has come it waits, too, and is no other.
    rows "UPDATE tickets SET next_attempt_at=NULL"
    silent 0
    rows "UPDATE tickets SET next_attempt_at=updated_at+240000"
    add another --profile gone
    add good
    expect 0 pickup --json
    is "$(value ticket)" MC-3
    one_line
    has "$errors" "MC-2: it needs profile:gone, and waits like others that do until 20"
    has "$errors" "(no_agent: profile gone: command no-such-agent was not found); install it"
    silent 0
    is "$(breaker profile:gone told)" 1
    wait_for test -s "$T/told"
    is "$(wc -l <"$T/told")" 1
    has "$(cat "$T/told")" "breaker MC-2: no_agent: profile gone: command no-such-agent was not found; tickets that need \
profile:gone wait until 20"
    has "$(cat "$T/told")" "; install it"
    # list and show say so as long as it lasts.
    expect 0 ticket list
    has "$output" " waits for profile:gone until 20"
    expect 0 ticket list --json
    is "$(grep -o '"waits_for":"profile:gone"' <<<"$output" | wc -l)" 2
    expect 0 ticket show MC-2
    has "$output" "waiting    for profile:gone until 20"
    expect 0 ticket show MC-2 --json
    is "$(value waits_for)" profile:gone
    is "$(value waits_until)" "$(breaker profile:gone open_until)"
    expect 0 ticket show MC-3 --json
    is "$(value waits_for)" null
    expect 75 pickup --ticket MC-2
    has "$errors" "MC-2: it needs profile:gone"
    has "$errors" "command no-such-agent was not found); install it"
    ticket breaker close >/dev/null
    expect 0 ticket show MC-2 --json
    is "$(value waits_for)" null
}

@test "a second ticket that fails for a thing that was never spoken of says that others wait" {
    configure '{"retry": {"backoff_s": 60}, "profiles": {"gone": {"command": ["no-such-agent"], "ready": "^>"}}}'
    init
    add broken --profile gone
    minutes 0
    expect 69 pickup
    minutes 2
    silent 69
    minutes 3
    silent 69
    minutes 2
    add another --profile gone
    expect 69 pickup
    one_line
    has "$errors" "MC-2: no_agent: "
    has "$errors" "tickets that need profile:gone wait until 20"
}

@test "one advice, where what was seen has one it is that, in every place" {
    configure "$TWO"
    init
    add broken --profile gone
    add place
    mkdir -m 700 "$STATE/work"
    touch "$STATE/work/MC-2"
    minutes 0
    expect 69 pickup
    is "$errors" "mc-pickup: MC-1: no_agent: profile gone: command no-such-agent was not found; the ticket is todo, \
next try $(sed -n 's/.*next try \([^;]*\);.*/\1/p' "$T/errors"); install it, or add its folder to \"path\" in the \
configuration, because cron's PATH is short"
    expect 0 ticket show MC-1
    has "$output" 'failure    no_agent: profile gone: command no-such-agent was not found; install it, or add its folder'
    no has "$output" "install the agent"
    ticket block MC-1 later >/dev/null
    expect 73 pickup
    has "$errors" "MC-2: cannot_create: $STATE/work/MC-2: is not a directory; the ticket is todo, next try 20"
    has "$errors" "; move it away"
    no has "$errors" "make the board's folder"
    # What does not apply is not said.
    configure '{"path": "/usr/bin:/bin", "profiles": {"gone": {"command": ["no-such-agent"], "ready": "^>"}}}'
    ticket block MC-2 later >/dev/null
    ticket reopen MC-1 >/dev/null
    expect 69 pickup
    no has "$errors" "cron's PATH"
}

@test "what failed before a success is news again, also behind a claim that was abandoned" {
    configure "$TWO" --busy 6000000
    init
    add one --profile gone
    expect 69 pickup
    one_line
    rows "UPDATE tickets SET profile=NULL"
    expect 0 pickup
    ticket block MC-1 later >/dev/null
    ticket reopen MC-1 >/dev/null
    rows "UPDATE tickets SET profile='gone'"
    abandon 1 00000000000000000000000000000003 3
    expect 0 pickup --heal-only
    rows_are 1 "SELECT world_failures FROM tickets"
    expect 69 pickup
    one_line
    has "$errors" "MC-1: no_agent: "
    silent 69
}
