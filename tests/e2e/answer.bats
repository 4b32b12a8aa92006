#!/usr/bin/env bats
# An answer to an agent at rest: where tmux is slow, and where its pane was left in copy mode (SPEC section 8).

setup() {
    load support
    world
    OUTER=$T/outer
}

teardown() {
    tmux -S "$OUTER" kill-server 2>/dev/null || true
    world_end
}

# asked: MC-1, whose agent has asked its question and waits at its prompt.
asked() {
    configure '{}' --busy 0 --signal QUESTION
    init
    add one
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets"
}

note() {
    rows "SELECT status,attempts,error FROM ticket_messages WHERE kind='note'"
}

due() {
    rows "UPDATE ticket_messages SET next_attempt_at=NULL WHERE status='pending'"
}

# slow_tmux SECONDS: the configuration's path leads to one that takes so long for each call.
slow_tmux() {
    mkdir -p "$T/slow"
    printf '#!/bin/sh\nsleep %s\nexec %s "$@"\n' "$1" "$(command -v tmux)" >"$T/slow/tmux"
    chmod 755 "$T/slow/tmux"
    SLOW='{"path": "'"$T/slow:$CLEAN_PATH"'"}'
}

# visit: somebody attaches to the agent's session.
visit() {
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 100 -y 30 -- env -i PATH="$CLEAN_PATH" HOME="$T" \
        TERM=screen-256color LC_ALL=C.UTF-8 tmux -S "$SOCKET" attach -t =mc-MC-1: 3>&-
    wait_for attached 1
}

attached() {
    is "$(tmux_here display-message -p -t =mc-MC-1: '#{session_attached}')" "$1"
}

in_mode() {
    is "$(tmux_here display-message -p -t =mc-MC-1: '#{pane_in_mode}')" "$1"
}

@test "tmux takes more than half a second for each call: the answer is delivered at once" {
    asked
    slow_tmux 0.6
    configure "$SLOW" --busy 0 --signal QUESTION
    ticket answer MC-1 "hi" >/dev/null
    expect 0 pickup --json
    is "$(value delivered.0.class)$errors" sent
    is "$(note)" "sent|0|"
}

@test "tmux takes two seconds for each call: a first turn all the same" {
    slow_tmux 2
    configure "$SLOW" --busy 0
    init
    add one
    expect 0 pickup --json
    is "$(value outcome)$errors" dispatched
    wait_for has_events signal 1
    is "$(events prompt) $(events typed)" "1 0"
}

@test "a pane left in copy mode by somebody who is gone is taken out of it" {
    local mode
    asked
    for mode in copy-mode clock-mode choose-tree; do
        wait_for rows_are needs_input "SELECT status FROM tickets"
        tmux_here "$mode" -t =mc-MC-1:
        in_mode 1
        ticket answer MC-1 "after $mode" >/dev/null
        expect 0 pickup --json
        is "$(value delivered.0.class)$errors" sent
        in_mode 0
        wait_for grep -q "after $mode" "$LOG.turn-"*
    done
}

@test "a pane in copy mode with somebody attached: the answer waits, and that is said once" {
    asked
    visit
    tmux_here copy-mode -t =mc-MC-1:
    ticket answer MC-1 "the blue one" >/dev/null
    expect 0 pickup
    one_line
    has "$errors" "MC-1: message 2 waits: copy_mode: "
    in_mode 1
    is "$(note)" "pending|1|copy_mode"
    due
    expect 0 pickup
    is "$errors" ""
    is "$(note)" "pending|2|copy_mode"
    rows_are "in_progress|idle" "SELECT t.status,r.status FROM tickets t JOIN runtime_sessions r ON r.ticket_id=t.id"
    tmux_here detach-client -s =mc-MC-1:
    wait_for attached 0
    due
    expect 0 pickup --json
    is "$(value delivered.0.class)$errors" sent
}

@test "an answer to an agent whose start is not over goes with the next run, and ends this one" {
    asked
    rows "UPDATE runtime_sessions SET status='spawning'"
    expect 0 ticket answer MC-1 "hi"
    has "$output" "the answer goes with its next run"
    rows_are "todo|closed|pending" "SELECT t.status,r.status,m.status FROM tickets t JOIN runtime_sessions r
        ON r.ticket_id=t.id JOIN ticket_messages m ON m.ticket_id=t.id AND m.kind='note'"
    is "$(agents)" ""
}
