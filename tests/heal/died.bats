#!/usr/bin/env bats
# Agents that are dead (SPEC section 11): worker_died with its report, ghost, stillborn, abandoned_claim.

setup() {
    load heal
}

teardown() {
    world_end
}

# report_has ID TEXT: the death report.
report_has() {
    has "$(activity "$1" death)" "$2"
}

@test "worker_died by exit: status and last output in the report, written once, notify told" {
    local pid
    heal_world
    script roofer 7 'print("the rafters are rotten")'
    settings "{\"notify\": [\"/usr/bin/tee\", \"-a\", \"$T/notified\"], \"profiles\": {\"roofer\":
        {\"command\": [\"$T/roofer\"], \"first_turn\": \"argv\", \"ready\": \"^\$\", \"busy\": \"rafters\"}}}"
    add roof --profile roofer
    expect 0 pickup
    touch "$T/die"
    pid=$(of 1 pid)
    wait_for gone "$pid"
    runtimes
    is "$(believed MC-1 running "$pid" dead there)" 1
    has "$output" ", ended"
    expect 0 pickup --heal-only --dry-run --json
    is "$(plan)" "worker_died MC-1"
    has "$(value plan.0.reason)" "its agent has ended"

    heals "worker_died MC-1 in_progress todo"
    one_line
    has "$errors" "MC-1: worker_died: pid $pid exited with status 7"
    is "$(activities 1 death)" 1
    report_has 1 "pid: $pid"
    report_has 1 "exit_status: 7"
    report_has 1 "oom: "
    report_has 1 "run_time: "
    report_has 1 "last_turn: MC_TICKET_TURN:1:"
    report_has 1 "target: mc-MC-1"
    report_has 1 "the rafters are rotten"
    terminal_state 1 todo
    has "$(cat "$T/record")" "root_cause: the agent ended in the middle of a turn"
    wait_for test -s "$T/notified"
    output=$(cat "$T/notified")
    is "$(value event) $(value record)" "failed $(cat "$T/record")"
    rows_are "todo|1||" "SELECT status,attempts,worker_pid,run_id FROM tickets"
    rows_are "dead|" "SELECT status,turn_nonce FROM runtime_sessions"
    rows_are "failed|worker_died|1" "SELECT outcome,class,ended_at>0 FROM runs"
    rows_are "kill|done" "SELECT kind,state FROM effects ORDER BY id DESC LIMIT 1"
    deserted
    steady
    is "$(activities 1 death)" 1
    runtimes
    is "$output" ""
}

@test "worker_died by signals; the third death blocks the ticket" {
    local pids i
    heal_world
    start 3
    rows "UPDATE tickets SET attempts=2 WHERE id=3"
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL WHERE ticket_id=2"
    pids=("$(of 1 pid)" "$(of 2 pid)" "$(of 3 pid)")
    kill -SEGV "${pids[0]}"
    kill -TERM "${pids[1]}"
    kill -KILL "${pids[2]}"
    for i in 0 1 2; do wait_for gone "${pids[i]}"; done
    heals_sorted "worker_died MC-1 in_progress todo
worker_died MC-2 in_progress todo
worker_died MC-3 in_progress blocked"
    is "$(grep -c ' worker_died: pid ' "$T/errors")" 3
    report_has 1 "signal: 11 (SIGSEGV)"
    report_has 2 "signal: 15 (SIGTERM)"
    report_has 3 "signal: 9 (SIGKILL)"
    for i in 1 2 3; do
        report_has "$i" "pid: ${pids[i - 1]}"
        report_has "$i" "[working] one moment"
    done
    terminal_state 2 todo
    has "$(cat "$T/record")" "root_cause: the agent ended while it had no turn"
    terminal_state 3 blocked
    has "$(cat "$T/record")" "mc-ticket reopen MC-3"
    rows_are "3" "SELECT attempts FROM tickets WHERE id=3"
    deserted
    steady
}

@test "the last output of an agent that drew on the alternate screen, and of one that printed a lot" {
    local i
    heal_world
    script draws 5 'print("\033[?1049h\033[2J\033[H" + "\r\n".join(f"row {n}" for n in range(1, 50)) + "\r\nbottom", end="")'
    script prints 6 'print("\n".join(f"line {n}" for n in range(1, 301)) + "\nlast words", end="")'
    settings "{\"profiles\": {\"draws\": {\"command\": [\"$T/draws\"], \"first_turn\": \"argv\", \"ready\": \"^\$\", \"busy\": \"bottom|last\"},
        \"prints\": {\"command\": [\"$T/prints\"], \"first_turn\": \"argv\", \"ready\": \"^\$\", \"busy\": \"bottom|last\"}}}"
    add one --profile draws
    add two --profile prints
    for i in 1 2; do
        expect 0 pickup
        is "$errors" ""
    done
    touch "$T/die"
    for i in 1 2; do wait_for gone "$(of "$i" pid)"; done
    heals_sorted "worker_died MC-1 in_progress todo
worker_died MC-2 in_progress todo"
    report_has 1 "exit_status: 5"
    report_has 1 "row 40"
    report_has 2 "exit_status: 6"
    report_has 2 "line 300"
    report_has 2 "last words"
    no grep -qx "line 200" <<<"$(activity 2 death)"
    steady
}

@test "ghost: the pane lives with another program in it; the pid belongs to another" {
    local pane
    heal_world
    start 2
    pane=$(of 1 pane_id)
    tmux_here respawn-pane -k -t "$pane" -- sleep 86400
    wait_for gone "$(of 1 pid)"
    rows "UPDATE runtime_sessions SET pid_start=pid_start-1 WHERE ticket_id=2"
    runtimes
    is "$(believed MC-1 running '[0-9]+' dead there)$(believed MC-2 running '[0-9]+' dead there)" 11
    heals_sorted "ghost MC-1 in_progress todo
ghost MC-2 in_progress todo"
    is "$(grep -c ': ghost: ' "$T/errors")" 2
    rows_are "dead|2" "SELECT status,count(*) FROM runtime_sessions GROUP BY 1"
    rows_are "todo|1|2" "SELECT status,attempts,count(*) FROM tickets GROUP BY 1,2"
    is "$(events start)" 2
    deserted
    steady
}

@test "ghost: a recorded pid that is a stranger's now is not signalled" {
    local stranger
    heal_world
    start 1
    kill_hard "$(of 1 pid)"
    stranger=$(stranger)
    rows "UPDATE runtime_sessions SET pid=$stranger"
    heals "worker_died MC-1 in_progress todo"
    alive "$stranger"
    steady
}

@test "stillborn: spawning past the grace with no pid; abandoned_claim: the claiming pickup is dead" {
    local dead run
    heal_world '{"newborn_grace_s": 1, "max_running": 1}'
    add one
    add two
    dead=$(dead_pid)
    # A claim and nothing after it: what a pickup leaves that dies between claim and spawn.
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,pickup_pid,pickup_start,pickup_boot,started_at) VALUES
        ('0123456789abcdef0123456789abcdef',1,1,'$(uname -n)',$dead,1,'$(cat /proc/sys/kernel/random/boot_id)',1)"
    rows "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,profile,spawned_at) VALUES
        ('ticket:1:session',1,'0123456789abcdef0123456789abcdef','$(uname -n)','spawning','mc-MC-1','demo',1)"
    rows "INSERT INTO ticket_messages(ticket_id,kind,status,nonce,run_id,created_at) VALUES
        (1,'work','pending','MC_TICKET_TURN:1:1779942042145:e519f820','0123456789abcdef0123456789abcdef',1)"
    rows "INSERT INTO effects(run_id,kind,state,at) VALUES('0123456789abcdef0123456789abcdef','spawn','intent',1)"
    rows "UPDATE tickets SET status='in_progress',run_id='0123456789abcdef0123456789abcdef',worker_host='$(uname -n)'
        WHERE id=1"
    heals "abandoned_claim MC-1 in_progress todo"
    is "$errors" ""
    is "$(value outcome) $(value ticket)" "dispatched MC-1"
    rows_are "in_progress|0" "SELECT status,attempts FROM tickets WHERE id=1"
    rows_are "abandoned|1" "SELECT outcome,ended_at>0 FROM runs WHERE attempt=1"
    is "$(activities 1 terminal_state)" 0
    wait_for has_events prompt 1
    is "$(events start)" 1
    steady

    # The same with a pickup that cannot be told: only the grace decides, and the attempt counts.
    run=$(of 1 run_id)
    kill_hard "$(of 1 pid)"
    tmux_here kill-session -t =mc-MC-1
    rows "UPDATE runtime_sessions SET status='spawning',pid=NULL,pid_start=NULL,boot_id=NULL,pane_id=NULL,turn_nonce=NULL,
        spawned_at=spawned_at-5000"
    clocks 5000 5000
    rows "UPDATE runs SET pickup_pid=NULL,pickup_start=NULL,pickup_boot=NULL WHERE run_id='$run'"
    rows "UPDATE tickets SET worker_pid=NULL WHERE id=1"
    rows "UPDATE tickets SET status='blocked' WHERE id=2"
    heals "stillborn MC-1 in_progress todo"
    one_line
    rows_are "todo|1" "SELECT status,attempts FROM tickets WHERE id=1"
    rows_are "dead" "SELECT status FROM runtime_sessions"
    report_has 1 "pid: unknown (it was never recorded)"
    report_has 1 "last output:
mc-demo-agent "
    no grep -q '\[?2004h' <<<"$(activity 1 death)"
    steady
}

@test "a live pickup's newborn is left alone, whatever its age" {
    local self
    heal_world '{"newborn_grace_s": 1}' --busy 1
    start 1
    self=$(stranger)
    kill_hard "$(of 1 pid)"
    tmux_here kill-session -t =mc-MC-1 || true
    rows "UPDATE runs SET pickup_pid=$self,pickup_start=$(sed 's/.*) //' "/proc/$self/stat" | cut -d' ' -f20),ended_at=NULL"
    rows "UPDATE runtime_sessions SET status='spawning',pid=NULL,pid_start=NULL,boot_id=NULL,pane_id=NULL,turn_nonce=NULL,
        spawned_at=1,spawned_tick=1"
    rows "UPDATE tickets SET status='in_progress',worker_pid=NULL"
    rows "UPDATE effects SET state='intent' WHERE kind='spawn'"
    steady
    kill_hard "$self"
    heals "abandoned_claim MC-1 in_progress todo"
}
