#!/usr/bin/env bats
# An agent that is not at its prompt gets nothing: neither text nor Enter (SPEC sections 8, 9).

setup() {
    load support
    world
}

teardown() {
    world_end
}

@test "never ready: starting, 75, ended, an attempt" {
    configure '{"profiles": {"demo": {"startup_timeout_s": 1}}}' --ready-after 86400000
    init
    add one
    expect 75 pickup --json
    is "$(value outcome) $(value send.class) $(value reason)" "deferred starting starting"
    one_line
    has "$errors" "startup_timeout_s"
    untouched
    is "$(events start)" 1
    deserted
    rows_are "todo|1|1" "SELECT status,attempts,failure_reason LIKE 'starting: %' FROM tickets"
    rows_are "closed||0" "SELECT status,turn_nonce,turn_count FROM runtime_sessions"
    rows_are "failed|starting" "SELECT outcome,class FROM runs"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='terminal_state'"
}

@test "a dialog that is answered in its session: the turn begins by itself" {
    configure '{}' --dialog --busy 0
    init
    add one
    expect 75 pickup
    has "$errors" "the ticket goes on by itself"
    expect 0 pickup
    rows_are needs_input "SELECT status FROM tickets"
    tmux_here send-keys -t =mc-MC-1: Enter
    wait_for has_events answered 1
    wait_for delivered
    wait_for has_events signal 1
    is "$(events prompt) $(events start)" "1 1"
    rows_are in_review "SELECT status FROM tickets"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE body='needs_input -> in_progress (answered in its session)'"
}

@test "a dialog: a person is asked, the agent stays, nothing is pasted" {
    configure '{}' --dialog --busy 0
    init
    add one
    expect 75 pickup --json
    is "$(value outcome) $(value send.class)" "deferred awaiting_human"
    one_line
    has "$errors" "Say yes in the agent's own session (mc-ticket attach MC-1)"
    untouched
    is "$(events dialog)" 1
    rows_are "needs_input|0" "SELECT status,attempts FROM tickets"
    rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions"
    rows_are "asked|" "SELECT outcome,ended_at FROM runs"
    rows_are pending "SELECT status FROM ticket_messages WHERE kind='work'"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "Do you trust this folder?"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='terminal_state'")" "human_input_required: true"
    # Again and again: it is said once, and nothing moves.
    for _ in 1 2; do
        expect 0 pickup --json
        is "$(value outcome) $(value delivered) $(value healed)" "idle [] []"
        is "$errors" ""
    done
    untouched
    expect 0 ticket show MC-1
    has "$output" "next       mc-ticket attach MC-1, where its agent asks; where it does not go on by that: mc-ticket answer"
    expect 69 ticket health
    has "$output" "(MC-1): mc-ticket show KEY has it, and where it is answered"
    # The person answers the dialog and gives the ticket back: the turn goes in, once.
    tmux_here send-keys -t =mc-MC-1: Enter
    wait_for has_events answered 1
    expect 0 ticket answer MC-1 "trusted now"
    has "$output" "the text goes to its agent when what that asks is answered in its own session (mc-ticket attach)"
    wait_for delivered
    wait_for has_events signal 1
    is "$(events prompt) $(events typed) $(events start)" "1 0 1"
    has "$(cat "$LOG.turn-1")" "trusted now"
    has "$(cat "$LOG.turn-1")" "one"
    rows_are in_review "SELECT status FROM tickets"
}

delivered() {
    expect 0 pickup --json && is "$(value delivered.0.class)" sent
}

@test "a dialog although the prompt went along as an argument" {
    configure '{"profiles": {"demo": {"first_turn": "argv"}}}' --dialog
    init
    add one
    expect 75 pickup --json
    is "$(value send.class)" awaiting_human
    untouched
    rows_are needs_input "SELECT status FROM tickets"
    is "$(sessions)" mc-MC-1
}

@test "a new agent's pane in copy mode that nobody looks at is taken out of it" {
    configure '{}' --ready-after 1500
    init
    add one
    pickup --json >"$T/out" 2>"$T/err" &
    local pickup=$!
    wait_for tmux_here copy-mode -t =mc-MC-1:
    wait "$pickup"
    is "$(cat "$T/err")" ""
    wait_for has_events signal 1
    is "$(events prompt) $(events typed)" "1 0"
}

attended() {
    is "$(tmux_here display-message -p -t =mc-MC-1: '#{session_attached}')" 1
}

@test "a pane in copy mode is not typed into while somebody is attached" {
    # It comes to its prompt when somebody looks back in its pane.
    printf '#!/bin/sh\nuntil [ -e %s/looks ]; do sleep 0.05; done\nexec %s --log %s\n' "$T" "$MC_BIN/mc-demo-agent" "$LOG" \
        >"$T/agent"
    chmod 700 "$T/agent"
    configure '{"profiles": {"demo": {"command": ["'"$T/agent"'"], "startup_timeout_s": 10}}}'
    init
    add one
    pickup --json >"$T/out" 2>"$T/err" &
    local pickup=$! status=0
    wait_for tmux_here has-session -t =mc-MC-1
    tmux -S "$T/outer" -f /dev/null new-session -d -x 100 -y 30 -- env -i PATH="$CLEAN_PATH" TERM=screen-256color \
        LC_ALL=C.UTF-8 tmux -S "$SOCKET" attach -t =mc-MC-1: 3>&-
    wait_for attended
    tmux_here copy-mode -t =mc-MC-1:
    touch "$T/looks"
    wait "$pickup" || status=$?
    tmux -S "$T/outer" kill-server 2>/dev/null || true
    is "$status" 75
    is "$(events ready)" 1
    has "$(cat "$T/err")" "copy mode"
    untouched
    deserted
}

@test "slow to start, and its paste brackets come late: it is waited for" {
    configure '{}' --ready-after 1500 --busy 0
    init
    add one
    expect 0 pickup --json
    is "$(value send.class)" sent
    wait_for has_events signal 1
    is "$(events prompt) $(events typed)" "1 0"
}

@test "a dialog that comes up after the first Enter: no Enter answers it, and the run is given up" {
    cat >"$T/agent.py" <<'END'
import os, sys, tty
tty.setraw(0)
out = lambda s: os.write(1, s.encode())
out("\x1b[?2004hdemo> ")
seen = b""
enters = 0
while True:
    byte = os.read(0, 1)
    seen += byte
    if seen.endswith(b"\x1b[201~"):
        out("[Pasted text #1 +5 lines]")
    elif byte == b"\r" and b"\x1b[201~" in seen and not seen.endswith(b"\x1b[201~"):
        after = seen.rsplit(b"\x1b[201~", 1)[1]
        if after.strip(b"\r") == b"":
            enters += 1
            out("\r\n[question] May I?" if enters == 1 else "\r\nyes")
            open(sys.argv[1], "w").write(str(enters))
END
    configure '{"profiles": {"asks": {"command": ["'"$(command -v "${MC_PYTHON:-python3}")"'", "'"$T"'/agent.py", "'"$T"'/enters"],
        "ready": "^demo> *$", "dialog": "^.question. "}}, "profile": "asks"}'
    init
    add one
    expect 69 pickup --json
    is "$(value send.class)" timeout
    has "$errors" "dialog"
    is "$(cat "$T/enters")" 1
    deserted
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
}
