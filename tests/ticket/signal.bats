#!/usr/bin/env bats
# mc-ticket signal: SPEC section 12, way 1.

setup() {
    load desk
    desk_setup
    new
    mc add one >/dev/null
}

teardown() {
    desk_teardown
}

@test "DONE and REVIEW: in review, run delivered, turn over, message sent" {
    for word in DONE REVIEW; do
        sql "UPDATE tickets SET status='todo'"
        tmux -S "$SOCKET" kill-server 2>/dev/null || true
        sql "UPDATE runtime_sessions SET status='closed'"
        agent 1
        expect 0 says 1 $word "roof fixed" --nonce "$NONCE"
        has "$output" "MC-1 in_progress -> in_review"
        is "$(sql "SELECT status,run_id FROM tickets")" "in_review|$RUN"
        is "$(sql "SELECT outcome,detail,ended_at>0 FROM runs WHERE run_id='$RUN'")" "delivered|roof fixed|1"
        is "$(sql "SELECT status,turn_nonce,last_turn_marker FROM runtime_sessions")" "idle||$NONCE"
        is "$(sql "SELECT status FROM ticket_messages WHERE run_id='$RUN'")" sent
        has "$(sql "SELECT author,body FROM ticket_activity WHERE kind='signal' AND run_id='$RUN'")" \
            "agent|$word $NONCE: roof fixed"
        [ -d "/proc/$PID" ]
    done
}

@test "QUESTION: needs input, the run goes on" {
    agent 1
    expect 0 says 1 QUESTION "which colour?"
    is "$(status_of 1)" needs_input
    is "$(sql "SELECT outcome,ended_at FROM runs")" "asked|"
    is "$(sql "SELECT status FROM runtime_sessions")" idle
}

@test "DONE is done where the configuration says so" {
    printf '{"on_done":"done"}' >"$T/c.json"
    agent 1
    expect 0 says 1 DONE x --config "$T/c.json"
    is "$(status_of 1)" "done"
}

@test "an agent gives its word in nobody else's name" {
    agent 1
    before=$(rows)
    expect 77 says 1 DONE x --by anna
    has "$errors" "the session of agent MC-1, which speaks for nobody else"
    is "$(rows)" "$before"
}

@test "the same again moves nothing and is no failure" {
    agent 1
    says 1 DONE x --nonce "$NONCE" >/dev/null
    before=$(rows)
    expect 0 says 1 DONE x --nonce "$NONCE"
    has "$output" already
    expect 0 says 1 DONE x
    is "$(rows)" "$before"
}

@test "the nonce of another turn moves nothing, is recorded, and is 65" {
    agent 1
    expect 65 says 1 DONE x --nonce "MC_TICKET_TURN:1:1779942042145:00000000"
    has "$errors" "another turn"
    is "$(status_of 1)" in_progress
    is "$(sql "SELECT status FROM runtime_sessions")" running
    is "$(sql "SELECT count(*) FROM ticket_activity WHERE kind='signal_ignored'")" 1
}

@test "an older run moves nothing, is recorded once, and is 65" {
    agent 1
    own=$RUN
    RUN=00000000000000000000000000000000
    expect 65 says 1 DONE x
    has "$errors" "not this run's any more"
    is "$(status_of 1)" in_progress
    expect 65 says 1 DONE x
    RUN=11111111111111111111111111111111
    expect 65 says 1 REVIEW x
    is "$(sql "SELECT run_id FROM ticket_activity WHERE kind='signal_ignored'")" "$own"
}

@test "a ticket that moved on stays where it is" {
    agent 1
    for status in todo in_review blocked "done" cancelled; do
        sql "UPDATE tickets SET status='$status'"
        expect 65 says 1 DONE x
        is "$(status_of 1)" "$status"
    done
}

@test "a ticket that waits for a person: only a turn that is still under way moves it" {
    agent 1 idle
    sql "UPDATE tickets SET status='needs_input'"
    expect 65 says 1 DONE x
    is "$(status_of 1)" needs_input
    sql "UPDATE runtime_sessions SET status='running',turn_nonce='$NONCE'"
    expect 0 says 1 DONE x
    is "$(status_of 1)" in_review
}

@test "another word for a turn that is over is 65" {
    agent 1
    says 1 REVIEW x >/dev/null
    expect 65 says 1 DONE x
    is "$(status_of 1)" in_review
}

@test "a turn that went as an argument may end before it was recorded" {
    agent 1 spawning
    expect 0 says 1 DONE x --nonce "$NONCE"
    is "$(sql "SELECT status,last_turn_marker FROM runtime_sessions")" "idle|$NONCE"
    is "$(status_of 1)" in_review
}

@test "an adopted turn has no nonce and ends all the same" {
    agent 1
    sql "UPDATE runtime_sessions SET turn_nonce=NULL"
    expect 0 says 1 DONE x
    is "$(status_of 1)" in_review
    is "$(sql "SELECT status FROM runtime_sessions")" idle
}

@test "between two turns a word counts unless a prompt waits for the agent" {
    agent 1
    says 1 QUESTION "red?" >/dev/null
    mc answer MC-1 yes >/dev/null
    before=$(rows)
    expect 0 says 1 QUESTION "red?"
    has "$output" already
    is "$(rows)" "$before"
    expect 65 says 1 DONE "all of it"
    has "$errors" "a prompt waits for its agent and goes first"
    is "$(status_of 1) $(sql "SELECT status FROM ticket_messages WHERE kind='note'")" "in_progress pending"
}

@test "an agent that speaks before its first prompt is handed that first" {
    agent 1 spawning
    sql "UPDATE ticket_messages SET status='pending'"
    expect 65 says 1 DONE early
    has "$errors" "a prompt waits for its agent and goes first"
    is "$(status_of 1) $(sql "SELECT status FROM ticket_messages")" "in_progress pending"
}

@test "the second turn's word counts anew" {
    agent 1
    says 1 QUESTION "red?" >/dev/null
    mc answer MC-1 yes >/dev/null
    sql "UPDATE runtime_sessions SET status='running', turn_nonce='MC_TICKET_TURN:1:1779942042146:11111111'"
    expect 0 says 1 QUESTION "dark red?"
    is "$(status_of 1)" needs_input
    is "$(sql "SELECT count(*) FROM ticket_activity WHERE kind='signal'")" 2
}

@test "a summary that begins with a dash is a summary" {
    local line id
    for line in "- mended" "--json works, and more" "-x" "--nothing"; do
        id=$(mc add more)
        agent "${id#MC-}"
        expect 0 says "${id#MC-}" DONE "$line" --nonce "$NONCE"
        is "$(status_of "${id#MC-}")" in_review
        has "$(sql "SELECT body FROM ticket_activity WHERE kind='signal' ORDER BY id DESC LIMIT 1")" "$line"
    done
    agent 1
    expect 0 says 1 DONE -h
    has "$output" "usage: mc-ticket signal"
    is "$(status_of 1)" in_progress
    expect 0 says 1 DONE --json
    has "$output" '"ticket":"MC-1"'
}

@test "outside of a session, or with a wrong word: 64" {
    expect 64 mc signal DONE x
    has "$errors" MC_RUN
    agent 1
    expect 64 says 1 FINISHED x
    expect 64 says 1 DONE x --nonce nonsense
    expect 64 says 0 DONE x
    has "$errors" "MC_TICKET is MC-0: this agent is only tried by mc-ticket doctor, and works on no ticket"
    RUN=xyz
    expect 64 says 1 DONE x
    is "$(status_of 1)" in_progress
}

@test "the one line is cleaned, and may be left out" {
    agent 1
    expect 0 says 1 DONE "$(printf 'a\nb\033[31mc\377')"
    is "$(sql "SELECT detail FROM runs")" "$(printf 'a b[31mc\357\277\275')"
    sql "UPDATE tickets SET status='in_progress'"
    sql "UPDATE runtime_sessions SET status='running',turn_nonce='MC_TICKET_TURN:1:1779942042146:22222222'"
    expect 0 says 1 DONE
}

@test "eight at once: one moves, the others are the same again" {
    agent 1
    for i in 1 2 3 4 5 6 7 8; do
        { says 1 DONE x --nonce "$NONCE" >"$T/o.$i" 2>&1 && echo ok >>"$T/ok"; } &
    done
    wait
    is "$(wc -l <"$T/ok")" 8
    is "$(sql "SELECT count(*) FROM ticket_activity WHERE kind='signal'")" 1
}

@test "a person's cancel and the agent's word: the later truth stands" {
    agent 1
    mc cancel MC-1 >/dev/null
    expect 65 says 1 DONE x
    is "$(status_of 1)" cancelled
}
