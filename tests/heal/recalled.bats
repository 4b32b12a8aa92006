#!/usr/bin/env bats
# A runtime whose row is made again, or found in its session, is what messages, story, tags and the recorded process
# say of it (SPEC section 11, lost_row).

FIRST=MC_TICKET_TURN:1:1779942042145:0badcafe
SECOND=MC_TICKET_TURN:1:1779942042999:0badc0de

setup() {
    load heal
}

teardown() {
    world_end
}

# resting: an agent whose first turn is over, at its prompt.
resting() {
    heal_world '{"nudge": false}' --busy 0 --no-signal
    start 1
    PANE_LOG=$(of 1 pane_log_path)
    wait_for ends_with_prompt
}

ends_with_prompt() {
    [ "$(tail -c 6 "$PANE_LOG")" = "demo> " ]
}

@test "lost_row: made again during the second turn, it has that turn's nonce, and the agent's word counts" {
    local run
    heal_world
    start 1
    run=$(of 1 run_id)
    rows "UPDATE ticket_messages SET nonce='$FIRST',status='sent',sent_at=10"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,nonce,run_id,created_at,sent_at)
        VALUES(1,'tester','note','blue','sent','$SECOND','$run',1,20)"
    rows "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)
        VALUES(1,'$run','agent','signal','QUESTION $FIRST: which colour?',15)"
    rows "DELETE FROM runtime_sessions"
    heals "lost_row MC-1 session without a row row made again"
    rows_are "running|$SECOND|$FIRST|2" "SELECT status,turn_nonce,last_turn_marker,turn_count FROM runtime_sessions"
    expect 0 bare MC_RUN="$run" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal DONE "blue it is" --nonce "$SECOND"
    ticket_is 1 in_review
    steady
}

@test "lost_row: made again at rest, it is idle, and the answer that waits is delivered" {
    resting
    expect 0 bare MC_RUN="$(of 1 run_id)" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal QUESTION "which colour?"
    expect 0 ticket answer MC-1 "paint it green"
    rows "DELETE FROM runtime_sessions"
    expect 0 pickup --json
    is "$(healed)" "lost_row MC-1 session without a row row made again"
    is "$(value delivered.0.class)" sent
    wait_for has_events prompt 2
    has "$(cat "$LOG.turn-2")" "paint it green"
}

@test "lost_row: a person's pane beside the agent's is not the agent, also where panes bear no mark" {
    local pid pane
    heal_world
    start 1
    pid=$(of 1 pid) pane=$(of 1 pane_id)
    tmux_here split-window -b -d -t =mc-MC-1: 'sleep 1000'
    tmux_here set-option -u -t =mc-MC-1: @mc_pane
    tmux_here set-option -p -u -t "$pane" @mc_pane
    rows "DELETE FROM runtime_sessions"
    rows "UPDATE tickets SET worker_pid=NULL"
    heals "lost_row MC-1 session without a row row made again"
    rows_are "$pid|$pane" "SELECT pid,pane_id FROM runtime_sessions"
    alive "$pid"
    steady
}

@test "lost_row: the recorded process is the agent, whatever runs in its pane by now" {
    local pid
    heal_world
    start 1
    pid=$(of 1 pid)
    kill_hard "$pid"
    tmux_here respawn-pane -t =mc-MC-1: 'sleep 1000'
    rows "DELETE FROM runtime_sessions"
    expect 0 pickup --heal-only --json
    is "$(healed)" "lost_row MC-1 session without a row row made again"
    is "$(of 1 pid)" "$pid"
    expect 0 pickup --heal-only --json
    is "$(healed)" "ghost MC-1 in_progress todo"
}

# hidden: its ticket is to be done again, and the turn that its dead pickup was sending is at its agent.
hidden() {
    rows "UPDATE ticket_messages SET status='sending',sent_at=NULL"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) SELECT run_id,'send','intent',nonce,1 FROM ticket_messages"
    rows "UPDATE runs SET pickup_pid=$(dead_pid),pickup_start=1"
    rows "UPDATE runtime_sessions SET status='closed',closed_at=1,turn_nonce=NULL"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL"
}

@test "a hidden run whose turn is on the screen is adopted with that turn, and it is not pasted again" {
    local run
    resting
    run=$(of 1 run_id)
    hidden
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "adopted hidden_runtime"
    rows_are "in_progress|$run" "SELECT status,run_id FROM tickets"
    rows_are sent "SELECT status FROM ticket_messages WHERE run_id='$run'"
    expect 0 pickup
    expect 0 pickup
    is "$(events prompt) $(events start)" "1 1"
}

@test "a hidden run whose turn has scrolled away is not sent it again: interrupted_send finds out" {
    local run
    resting
    run=$(of 1 run_id)
    tmux_here send-keys -R -t =mc-MC-1: \; clear-history -t =mc-MC-1:
    hidden
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "adopted hidden_runtime"
    rows_are sending "SELECT status FROM ticket_messages WHERE run_id='$run'"
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1)" interrupted_send
    expect 0 pickup
    is "$(events prompt) $(events start)" "1 1"
}

@test "nor one whose row still stands behind a ticket that is to be done again" {
    local run
    resting
    run=$(of 1 run_id)
    rows "UPDATE runtime_sessions SET turn_nonce=(SELECT nonce FROM ticket_messages),status='running'"
    tmux_here send-keys -R -t =mc-MC-1: \; clear-history -t =mc-MC-1:
    hidden
    rows "UPDATE runtime_sessions SET status='running',closed_at=NULL,turn_nonce=(SELECT nonce FROM ticket_messages)"
    expect 0 pickup --heal-only --json
    is "$(healed)" "hidden_runtime MC-1 todo in_progress"
    rows_are sending "SELECT status FROM ticket_messages WHERE run_id='$run'"
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1)" interrupted_send
    expect 0 pickup
    is "$(events prompt) $(events start)" "1 1"
}
