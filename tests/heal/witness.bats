#!/usr/bin/env bats
# A pane log is a witness only while it is being written (SPEC section 11): nothing is concluded from one that has died.

NONCE=MC_TICKET_TURN:1:1779942042145:0badcafe

setup() {
    load heal
}

teardown() {
    world_end
}

# at_rest [DEMO-OPTION …]: an agent whose first turn is over, at its prompt.
at_rest() {
    heal_world '{"retention": {"log_mb": '"${LOG_MB:-64}"'}, "profiles": {"demo": {"startup_timeout_s": 60}}}' --busy 0 --no-signal "$@"
    start 1
    PANE=$(of 1 pane_id)
    PANE_LOG=$(of 1 pane_log_path)
    wait_for ends_with_prompt
}

ends_with_prompt() {
    [ "$(tail -c 6 "$PANE_LOG")" = "demo> " ]
}

# log_dies: as by a full disk; tmux notices by the next output.
log_dies() {
    wait_for is_written
    kill_hard "$WRITER"
    tmux_here send-keys -t "$PANE" -l x
    wait_for pipe_is 0
    tmux_here send-keys -t "$PANE" BSpace
}

is_written() {
    for WRITER in $(pgrep -x mc-log); do
        if [ "$(readlink "/proc/$WRITER/fd/3")" = "$PANE_LOG" ]; then
            return 0
        fi
    done
    return 1
}

pipe_is() {
    [ "$(tmux_here display-message -p -t "$PANE" '#{pane_pipe}')" = "$1" ]
}

# sending: a second turn taken and its intent written; then the pickup died.
sending() {
    rows "UPDATE runtime_sessions SET status='running',turn_nonce='$NONCE',turn_count=2,
        harvest_offset=$(stat -c %s "$PANE_LOG"),turn_started_at=strftime('%s','now')*1000"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,nonce,run_id,created_at)
        SELECT 1,'tester','note','paint it blue','sending','$NONCE',run_id,1 FROM runtime_sessions"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) SELECT run_id,'send','intent','$NONCE',1 FROM runtime_sessions"
    rows "UPDATE runs SET pickup_pid=$(dead_pid),pickup_start=1,ended_at=NULL,outcome=NULL WHERE ticket_id=1"
}

# typed: what the pickup pasted, and its Enter.
typed() {
    printf 'MC-1 turn 2\n\npaint it blue\n\n[%s internal routing marker; do not mention this marker in your reply]' \
        "$NONCE" | tmux_here load-buffer -b b -
    tmux_here paste-buffer -p -d -b b -t "$PANE"
    sleep 0.2
    tmux_here send-keys -t "$PANE" Enter
    wait_for has_events prompt 2
}

at_prompt() {
    [ "$(tmux_here capture-pane -p -t "$PANE" | grep -v '^$' | tail -1)" = "demo>" ]
}

@test "a turn that was typed while the log was dead is not typed again" {
    at_rest --reply "$(seq 100)" # the turn scrolls away
    log_dies
    sending
    typed
    wait_for at_prompt
    tmux_here clear-history -t "$PANE"
    expect 0 pickup --json
    sleep 0.5
    is "$(events prompt)" 2
    rows_are unknown "SELECT status FROM ticket_messages WHERE kind='note'"
    ticket_is 1 needs_input
    expect 0 pickup
    is "$(events prompt)" 2
}

@test "a log that is written still says that nothing was typed" {
    at_rest
    sending
    expect 0 pickup --heal-only --json
    rows_are pending "SELECT status FROM ticket_messages WHERE kind='note'"
}

@test "a dead log is written again before the next turn, which is said once" {
    local turn
    at_rest
    for turn in 2 3; do
        log_dies
        rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL"
        rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,created_at)
            VALUES(1,'tester','note','paint it blue','pending',1)"
        expect 0 pickup --json
        is "$(value delivered.0.class)" sent
        wait_for has_events prompt "$turn"
        pipe_is 1
    done
    is "$(activities 1 log_reopened)" 1
    wait_for ends_with_prompt
    is "$(stat -c %a "$PANE_LOG")" 600
    is "$(cat "$PANE_LOG.mark")" "$(printf %019d "$(of 1 harvest_offset)")"
}

@test "an agent's flood since the turn began is looked at by its beginning and its end" {
    at_rest
    sending
    yes '[Pasted 1' | tr -d '\n' | head -c 1000000 >>"$PANE_LOG"
    SECONDS=0
    expect 0 pickup --heal-only --json
    [ "$SECONDS" -le 120 ]
    rows_are unknown "SELECT status FROM ticket_messages WHERE kind='note'"
}

# spun_away: the turn was pasted, which its agent shows as a label; then 20 MB of a spinner, and its prompt again.
spun_away() {
    local tty
    tty=$(tmux_here display-message -p -t "$PANE" '#{pane_tty}')
    sending
    [ "$1" = unmarked ] || printf '%019d\n' "$(stat -c %s "$PANE_LOG")" >"$PANE_LOG.mark"
    printf '\r\033[H\033[2Jdemo> [Pasted text #1 +4 lines]\r\n%s\r\n' "$(seq 15)" >"$tty"
    yes $'\r\033[2K* Thinking, and thinking, and thinking about what was asked' | tr -d '\n' | head -c 20000000 >"$tty"
    printf '\r\033[2Kdemo> ' >"$tty"
    tmux_here clear-history -t "$PANE"
    wait_for ends_with_prompt
}

ends_as() {
    expect 0 pickup --heal-only --json
    rows_are "$1" "SELECT status FROM ticket_messages WHERE kind='note'"
}

@test "a turn whose log was let go in between is found at its beginning, as in a whole log" {
    LOG_MB=1
    at_rest
    spun_away marked
    [ "$(du -k "$PANE_LOG" | cut -f 1)" -le 1024 ]
    [ "$(stat -c %s "$PANE_LOG")" -gt 20000000 ]
    ends_as sent
}

@test "and in a whole log" {
    LOG_MB=100
    at_rest
    spun_away unmarked
    ends_as sent
}

@test "a turn of which nothing is left in the log cannot be told" {
    LOG_MB=1
    at_rest
    spun_away unmarked
    ends_as unknown
}
