#!/usr/bin/env bats
# What comes of a turn is heard by whoever waits for it; what waits for an agent, and what goes along (SPEC sections 12,
# 13).
# shellcheck source-path=SCRIPTDIR disable=SC2154

setup() {
    load speak
    world
}

teardown() {
    world_end
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

@test "what was queued goes together when the turn is over, whatever its word; with --wait by itself, after it" {
    held
    expect 0 ticket send MC-1 "the first"
    wait_for has_events prompt 2
    expect 0 ticket send MC-1 "a" --queue
    ticket send MC-1 "b" --queue --wait 60 >"$T/b" 2>&1 3>&- &
    wait_for rows_are 2 "SELECT count(*) FROM ticket_messages WHERE status='pending'"
    expect 0 ticket send MC-1 "c" --queue
    expect 0 ticket note MC-1 "d"
    release
    wait_for in_review
    expect 0 pickup
    wait_for has_events prompt 3
    has "$(last_prompt)" 'a\n\nc\n\nd'
    rows_are "in_progress||mc-pickup|in_review -> in_progress (message 3)" "SELECT t.status,u.ended_at,a.author,a.body
        FROM tickets t JOIN runs u USING(run_id) JOIN ticket_activity a USING(run_id) ORDER BY a.id DESC LIMIT 1 OFFSET 1"
    release
    wait_for in_review
    expect 0 pickup
    wait_for has_events prompt 4
    has "$(last_prompt)" 'turn 4\nb\n\nWhen'
    release
    wait
    is "$(cat "$T/b")" "heard b"
    wait_for in_review
    expect 0 pickup
    is "$(prompts)" 4
}

@test "what a person says last is heard with the next turn: a rejection, an answer, a send" {
    at_rest
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,next_attempt_at,attempts,created_at)
          SELECT 1,'anna','note','old '||value,'pending',4000000000000,2,1 FROM json_each('[1,2,3]')"
    expect 0 ticket reject MC-1 "do it again"
    expect 0 pickup
    wait_for has_events prompt 2
    has "$(last_prompt)" 'old 1\n\nold 2\n\nold 3\n\ndo it again'
    wait_for in_review
    expect 0 pickup
    is "$(prompts)" 2
    expect 0 ticket send MC-1 "x" --queue
    expect 0 ticket send MC-1 "y" --wait
    has "$(last_prompt)" 'x\n\ny'
}

@test "what cannot be typed to an agent that has delivered waits, said once, and moves nothing" {
    at_rest
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,created_at)
          VALUES(1,'anna','note','old','pending',1)"
    rows "UPDATE runtime_sessions SET profile='gone'"
    expect 0 pickup
    one_line
    has "$errors" "MC-1: message 2 waits: rejected: profile gone is not configured any more"
    in_review
    rows "UPDATE ticket_messages SET next_attempt_at=NULL"
    expect 0 pickup
    is "$errors" ""
    in_review
    rows "UPDATE ticket_messages SET next_attempt_at=NULL"
    rows "UPDATE runtime_sessions SET profile='demo'"
    expect 0 pickup
    wait_for has_events prompt 2
}

@test "a turn that ends with a question has what was queued wait for the answer" {
    configure '{}' --busy 0 --signal QUESTION --hold "$T/go"
    init
    add one
    expect 0 pickup
    wait_for has_events prompt 1
    expect 0 ticket send MC-1 "queued" --queue
    release
    wait_for rows_are needs_input "SELECT status FROM tickets"
    expect 0 pickup
    is "$(prompts)" 1
    expect 0 ticket answer MC-1 "the answer"
    expect 0 pickup
    wait_for has_events prompt 2
    has "$(last_prompt)" 'queued\n\nthe answer'
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
    has "$errors" "MC-2 has had no agent yet, so there is no reply; mc-ticket show MC-2 tells why"
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
    pid=$(pgrep -P $! -x mc-ticket)
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

@test "progress on a terminal only" {
    held
    script -qefc "env -i TERM=dumb PATH=$CLEAN_PATH HOME=$T MC_DB=$MC_DB MC_PICKUP_CONFIG=$CONFIG \
        $MC_BIN/mc-ticket send MC-1 'go on' --wait >$T/out" "$T/typescript" >/dev/null </dev/null 3>&- &
    wait_for grep -q "MC-1: waiting for the reply, [1-9][0-9]* s" "$T/typescript"
    release
    wait $!
    is "$(cat "$T/out")" "heard go on"
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

@test "a turn of which no report comes is over when its agent's screen says so; no pickup is needed" {
    configure '{"nudge": false, "profiles": {"demo": {"first_turn": "argv"}}}' --busy 0 --no-signal \
        --reply "DONE: it is blue"
    init
    add one
    expect 0 pickup
    over() { pickup && in_review; }
    wait_for over
    expect 0 ticket send MC-1 "which colour?" --wait 60
    has "$output" "it is blue"
    rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions"
}

@test "what an agent tells itself is no person's word: nothing is counted anew, and no turn begins by it" {
    local inside
    held
    rows "UPDATE tickets SET turns=2,status='needs_input'"
    rows "UPDATE runs SET outcome='asked',ended_at=NULL"
    inside=(bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket")
    expect 0 "${inside[@]}" note MC-1 "part two"
    expect 0 "${inside[@]}" send MC-1 "part three" --queue
    rows_are "2|needs_input" "SELECT turns,status FROM tickets"
    rows_are "agent|1
agent|1" "SELECT author,aside FROM ticket_messages WHERE kind='note'"
    expect 0 pickup
    is "$(prompts)" 1
    expect 77 "${inside[@]}" send MC-1 "go on"
    has "$errors" "MC-1 waits for a person"
    rows "UPDATE tickets SET status='in_progress'"
    expect 0 "${inside[@]}" send MC-1 "go on"
    rows_are "2|in_progress" "SELECT turns,status FROM tickets"
    rows_are agent "SELECT author FROM ticket_messages WHERE body='go on'"
}
