#!/usr/bin/env bats
# What is typed into an agent at a usage limit, at an error, or just after its turn waits or goes, by what it is.

setup() {
    load typed
    world
}

teardown() {
    world_end
}

@test "an answer waits while its agent is at a usage limit, which is said once, and goes then" {
    agent 'if entered and typed: submit()
if turns == 1 and said[-1] != "limit reached: usage limit": said.append("limit reached: usage limit")'
    asks
    expect 0 ticket answer MC-1 "paint it green"
    expect 75 ticket send MC-1 "paint it red"
    has "$errors" "MC-1: own shows a usage limit, which is waited for until 2"
    has "$errors" "; nothing was sent; --queue leaves it for then"
    expect 0 pickup
    one_line
    has "$errors" "message 2 waits: own shows a usage limit, which is waited for until 2"
    rows_are "pending|paused|1" "SELECT status,error,next_attempt_at>created_at+800000 FROM ticket_messages WHERE kind='note'"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='paused'")" "own shows a usage limit"
    expect 0 pickup
    is "$errors" ""
    [ ! -e "$T/turn-2" ]
    rows "UPDATE ticket_messages SET next_attempt_at=1 WHERE kind='note'"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    [ -e "$T/turn-2" ]
}

@test "a text that is queued in a pause goes instead of what tells the agent to go on, and at its time" {
    agent 'if entered and typed: submit()
if turns == 1 and said[-1] != "limit reached: usage limit": said.append("limit reached: usage limit")'
    expect 0 pickup
    wait_for [ -e "$T/turn-1" ]
    sleep 2.5 # a turn just taken is not looked at
    expect 0 pickup
    rows_are "go_on|pending" "SELECT purpose,status FROM ticket_messages WHERE kind='note'"
    rows "UPDATE ticket_messages SET next_attempt_at=next_attempt_at+7200000 WHERE purpose='go_on'"
    expect 0 ticket send MC-1 "paint it red" --queue
    expect 0 pickup
    rows_are 1 "SELECT count(DISTINCT round(next_attempt_at/1000)) FROM ticket_messages WHERE kind='note'"
    has "$(ticket show MC-1)" "next       it goes on by itself at $(date -d "@$(rows "SELECT next_attempt_at/1000 FROM ticket_messages WHERE purpose='go_on'")" '+%F %T %z'); mc-ticket retry MC-1 has it go on now"
    expect 0 ticket pause lunch
    expect 0 ticket retry MC-1
    is "$output" "MC-1 in_progress -> in_progress, goes on now"
    is "$errors" ""
    has "$(ticket show MC-1)" "next       the next pickup gives its agent what waits for it"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='moved'")" "goes on now (retry)"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    rows_are "paint it red|sent" "SELECT body,status FROM ticket_messages WHERE kind='note' AND status<>'failed_to_inject'"
    [ -e "$T/turn-2" ]
    expect 65 ticket retry MC-1
    has "$errors" "MC-1 is in_progress, and waits for no other attempt"
}

@test "what asks for a word is not typed into an agent at its limit, for a quarter of an hour" {
    agent 'if entered and typed: submit()
if turns == 1 and said[-1] != "limit reached": said.append("limit reached")'
    asks
    expect 0 ticket answer MC-1 "paint it green"
    rows "UPDATE ticket_messages SET purpose='nudge' WHERE kind='note'"
    expect 0 pickup --json
    is "$errors" ""
    rows_are "pending|1" "SELECT status,next_attempt_at>0 FROM ticket_messages WHERE kind='note'"
    [ ! -e "$T/turn-2" ]
    rows "UPDATE ticket_messages SET attempts=4,next_attempt_at=NULL WHERE kind='note'"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
}

@test "an error of the model is shown until the next turn: what a person says is that turn" {
    agent 'if entered and typed: submit()
if turns and said[-1] != "stopped: Error: 400 bad": said.append("stopped: Error: 400 bad")'
    asks
    expect 0 ticket answer MC-1 "paint it green"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    [ -e "$T/turn-2" ]
    expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
        signal DONE "it is green"
    expect 0 ticket send MC-1 "and blue"
    [ -e "$T/turn-3" ]
}

@test "an agent whose turn has just ended is given two seconds to come to its prompt" {
    agent "if entered and typed: submit()
below = lambda: 'working' if os.path.exists('$T/late') else '? for help'"
    asks
    touch "$T/late"
    rows "UPDATE runtime_sessions SET idle_tick=idle_tick-3000"
    expect 75 ticket send MC-1 "paint it red"
    has "$errors" "busy"
    no has "$(rows "SELECT body FROM ticket_activity")" "send"
    expect 0 ticket answer MC-1 "paint it green"
    expect 0 pickup --json
    [ "$(value elapsed_ms)" -lt 1500 ]
    rows_are "pending|busy" "SELECT status,error FROM ticket_messages WHERE kind='note'"
    rows "UPDATE ticket_messages SET next_attempt_at=NULL"
    rows "UPDATE runtime_sessions SET idle_tick=idle_tick+3600000"
    ( sleep 0.7; rm "$T/late" ) 3>&- &
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    touch "$T/late"
    expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
        signal DONE "it is green"
    ( sleep 0.7; rm "$T/late" ) 3>&- &
    expect 0 ticket send MC-1 "and blue"
    [ -e "$T/turn-3" ]
}

@test "an agent that is at its limit from the start: the ticket waits, and no attempt is counted" {
    agent 'said[:] = ["limit reached"]'
    expect 75 pickup --json
    is "$(value send.class)" paused
    rows_are "todo|0|1" "SELECT status,attempts,next_attempt_at>0 FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "limit reached"
    has "$errors" "MC-1: paused: own shows a usage limit, which is waited for until 2"
}

@test "an agent at its limit from the start that says until when is waited for so long" {
    agent 'said[:] = ["limit reached, try again in 5 hours"]'
    expect 75 pickup
    rows_are "todo|1" "SELECT status,next_attempt_at-updated_at BETWEEN 17990000 AND 18010000 FROM tickets"
}
