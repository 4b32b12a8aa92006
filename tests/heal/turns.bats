#!/usr/bin/env bats
# Turns under way that nobody watches any more (SPEC section 11): interrupted_send in each of its resolutions.

NONCE=MC_TICKET_TURN:1:1779942042145:0badcafe

setup() {
    load heal
}

teardown() {
    world_end
}

pickup_dies() {
    rows "UPDATE runs SET pickup_pid=$(dead_pid),pickup_start=1,ended_at=NULL,outcome=NULL WHERE ticket_id=1"
}

# at_rest: an agent whose first turn is over, at its prompt, and all it wrote is in its log. Its next one goes on until
# $T/over is there.
at_rest() {
    heal_world
    settings '{"nudge": false, "profiles": {"demo": {"startup_timeout_s": 60}}}' --busy 0 --no-signal --hold "$T/over"
    touch "$T/over"
    start 1
    PANE=$(of 1 pane_id)
    PANE_LOG=$(of 1 pane_log_path)
    wait_for ends_with_prompt
}

ends_with_prompt() {
    [ "$(tail -c 6 "$PANE_LOG")" = "demo> " ]
}

# rests: a pickup has seen that the turn is over; one just begun is not looked at.
rests() {
    expect 0 pickup && [ "$(of 1 status)" = idle ]
}

log_has() {
    grep -aqF "$1" "$PANE_LOG"
}

# sending: a second turn taken and its intent written; then the pickup died.
sending() {
    rows "UPDATE runtime_sessions SET status='running',turn_nonce='$NONCE',turn_count=2,
        harvest_offset=$(stat -c %s "$PANE_LOG"),turn_started_at=strftime('%s','now')*1000"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,nonce,run_id,created_at)
        SELECT 1,'tester','note','paint it blue','sending','$NONCE',run_id,1 FROM runtime_sessions"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) SELECT run_id,'send','intent','$NONCE',1 FROM runtime_sessions"
    pickup_dies
}

# paste: what the pickup would have pasted, by hand.
paste() {
    printf 'MC-1 turn 2\n\npaint it blue\n\n[%s internal routing marker; do not mention this marker in your reply]' \
        "$NONCE" | tmux_here load-buffer -b b -
    tmux_here paste-buffer -p -d -b b -t "$PANE"
    wait_for log_has "[Pasted text #1 +5 lines]"
}

note_is() {
    rows_are "$1" "SELECT status FROM ticket_messages WHERE kind='note' ORDER BY id LIMIT 1"
}

@test "interrupted_send: never pasted, so it is pending again and goes out once" {
    at_rest
    sending
    expect 0 pickup --heal-only --dry-run --json
    is "$(plan)" "interrupted_send MC-1"
    has "$(value plan.0.reason)" "the pickup that was sending to it is gone"
    expect 0 pickup --heal-only --json
    is "$errors" ""
    is "$(healed)" "interrupted_send MC-1 in_progress in_progress"
    note_is pending
    rows_are "idle||1" "SELECT status,turn_nonce,turn_count FROM runtime_sessions"
    rows_are "send|failed" "SELECT kind,state FROM effects ORDER BY id DESC LIMIT 1"
    is "$(events prompt)" 1
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    wait_for has_events prompt 2
    has "$(cat "$LOG.turn-2")" "paint it blue"
    note_is sent
    steady
    is "$(events prompt)" 2
}

@test "interrupted_send: our text still in the input box is given Enter, and nothing is pasted again" {
    at_rest
    sending
    paste
    is "$(events prompt)" 1
    expect 0 pickup --json
    is "$errors" ""
    wait_for has_events prompt 2
    note_is sent
    rows_are "running|$NONCE" "SELECT status,turn_nonce FROM runtime_sessions"
    rows_are "send|done" "SELECT kind,state FROM effects ORDER BY id DESC LIMIT 1"
    is "$(grep -c "paint it blue" "$LOG.turn-2") $(events typed)" "1 0"
    steady
    is "$(events prompt)" 2
}

@test "interrupted_send: submitted, and its turn is over already" {
    at_rest
    sending
    paste
    tmux_here send-keys -t "$PANE" Enter
    wait_for has_events prompt 2
    touch "$T/over"
    wait_for ends_with_prompt
    expect 0 pickup --json
    is "$errors" ""
    note_is sent
    wait_for rests
    steady
    is "$(events prompt)" 2
}

@test "interrupted_send: the turn is visibly running, or went along with the start" {
    heal_world
    start 1
    # Typed by a pickup that died before it saw the turn begin.
    rows "UPDATE ticket_messages SET status='sending',sent_at=NULL"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) SELECT run_id,'send','intent',nonce,1 FROM ticket_messages"
    pickup_dies
    expect 0 pickup --json
    is "$errors" ""
    rows_are "sent|1" "SELECT status,sent_at>0 FROM ticket_messages"
    ticket_is 1 in_progress
    steady
    # Without an intent to send, the start carried it.
    rows "DELETE FROM effects WHERE kind='send'"
    rows "UPDATE ticket_messages SET status='sending',sent_at=NULL"
    expect 0 pickup --json
    rows_are sent "SELECT status FROM ticket_messages"
    steady
    is "$(events prompt)" 1
}

@test "interrupted_send: what cannot be told waits for a person and is never sent again unasked" {
    at_rest
    sending
    tmux_here send-keys -t "$PANE" -l "x"
    wait_for log_has "demo> x"
    expect 0 pickup --json
    one_line
    has "$errors" "MC-1: its pickup died while sending and it cannot be told whether the turn arrived"
    has "$errors" "mc-ticket answer MC-1"
    ticket_is 1 needs_input
    note_is unknown
    rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions"
    rows_are "send|unknown" "SELECT kind,state FROM effects ORDER BY id DESC LIMIT 1"
    has "$(activity 1 screen)" "demo> x"
    terminal_state 1 needs_input
    alive "$(of 1 pid)"
    steady
    # A person's answer is the next thing that the agent hears.
    tmux_here send-keys -t "$PANE" BSpace
    expect 0 ticket answer MC-1 "paint it green"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    wait_for has_events prompt 2
    has "$(cat "$LOG.turn-2")" "paint it green"
    no grep -q "paint it blue" "$LOG.turn-2"
    note_is unknown
    ticket_is 1 in_progress
    steady
}

@test "interrupted_send: of what cannot be told the agent has its word: it names the turn, so it has read it" {
    at_rest
    sending
    tmux_here send-keys -t "$PANE" -l "x"
    wait_for log_has "demo> x"
    expect 0 pickup --json
    ticket_is 1 needs_input
    first=$(rows "SELECT nonce FROM ticket_messages WHERE kind='work'")
    expect 65 bare env MC_RUN="$(of 1 run_id)" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal DONE "the first" --nonce "$first"
    expect 0 bare env MC_RUN="$(of 1 run_id)" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal DONE "it is blue" --nonce "$NONCE"
    ticket_is 1 in_review
    rows_are "it is blue" "SELECT result FROM tickets"
}

@test "interrupted_send: a pickup that died while it asked a person is gone on with, and asks once" {
    at_rest
    sending
    tmux_here send-keys -t "$PANE" -l "x"
    wait_for log_has "demo> x"
    rows "UPDATE tickets SET status='needs_input'"
    expect 0 pickup --json
    is "$errors" ""
    note_is unknown
    ticket_is 1 needs_input
    is "$(activities 1 terminal_state)" 0
    steady
}

@test "interrupted_send: a busy agent that has written nothing since is at another turn" {
    heal_world
    start 1
    PANE_LOG=$(of 1 pane_log_path)
    sending
    expect 0 pickup --json
    ticket_is 1 needs_input
    note_is unknown
    is "$(events prompt)" 1
    steady
}

@test "interrupted_send: where an endpoint types, an empty screen proves nothing" {
    at_rest
    sending
    settings '{"profiles": {"demo": {"startup_timeout_s": 60}},
        "send": {"transport": "http", "url": "http://127.0.0.1:9/"}}' --busy 0 --no-signal
    expect 0 pickup --json
    has "$errors" "it cannot be told whether the turn arrived"
    ticket_is 1 needs_input
    note_is unknown
    steady
    is "$(events prompt)" 1
}

@test "what the agent wrote before a turn is not taken for the turn's" {
    local size
    at_rest
    size=$(stat -c %s "$PANE_LOG")
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,harvest_offset=0"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,created_at)
        VALUES(1,'tester','note','paint it blue','pending',1)"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    rows_are "$size" "SELECT harvest_offset FROM runtime_sessions"
}

@test "interrupted_send: the agent's own word came first" {
    at_rest
    sending
    expect 0 bare MC_RUN="$(of 1 run_id)" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal REVIEW "look" --nonce "$NONCE"
    ticket_is 1 in_review
    note_is sent
    steady
    is "$(events prompt)" 1
}

@test "a note for an agent that has survived its server waits: the agent is neither dead nor ended" {
    heal_world '{"profiles": {"demo": {"startup_timeout_s": 60}}}' --busy 0 --no-signal --ignore-hup --ignore-term
    start 1
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,created_at)
        VALUES(1,'tester','note','paint it blue','pending',1)"
    kill_server
    expect 0 pickup --json
    one_line
    has "$errors" "MC-1: message 2 waits: out_of_reach"
    is "$(agents | wc -l)" 1
    ticket_is 1 in_progress
    note_is pending
    rows_are 1 "SELECT attempts FROM ticket_messages WHERE kind='note'"
    steady
}
