# Corners where several hands meet: two pickups at one runtime, rows and tags that somebody has changed, numbers that
# are given out again, agents that are quicker than their pickup, named tickets that must wait.
# shellcheck source-path=SCRIPTDIR source=support.bash disable=SC2154
setup() {
    load support
    world
    extra=(LOGNAME=tester)
}

teardown() {
    world_end
}

# script JSON LINE …: the profile is a shell program of these lines, which gets its first prompt as an argument.
script() {
    local json=$1
    shift
    printf '%s\n' '#!/bin/sh' "$@" >"$T/agent"
    chmod 700 "$T/agent"
    configure "$("${MC_PYTHON:-python3}" -c '
import json, sys
profile = {"command": [sys.argv[1]], "first_turn": "argv", "ready": "^ready>", "busy": "^working"}
config = {"profile": "script", "profiles": {"script": profile}}
config.update(json.loads(sys.argv[2]))
print(json.dumps(config))' "$T/agent" "$json")"
    init
}

@test "a pickup that delivers a later turn is not taken for dead by the next one" {
    local first
    script '{}' 'mc-ticket signal QUESTION "which?"' 'stty raw -echo' 'printf "ready> "' 'exec sleep 1000'
    add one
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets"
    ticket answer MC-1 "go on" >/dev/null
    # This agent never shows what was pasted, so its pickup waits; to another it looks as if nothing was pasted.
    pickup >/dev/null 2>&1 &
    first=$!
    wait_for rows_are sending "SELECT status FROM ticket_messages WHERE kind='note'"
    expect 0 pickup --json
    is "$(value healed)$(value delivered)" "[][]"
    rows_are sending "SELECT status FROM ticket_messages WHERE kind='note'"
    kill -KILL "$(pgrep -P "$first" mc-pickup || echo "$first")"
    wait "$first" || true
}

@test "a named ticket waits for the end of a pause" {
    configure
    init
    add one
    rows "INSERT INTO settings(key,value) VALUES('paused','lunch')"
    expect 75 pickup --ticket MC-1 --json
    is "$(value outcome) $(value reason)" "deferred paused"
    one_line
    rows_are todo "SELECT status FROM tickets"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "idle paused"
}

@test "a named ticket waits for the breaker, and is told why" {
    configure
    init
    add one
    rows "INSERT INTO settings(key,value) VALUES('breaker:machine',json_object('failures',3,'openings',1,
        'open_until',CAST(strftime('%s','now') AS INTEGER)*1000+3000000,'class','no_tmux'))"
    expect 75 pickup --ticket MC-1 --json
    is "$(value outcome) $(value reason)" "deferred breaker"
    is "$(value breaker)" machine
    one_line
    has "$errors" "(no_tmux); mc-ticket doctor"
}

@test "the number that a dead pane keeps is another's by now: that one is left alone" {
    unshare -p -f --mount-proc bash -c 'exit 0' 2>/dev/null || skip "a pid namespace is not allowed here"
    configure '{"linger_s": 0, "profiles": {"demo": {"first_turn": "argv"}}}' --busy 6000000
    init
    add one
    add two
    {
        declare -f bare on_server rows
        declare -p T STATE STATE_HOME MC_DB CONFIG LOG SOCKET CLEAN_PATH MC_BIN extra MC_TEST_ENGINE BOARD_PY
        # Numbers are given out at will only in a pid namespace of one's own: elsewhere others get them, too.
        cat <<'SCRIPT'
cd /
pane() { tmux -S "$SOCKET" list-panes -t =mc-MC-1: -F "#{$1}"; }
bare "$MC_BIN/mc-pickup" -q && bare "$MC_BIN/mc-pickup" -q || exit 3
pid=$(pane pane_pid)
kill -KILL "$pid"
# tmux 3.3a may take a child's end for seen only when it ends another, and keeps its number until then
until [ "$(pane pane_dead)" = 1 ] && [ ! -e "/proc/$pid" ]; do tmux -S "$SOCKET" run-shell true; done
rows "UPDATE runs SET ended_at=1,outcome='failed' WHERE ticket_id=1"
rows "UPDATE runtime_sessions SET status='dead',closed_at=1 WHERE ticket_id=1"
rows "UPDATE tickets SET status='done',run_id=NULL WHERE id=1"
until
    echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid || exit 4
    setsid sleep 1000 &
    [ $! -eq "$pid" ]
do
    kill -KILL $!
    wait $! 2>/dev/null
done
bare "$MC_BIN/mc-pickup" || exit 5
tmux -S "$SOCKET" list-sessions -F '#{session_name}'
kill "$pid" && echo alive
SCRIPT
    } >"$T/script"
    is "$(timeout -s KILL 100 unshare -p -f --mount-proc --kill-child bash "$T/script" 3>&- 7>&- 8>&-)" "mc-MC-2
alive"
}

@test "an agent that has signalled and ended before its pickup looks again has had its turn" {
    script '{}' 'mc-ticket signal DONE "all of it"' 'exit 0'
    add one
    expect 0 pickup --ticket MC-1 --json
    is "$(value outcome) $(value send.class)" "dispatched sent"
    rows_are "in_review|" "SELECT status,failure_reason FROM tickets"
}

@test "a named ticket is told what is wrong with its profile, and what makes it due" {
    script '{}' 'exec sleep 1000'
    add one
    rows "UPDATE tickets SET profile='nosuch'"
    expect 78 pickup --ticket MC-1
    one_line
    has "$errors" "its profile nosuch is not configured"
    rows "UPDATE tickets SET profile=NULL,next_attempt_at=(strftime('%s','now')+3600)*1000"
    expect 75 pickup --ticket MC-1
    has "$errors" "mc-ticket retry MC-1 makes it due"
    ticket retry MC-1 >/dev/null
    rows_are "todo|" "SELECT status,next_attempt_at FROM tickets"
}

# two: tickets with an agent at rest each.
two() {
    script '{}' 'printf "working"' 'exec sleep 1000'
    add one
    add two
    expect 0 pickup
    expect 0 pickup
}

@test "the tag of a session is an agent's to change: it reaches no terminal and stops no pickup" {
    two
    rows "DELETE FROM runtime_sessions WHERE ticket_id=1"
    tmux_here set-option -t =mc-MC-1: @mc_ticket $'\033]0;evil\007'
    expect 0 pickup --dry-run
    has "$output" "would heal MC-1 (lost_row): "
    expect 0 pickup --json
    is "$(value healed.0.rule) $(value healed.0.ticket)" "lost_row MC-1"
    rows_are "running|script" "SELECT status,profile FROM runtime_sessions WHERE ticket_id=1"
}

@test "a live agent is adopted by its ticket although that names another run, dead" {
    local run
    two
    run=$(rows "SELECT run_id FROM runtime_sessions WHERE ticket_id=1")
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)
        SELECT '00000000000000000000000000000000',1,9,host,1 FROM runs LIMIT 1"
    rows "UPDATE tickets SET run_id='00000000000000000000000000000000',worker_pid=4194304 WHERE id=1"
    expect 0 pickup --json
    is "$(value healed.0.rule)" hidden_runtime
    rows_are "in_progress|$run" "SELECT status,run_id FROM tickets WHERE id=1"
    expect 0 pickup --json
    is "$(value healed)" "[]"
}

@test "a live agent that a claim finds in its session gets its ticket back" {
    local run
    script '{}' 'printf "working"' 'exec sleep 1000'
    add one
    expect 0 pickup
    run=$(rows "SELECT run_id FROM runtime_sessions")
    rows "UPDATE runtime_sessions SET status='closed',closed_at=1"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "adopted hidden_runtime"
    rows_are "in_progress|$run" "SELECT status,run_id FROM tickets"
    no compgen -G "$STATE/run/*/launch"
    extra+=(MC_TICKET=MC-1 "MC_RUN=$run")
    ticket signal DONE "all of it" >/dev/null
    rows_are in_review "SELECT status FROM tickets"
}

# lost: the rows know nothing of the agent that works for the ticket.
lost() {
    rows "UPDATE runtime_sessions SET status='closed',closed_at=1"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL"
}

@test "killed while it gives the ticket back, a pickup leaves no environment of a run that is over" {
    script '{}' 'printf "working"' 'exec sleep 1000'
    add one
    expect 0 pickup
    touch "$STATE/last-keeping"
    for when in 1 2 3; do
        lost
        bare strace -f -o "$T/trace" -e trace=unlink,unlinkat -e "inject=unlink,unlinkat:signal=KILL:when=$when" \
            "$MC_BIN/mc-pickup" >/dev/null 2>&1 || true
        pickup || true
        pickup || true
        no compgen -G "$STATE/run/*/launch"
    done
}

@test "a row whose names a hand has taken away ends no program" {
    two
    rows "UPDATE runtime_sessions SET tmux_target=NULL,pane_id=NULL WHERE ticket_id=2"
    expect 0 ticket runtimes
    expect 0 ticket show MC-2
    expect 0 ticket attach MC-2 --print # its tags have stayed
    expect 0 pickup
    expect 0 ticket cancel MC-2
    rows_are closed "SELECT status FROM runtime_sessions WHERE ticket_id=2"
}

@test "a named ticket whose earlier agent lives is that agent's again, whatever the machine was called then" {
    two
    rows "UPDATE runtime_sessions SET host='elsewhere' WHERE ticket_id=1"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL WHERE id=1"
    expect 0 pickup --ticket MC-1 --json
    is "$(value healed.0.rule) $(value healed.0.to)" "hidden_runtime in_progress"
    rows_are "1" "SELECT count(*) FROM runs WHERE ticket_id=1"
}

@test "a process number that is none is recorded anew, once" {
    local pid
    two
    pid=$(rows "SELECT pid FROM runtime_sessions WHERE ticket_id=1")
    rows "UPDATE runtime_sessions SET pid=-1,spawned_at=-9223372036854775808 WHERE ticket_id=1"
    expect 0 pickup --json
    is "$(value healed.0.rule)" hidden_runtime
    rows_are "$pid" "SELECT pid FROM runtime_sessions WHERE ticket_id=1"
    expect 0 pickup --json
    is "$(value healed)" "[]"
}
