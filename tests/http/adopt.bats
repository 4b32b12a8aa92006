#!/usr/bin/env bats
# A 409 that means "this runtime is busy": the ticket adopts its live agent, and later pickups have nothing to do or to
# say (SPEC sections 1, 9, 10).

setup() {
    load web
    web_world
}

teardown() {
    web_end
}

BUSY='"status": 409, "body": {"error": "runtime_busy", "detail": "Ticket runtime is not ready for input (status=running). Try again when it is idle."}'

# adopted ID: report of $output, rows, process and session agree.
adopted() {
    local pid
    pid=$(pane_pid "$1")
    is "$errors" ""
    is "$(values outcome exit ticket pid send.class send.http_status)" "adopted 0 MC-$1 $pid busy 409"
    alive "$pid"
    rows_are "in_progress|$pid|||0" \
        "SELECT status,worker_pid,failure_reason,next_attempt_at,attempts FROM tickets WHERE id=$1"
    rows_are "running|$pid||1" \
        "SELECT status,pid,turn_nonce,pid_start IS NOT NULL AND boot_id IS NOT NULL FROM runtime_sessions WHERE ticket_id=$1"
    rows_are "adopted|" "SELECT outcome,ended_at FROM runs WHERE ticket_id=$1"
    rows_are "pending||1" "SELECT status,nonce,next_attempt_at>created_at FROM ticket_messages WHERE ticket_id=$1"
    is "$(activities "$1" adopted) $(activities "$1" terminal_state)" "1 0"
    not_yet
}

@test "busy in the four shapes seen in the field: adopted, and then silence" {
    local id run
    meanwhile 'rows "UPDATE tickets SET failure_reason='\''tmux_spawn_failed'\'' WHERE status='\''in_progress'\''"'
    script '[
        {"path": "'$API/1/'", '"$MEANWHILE, $BUSY"'},
        {"path": "'$API/2/'", "status": 409, "body": {"message": "Ticket runtime is not ready for input (status=running). Wait."}},
        {"path": "'$API/3/'", "status": 409, "body": {"detail":
            "A chat request is already in progress for this session. Please wait for it to finish."}},
        {"path": "'$API/4/'", "status": 409, "type": "text/html", "body":
            "<!doctype html><html><head><title>409 Conflict</title></head><body><h1>409 Conflict</h1></body></html>"}]'
    for id in 1 2 3 4; do
        add "ticket $id"
        expect 0 pickup --json
        adopted "$id"
    done
    happened
    requests_are 4
    steady
    for id in 1 2 3 4; do
        alive "$(of "$id" pid)"
    done
    is "$(events start)" 4
    untouched
}

@test "busy, with this very turn on the agent's screen: it had arrived, and is not sent again" {
    local nonce
    meanwhile 'printf "\r\n[%s internal routing marker; do not mention this marker in your reply]\r\ndemo> " \
        "$(rows "SELECT turn_nonce FROM runtime_sessions")" \
        >"$(tmux_here display-message -p -t =mc-MC-1: "#{pane_tty}")"
        wait_for eval "tmux_here capture-pane -p -t =mc-MC-1: | grep -q MC_TICKET_TURN"'
    script "{$MEANWHILE, $BUSY}"
    add one
    expect 0 pickup --json
    happened
    is "$(values outcome send.class)" "adopted busy"
    rows_are sent "SELECT status FROM ticket_messages"
    rows "UPDATE ticket_messages SET next_attempt_at=NULL"
    nonce=$(request 1 json.nonce)
    # Its prompt stands below: once that is seen to rest the turn is over, and the next one asks how it ended.
    sleep 2.5
    expect 0 pickup
    requests_are 1 "$nonce"
    requests_are 2
    is "$(rows "SELECT purpose FROM ticket_messages ORDER BY id")" $'person\nnudge'
}

@test "a ticket that was put back to todo meanwhile, with an agent at work: adopted" {
    meanwhile "rows \"UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,failure_reason='tmux_spawn_failed'\""
    script "{$MEANWHILE, $BUSY}"
    add one
    expect 0 pickup --json
    happened
    adopted 1
    steady
    is "$(events start)" 1
}

@test "a newborn of 10 s whose pid is not recorded: adopted on the send path, with the pid that tmux shows" {
    meanwhile 'newborn 10'
    script "{$MEANWHILE, $BUSY}"
    add one
    expect 0 pickup --json
    happened
    adopted 1
    is "$(rows "SELECT pid_start FROM runtime_sessions")" "$(sed 's/.*) //' "/proc/$(of 1 pid)/stat" | cut -d' ' -f20)"
    steady
}

# newborn SECONDS: as if the pickup had not come to recording the process of MC-1, which is so old.
newborn() {
    rows "UPDATE tickets SET worker_pid=NULL"
    rows "UPDATE runtime_sessions SET pid=NULL,pid_start=NULL,boot_id=NULL,
        spawned_at=strftime('%s','now')*1000-$1*1000,spawned_tick=spawned_tick-$1*1000"
}

@test "the same newborn at 301 s: not" {
    long_awake
    meanwhile 'newborn 301'
    script "{$MEANWHILE, $BUSY}"
    add one
    expect 75 pickup --json
    happened
    is "$(values outcome reason)" "deferred process_unknown"
    one_line
    rows_are "0" "SELECT count(*) FROM ticket_activity WHERE kind='adopted'"
    deserted
    ticket_is 1 todo
}

@test "the grace is the configured one" {
    long_awake
    settings '{"newborn_grace_s": 600}'
    meanwhile 'newborn 301'
    script "{$MEANWHILE, $BUSY}"
    add one
    expect 0 pickup --json
    happened
    adopted 1
}

@test "a newborn of 10 s in the healing path: not adopted" {
    local before pid
    add one
    expect 0 pickup
    pid=$(of 1 pid)
    newborn 10
    rows "UPDATE tickets SET status='todo',run_id=NULL"
    before=$(board)
    expect 0 pickup --heal-only --json
    is "$(values healed) $errors" "[] "
    expect 0 pickup --json
    is "$(values healed outcome) $errors" "[] idle "
    is "$(board)" "$before"
    alive "$pid"
}

@test "mc-ticket show tells the story of the 409" {
    local pid story
    script "{$BUSY}"
    add one
    expect 0 pickup
    is "$output$errors" ""
    pid=$(of 1 pid)
    expect 0 ticket show MC-1
    story=$output
    echo "$story"
    grep -q "MC-1  in_progress  one" <<<"$story"
    grep -Eq "^  [0-9-]+[T ][0-9:]+.* spawned pid $pid in session mc-MC-1" <<<"$story"
    grep -Eq "^  [0-9-]+[T ][0-9:]+.* send answered 409: .*runtime_busy.*; adopted pid $pid\$" <<<"$story"
    no grep -i "fail" <<<"$story"
    is "$(printf '%s' "$story" | tr -d '[:print:]\n' | wc -c)" 0
}

@test "-v says it in one line" {
    script "{$BUSY}"
    add one
    expect 0 pickup -v
    is "$errors" ""
    has "$output" "adopted pid $(of 1 pid)"
    has "$output" "409"
}

@test "an adopted turn is over: the pending message goes as a turn of its own" {
    settings '{}' --busy 0
    script "{$BUSY}"
    add one
    expect 0 pickup
    meanwhile 'type_message 1'
    script "{$MEANWHILE, \"echo\": true}"
    rows "UPDATE ticket_messages SET next_attempt_at=1"
    expect 0 pickup --json
    happened
    is "$(values 'delivered[0].ticket' 'delivered[0].class')" "MC-1 sent"
    wait_for has_events signal 1
    ticket_is 1 in_review
    rows_are sent "SELECT status FROM ticket_messages"
    requests_are 2
    is "$(events start) $(events prompt)" "1 1"
}
