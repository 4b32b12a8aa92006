#!/usr/bin/env bats
# One ticket's way through the built programs: rows, session, report and exit code agree (SPEC sections 3, 4, 12, 13).

setup() {
    load support
    world
    configure '{}' --busy 0
    init
}

teardown() {
    world_end
}

# The board, byte for byte; one on a server by the writes that its rows are of.
board_now() {
    if on_server; then
        rows "SELECT string_agg(query_to_xml(format('SELECT xmin,* FROM mc_pickup.%I',tablename),true,false,'')::text,'')
              FROM pg_tables WHERE schemaname='mc_pickup'"
    else
        cat "$MC_DB" "$MC_DB-wal" 2>/dev/null | cksum
    fi
}

# A pickup that has nothing to do.
idles() {
    local before
    before=$(board_now)
    [ -n "$before" ]
    expect 0 pickup
    is "$output$errors" ""
    is "$(board_now)" "$before"
}

@test "a ticket is handed out: report, rows and session agree" {
    local run nonce pid pane start
    add "Mend the roof" --body "It drips."
    expect 0 pickup --json
    is "$errors" ""
    is "$(value outcome) $(value exit) $(value ticket) $(value session)" "dispatched 0 MC-1 mc-MC-1"
    is "$(value send.transport) $(value send.class) $(value reason) $(value error)" "tmux sent null null"
    is "$(value worktree)" "$STATE/work/MC-1"
    run=$(value run) nonce=$(value nonce) pid=$(value pid)
    [[ $run =~ ^[0-9a-f]{32}$ ]]
    [[ $nonce =~ ^MC_TICKET_TURN:1:[0-9]{13}:[0-9a-f]{8}$ ]]
    wait_for has_events signal 1

    rows_are "in_review|$run|$pid|$(uname -n)|0||" \
        "SELECT status,run_id,worker_pid,worker_host,attempts,next_attempt_at,failure_reason FROM tickets"
    rows_are "$run|1|1|$(uname -n)|1|delivered" \
        "SELECT run_id,ticket_id,attempt,host,ended_at>=started_at,outcome FROM runs"
    rows_are "ticket:1:session|$run|idle|mc-MC-1|$pid|demo|$STATE/work/MC-1|$STATE/run/$run/pane.log||$nonce|1" \
        "SELECT session_key,run_id,status,tmux_target,pid,profile,cwd,pane_log_path,turn_nonce,last_turn_marker,
         turn_count FROM runtime_sessions"
    rows_are "work|sent|$nonce|$run" "SELECT kind,status,nonce,run_id FROM ticket_messages"
    rows_are "spawn|done send|done" "SELECT group_concat(kind||'|'||state,' ') FROM (SELECT * FROM effects ORDER BY id) s"
    # The agent is quick: its signal may come before the pickup has seen that the turn was taken.
    rows_are "created claimed spawned" "SELECT group_concat(kind,' ') FROM
        (SELECT kind FROM ticket_activity WHERE kind NOT IN('sent','signal') ORDER BY id) s"
    rows_are 2 "SELECT count(*) FROM ticket_activity WHERE kind IN('sent','signal')"

    is "$(sessions)" mc-MC-1
    pane=$(rows "SELECT pane_id FROM runtime_sessions")
    is "$(tmux_here display-message -p -t "$pane" '#{pane_pid} #{@mc_run} #{@mc_ticket}')" "$pid $run MC-1"
    is "$(readlink "/proc/$pid/exe")" "$(readlink -f "$MC_BIN/mc-demo-agent")"
    is "$(readlink "/proc/$pid/cwd")" "$STATE/work/MC-1"
    start=$(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f20)
    rows_are "$start|$(cat /proc/sys/kernel/random/boot_id)" "SELECT pid_start,boot_id FROM runtime_sessions"
    is "$(events prompt) $(events typed)" "1 0"
    [ -f "$STATE/last-pickup" ]
    [ ! -e "$STATE/run/$run/launch" ]
    expect 0 pickup
    idles
}

@test "--json is one object with every key, whatever happens" {
    local wanted='schema outcome reason breaker exit ticket run session pid worktree branch nonce send healed harvested delivered plan error elapsed_ms'
    keys() { printf '%s' "$output" | "$MC_PYTHON" -c 'import json, sys; print(*json.load(sys.stdin))'; }
    expect 0 pickup --json
    is "$(keys)" "$wanted"
    is "$(value outcome) $(value reason) $(value exit)" "idle no_ticket 0"
    add one
    expect 0 pickup --json --dry-run
    is "$(keys)" "$wanted"
    is "$(value plan.0.step) $(value plan.3.step)" "claim send"
    expect 0 pickup --json
    is "$(keys)" "$wanted"
    expect 64 pickup --json --bogus
    is "$(keys)" "$wanted"
    is "$(value outcome) $(value exit)" "refused 64"
    for words in "--bogus --json" "-x --json" "word --json"; do
        # shellcheck disable=SC2086
        expect 64 pickup $words
        is "$(keys)" "$wanted"
    done
    expect 66 pickup --json --ticket MC-77
    is "$(keys)" "$wanted"
    expect 66 pickup --json --db "$T/none.db"
    is "$(keys)" "$wanted"
    has "$(value error)" "mc-ticket init"
    expect 66 pickup --json --config "$T/none.json"
    is "$(keys)" "$wanted"
}

@test "quiet when there is nothing to say; a line with -v; nothing but what is wrong with -q" {
    expect 0 pickup
    is "$output$errors" ""
    expect 0 pickup -v
    is "$output" "idle (no_ticket)"
    idles
    add one
    add two
    expect 0 pickup
    is "$output$errors" ""
    expect 0 pickup -v
    has "$output" "dispatched MC-2, pid "
    is "$errors" ""
    expect 65 pickup --ticket MC-1 -q
    is "$output" ""
    one_line
    expect 65 pickup --ticket MC-1
    is "$output" ""
    one_line
    expect 0 pickup --help
    has "$output" "usage: mc-pickup"
    expect 0 pickup --version
    has "$output" "mc-pickup "
}

@test "exit codes of a named ticket" {
    configure '{"max_running": 1}' --busy 600000
    add one
    add two --after MC-1
    add three
    add four --inbox
    for key in "" mc-1 MC-0 MC-01 XX-1 "MC-1;true" MC-99999999999999999999; do
        expect 64 pickup --ticket "$key"
        one_line
    done
    expect 66 pickup --ticket MC-99
    one_line
    expect 65 pickup --ticket MC-4
    has "$errors" "inbox"
    expect 75 pickup --ticket MC-2
    has "$errors" "waits for MC-1"
    expect 0 pickup --ticket MC-1
    expect 0 pickup --ticket MC-1 --json
    is "$(value outcome) $(value reason) $(value pid)" "idle working $(rows "SELECT worker_pid FROM tickets WHERE id=1")"
    is "$(value run) $(value worktree)" "$(rows "SELECT run_id||' '||cwd FROM runtime_sessions")"
    expect 75 pickup --ticket MC-3
    has "$errors" "max_running"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "idle capacity"
    rows "UPDATE tickets SET next_attempt_at=strftime('%s','now')*1000+3600000 WHERE id=3"
    expect 75 pickup --ticket MC-3
    has "$errors" "not due"
    is "$(events start)" 1
}

@test "no profile is a question of money: 78, the agents found, the line to add" {
    echo '{}' >"$CONFIG"
    add one
    for argument in -v --ticket=MC-1; do
        expect 78 pickup "$argument"
        one_line
        has "$errors" '"profile": "claude"'
    done
    rows_are todo "SELECT status FROM tickets"
    is "$(sessions)" ""
}

@test "priority, then age; a ticket that names its own profile needs no other" {
    echo '{}' >"$CONFIG"
    add low --priority low --profile demo
    add critical --priority critical --profile demo
    add nobody
    add high --priority high --profile demo
    for wanted in MC-2 MC-4 MC-1; do
        expect 0 pickup --json
        is "$(value ticket)" "$wanted"
    done
}

@test "approve ends the agent; the next pickup has nothing to say" {
    add one
    expect 0 pickup
    wait_for has_events signal 1
    expect 0 ticket approve MC-1
    rows_are done "SELECT status FROM tickets"
    expect 0 pickup -v
    expect 0 pickup --json
    is "$(value healed) $(value outcome)" "[] idle"
    wait_for deserted
    rows_are closed "SELECT status FROM runtime_sessions"
    idles
}

@test "reject: the remark is the second turn of the same agent, whose run goes on" {
    local body
    add one
    expect 0 pickup
    wait_for has_events signal 1
    rows_are "delivered|1" "SELECT outcome,ended_at>0 FROM runs"
    expect 0 ticket reject MC-1 "the gutter leaks"
    has "$output" "the next mc-pickup hands the remark to its agent"
    rows_are "in_progress||" "SELECT t.status,u.outcome,u.ended_at FROM tickets t JOIN runs u ON u.run_id=t.run_id"
    expect 0 pickup --json
    is "$(value healed) $(value outcome) $(value delivered.0.class)" "[] idle sent"
    wait_for has_events signal 2
    body=$(grep '"event":"prompt"' "$LOG" | tail -n 1)
    has "$body" "MC-1 turn 2"
    has "$body" "the gutter leaks"
    rows_are "in_review|delivered|1" \
        "SELECT t.status,u.outcome,u.ended_at>0 FROM tickets t JOIN runs u ON u.run_id=t.run_id"
    rows_are "1|1" "SELECT count(*),count(DISTINCT run_id) FROM runs"
    expect 0 pickup --json
    is "$(value healed) $(value delivered)" "[] []"
    expect 0 ticket approve MC-1
    wait_for deserted
}

@test "reject without its agent: a new run that carries the remark" {
    add one
    expect 0 pickup
    wait_for has_events signal 1
    slay "$(rows "SELECT pid FROM runtime_sessions")"
    no_agent() { is "$(agents)" ""; }
    wait_for no_agent
    expect 0 ticket reject MC-1 "the gutter leaks"
    rows_are todo "SELECT status FROM tickets"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    wait_for has_events signal 2
    grep '"event":"prompt"' "$LOG" | tail -n 1 | grep -q "the gutter leaks"
    rows_are "2|2" "SELECT count(*),count(DISTINCT run_id) FROM runs"
    is "$(sessions)" mc-MC-1
}

@test "an agent that dies after a rejection: its next run has the remark" {
    configure '{}' --no-signal --busy 600000
    init
    add one
    expect 0 pickup
    rows "UPDATE tickets SET status='in_review'"
    rows "UPDATE runs SET outcome='delivered',ended_at=1"
    rows "UPDATE runtime_sessions SET status='idle',last_turn_marker=turn_nonce,turn_nonce=NULL"
    expect 0 ticket reject MC-1 "the gutter leaks"
    slay "$(rows "SELECT pid FROM runtime_sessions")"
    expect 0 pickup --json
    is "$(value healed.0.rule) $(value outcome)" "worker_died dispatched"
    wait_for grep -q "the gutter leaks" "$LOG"
    rows_are "failed|" "SELECT (SELECT outcome FROM runs WHERE attempt=1),(SELECT ended_at FROM runs WHERE attempt=2)"
}

@test "QUESTION: a person's answer is the second turn of the same agent" {
    configure '{}' --busy 0 --signal QUESTION
    add one
    expect 0 pickup
    wait_for has_events signal 1
    rows_are needs_input "SELECT status FROM tickets"
    expect 0 pickup --json
    is "$(value outcome) $(value delivered)" "idle []"
    expect 0 ticket answer MC-1 "paint it blue"
    rows_are in_progress "SELECT status FROM tickets"
    expect 0 pickup --json
    is "$(value delivered.0.ticket) $(value delivered.0.class)" "MC-1 sent"
    wait_for has_events signal 2
    has "$(cat "$LOG.turn-2")" "paint it blue"
    is "$(head -n 1 "$LOG.turn-2")" "MC-1 turn 2"
    is "$(events start) $(events prompt)" "1 2"
    rows_are 1 "SELECT count(*) FROM runs"
}

@test "the agent has its own environment and not ours" {
    local pid environment
    extra=(SECRET=hidden-token MC_SECRET=inner TMUX="/tmp/other,1,2" LC_ALL=C INVOCATION=1)
    configure '{"send": {"token_env": "SECRET"}, "profiles": {"demo": {"env": {"PLAIN": "yes"}}}}' --busy 600000
    add one --body "body-in-no-argument-list"
    expect 0 pickup --json
    pid=$(value pid)
    environment=$(tr '\0' '\n' <"/proc/$pid/environ")
    for wanted in MC_TICKET=MC-1 "MC_RUN=$(value run)" "MC_DB=$MC_DB" "PATH=$CLEAN_PATH:$(readlink -f "$MC_BIN")" \
        LANG=C.UTF-8 TERM=screen-256color PLAIN=yes "HOME=$T" "PWD=$STATE/work/MC-1"; do
        is "$(grep -Fx "$wanted" <<<"$environment")" "$wanted"
    done
    no grep -E '^(SECRET|MC_SECRET|TMUX|LC_ALL)=' <<<"$environment"
    no grep -aE 'hidden-token|body-in-no-argument-list' /proc/[0-9]*/cmdline
    no grep -az MC_ "/proc/$(tmux_here display-message -p '#{pid}')/environ"
}

@test "standard output that cannot be written is an error, and the ticket is handed out" {
    [ -e /dev/full ] || skip "no /dev/full here"
    add one
    full() { pickup --json >/dev/full; }
    expect 74 full
    wait_for has_events prompt 1
    rows_are 1 "SELECT count(*) FROM runs"
}
