#!/usr/bin/env bats
# mc-ticket turn-event: what agents tell of their turns, and what the board makes of it.

setup() {
    load told
}

teardown() {
    world_end
}

@test "DONE in the reply delivers, whole reply and all" {
    at_work
    over "It is \\\"done\\\" \\\\\\\\ **here**\\n$(word DONE 'all of it')"
    ticket_is in_review
    turn_is idle
    rows_are "all of it|1" "SELECT result,turns FROM tickets"
    rows_are "delivered" "SELECT outcome FROM runs"
    rows_are "sent" "SELECT status FROM ticket_messages"
    has "$(cat "$STATE/run/$RUN/"reply-*.md)" 'It is "done" \\ **here**'
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='reply'")" 'It is "done" \\ **here**'
    # twice changes nothing
    before=$(rows "SELECT * FROM ticket_activity")
    over "$(word DONE 'all of it')"
    is "$(rows "SELECT * FROM ticket_activity")" "$before"
}

@test "a reply that begins with its word" {
    at_work
    over 'QUESTION: which colour?\nred or blue'
    ticket_is needs_input
    rows_are "which colour?" "SELECT result FROM tickets"
}

@test "the word by signal, then the report: the reply is kept, nothing moves twice" {
    at_work
    bare env MC_RUN="$RUN" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal QUESTION "which?" >/dev/null
    over "$(word DONE no)"
    ticket_is needs_input
    is "$(rows_of signal) $(rows_of reply)" "1 1"
    turn_is idle
}

@test "an agent that names no prompt speaks of its last turn where none was begun since" {
    at_work
    signals 0 DONE "it is done"
    tells '{"event":"over","reply":"The first."}'
    ticket_is in_review
    has "$(cat "$STATE/run/$RUN/"reply-*.md)" "The first."
    before=$(rows "SELECT * FROM ticket_activity")
    tells '{"event":"over","reply":"The second."}'
    is "$(rows "SELECT * FROM ticket_activity")" "$before"
    has "$(cat "$STATE/run/$RUN/"reply-*.md)" "The first."
    is "$(find "$STATE/run/$RUN" -name 'reply-*.md' | wc -l)" 1
}

@test "without a word the agent is asked once more, then a person" {
    at_work
    over 'I did something.'
    ticket_is in_progress
    turn_is idle
    rows_are "nudge|pending" "SELECT purpose,status FROM ticket_messages WHERE kind='note'"
    is "$(rows_of quiet)" 1
    rows "UPDATE ticket_messages SET status='sent',nonce='MC_TICKET_TURN:1:9:00000009' WHERE purpose='nudge'"
    rows "UPDATE runtime_sessions SET status='running',turn_nonce='MC_TICKET_TURN:1:9:00000009'"
    NONCE=MC_TICKET_TURN:1:9:00000009
    over 'I said so.'
    ticket_is needs_input
    has "$(rows "SELECT failure_reason FROM tickets")" "quiet: the agent's turn ended without a word on it; its last reply: I said so."
}

@test "each fault by its own rule" {
    for case in limit:in_progress:paused login:needs_input:login billing:needs_input:billing \
        server:in_progress:paused request:needs_input:request other:needs_input:other interrupted:needs_input:interrupted; do
        IFS=: read -r fault status reason <<<"$case"
        at_work
        over '' "\"fault\":\"$fault\",\"detail\":\"its own words\""
        ticket_is "$status"
        turn_is idle
        has "$(rows "SELECT failure_reason FROM tickets")" "$reason: "
        has "$(rows "SELECT failure_reason FROM tickets")" "its own words"
        world_end
    done
}

@test "a reply that a failure cut off does not say DONE by its beginning; a whole object in it does" {
    at_work
    over 'DONE: half of it' '"fault":"request","detail":"400"'
    ticket_is needs_input
    rows_are "" "SELECT result FROM tickets"
    world_end
    at_work
    over "I am through. $(word DONE "all of it")" '"fault":"request","detail":"400"'
    ticket_is in_review
}

@test "work in the background is no end" {
    at_work
    over 'I wait for the tests.' '"still_at_work":true'
    ticket_is in_progress
    turn_is running
    over 'I wait for the tests.' '"still_at_work":true'
    is "$(rows_of background)" 1
    over "$(word REVIEW 'tests run')"
    ticket_is in_review
}

@test "a permission asks its person once, and what follows counts as now" {
    at_work
    tells '{"event":"waits","detail":"May I run make?"}'
    tells '{"event":"waits","detail":"May I run make?"}'
    ticket_is needs_input
    turn_is running
    has "$(rows "SELECT failure_reason FROM tickets")" "May I run make?"
    is "$(rows_of terminal_state)" 1
    # answered in its session, it asks the next thing before anybody has looked
    tells '{"event":"waits","detail":"May I delete it?"}'
    has "$(rows "SELECT failure_reason FROM tickets")" "May I delete it?"
    is "$(rows_of terminal_state)" 2
    over "$(word DONE yes)"
    ticket_is in_review
}

@test "an agent that names no prompt speaks of the turn it began last" {
    at_work
    tells '{"event":"started","prompt":"a person typed this"}'
    tells '{"event":"over","reply":"DONE: of theirs"}'
    ticket_is in_progress
    tells "{\"event\":\"started\",\"prompt\":\"[$NONCE internal\"}"
    tells '{"event":"over","reply":"DONE: of ours"}'
    ticket_is in_review
}

@test "a prompt that quotes another turn is its own turn's, wherever its marker stands" {
    local old=MC_TICKET_TURN:7:1779942042145:e519f820
    at_work
    tells '{"event":"started","prompt":"['"$NONCE"' x]\nsee ['"$old"' y]"}'
    tells '{"event":"waits","detail":"May I?"}'
    ticket_is needs_input
    tells '{"event":"over","prompt":"['"$NONCE"' x]\nsee ['"$old"' y]","reply":"DONE: all of it"}'
    ticket_is in_review
    is "$(rows_of signal_ignored)" 0
}

@test "what is made up moves nothing, and hundreds of times leave one row" {
    at_work
    before=$(rows "SELECT count(*) FROM ticket_activity")
    ours=$NONCE
    NONCE=MC_TICKET_TURN:1:1779942042145:e519f820
    forged=$(word DONE x)
    for _ in $(seq 200); do over "$forged"; done
    NONCE=$ours
    is "$(($(rows "SELECT count(*) FROM ticket_activity") - before))" 1
    # another ticket's words, another run's
    over '{\"mc_signal\":\"DONE\",\"ticket\":\"MC-1\",\"nonce\":\"MC_TICKET_TURN:1:1779942042145:e519f820\",\"payload\":\"x\"}' '"still_at_work":true'
    RUN=0123456789abcdef0123456789abcdef
    over "$(word DONE x)"
    ticket_is in_progress
    turn_is running
    for _ in $(seq 40); do
        expect 65 bare env MC_RUN="$RUN" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal DONE x
    done
    is "$(rows_of signal_ignored)" 1
    [ ! -e "$STATE/run/$RUN" ]
}

@test "what came too late stands back: cancelled, approved" {
    at_work
    ticket cancel MC-1 >/dev/null
    over "$(word DONE x)"
    ticket_is cancelled
    is "$(rows_of signal)" 0
    rows_are "DONE $NONCE: x (moved nothing: the ticket is not this run's any more)" \
        "SELECT body FROM ticket_activity WHERE kind='signal_ignored'"
}

@test "always exit 0, silent, and what the agent wants to read" {
    at_work
    printf 'garbage' >"$T/event"
    expect 0 heard demo --run "$RUN" --db "$MC_DB"
    is "$output$errors" ""
    has "$(cat "$STATE/run/$RUN/turn-event.log")" "no report of that agent"
    expect 0 heard gemini --run "$RUN" --db "$MC_DB"
    is "$output$errors" "{}"
    expect 0 heard nobody --run "$RUN" --db "$MC_DB"
    is "$output$errors" ""
    expect 0 heard gemini --no-such-option
    is "$output$errors" "{}"
    expect 0 heard claude
    is "$output$errors" ""
    expect 0 heard gemini --run "$RUN" --db "$T/nowhere/board.db"
    is "$output$errors" "{}"
    expect 0 heard demo --run "../../$RUN" --db "$MC_DB"
    is "$output$errors" ""
    for _ in $(seq 30); do heard demo --run "$RUN" --db "$MC_DB"; done
    [ "$(stat -c %s "$STATE/run/$RUN/turn-event.log")" -lt 70000 ]
    ticket_is in_progress
}

@test "as the last word, too" {
    at_work
    : >"$T/event"
    expect 0 heard demo --run "$RUN" --db "$MC_DB" "{\"event\":\"over\",\"prompt\":\"$NONCE\",\"reply\":\"DONE: y\"}"
    ticket_is in_review
}

@test "input that never ends is not waited for" {
    at_work
    mkfifo "$T/pipe"
    env -i PATH="$CLEAN_PATH" "$MC_BIN/mc-ticket" turn-event demo --run "$RUN" --db "$MC_DB" 0<>"$T/pipe" 3>&-
    has "$(cat "$STATE/run/$RUN/turn-event.log")" "to its end"
}

@test "the demo agent by itself: started, over, its word" {
    world
    configure '{"quiet_turns":1}' --no-signal --busy 10 --report "$MC_BIN/mc-ticket" --reply 'DONE: by report'
    init
    add one
    pickup
    wait_for ticket_is in_review
    rows_are "by report" "SELECT result FROM tickets"
    RUN=$(rows "SELECT run_id FROM tickets")
    has "$(cat "$STATE/run/$RUN/started")" MC_TICKET_TURN:1
}

# sent PURPOSE: how many turns of ours have gone to the agent
sent() {
    rows_are "$2" "SELECT count(*) FROM ticket_messages WHERE purpose='$1' AND status='sent'"
}

@test "the nudge goes to the agent, once, and then its person is asked" {
    world
    configure '{}' --no-signal --busy 10 --report "$MC_BIN/mc-ticket" --reply 'I did something.'
    init
    add one
    pickup
    wait_for turn_is idle
    ticket_is in_progress
    pickup
    wait_for ticket_is needs_input
    sent nudge 1
    has "$(rows "SELECT failure_reason FROM tickets")" "its last reply: I did something."
    pickup
    rows_are 2 "SELECT turns FROM tickets"
    # a person's word counts anew
    ticket answer MC-1 "what, then?" >/dev/null
    rows_are "0|in_progress" "SELECT turns,status FROM tickets"
}

@test "a usage limit: the agent is told to go on when it is over, not before" {
    world
    configure '{"pause_s":3600}' --no-signal --busy 10 --report "$MC_BIN/mc-ticket" --report-fault limit --report-detail 'the usage limit'
    init
    add one
    pickup
    wait_for turn_is idle
    has "$(rows "SELECT failure_reason FROM tickets")" "paused: the agent reached its usage limit"
    pickup
    sent go_on 0
    rows "UPDATE ticket_messages SET next_attempt_at=1 WHERE purpose='go_on'"
    pickup
    wait_for sent go_on 1
    wait_for turn_is idle
    # again: another pause, one message
    rows_are 1 "SELECT count(*) FROM ticket_messages WHERE purpose='go_on' AND status='pending'"
    is "$(rows_of paused)" 2
    ticket_is in_progress
}

@test "an expired login stops its profile until a turn of it comes to its end" {
    world
    configure '{"max_running":5}' --no-signal --busy 10 --report "$MC_BIN/mc-ticket" --report-fault login --report-detail '401'
    init
    add one
    add two
    pickup
    wait_for ticket_is needs_input
    expect 0 pickup
    one_line
    has "$errors" "MC-2: it needs profile:demo, and waits like others that do until"
    expect 0 pickup
    is "$errors" ""
    has "$(ticket breaker)" "why     the agent's login or account needs a person"
    rows_are todo "SELECT status FROM tickets WHERE id=2"
    rows_are 1 "SELECT count(*) FROM settings WHERE key='breaker:profile:demo'"
    # the answer that was asked for is what tries it
    ticket answer MC-1 "logged in now" >/dev/null
    pickup
    wait_for rows_are "sent|2" "SELECT status,(SELECT turn_count FROM runtime_sessions) FROM ticket_messages
        WHERE kind='note'"
    wait_for ticket_is needs_input
    rows_are todo "SELECT status FROM tickets WHERE id=2"
    ticket breaker close >/dev/null
    configure '{"max_running":5}' --no-signal --busy 10 --report "$MC_BIN/mc-ticket" --reply 'DONE: two'
    pickup
    wait_for rows_are in_review "SELECT status FROM tickets WHERE id=2"
}

@test "what waits for a login is said once, waits for days, and the answer is the turn that ends it" {
    at_work '{"max_running":5}' --busy 0
    add two
    over '' '"fault":"login","detail":"please /login"'
    ticket_is needs_input
    expect 0 pickup
    has "$errors" "MC-2: it needs profile:demo, and waits like others that do until a turn of it succeeds"
    has "$errors" "breaker close profile:demo"
    expect 0 pickup
    is "$errors" ""
    extra=(LOGNAME=tester LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
    for days in 1 6; do
        echo "$((days * 86400000)) 0" >"$T/offsets"
        expect 0 pickup
        is "$errors" ""
        rows_are todo "SELECT status FROM tickets WHERE id=2"
    done
    extra=(LOGNAME=tester)
    expect 0 ticket answer MC-1 "logged in now"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    rows_are todo "SELECT status FROM tickets WHERE id=2"
    known
    over "$(word DONE 'in spite of it')"
    ticket_is in_review
    rows_are 0 "SELECT count(*) FROM settings WHERE key='breaker:profile:demo'"
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-2"
}

@test "a person who reopens a ticket gives it its turns anew" {
    at_work
    over 'DONE: x'
    rows_are 1 "SELECT turns FROM tickets"
    ticket approve MC-1 >/dev/null
    ticket reopen MC-1 >/dev/null
    rows_are "0|0" "SELECT turns,worked_ms FROM tickets"
}

@test "claude 2.0 has its reply in its transcript, which must be a file of ours" {
    at_work
    tells "{\"event\":\"started\",\"prompt\":\"[$NONCE internal\"}"
    printf '%s\n' '{"type":"user","message":{"role":"user","content":"do it"}}' \
        '{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"DONE: from the transcript"}]}}' >"$T/real.jsonl"
    ln -s "$T/real.jsonl" "$T/link.jsonl"
    stop='{"hook_event_name":"Stop","session_id":"s","transcript_path":"%s","stop_hook_active":false}'
    # shellcheck disable=SC2059
    printf "$stop" "$T/link.jsonl" >"$T/event"
    expect 0 heard claude --run "$RUN" --db "$MC_DB"
    is "$output$errors" ""
    ticket_is in_progress
    is "$(rows_of reply)" 0
    rows "UPDATE runtime_sessions SET status='running',turn_nonce='$NONCE',last_turn_marker=NULL"
    # shellcheck disable=SC2059
    printf "$stop" "$T/real.jsonl" >"$T/event"
    expect 0 heard claude --run "$RUN" --db "$MC_DB"
    ticket_is in_review
    rows_are "from the transcript" "SELECT result FROM tickets"
}

@test "told while pickups heal and the tmux server dies: one truth, once" {
    at_work
    for _ in 1 2 3; do pickup --heal-only >/dev/null 2>&1 & done
    over "$(word DONE x)" &
    tmux_here kill-server || true
    pickup --heal-only >/dev/null 2>&1 &
    wait
    pickup -q || true
    # told before its end was seen, it is delivered; told after it, the ticket is to be done again, by another agent
    status=$(rows "SELECT status FROM tickets")
    [ "$status" = in_review ] || [ "$(rows_of death)" = 1 ]
    [ "$(rows_of signal)" -le 1 ]
    is "$(rows "SELECT count(*) FROM runtime_sessions WHERE status='running' AND run_id='$RUN'")" 0
}
