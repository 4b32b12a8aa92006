#!/usr/bin/env bats
# An agent and its terminal: the process and the tags decide whose a pane is, never its id; and no setting of the
# server's ends it (SPEC sections 2, 7, 11).

setup() {
    load support
    world
    OLD=
}

teardown() {
    [ -z "$OLD" ] || kill -KILL "$OLD" 2>/dev/null || true
    tmux -S "$T/own" kill-server 2>/dev/null || true
    world_end
}

of() {
    rows "SELECT $2 FROM runtime_sessions WHERE ticket_id=$1"
}

# ended PID: also where nobody collects it.
ended() {
    [ ! -d "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"
}

# asked: MC-1, whose agent has asked its question and waits; a lost terminal does not end it. PID is its process.
asked() {
    configure '{}' --busy 0 --signal QUESTION --ignore-hup
    init
    add one
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets WHERE id=1"
    PID=$(of 1 pid)
    is "$(of 1 pane_id)" %0
}

# another_server: MC-2 on a new server, whose first pane has the id that MC-1's had.
another_server() {
    add two
    expect 0 pickup --json
    is "$(value ticket) $(value outcome)" "MC-2 dispatched"
    is "$(of 2 pane_id)" %0
    wait_for rows_are needs_input "SELECT status FROM tickets WHERE id=2"
}

# waits: the answer to MC-1 stays pending, that is said once, its agent lives, and nobody else's screen gets it.
waits() {
    ticket answer MC-1 "the blue one" >/dev/null
    expect 0 pickup
    one_line
    has "$errors" "MC-1: message"
    has "$errors" "out_of_reach"
    has "$errors" "pid $PID"
    has "$errors" "mc-ticket block MC-1"
    no has "$errors" USR1
    for _ in 1 2; do
        rows "UPDATE ticket_messages SET next_attempt_at=NULL WHERE status='pending'"
        expect 0 pickup --json
        is "$errors" ""
        is "$(value healed)" "[]"
    done
    kill -0 "$PID"
    rows_are "in_progress|0" "SELECT status,attempts FROM tickets WHERE id=1"
    rows_are "pending" "SELECT status FROM ticket_messages WHERE ticket_id=1 AND kind='note'"
    rows_are 1 "SELECT count(*) FROM runs WHERE ticket_id=1"
    is "$(events prompt)" 2
    no grep -q "the blue one" "$LOG"
}

@test "the server has died under a live agent, and another gives its pane's id to MC-2" {
    asked
    tmux_ends kill-server
    another_server
    waits
    # A person starts it anew.
    ticket block MC-1 >/dev/null
    ticket reopen MC-1 >/dev/null
    expect 0 pickup --ticket MC-1 --json
    is "$(value outcome)" dispatched
    wait_for ended "$PID"
}

@test "the socket was taken away under a live server, and a new one stands in its place" {
    asked
    OLD=$(tmux_here display-message -p '#{pid}')
    rm "$SOCKET"
    another_server
    waits
    ticket cancel MC-1 >/dev/null
    wait_for ended "$PID"
    is "$(sessions)" mc-MC-2
}

@test "an agent that is gone after its server has died, as ever" {
    asked
    tmux_ends kill-server
    ticket answer MC-1 "the blue one" >/dev/null
    kill -KILL "$PID"
    wait_for ended "$PID"
    expect 0 pickup --heal-only --json
    is "$(value healed.0.rule)" worker_died
}

@test "another process in the agent's pane is not the agent, and gets nothing" {
    asked
    tmux_here respawn-pane -k -t %0 -- sleep 300 # its own agent ignores the hang-up
    kill -0 "$PID"
    ticket answer MC-1 "the blue one" >/dev/null
    expect 0 pickup
    has "$errors" "out_of_reach"
    kill -0 "$PID"
    tmux_here capture-pane -p -t %0 >"$T/screen"
    no grep -q "the blue one" "$T/screen"
}

@test "a person's own server that ends sessions without a client does not end the agent's" {
    tmux -S "$T/own" -f /dev/null new-session -d -s mine -- sleep 1000 \; set-option -s exit-empty off \; \
        set-option -g destroy-unattached on \; set-option -g remain-on-exit off \; \
        set-option -g window-size smallest 3>&-
    configure "{\"tmux\": {\"socket\": \"$T/own\"}}" --busy 600000
    init
    add one
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    sleep 1
    expect 0 pickup --json
    is "$(value healed)" "[]"
    kill -0 "$(of 1 pid)"
    rows_are "in_progress|0" "SELECT status,attempts FROM tickets"
}
