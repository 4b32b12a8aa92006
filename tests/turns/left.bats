#!/usr/bin/env bats
# Nothing is typed into what has come into the agent's place in its terminal (SPEC section 8).

setup() {
    load ../e2e/support
    world
    extra=(LOGNAME=tester)
}

teardown() {
    world_end
}

# wrapped LINE [JSON]: the profile's command is a script that runs the agent, then this.
wrapped() {
    printf '#!/bin/bash\nexec 2>/dev/null\nmc-demo-agent --log "%s" --busy 0 --no-signal "$@"\n%s\n' "$LOG" "$1" >"$T/wrapper"
    chmod 700 "$T/wrapper"
    configure "{\"retry\": {\"backoff_s\": 3600}, \"profiles\": {\"demo\": {\"command\": [\"$T/wrapper\"],
        \"first_turn\": \"argv\"}}}"
    init
    add one --body "Do it."
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    wait_for has_events prompt 1
    expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
        signal QUESTION "which colour?"
}

# leave: the agent ends, its wrapper goes on; the agent's last screen stays.
leave() {
    local pane
    pane=$(rows "SELECT pid FROM runtime_sessions")
    pkill -KILL -P "$pane" -f mc-demo-agent
    wait_for foreground_is "$1"
}

foreground_is() {
    local pane group
    pane=$(rows "SELECT pid FROM runtime_sessions")
    group=$(cut -d' ' -f8 "/proc/$pane/stat")
    [ "$(tr '\0' ' ' <"/proc/$group/cmdline")" = "$1" ]
}

nothing_typed() {
    [ ! -e "$T/owned" ]
    no grep -q "paint it" <<<"$(tmux_here capture-pane -p -S - -t =mc-MC-1: 2>/dev/null)"
    is "$(events prompt)" 1
}

@test "an answer is not typed into the shell that a wrapper goes on with: worker_died" {
    wrapped "PS1= exec bash --norc -i 2>/dev/tty"
    leave "bash --norc -i "
    expect 0 ticket answer MC-1 "paint it
touch $T/owned"
    expect 0 pickup --json
    nothing_typed
    has "$errors" "MC-1: worker_died: demo has been left: a shell reads in its terminal now"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state' ORDER BY id DESC LIMIT 1")" \
        "root_cause: the agent ended after an earlier turn, before it took this one"
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    rows_are "dead" "SELECT status FROM runtime_sessions"
    is "$(agents)" ""
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "demo>"
}

@test "nor into one that the wrapper runs as its child" {
    wrapped "PS1= bash --norc -i 2>/dev/tty; exit 3"
    leave "bash --norc -i "
    expect 0 ticket answer MC-1 "paint it
touch $T/owned"
    expect 0 pickup --json
    nothing_typed
    rows_are todo "SELECT status FROM tickets"
}

@test "an agent that is run by a shell script is an agent" {
    wrapped "exit 3"
    expect 0 ticket answer MC-1 "paint it green"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    wait_for has_events prompt 2
}

# interrupted: a turn was pasted before the agent was left, and its pickup died.
@test "nor is Enter pressed in a shell where text of ours stands" {
    local nonce=MC_TICKET_TURN:1:1779942042145:0badcafe
    wrapped "PS1='demo> ' exec bash --norc -i 2>/dev/tty"
    leave "bash --norc -i "
    rows "UPDATE runtime_sessions SET status='running',turn_nonce='$nonce',turn_count=2,harvest_offset=1"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,nonce,run_id,created_at)
        SELECT 1,'tester','note','paint it','sending','$nonce',run_id,1 FROM runtime_sessions"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) SELECT run_id,'send','intent','$nonce',1 FROM runtime_sessions"
    rows "UPDATE runs SET pickup_pid=$(bash -c 'echo $$'),pickup_start=1,ended_at=NULL,outcome=NULL"
    rows "UPDATE tickets SET status='in_progress'"
    tmux_here send-keys -t =mc-MC-1: -l "touch $T/owned; : [$nonce internal routing marker]"
    sleep 0.3
    expect 0 pickup --heal-only --json
    [ ! -e "$T/owned" ]
    rows_are "unknown|needs_input" "SELECT m.status,t.status FROM ticket_messages m JOIN tickets t ON t.id=1 WHERE kind='note'"
}
