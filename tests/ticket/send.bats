#!/usr/bin/env bats
# A person says something to a ticket's agent at once: a turn of its own, or a refusal that leaves nothing (SPEC section
# 12).
# shellcheck source-path=SCRIPTDIR disable=SC2154

setup() {
    load speak
    world
}

teardown() {
    tmux -S "$T/outer" kill-server 2>/dev/null || true
    world_end
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

@test "busy is 75 while it is: nothing typed, nothing waits" {
    local before
    held
    expect 0 ticket send MC-1 "the first"
    wait_for has_events prompt 2
    before=$(board)
    expect 75 ticket send MC-1 "the second" --wait
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

@test "a text that a draft in the box keeps from its agent is told of" {
    at_rest
    tmux_here send-keys -t =mc-MC-1: "half a draft"
    drafted() { [[ $(tmux_here capture-pane -p -t =mc-MC-1:) == *"half a draft"* ]]; }
    wait_for drafted
    expect 0 ticket reject MC-1 "once more"
    expect 0 ticket show MC-1
    has "$output" "next       the next pickup gives its agent what waits for it"
    expect 0 pickup -v
    has "$output" "MC-1: message 2 waits: busy: demo is not at its prompt"
    rows_are busy "SELECT error FROM ticket_messages WHERE kind='note'"
    expect 0 ticket list
    has "$output" "its message waits: its agent is not at its prompt"
    expect 0 ticket show MC-1
    has "$output" "waiting    its message waits: its agent is not at its prompt"
    has "$output" "next       mc-ticket screen MC-1 shows what keeps its agent from its prompt"
    expect 0 ticket health
    rows "UPDATE ticket_messages SET created_at=created_at-86400000 WHERE kind='note'"
    expect 69 ticket health
    has "$output" "what the agent of MC-1 is to be told has waited for 24 h"
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
    # Nor is it planned to tell one that is found dead by the same look.
    rows "UPDATE tickets SET status='in_progress'"
    expect 0 ticket note MC-1 "hello"
    expect 0 pickup --dry-run
    has "$output" "would heal MC-1"
    no grep -q "would deliver" <<<"$output"
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
    has "$errors" "was used for note MC-1"
    expect 65 ticket send MC-1 "another word" --request-id r1
    expect 65 ticket send MC-1 "go on" --queue --request-id r1
    expect 65 ticket approve MC-1 --request-id r1
    has "$errors" "was used for send MC-1"
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

@test "mc-ticket starts as before: no library that it did not need" {
    no grep -q -e curl -e ssl <<<"$(ldd "$MC_BIN/mc-ticket")"
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
