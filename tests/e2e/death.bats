#!/usr/bin/env bats
# The agent dies before it takes its turn: 69, how it ended and what it said last are told, the ticket goes back with its
# attempt, nothing is left behind (SPEC sections 7, 9, 11).

setup() {
    load support
    world
}

teardown() {
    world_end
}

# The death report of the ticket's last run.
report() {
    rows "SELECT body FROM ticket_activity WHERE kind='death' ORDER BY id DESC LIMIT 1"
}

# died SUMMARY-PART: the pickup that $output is of has lost its agent; everything else about it is as it must be.
died() {
    local record
    is "$(value outcome) $(value send.class) $(value exit)" "failed worker_died 69"
    has "$(value send.detail)" "$1"
    has "$errors" "$1"
    one_line
    has "$(report)" "pid: $(value pid)"
    rows_are "todo|1||1" "SELECT status,attempts,worker_pid,next_attempt_at>0 FROM tickets"
    rows_are "1" "SELECT failure_reason LIKE 'worker_died: pid %' FROM tickets"
    rows_are "dead|$(value pid)|" "SELECT status,pid,turn_nonce FROM runtime_sessions"
    rows_are "failed|worker_died|1" "SELECT outcome,class,ended_at>0 FROM runs"
    rows_are 0 "SELECT count(*) FROM effects a WHERE state='intent' AND NOT EXISTS(SELECT 1 FROM effects b
        WHERE b.run_id=a.run_id AND b.kind=a.kind AND b.id>a.id)"
    record=$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state'")
    is "$(cut -d: -f1 <<<"$record" | grep -v '^- ' | tr '\n' ' ')" \
        "status summary root_cause safe_retry stop_condition human_input_required next_actions artifacts json "
    has "$record" "- ticket:MC-1"
    sed -n 's/^json: //p' <<<"$record" | "$MC_PYTHON" -c '
import json, sys
record = json.load(sys.stdin)
assert record["status"] == "todo" and record["artifacts"][0] == "ticket:MC-1", record
assert record["safe_retry"] is True and record["human_input_required"] is False, record'
    deserted
}

@test "at once, with status 3" {
    configure '{}' --crash-after 0
    init
    add one
    expect 69 pickup --json
    died "exited with status 3"
    has "$(report)" "exit_status: 3"
    # tmux 3.3a may lose what a process prints within its last moment; that there is none is said, too.
    has "$(report)" "last output:"
    is "$(events prompt) $(events typed)" "0 0"
}

@test "by SIGSEGV while it starts" {
    configure '{}' --ready-after 600000 --crash-after 300 --segv
    init
    add one
    expect 69 pickup --json
    died "was ended by signal 11 (SIGSEGV)"
    has "$(report)" "signal: 11 (SIGSEGV)"
    has "$(report)" "a stand-in for a coding agent"
}

@test "with the prompt as its argument" {
    configure '{"profiles": {"demo": {"first_turn": "argv"}}}' --ready-after 600000 --crash-after 0 --exit 9
    init
    add one
    expect 69 pickup --json
    died "exited with status 9"
}

@test "quietly, with status 0: an agent that ends was none" {
    configure '{"profiles": {"demo": {"command": ["/bin/sh", "-c", "echo last words; sleep 0.3; exit 0"]}}}'
    init
    add one
    expect 69 pickup --json
    died "exited with status 0"
    has "$(report)" "last words"
}

@test "and leaves a daemon in a session of its own: it is left alone, and named" {
    configure '{}' --daemon --ready-after 600000 --crash-after 500
    init
    add one
    expect 69 pickup --json
    is "$(events daemon)" 1
    is "$(rows "SELECT body FROM ticket_activity WHERE kind='spared'")" \
        "left running, because they have made themselves daemons: sleep (pid $(agents))"
    kill -KILL "$(agents)"
    died "exited with status 3"
}

@test "and what it printed last is in the report, harmless" {
    configure '{"profiles": {"demo": {"command": ["/bin/sh", "-c",
        "for i in $(seq 1 100); do echo line $i; done; printf \"\\033]0;evil\\007\\033[31mred\\n\"; sleep 0.3; exit 4"]}}}'
    init
    add one
    expect 69 pickup --json
    died "exited with status 4"
    has "$(report)" "line 100"
    has "$(report)" "red"
    no grep -q $'\033' <<<"$(report)"
    is "$(report | grep -c "^line ")" 39
}

# never_started WORDS: a failure of the world; the ticket's attempts are its own.
never_started() {
    is "$(value outcome) $(value send.class) $(value exit)" "failed no_agent 69"
    one_line
    has "$errors" "$1"
    rows_are "todo|0|" "SELECT status,attempts,worker_pid FROM tickets"
    rows_are "failed|no_agent" "SELECT outcome,class FROM runs"
    rows_are closed "SELECT status FROM runtime_sessions"
    is "$(sessions)" ""
    [ ! -e "$SOCKET" ]
}

@test "its program is missing: a failure of the world, no attempt" {
    configure '{"profiles": {"demo": {"command": ["no-such-agent", "--x"]}}}'
    init
    add one
    expect 69 pickup --json
    never_started "no-such-agent was not found"
}

@test "its program is not executable, is a directory, or its folder is missing" {
    init
    add one
    touch "$T/agent"
    for program in agent config none/agent; do
        configure '{"profiles": {"demo": {"command": ["'"$T/$program"'"]}}}'
        expect 69 pickup --ticket MC-1 --json
        is "$(value send.class)" no_agent
        one_line
        has "$errors" "$T/$program"
        rows_are "todo|0" "SELECT status,attempts FROM tickets"
        [ ! -e "$SOCKET" ]
    done
}

@test "there is no place for its directory: 73, no attempt" {
    configure
    init
    add one
    touch "$STATE/work"
    expect 73 pickup --json
    is "$(value send.class)" cannot_create
    one_line
    has "$errors" "$STATE/work"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    is "$(sessions)" ""
}

@test "three failures of the world: the breaker opens, says so once, closes with the first success" {
    configure '{"profiles": {"demo": {"command": ["no-such-agent"]}}}'
    init
    for title in one two three four; do add "$title"; done
    expect 69 pickup
    expect 69 pickup
    no grep -q "tickets that need" "$T/errors"
    expect 69 pickup
    one_line
    has "$errors" "tickets that need profile:demo wait until"
    expect 0 pickup --json
    is "$errors" ""
    is "$(value outcome) $(value reason) $(value breaker)" "idle breaker profile:demo"
    expect 75 pickup --ticket MC-4 --json
    is "$(value reason)" breaker
    rows_are 0 "SELECT sum(attempts) FROM tickets"
    # Its time is over.
    rows "UPDATE settings SET value=json_set(value,'$.open_until',1) WHERE key='breaker:profile:demo'"
    configure '{}' --busy 0
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    rows_are 0 "SELECT count(*) FROM settings WHERE key LIKE 'breaker:%'"
}

@test "three deaths: blocked, a person decides, then it goes on" {
    configure '{}' --crash-after 0
    init
    add one
    expect 69 pickup --json
    is "$(value outcome)" failed
    expect 69 pickup --json
    is "$(value outcome)" failed
    expect 69 pickup --json
    is "$(value outcome)" blocked
    has "$errors" "the ticket is blocked"
    rows_are "blocked|3" "SELECT status,attempts FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state' ORDER BY id DESC LIMIT 1")" \
        "mc-ticket reopen MC-1"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "idle no_ticket"
    expect 65 pickup --ticket MC-1
    configure '{}' --busy 0
    expect 0 ticket reopen MC-1
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    is "$(sessions)" mc-MC-1
}

@test "notify gets the record, once" {
    printf '#!/bin/sh\necho begin >>%s/told\ncat >>%s/told\n' "$T" "$T" >"$T/notify"
    chmod 700 "$T/notify"
    configure '{"notify": ["'"$T"'/notify"]}' --crash-after 0
    init
    add one
    umask 023
    expect 69 pickup
    wait_for grep -q '^{.*}$' "$T/told"
    is "$(grep -c '^begin$' "$T/told")" 1
    is "$(stat -c %a "$T/told" "$MC_DB" | tr '\n' ' ')" "644 600 " # its file is its caller's, ours is ours
    output=$(sed 1d "$T/told")
    is "$(value event) $(value ticket) $(value status)" "failed MC-1 todo"
    is "$(value record)" "$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state'")"
    has "$(value text)" "$(rows "SELECT failure_reason FROM tickets"); to do: "
    rows_are 0 "SELECT count(*) FROM notices"
}

@test "the retry waits: not before its time, jittered around a minute" {
    configure '{"retry": {"backoff_s": 60}}' --crash-after 0
    init
    add one
    expect 69 pickup
    rows_are 1 "SELECT next_attempt_at-updated_at BETWEEN 30000 AND 90000 FROM tickets"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "idle no_ticket"
    expect 75 pickup --ticket MC-1
    is "$(events start)" 1
}
