#!/usr/bin/env bats
# A person speaks with a ticket's agent: a turn now, one that waits, a note; and hears what came of it (SPEC sections 12,
# 13).
# shellcheck source-path=SCRIPTDIR disable=SC2154

setup() {
    load ../e2e/support
    world
}

teardown() {
    tmux -S "$T/outer" kill-server 2>/dev/null || true
    world_end
}

# at_rest [DEMO-OPTION …]: MC-1, whose agent has delivered and is at its prompt. Its word is what it was told.
at_rest() {
    configure '{}' --busy 0 --echo "$@"
    init
    add one
    expect 0 pickup
    wait_for in_review
}

in_review() {
    rows_are in_review "SELECT status FROM tickets"
}

# held: the same, and from now on a turn ends only by release.
held() {
    touch "$T/go"
    at_rest --hold "$T/go"
}

release() {
    touch "$T/go"
}

# All that a refused send must leave alone.
board() {
    rows "SELECT 't',id,status,run_id,attempts,updated_at FROM tickets UNION ALL
          SELECT 'r',run_id,outcome,ended_at,pickup_pid,detail FROM runs"
    rows "SELECT status,turn_nonce,last_turn_marker,turn_count FROM runtime_sessions"
    rows "SELECT id,status,nonce,body,error,attempts FROM ticket_messages"
    rows "SELECT max(id),count(*) FROM ticket_activity"
    rows "SELECT * FROM effects"
    rows "SELECT * FROM requests"
}

prompts() {
    events prompt
}

last_prompt() {
    grep '"event":"prompt"' "$LOG" | tail -n 1
}

@test "send --wait prints the reply of its turn and nothing else" {
    at_rest
    expect 0 ticket send MC-1 "paint it blue" --wait --by alice
    is "$output$errors" "heard paint it blue"
    rows_are "in_review|delivered|1" "SELECT t.status,u.outcome,u.ended_at>0 FROM tickets t JOIN runs u USING(run_id)"
    rows_are "1|2" "SELECT count(*),(SELECT turn_count FROM runtime_sessions) FROM runs"
    rows_are "alice|sent|paint it blue" "SELECT author,status,body FROM ticket_messages WHERE kind='note'"
    rows_are "alice|in_review -> in_progress (send)" "SELECT author,body FROM ticket_activity WHERE kind='moved'"
    is "$(prompts)" 2
    expect 0 pickup --json
    is "$(value healed) $(value delivered)" "[] []"
}

@test "send to an agent that has asked" {
    configure '{}' --busy 0 --echo --signal QUESTION
    init
    add one
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets"
    expect 0 ticket send MC-1 "the red one" --wait 60
    is "$output" "heard the red one"
    rows_are "needs_input|asked|" "SELECT t.status,u.outcome,u.ended_at FROM tickets t JOIN runs u USING(run_id)"
}

@test "send names its turn, and as an object its run too" {
    held
    expect 0 ticket send MC-1 "go on"
    [[ $output =~ ^MC-1\ in_review\ -\>\ in_progress:\ turn\ MC_TICKET_TURN:1:[0-9]{13}:[0-9a-f]{8}$ ]]
    is "$output" "MC-1 in_review -> in_progress: turn $(rows "SELECT turn_nonce FROM runtime_sessions")"
    release
    wait_for in_review
    expect 0 ticket send MC-1 "and on" --json
    is "$(value ticket) $(value from) $(value to) $(value changed)" "MC-1 in_review in_progress true"
    is "$(value nonce) $(value run)" "$(rows "SELECT turn_nonce,run_id FROM runtime_sessions" | tr '|' ' ')"
    release
    wait_for in_review
    ( sleep 1; release ) 3>&- &
    expect 0 ticket send MC-1 "and on" --json --wait
    is "$(value reply)" "heard and on"
}

@test "busy is 75 at once: nothing typed, nothing waits" {
    local before began
    held
    expect 0 ticket send MC-1 "the first"
    wait_for has_events prompt 2
    before=$(board)
    began=$(date +%s%N)
    expect 75 ticket send MC-1 "the second" --wait
    (($(date +%s%N) - began < 2000000000))
    one_line
    has "$errors" "MC-1: busy: its agent has a turn under way; nothing was sent"
    is "$output" ""
    is "$(board)" "$before"
    release
    wait_for in_review
    expect 0 pickup
    is "$(prompts)" 2
}

@test "an agent that is not at its prompt is busy, whatever the rows say" {
    local before
    held
    expect 0 ticket send MC-1 "the first"
    wait_for has_events prompt 2
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL"
    before=$(board)
    expect 75 ticket send MC-1 "the second"
    has "$errors" "MC-1: busy: "
    is "$(board)" "$before"
    is "$(prompts)" 2
}

@test "no agent: what to do is said, and nothing is written" {
    local status wanted word before
    configure '{}' --busy 0
    init
    add one
    while read -r status wanted word; do
        rows "UPDATE tickets SET status='$status',run_id=NULL"
        before=$(board)
        expect "$wanted" ticket send MC-1 "hello"
        one_line
        has "$errors" "MC-1 is $status, and no agent is there to hear it; mc-ticket $word MC-1"
        is "$(board)" "$before"
    done <<'TABLE'
inbox 65 note
todo 75 note
in_progress 75 note
in_review 65 reject
needs_input 65 answer
blocked 65 note
done 65 reopen
cancelled 65 reopen
TABLE
    expect 66 ticket send MC-9 "hello"
    expect 64 ticket send nine "hello"
    expect 64 ticket send MC-1 "  "
    expect 64 ticket send MC-1
    expect 64 ticket send MC-1 a --body-file "$CONFIG"
    expect 64 ticket send MC-1 hello --wait=soon
}

@test "a dead agent: nothing is written, and the next pickup finds it" {
    local pid
    at_rest
    pid=$(rows "SELECT pid FROM runtime_sessions")
    kill -KILL "$pid"
    no_agent() { is "$(agents)" ""; }
    wait_for no_agent
    expect 65 ticket send MC-1 "hello"
    has "$errors" "mc-ticket reject MC-1"
    in_review
    rows_are "" "SELECT 1 FROM ticket_messages WHERE kind='note'"
}

@test "into a dialog nothing is typed" {
    local before
    configure '{}' --busy 0 --dialog
    init
    add one
    expect 75 pickup
    rows_are needs_input "SELECT status FROM tickets"
    rows "UPDATE runtime_sessions SET status='idle'"
    before=$(board)
    expect 75 ticket send MC-1 "hello"
    one_line
    has "$errors" "dialog"
    has "$errors" "nothing was sent"
    is "$(board)" "$before"
    is "$(events answered) $(events typed)" "0 0"
}

@test "into copy mode with somebody attached nothing is typed; left alone, it is left" {
    local before
    at_rest
    tmux -S "$T/outer" -u -f /dev/null new-session -d -x 100 -y 30 -- env -i PATH="$CLEAN_PATH" HOME="$T" \
        TERM=screen-256color LC_ALL=C.UTF-8 tmux -S "$SOCKET" attach -t =mc-MC-1: 3>&-
    attached() { is "$(tmux_here display-message -p -t =mc-MC-1: '#{session_attached}')" "$1"; }
    wait_for attached 1
    tmux_here copy-mode -t =mc-MC-1:
    before=$(board)
    expect 75 ticket send MC-1 "hello"
    has "$errors" "copy_mode"
    is "$(board)" "$before"
    tmux_here detach-client -s =mc-MC-1:
    wait_for attached 0
    expect 0 ticket send MC-1 "hello" --wait
    is "$output" "heard hello"
}

@test "100 KB from a file arrive as they are" {
    at_rest
    "${MC_PYTHON:-python3}" -c 'print("\n".join(f"{n:06d} " + "x" * 92 for n in range(1024)))' >"$T/long"
    is "$(wc -c <"$T/long")" 102400
    expect 0 ticket send MC-1 --body-file "$T/long" --wait 120
    has "$output" "heard "
    rows_are "$(cat "$T/long")" "SELECT body FROM ticket_messages WHERE kind='note'"
    grep -rqs "^000000 x" "$LOG.turn-2" "$STATE/run" "$STATE/work"
    grep -rqs "^001023 x" "$LOG.turn-2" "$STATE/run" "$STATE/work"
    expect 0 bash -c "$(declare -f bare ticket); $(declare -p T MC_DB CONFIG CLEAN_PATH MC_BIN extra)
        echo 'from standard input' | env -i PATH=$CLEAN_PATH HOME=$T MC_DB=$MC_DB MC_PICKUP_CONFIG=$CONFIG \
        $MC_BIN/mc-ticket send MC-1 --body-file - --wait 60"
    is "$output" "heard from standard input"
}

@test "--queue waits for the agent, and --wait for exactly that turn" {
    held
    expect 0 ticket send MC-1 "the first"
    wait_for has_events prompt 2
    ticket send MC-1 "the second" --queue --wait >"$T/second" 2>"$T/second.err" 3>&- &
    wait_for rows_are pending "SELECT status FROM ticket_messages WHERE body='the second'"
    expect 0 ticket send MC-1 "the third" --queue
    has "$output" "MC-1 in_progress: message 4 waits: the next mc-pickup hands it to its agent when that is free"
    expect 0 pickup
    is "$(prompts)" 2
    release
    wait_for in_review
    rows_are "2" "SELECT count(*) FROM ticket_messages WHERE status='pending'"
}

@test "what was queued while a turn was under way goes next, each as a turn of its own" {
    at_rest
    expect 0 ticket send MC-1 "a" --queue
    has "$output" "MC-1 in_review -> in_progress: message 2 waits"
    rows_are "in_progress|" "SELECT t.status,u.ended_at FROM tickets t JOIN runs u USING(run_id)"
    ticket send MC-1 "b" --queue --wait 60 >"$T/b" 2>&1 3>&- &
    wait_for rows_are 2 "SELECT count(*) FROM ticket_messages WHERE status='pending'"
    pickup_and_heard() { pickup && has_events prompt "$1"; }
    wait_for pickup_and_heard 2
    wait_for in_review
    # what still waits goes when somebody lets the ticket go on
    rows "UPDATE tickets SET status='in_progress'"
    rows "UPDATE runs SET outcome=NULL,ended_at=NULL"
    wait_for pickup_and_heard 3
    wait
    is "$(cat "$T/b")" "heard b"
}

@test "--queue without an agent goes with the next run; --wait hears that turn" {
    configure '{}' --busy 0 --echo
    init
    add one --inbox
    expect 0 ticket send MC-1 "remember the cellar" --queue
    has "$output" "no agent is there: it goes with its next run"
    rows_are inbox "SELECT status FROM tickets"
    ticket send MC-1 "and the roof" --queue --wait 60 >"$T/out" 2>&1 3>&- &
    wait_for rows_are 2 "SELECT count(*) FROM ticket_messages"
    expect 0 ticket promote MC-1
    expect 0 pickup
    wait
    is "$(cat "$T/out")" "heard one"
    has "$(last_prompt)" "remember the cellar"
    has "$(last_prompt)" "and the roof"
}

@test "a closed ticket is told nothing; who waits for its message is told" {
    configure '{}' --busy 0
    init
    add one --inbox
    ticket send MC-1 "hello" --queue --wait >"$T/out" 2>"$T/err" 3>&- &
    wait_for rows_are 1 "SELECT count(*) FROM ticket_messages"
    expect 0 ticket cancel MC-1
    status=0
    wait $! || status=$?
    is "$status$(cat "$T/out")" 69
    has "$(cat "$T/err")" "MC-1 was closed, and message 1 reaches nobody"
    expect 65 ticket send MC-1 "hello" --queue
    expect 65 ticket note MC-1 "hello"
    has "$errors" "mc-ticket reopen MC-1"
}

@test "a note moves nothing, and goes along with the next turn, whatever that is" {
    at_rest
    expect 0 ticket note MC-1 "mind the gutter" --by bob
    has "$output" "MC-1 in_review: message 2 waits: it goes along with its next turn"
    in_review
    expect 0 pickup
    is "$(prompts)" 1
    expect 0 ticket send MC-1 "paint it" --wait
    has "$(last_prompt)" 'mind the gutter\n\npaint it'
    is "$(prompts)" 2
    rows_are "2" "SELECT count(DISTINCT id) FROM ticket_messages WHERE kind='note' AND status='sent' AND nonce=
        (SELECT last_turn_marker FROM runtime_sessions)"
    expect 0 ticket note MC-1 "and the window"
    expect 0 ticket reject MC-1 "once more"
    expect 0 pickup
    wait_for has_events prompt 3
    has "$(last_prompt)" 'and the window\n\nonce more'
    wait_for in_review
    expect 0 pickup
    is "$(prompts)" 3
}

@test "a note in every open status; alone it goes to an agent that is free at its work" {
    local status
    at_rest
    for status in inbox todo in_progress needs_input blocked in_review; do
        rows "UPDATE tickets SET status='$status'"
        expect 0 ticket note MC-1 "in $status"
        rows_are "$status" "SELECT status FROM tickets"
    done
    rows "UPDATE tickets SET status='in_progress'"
    rows "UPDATE runs SET outcome=NULL,ended_at=NULL"
    expect 0 pickup
    wait_for has_events prompt 2
    has "$(last_prompt)" 'in inbox\n\nin todo\n\nin in_progress\n\nin needs_input\n\nin blocked\n\nin in_review'
    wait_for in_review
    expect 0 pickup
    is "$(prompts)" 2
}

@test "reply prints what the last turn came to, byte for byte, also while the next one is under way" {
    held
    expect 0 ticket reply MC-1
    is "$output" "heard one"
    expect 0 ticket send MC-1 "go on"
    wait_for has_events prompt 2
    expect 0 ticket reply MC-1
    is "$output" "heard one"
    release
    wait_for in_review
    expect 0 ticket reply MC-1 --json
    is "$(value reply) $(value whole) $(value nonce)" \
        "heard go on false $(rows "SELECT last_turn_marker FROM runtime_sessions")"
    add two
    expect 66 ticket reply MC-2
    has "$errors" "no turn of it is over yet"
    expect 66 ticket reply MC-3
}

@test "a reply that was reported is printed whole and exact" {
    local file nonce
    held
    nonce=$(rows "SELECT last_turn_marker FROM runtime_sessions")
    file=$STATE/run/$(rows "SELECT run_id FROM runtime_sessions")/reply-$(echo "${nonce#*:*:}" | tr : -).md
    "${MC_PYTHON:-python3}" -c '
import sys
sys.stdout.buffer.write(b"It said \"no\\n\"\t* `x`\x1b[31m \xc3\xa4\n\n" + b"y" * 5000)' >"$file"
    ticket reply MC-1 >"$T/out"
    cmp "$file" "$T/out"
    expect 0 ticket reply MC-1 --json
    is "$(value whole)" true
}

@test "no reply within the time: 75, and the turn goes on" {
    held
    expect 75 ticket send MC-1 "go on" --wait 1
    is "$output" ""
    one_line
    has "$errors" "MC-1: no reply within the time; its turn goes on: mc-ticket reply MC-1"
    release
    wait_for in_review
    expect 0 ticket reply MC-1
    is "$output" "heard go on"
}

@test "an interrupt leaves the turn running and says so" {
    local pid status=0
    held
    ticket send MC-1 "go on" --wait >"$T/out" 2>"$T/err" 3>&- &
    wait_for has_events prompt 2
    pid=$(pgrep -f "^$MC_BIN/mc-ticket send MC-1 go on" | head -n 1)
    # bash has background jobs ignore it; a program that takes it has it back
    kill -INT "$pid"
    wait $! || status=$?
    is "$status$(cat "$T/out")" 75
    has "$(cat "$T/err")" "MC-1: interrupted; its turn goes on"
    release
    wait_for in_review
}

@test "an agent that dies at the turn: whoever waits is told at once" {
    local status=0
    held
    ticket send MC-1 "go on" --wait >"$T/out" 2>"$T/err" 3>&- &
    wait_for has_events prompt 2
    wait_for rows_are sent "SELECT status FROM ticket_messages WHERE kind='note'"
    kill -KILL "$(rows "SELECT pid FROM runtime_sessions")"
    wait $! || status=$?
    is "$status$(cat "$T/out")" 69
    has "$(cat "$T/err")" "MC-1: its agent has ended before it replied"
}

@test "an operator who ends the agent: whoever waits is told" {
    local status=0
    held
    ticket send MC-1 "go on" --wait >"$T/out" 2>"$T/err" 3>&- &
    wait_for has_events prompt 2
    wait_for rows_are sent "SELECT status FROM ticket_messages WHERE kind='note'"
    expect 0 ticket cancel MC-1
    wait $! || status=$?
    is "$status$(cat "$T/out")" 69
}

@test "a request id sends once; for another command it is refused" {
    local first
    at_rest
    expect 0 ticket send MC-1 "go on" --request-id r1
    first=$output
    wait_for in_review
    expect 0 ticket send MC-1 "go on" --request-id r1
    is "$output" "$first"
    is "$(prompts)" 2
    expect 0 ticket send MC-1 "go on" --request-id r1 --wait
    is "$output" "heard go on"
    expect 0 ticket note MC-1 "later" --request-id n1
    expect 0 ticket note MC-1 "later" --request-id n1
    rows_are 1 "SELECT count(*) FROM ticket_messages WHERE body='later'"
    expect 65 ticket send MC-1 "go on" --request-id n1
    is "$(prompts)" 2
}

@test "a person who speaks has the counts begin anew" {
    at_rest
    rows "UPDATE tickets SET turns=7,worked_ms=9"
    rows "UPDATE runtime_sessions SET quiet=2"
    expect 0 ticket send MC-1 "go on" --wait
    rows_are "0" "SELECT quiet FROM runtime_sessions"
    rows "UPDATE tickets SET turns=7,worked_ms=9"
    rows "UPDATE runtime_sessions SET quiet=2"
    expect 0 ticket reject MC-1 "no"
    rows_are "0|0|0" "SELECT turns,worked_ms,quiet FROM tickets JOIN runtime_sessions ON ticket_id=tickets.id"
    rows "UPDATE tickets SET turns=7,worked_ms=9"
    expect 0 ticket block MC-1 "wait"
    rows_are "7|9" "SELECT turns,worked_ms FROM tickets"
    expect 0 ticket reopen MC-1
    rows_are "0|0" "SELECT turns,worked_ms FROM tickets"
}

@test "progress on a terminal only" {
    at_rest --busy 1500
    script -qec "env -i TERM=dumb PATH=$CLEAN_PATH HOME=$T MC_DB=$MC_DB MC_PICKUP_CONFIG=$CONFIG \
        $MC_BIN/mc-ticket send MC-1 'go on' --wait >$T/out" "$T/typescript" >/dev/null </dev/null
    is "$(cat "$T/out")" "heard go on"
    grep -q "MC-1: waiting for the reply, 1 s" "$T/typescript"
}

@test "mc-ticket starts as before: no library that it did not need" {
    no grep -q -e curl -e ssl <<<"$(ldd "$MC_BIN/mc-ticket")"
}

@test "the last word stands in show and in the objects" {
    at_rest
    expect 0 ticket send MC-1 "paint it" --wait
    expect 0 ticket show MC-1
    has "$output" "result     heard paint it"
    expect 0 ticket show MC-1 --json
    is "$(value result)" "heard paint it"
    expect 0 ticket list --json
    is "$(value tickets.0.result)" "heard paint it"
}

# What an agent that reports says itself goes before the line of its word, also where that comes first.
@test "DONE by signal while a sender waits: the reported reply is printed, exact" {
    configure '{"profiles": {"demo": {"reports": true}}}' --busy 0 --echo --report-late 1500 --reply 'He said "no" \ * `x` and left.'
    init
    add one
    expect 0 pickup
    wait_for in_review
    expect 0 ticket send MC-1 "what did he say?" --wait 60
    is "$output" 'He said "no" \ * `x` and left.'
    expect 0 ticket reply MC-1 --json
    is "$(value reply) $(value whole)" 'He said "no" \ * `x` and left. true'
}

@test "a turn that is ended by its report alone" {
    configure '{"nudge": false, "profiles": {"demo": {"reports": true}}}' --busy 0 --no-signal --reply "DONE: it is blue"
    init
    add one
    expect 0 pickup
    wait_for in_review
    expect 0 ticket send MC-1 "which colour?" --wait 60
    is "$output" "DONE: it is blue"
    in_review
}

@test "a turn without a word and without a reply: whoever waits is told" {
    configure '{"nudge": false}' --busy 0 --no-signal --hold "$T/go"
    init
    add one
    touch "$T/go"
    expect 0 pickup
    wait_for rows_are 1 "SELECT count(*) FROM runtime_sessions WHERE status='running'"
    rows "UPDATE runtime_sessions SET status='idle',last_turn_marker=turn_nonce,turn_nonce=NULL"
    ticket send MC-1 "go on" --wait >"$T/out" 2>"$T/err" 3>&- &
    wait_for has_events prompt 2
    wait_for rows_are sent "SELECT status FROM ticket_messages WHERE kind='note'"
    rows "UPDATE runtime_sessions SET status='idle',last_turn_marker=turn_nonce,turn_nonce=NULL"
    status=0
    wait $! || status=$?
    is "$status$(cat "$T/out")" 69
    has "$(cat "$T/err")" "MC-1: the turn is over and left no reply"
}

# late WORD …: a send whose first look at its agent waits for $T/look.
late() {
    mkdir -p "$T/late"
    printf '#!/bin/sh\nuntil [ -e %s/look ]; do : >%s/looking; sleep 0.05; done\nexec %s "$@"\n' "$T" "$T" \
        "$(command -v tmux)" >"$T/late/tmux"
    chmod 755 "$T/late/tmux"
    "${MC_PYTHON:-python3}" -c '
import json, sys
config = json.load(open(sys.argv[1]))
config["path"] = sys.argv[3]
json.dump(config, open(sys.argv[2], "w"))' "$CONFIG" "$T/late.json" "$T/late:$CLEAN_PATH"
    chmod 600 "$T/late.json"
    ticket send MC-1 "$@" --config "$T/late.json" >"$T/out" 2>"$T/err" 3>&- &
    wait_for test -e "$T/looking"
}

@test "the ticket moved on while its agent was looked at: busy, and nothing is written" {
    local before status=0
    at_rest
    late "hello"
    rows "UPDATE tickets SET status='needs_input'"
    before=$(board)
    touch "$T/look"
    wait $! || status=$?
    is "$status$(cat "$T/out")" 75
    has "$(cat "$T/err")" "MC-1: busy: another was first; nothing was sent"
    is "$(board)" "$before"
    is "$(prompts)" 1
}

@test "of two with one request id the later one does not send, though the agent is free again" {
    local before status=0
    at_rest
    late "hello" --request-id r1
    expect 0 ticket send MC-1 "hello" --request-id r1 --wait
    before=$(board)
    touch "$T/look"
    wait $! || status=$?
    is "$status" 75
    is "$(board)" "$before"
    is "$(prompts)" 2
}
