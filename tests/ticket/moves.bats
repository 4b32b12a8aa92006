#!/usr/bin/env bats
# promote, approve, reject, answer, block, reopen, cancel.

setup() {
    load desk
    desk_setup
    new
}

teardown() {
    desk_teardown
}

at() {
    sql "UPDATE tickets SET status='$2' WHERE id=$1"
}

@test "every move from every status: gone, already there, or refused" {
    local -a all=(inbox todo in_progress in_review needs_input blocked "done" cancelled)
    # One ticket a status: what is refused leaves it there, and what goes is put back.
    for status in "${all[@]}"; do mc add "$status" >/dev/null; done
    while read -r move to from; do
        text=
        case $move in reject | answer) text=text ;; esac
        sql "UPDATE tickets SET status=title"
        before=$(sql "SELECT count(*) FROM ticket_activity")
        for id in 1 2 3 4 5 6 7 8; do
            status=${all[id - 1]}
            case " $from " in
            *" $status "*)
                expect 0 mc "$move" "MC-$id" $text
                has "$output" "MC-$id $status -> $to"
                before=$((before + 1))
                ;;
            *)
                if [ "$status" = "$to" ] && [ -z "$text" ]; then
                    expect 0 mc "$move" "MC-$id"
                    has "$output" "already"
                else
                    expect 65 mc "$move" "MC-$id" $text
                    has "$errors" "goes from"
                fi
                is "$(status_of "$id")" "$status"
                ;;
            esac
        done
        is "$(sql "SELECT count(*) FROM ticket_activity")" "$before"
    done <<'TABLE'
promote todo inbox blocked
approve done in_review
reject todo in_review
answer todo needs_input
block blocked inbox todo in_progress in_review needs_input
reopen todo blocked done cancelled
cancel cancelled inbox todo in_progress in_review needs_input blocked
TABLE
}

@test "no such ticket is 66, no key is 64" {
    for move in promote approve block reopen cancel; do
        expect 66 mc $move MC-9
        expect 64 mc $move nine
    done
    expect 66 mc reject MC-9 text
    expect 66 mc answer MC-9 text
}

@test "a move stands in the activity with its author, and as an object" {
    mc add one --inbox >/dev/null
    expect 0 mc promote MC-1 --by alice --json
    is "$(json "$output" from)" inbox
    is "$(json "$output" to)" todo
    is "$(json "$output" changed)" true
    is "$(sql "SELECT author,body FROM ticket_activity WHERE kind='moved'")" "alice|inbox -> todo (promote)"
    expect 0 mc promote MC-1 --json
    is "$(json "$output" changed)" false
}

@test "a request id moves once, even after the ticket went on" {
    mc add one --inbox >/dev/null
    first=$(mc promote MC-1 --request-id p1)
    mc cancel MC-1 >/dev/null
    before=$(rows)
    is "$(mc promote MC-1 --request-id p1)" "$first"
    is "$(rows)" "$before"
    is "$(status_of 1)" cancelled
}

@test "a refused move does not use up its request id" {
    mc add one >/dev/null
    expect 65 mc approve MC-1 --request-id a1
    at 1 in_review
    expect 0 mc approve MC-1 --request-id a1
    is "$(status_of 1)" "done"
}

@test "a release begins the attempts anew, a hold keeps its reason" {
    mc add one >/dev/null
    sql "UPDATE tickets SET status='blocked',attempts=3,next_attempt_at=99,failure_reason='x'"
    mc promote MC-1 >/dev/null
    is "$(sql "SELECT status,attempts,next_attempt_at,failure_reason FROM tickets")" "todo|0||"
    mc block MC-1 "wait for the parts" >/dev/null
    is "$(sql "SELECT status,failure_reason FROM tickets")" "blocked|wait for the parts"
    has "$(mc list)" "wait for the parts"
}

@test "a hold on what its failures have blocked is kept, and is no failure any more" {
    mc add one >/dev/null
    sql "UPDATE tickets SET status='blocked',attempts=3,failure_reason='worker_died: exit 1'"
    expect 0 mc block MC-1 "legal hold"
    is "$output" "MC-1 blocked -> blocked"
    is "$(sql "SELECT failure_reason,attempts FROM tickets")" "legal hold|3"
    has "$(mc show MC-1)" "legal hold"
    expect 0 mc block MC-1 "legal hold"
    is "$output" "MC-1 is blocked already"
    expect 0 mc block MC-1
    is "$output" "MC-1 is blocked already"
    is "$(sql "SELECT body FROM ticket_activity WHERE kind='moved'")" "blocked -> blocked (block): legal hold"
    for text in "" "worker_died: exit 1"; do
        sql "UPDATE tickets SET failure_reason='worker_died: exit 1'"
        expect 0 mc block MC-1 ${text:+"$text"}
        is "$(sql "SELECT failure_reason FROM tickets")" "after worker_died: exit 1"
    done
    expect 0 mc block MC-1
    is "$output" "MC-1 is blocked already"
}

@test "reject queues its text for the next run" {
    mc add one >/dev/null
    at 1 in_review
    expect 0 mc reject MC-1 "the roof still leaks" --by bob
    is "$(sql "SELECT author,kind,body,status FROM ticket_messages")" "bob|note|the roof still leaks|pending"
    is "$(status_of 1)" todo
}

@test "a text may come from a file; one with nothing in it is none" {
    mc add one >/dev/null
    at 1 in_review
    expect 64 mc reject MC-1 "  "
    expect 64 mc reject MC-1
    printf 'first\nsecond\n' >"$T/text"
    expect 64 mc reject MC-1 "a" --body-file "$T/text"
    expect 0 mc reject MC-1 --body-file "$T/text"
    is "$(sql "SELECT body FROM ticket_messages")" "first
second"
    at 1 needs_input
    expect 64 mc answer MC-1 "$(printf ' \n\t')"
    expect 0 mc answer MC-1 --body-file "$T/text"
    is "$(sql "SELECT count(*) FROM ticket_messages")" 2
}

@test "cancel ends the agent of the ticket, its session, and nobody else's" {
    mc add one >/dev/null
    mc add two >/dev/null
    agent 2
    other=$PID
    agent 1
    expect 0 mc cancel MC-1
    has "$output" "its agent is ended"
    gone "$PID"
    no has_session mc-MC-1
    has_session mc-MC-2
    [ -d "/proc/$other" ]
    is "$(sql "SELECT status,run_id,worker_pid FROM tickets WHERE id=1")" "cancelled||"
    is "$(sql "SELECT outcome,ended_at>0 FROM runs WHERE ticket_id=1")" "stopped|1"
    is "$(sql "SELECT status FROM runtime_sessions WHERE ticket_id=1")" closed
    is "$(sql "SELECT state FROM effects WHERE run_id='$RUN' AND kind='kill'")" "done"
    is "$(sql "SELECT status FROM ticket_messages WHERE run_id='$RUN'")" failed_to_inject
}

@test "an agent that ignores TERM is ended all the same" {
    mc add one >/dev/null
    agent 1 running sh -c 'trap "" TERM HUP; while :; do sleep 1; done'
    expect 0 mc block MC-1 "stop that"
    gone "$PID"
    is "$(status_of 1)" blocked
}

@test "approve after a delivered turn keeps the run's outcome" {
    mc add one >/dev/null
    agent 1
    says 1 DONE "all fixed" >/dev/null
    expect 0 mc approve MC-1
    gone "$PID"
    is "$(status_of 1)" "done"
    is "$(sql "SELECT outcome FROM runs")" delivered
}

@test "an agent from when the machine had another name is ended like any other" {
    mc add one >/dev/null
    agent 1
    sql "UPDATE runtime_sessions SET host='elsewhere'"
    expect 0 mc cancel MC-1
    has "$output" "its agent is ended"
    gone "$PID"
    is "$(sql "SELECT state FROM effects WHERE kind='kill'")" "done"
    is "$(sql "SELECT status FROM runtime_sessions")" closed
}

@test "answer to a live agent: in progress again, the text waits for its prompt" {
    mc add one >/dev/null
    agent 1
    says 1 QUESTION "red or blue?" >/dev/null
    expect 0 mc answer MC-1 blue
    is "$(status_of 1)" in_progress
    [ -d "/proc/$PID" ]
    is "$(run_of 1)" "$RUN"
    is "$(sql "SELECT ended_at,outcome FROM runs")" "|asked"
    is "$(sql "SELECT body,status FROM ticket_messages WHERE kind='note'")" "blue|pending"
    sql "UPDATE ticket_messages SET status='sent' WHERE kind='note'" \
        "UPDATE runtime_sessions SET status='running',turn_nonce='MC_TICKET_TURN:1:1779942042146:11111111'"
    says 1 DONE "it is blue" && is "$(sql "SELECT outcome FROM runs")" delivered
}

@test "answer and reject while the agent's end is under way: todo for a new run" {
    mc add one >/dev/null
    mc add two >/dev/null
    for id in 1 2; do
        agent "$id"
        says "$id" QUESTION "red or blue?" >/dev/null
        sql "INSERT INTO effects(run_id,kind,state,at) VALUES('$RUN','kill','intent',1)"
    done
    at 2 in_review
    expect 0 mc answer MC-1 blue
    is "$output" "MC-1 needs_input -> todo, the answer goes with its next run"
    expect 0 mc reject MC-2 blue
    is "$output" "MC-2 in_review -> todo, the remark goes with its next run"
    is "$(sql "SELECT status,run_id,attempts FROM tickets")" "todo||0
todo||0"
    is "$(sql "SELECT status,run_id FROM ticket_messages WHERE kind='note'")" "pending|
pending|"
}

@test "answer after the agent died: todo for a new run" {
    mc add one >/dev/null
    agent 1
    says 1 QUESTION "red or blue?" >/dev/null
    kill -KILL "$PID"
    gone "$PID"
    expect 0 mc answer MC-1 blue
    is "$(sql "SELECT status,run_id,worker_pid FROM tickets")" "todo||"
    is "$(sql "SELECT status FROM runtime_sessions")" closed
    is "$(sql "SELECT outcome,ended_at>0 FROM runs")" "stopped|1"
    is "$(sql "SELECT status,run_id FROM ticket_messages WHERE kind='note'")" "pending|"
}

@test "an agent whose tmux server is gone is ended all the same" {
    mc add one >/dev/null
    agent 1 running sh -c 'trap "" HUP TERM; while :; do sleep 1; done'
    tmux_ends kill-server
    [ -d "/proc/$PID" ]
    expect 0 mc cancel MC-1
    gone "$PID"
    is "$(sql "SELECT status FROM runtime_sessions")" closed
}

@test "a locked board is 75 and changes nothing" {
    mc add one --inbox >/dev/null
    before=$(rows)
    "$PY" -S -c '
import os, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
open(sys.argv[2] + "/held", "w").close()
while os.path.isdir(sys.argv[2]) and not os.path.exists(sys.argv[2] + "/release"):
    time.sleep(0.05)' "$DB" "$T" 3>&- &
    until [ -e "$T/held" ]; do sleep 0.1; done
    MC_BUSY_MS=50 expect 75 mc promote MC-1
    touch "$T/release"
    wait
    is "$(rows)" "$before"
}

@test "what speaks to an agent takes a text, and says so" {
    local command
    init
    add one
    for command in answer reject send note; do
        expect 0 ticket "$command" --help
        if [ "$command" = send ]; then
            has "$output" "usage: mc-ticket send KEY TEXT"
        else
            has "$output" "usage: mc-ticket $command KEY... TEXT"
        fi
        expect 64 ticket "$command" MC-1
        has "$errors" "the text is missing or empty"
    done
    expect 0 ticket block --help
    has "$output" "usage: mc-ticket block KEY... [TEXT]"
}
