#!/usr/bin/env bats
# Rows that an operator's hand has changed or taken away, and sessions without rows (SPEC section 11): hidden_runtime,
# lost_row, orphan, and what is never touched.

setup() {
    load heal
}

teardown() {
    world_end
}

@test "hidden_runtime: a live agent behind a todo row is adopted" {
    local pid run
    heal_world
    start 1
    pid=$(of 1 pid) run=$(of 1 run_id)
    rows "UPDATE tickets SET status='todo',failure_reason='tmux_spawn_failed',worker_pid=NULL,run_id=NULL,worker_host=NULL"
    expect 0 pickup --heal-only --dry-run --json
    is "$(plan)" "hidden_runtime MC-1"
    heals "hidden_runtime MC-1 todo in_progress"
    is "$errors" ""
    rows_are "in_progress|$run|$pid|$(uname -n)|" "SELECT status,run_id,worker_pid,worker_host,failure_reason FROM tickets"
    rows_are "running|$pid" "SELECT status,pid FROM runtime_sessions"
    is "$(activities 1 adopted)" 1
    rows_are 1 "SELECT count(*) FROM runs"
    is "$(events start) $(events prompt)" "1 1"
    steady

    # The ticket is in progress, but names nobody.
    rows "UPDATE tickets SET run_id=NULL,worker_pid=NULL"
    heals "hidden_runtime MC-1 in_progress in_progress"
    rows_are "in_progress|$run|$pid" "SELECT status,run_id,worker_pid FROM tickets"
    steady
    runtimes
    is "$(believed MC-1 running "$pid" alive there)" 1
    no grep -q -- '<-' <<<"$output"
    is "$(agents)" "$pid"
}

@test "a ticket that waits for a person or has moved on is never healed away" {
    local i before
    heal_world
    start 3
    rows "UPDATE tickets SET status='needs_input' WHERE id=1"
    rows "UPDATE tickets SET status='in_review' WHERE id=2"
    rows "UPDATE tickets SET status='blocked' WHERE id=3"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,status,run_id,nonce,created_at,sent_at,body)
        SELECT ticket_id,'anna','note','sent',run_id,'n',1,1,'A hint.' FROM runtime_sessions"
    steady
    kill_hard "$(of 1 pid)" "$(of 2 pid)" "$(of 3 pid)"
    before=$(rows "SELECT status,attempts,failure_reason FROM tickets ORDER BY id")
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1,3,4 | sort)" "worker_died blocked blocked
worker_died in_review in_review
worker_died needs_input needs_input"
    is "$errors" ""
    is "$(rows "SELECT status,attempts,failure_reason FROM tickets ORDER BY id")" "$before"
    # What a person said has done its work where that was delivered; the next run of the others has it yet to hear.
    rows_are "pending
sent
pending" "SELECT status FROM ticket_messages WHERE kind='note' ORDER BY ticket_id"
    for i in 1 2 3; do
        is "$(activities "$i" death) $(activities "$i" terminal_state)" "1 0"
    done
    deserted
    steady
}

@test "lost_row: the row is made again from the session's tags; then as the other rules say" {
    local pid run
    heal_world
    start 2
    pid=$(of 1 pid) run=$(of 1 run_id)
    rows "DELETE FROM runtime_sessions WHERE ticket_id=1"
    runtimes
    has "$output" "tagged MC-1 run $run"
    heals "lost_row MC-1 session without a row row made again"
    is "$errors" ""
    rows_are "$run|$(uname -n)|running|mc-MC-1|$pid|$(cat /proc/sys/kernel/random/boot_id)|1|1" "SELECT run_id,host,status,
        tmux_target,pid,boot_id,pid_start>0,turn_nonce=(SELECT nonce FROM ticket_messages WHERE ticket_id=1)
        FROM runtime_sessions WHERE ticket_id=1"
    is "$(events start)" 2
    steady

    # The made row is as good as the lost one: the agent's word counts, its death is seen.
    expect 0 bare MC_RUN="$run" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal DONE "mended"
    ticket_is 1 in_review
    rows_are "idle|1" "SELECT status,last_turn_marker IS NOT NULL FROM runtime_sessions WHERE ticket_id=1"
    steady

    # A lost row of an agent that has died meanwhile.
    rows "DELETE FROM runtime_sessions WHERE ticket_id=2"
    rows "UPDATE tickets SET worker_pid=NULL WHERE id=2"
    kill_hard "$(tmux_here display-message -p -t =mc-MC-2: '#{pane_pid}')"
    expect 0 pickup --json
    expect 0 pickup --json
    ticket_is 2 todo
    is "$(activities 2 death)" 1
    has "$(activity 2 death)" "signal: 9 (SIGKILL)"
    is "$(sessions)" mc-MC-1
    steady
}

@test "lost_row: of a run that goes on, whatever a hand has made of its ticket as well" {
    local pid
    heal_world
    start 4
    pid=$(of 1 pid)
    rows "DELETE FROM runtime_sessions WHERE ticket_id<4"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL WHERE id=1"
    rows "UPDATE tickets SET status='done' WHERE id=2"
    rows "UPDATE tickets SET status='in_review' WHERE id=3"
    expect 0 pickup --heal-only --json
    is "$(healed | cut -d' ' -f1,2 | sort)" "lost_row MC-1
lost_row MC-2
lost_row MC-3"
    # The next one finds them as any other agent of such a ticket.
    expect 0 pickup --heal-only --json
    is "$(healed | sort)" "finished MC-2 done done
hidden_runtime MC-1 todo in_progress"
    rows_are "in_progress|running|$pid
in_review|running|$(of 3 pid)" "SELECT t.status,r.status,r.pid FROM runtime_sessions r JOIN tickets t ON t.id=r.ticket_id
        WHERE t.id IN(1,3) ORDER BY t.id"
    steady
    is "$(events start)" 4
}

@test "a slot of an agent whose row is lost: looked for without any other agent, ended, and given to the next ticket" {
    local pid
    heal_world
    empty_repository "$T/repo"
    settings "{\"linger_s\": 0, \"workspace\": {\"repo\": \"$T/repo\", \"size\": 1}}" --busy 1
    start 1
    wait_for has_events signal 1
    ticket_is 1 in_review
    pid=$(of 1 pid)
    rows "DELETE FROM runtime_sessions"
    add two
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1,2)" "orphan MC-1
slot_leak MC-1"
    is "$(value outcome) $(value ticket)" "dispatched MC-2"
    gone "$pid"
}

@test "a lost row and a lost session: the claim is abandoned" {
    heal_world
    start 1
    kill_hard "$(of 1 pid)"
    tmux_here kill-session -t =mc-MC-1
    rows "DELETE FROM runtime_sessions"
    rows "UPDATE tickets SET next_attempt_at=NULL"
    expect 0 pickup --heal-only --json
    is "$(healed)" "abandoned_claim MC-1 in_progress todo"
    rows_are "todo|0|" "SELECT status,attempts,run_id FROM tickets"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    steady
}

@test "hidden_runtime: a ticket that names another run is taken back, unless that one's worker lives" {
    local pid run other boot ns
    heal_world
    start 1
    pid=$(of 1 pid) run=$(of 1 run_id)
    boot=$(cat /proc/sys/kernel/random/boot_id) ns=$(stat -Lc %i /proc/self/ns/pid)
    other=$(stranger)
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) VALUES('ffffffffffffffffffffffffffffffff',1,2,'elsewhere',1)"
    rows "UPDATE tickets SET run_id='ffffffffffffffffffffffffffffffff',worker_pid=$other,worker_boot='$boot',worker_ns=$ns,
        worker_start=$(cut -d' ' -f22 "/proc/$other/stat")"
    steady
    # The number of a container's process, whoever has it here.
    rows "UPDATE tickets SET worker_ns=$ns+1,worker_start=1"
    heals ""
    one_line
    has "$errors" "MC-1: its agent is left as it is: it cannot be told whether the ticket's other run has a live worker"
    is "$(activities 1 untold)" 1
    steady
    # Somebody's sleep has the number of one that ended long ago.
    rows "UPDATE tickets SET worker_ns=$ns"
    heals "hidden_runtime MC-1 in_progress in_progress"
    rows_are "in_progress|$run|$pid" "SELECT status,run_id,worker_pid FROM tickets"
    alive "$other"
    alive "$pid"
    steady
}

@test "orphan: whoever gets the number of its agent before its repair comes is left alone" {
    local other
    only_of_files "who has a process number is no affair of the board's"
    heal_world
    # The first agent does not want to go, and notes that it was asked to.
    cat >"$T/agent" <<END
#!/bin/bash
set -- "$MC_BIN/mc-demo-agent" --log "$LOG" --busy 6000000 --ignore-term --ignore-hup "\$@"
[ "\$MC_TICKET" = MC-1 ] || exec "\$@"
trap 'touch "$T/asked"' TERM
"\$@" <&0 &
while kill -0 \$!; do wait \$!; done
END
    chmod 700 "$T/agent"
    settings '{"linger_s": 0, "profiles": {"demo": {"command": ["'"$T/agent"'"]}}}'
    # Numbers are given out at will only in a pid namespace of one's own. The pickup is held in its first repair, which
    # waits for the stubborn one, until another has the number that its next repair is about.
    cat >"$T/inside" <<'END'
cd /
until_true() { until "$@"; do sleep 0.05 3>&-; done; }
# tmux 3.3a may take a child's end for seen only when it ends another
gone() { tmux -S "$SOCKET" run-shell true; [ ! -e "/proc/$1" ]; }
bare "$MC_BIN/mc-pickup" -q && bare "$MC_BIN/mc-pickup" -q || exit 3
"$@"
pid=$(tmux -S "$SOCKET" display-message -p -t =mc-MC-2: '#{pane_pid}')
bare "$MC_BIN/mc-pickup" --heal-only --json >"$T/healed" 2>&1 3>&- &
repair=$!
until_true test -e "$T/asked"
pickup=$(pgrep -P $repair -f mc-pickup)
kill -STOP "$pickup"
kill -KILL "$pid"
until_true gone "$pid"
until
    echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid || exit 4
    sleep 1000 3>&- &
    other=$!
    [ "$other" -eq "$pid" ]
do
    kill -KILL "$other"
    wait "$other" 2>/dev/null
done
kill -CONT "$pickup"
wait "$repair"
kill -0 "$other" && echo alive
tmux -S "$SOCKET" kill-server 2>/dev/null || true # it ends with its last session
END
    cat >"$T/by-hand" <<'END'
import os, sys
sys.path.insert(0, os.path.dirname(sys.argv[2]))
import board
board.rows(sys.argv[1], "UPDATE tickets SET status='done'")
board.rows(sys.argv[1], "UPDATE runs SET ended_at=1,outcome='delivered' WHERE ticket_id=2")
board.rows(sys.argv[1], "UPDATE runtime_sessions SET status='closed',closed_at=1 WHERE ticket_id=2")
END
    add one
    add two
    {
        declare -f bare
        declare -p T STATE STATE_HOME MC_DB CONFIG LOG SOCKET CLEAN_PATH MC_BIN extra
        cat "$T/inside"
    } >"$T/script"
    unshare -p -f --mount-proc bash -c 'exit 0' 2>/dev/null || {
        echo "# skipped: a pid namespace is not allowed here" >&3
        skip "a pid namespace is not allowed here"
    }
    other=$(timeout -s KILL 100 unshare -p -f --mount-proc --kill-child bash "$T/script" "$MC_PYTHON" "$T/by-hand" "$MC_DB" "$BOARD_PY" 2>"$T/errors" 3>&- 7>&- 8>&-) || {
        cat "$T/errors" "$T/healed" >&2
        false
    }
    has "$(cat "$T/healed")" '"rule":"orphan"'
    is "$other" alive
}

@test "orphan: a session whose run has ended is closed after linger_s, and no other" {
    local pid other run
    heal_world '{"linger_s": 3600}'
    start 2
    pid=$(of 1 pid) run=$(of 1 run_id)
    tmux_here new-session -d -s stranger -- sleep 86400
    tmux_here new-session -d -s of-another-board -- sleep 86400
    tmux_here set-option -t =of-another-board: @mc_run ffffffffffffffffffffffffffffffff
    tmux_here set-option -t =of-another-board: @mc_ticket MC-1
    other=$(tmux_here display-message -p -t =of-another-board: '#{pane_pid}')
    # By a hand that did not end the agent.
    rows "UPDATE runs SET ended_at=strftime('%s','now')*1000,outcome='delivered' WHERE run_id='$run'"
    rows "UPDATE runtime_sessions SET status='closed',closed_at=strftime('%s','now')*1000 WHERE ticket_id=1"
    rows "UPDATE tickets SET status='done' WHERE id=1"
    steady
    alive "$pid"
    settings '{"linger_s": 0}'
    expect 0 pickup --heal-only --dry-run --json
    is "$(plan)" "orphan MC-1"
    # As long as it does not close, that is said once, in its ticket's story too.
    sessions_stay_open
    expect 0 pickup --heal-only
    has "$errors" "healing MC-1 (orphan): "
    one_line
    expect 0 pickup --heal-only
    is "$errors" ""
    rows_are "1|$run|1" "SELECT ticket_id,run_id,count(*) FROM ticket_activity WHERE kind='stuck' GROUP BY 1,2"
    CLEAN_PATH=${CLEAN_PATH#*:}
    heals "orphan MC-1 session without a row closed"
    is "$errors" ""
    wait_for gone "$pid"
    is "$(sessions | sort)" "mc-MC-2
of-another-board
stranger"
    alive "$other"
    rows_are "close|done" "SELECT kind,state FROM effects WHERE run_id='$run' ORDER BY id DESC LIMIT 1"
    steady
    runtimes
    has "$output" "untagged: not ours, never touched"
    has "$output" "tagged MC-1 run ffffffffffffffffffffffffffffffff"
}

@test "a session that carries another run's tag is another's: not closed, not counted as ours" {
    local run other
    heal_world
    start 1
    run=$(of 1 run_id)
    kill_hard "$(of 1 pid)"
    tmux_here new-session -d -s theirs -- sleep 86400 # before the last one ends, and the server with it
    tmux_here kill-session -t =mc-MC-1
    tmux_here rename-session -t =theirs: mc-MC-1
    tmux_here set-option -t =mc-MC-1: @mc_run ffffffffffffffffffffffffffffffff
    tmux_here set-option -t =mc-MC-1: @mc_ticket MC-1
    other=$(tmux_here display-message -p -t =mc-MC-1: '#{pane_pid}')
    runtimes
    is "$(believed MC-1 running '[0-9]+' '[a-z]+' '[a-z]+')" 1
    heals "worker_died MC-1 in_progress todo"
    alive "$other"
    is "$(sessions)" mc-MC-1
    rows_are "$run|dead" "SELECT run_id,status FROM runtime_sessions"
    has "$(activity 1 death)" "exit_status: unknown"
    steady
}

@test "the machine's name is no part of anything's identity" {
    local pid
    only_of_files "there it is the machine's part"
    heal_world
    start 2
    pid=$(of 1 pid)
    kill_hard "$(of 2 pid)"
    rows "UPDATE runtime_sessions SET host='elsewhere'"
    rows "UPDATE runs SET host='elsewhere'"
    rows "UPDATE tickets SET worker_host='elsewhere'"
    heals "worker_died MC-2 in_progress todo"
    alive "$pid"
    steady
    runtimes
    is "$(believed MC-1 running "$pid" '[a-z]+' '[a-z]+')" 1
}

# named NAME: this machine's name from now on, as the programs see it.
named() {
    settings "{\"host\": \"$1\", \"max_running\": 3}"
}

@test "renamed between every two of ten pickups: nothing is lost, adopted anew or said, and max_running holds" {
    local i before
    only_of_files "there it is another machine"
    heal_world '{"max_running": 3}'
    start 3
    add four
    before=$(rows "SELECT session_key,run_id,status,pid FROM runtime_sessions; SELECT id,status,run_id FROM tickets")
    for i in 1 2 3 4 5 6 7 8 9 10; do
        named "machine-$i"
        expect 0 pickup --json
        is "$errors" ""
        is "$(value healed) $(value outcome) $(value reason)" "[] idle capacity"
    done
    is "$(rows "SELECT session_key,run_id,status,pid FROM runtime_sessions; SELECT id,status,run_id FROM tickets")" "$before"
    is "$(agents | wc -l) $(events start)" "3 3"
    is "$(rows "SELECT count(*) FROM ticket_activity WHERE kind IN('adopted','healed')")" 0
    # What a person does reaches the agents that started under another name.
    expect 0 ticket cancel MC-1
    is "$(agents | wc -l)" 2
    named machine-11
    expect 0 ticket reopen MC-1
    expect 0 pickup --json
    is "$errors" ""
    is "$(value outcome)" dispatched
    is "$(agents | wc -l)" 3
    steady
}

# The same with the kernel's name, where it may be set.
@test "renamed for real: the kernel's name changes between pickups" {
    local i
    only_of_files "there it is another machine"
    heal_world '{"max_running": 3}'
    start 3
    if ! unshare -ru hostname machine 2>/dev/null; then
        skip "the name may not be set here"
    fi
    for i in 1 2 3; do
        expect 0 unshare -ru bash -c "hostname machine-$i && exec \"\$@\"" - env -i PATH="$CLEAN_PATH" HOME="$T" \
            MC_DB="$MC_DB" XDG_STATE_HOME="${STATE_HOME:-$T/none}" MC_PICKUP_CONFIG="$CONFIG" LOGNAME=tester "$MC_BIN/mc-pickup" --json </dev/null
        is "$errors" ""
        is "$(value healed)" "[]"
    done
    is "$(agents | wc -l) $(events start)" "3 3"
}

@test "in progress without a run, or with one that the board does not know: todo again, said once" {
    heal_world
    add one
    add two
    rows "UPDATE tickets SET status='in_progress',next_attempt_at=NULL WHERE id=1"
    rows "UPDATE tickets SET status='in_progress',run_id='0123456789abcdef0123456789abcdef' WHERE id=2"
    expect 0 pickup --heal-only --json
    is "$(healed | sort)" "abandoned_claim MC-1 in_progress todo
abandoned_claim MC-2 in_progress todo"
    is "$(wc -l <"$T/errors")" 2
    has "$errors" "MC-1: it is in progress and no run of it is on the board: it is todo again"
    rows_are "todo||0
todo||0" "SELECT status,run_id,attempts FROM tickets"
    is "$(activities 1 healed)" 1
    expect 0 pickup --heal-only --json
    is "$(healed)$errors" ""
    expect 0 pickup --json
    is "$(value outcome)" dispatched
}

@test "a runtime whose ticket or run row is gone is closed and holds no capacity" {
    only_of_files "its foreign keys hold"
    heal_world
    start 3
    rows "PRAGMA foreign_keys=OFF; DELETE FROM tickets WHERE id=1; DELETE FROM runs WHERE ticket_id=2"
    expect 0 pickup --heal-only --json
    is "$(healed | sort)" "finished MC-1 runtime without a ticket closed
finished MC-2 in_progress in_progress"
    wait_for agents_are 1
    rows_are "closed
closed
running" "SELECT status FROM runtime_sessions ORDER BY ticket_id"
    expect 0 pickup --heal-only --json
    is "$(healed)" "abandoned_claim MC-2 in_progress todo"
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-2"
    steady
}

agents_are() {
    [ "$(agents | wc -l)" -eq "$1" ]
}

@test "an agent in its turn whose row was put back to its start is at work, and its word is heard" {
    heal_world
    settings '{}' --hold "$T/leave"
    start 1
    rows "UPDATE runtime_sessions SET status='spawning',pid=NULL,pid_start=NULL,boot_id=NULL"
    heals "hidden_runtime MC-1 in_progress in_progress"
    rows_are "running|1" "SELECT status,turn_nonce IS NOT NULL FROM runtime_sessions"
    steady
    touch "$T/leave"
    wait_for rows_are in_review "SELECT status FROM tickets"
}

@test "a pid without a boot is no identity: it is recorded whole, once" {
    heal_world
    start 1
    rows "UPDATE runtime_sessions SET boot_id=NULL"
    heals "hidden_runtime MC-1 in_progress in_progress"
    rows_are "$(cat /proc/sys/kernel/random/boot_id)|1" "SELECT boot_id,pid_start>0 FROM runtime_sessions"
    is "$(activities 1 healed)" 1
    steady
}

@test "a pid without a start time is no identity: tmux tells which process it is" {
    local pid start
    heal_world
    start 2
    pid=$(of 1 pid) start=$(of 1 pid_start)
    rows "UPDATE runtime_sessions SET pid_start=NULL"
    kill_hard "$(of 2 pid)"
    expect 0 pickup --heal-only --json
    is "$(healed | sort)" "hidden_runtime MC-1 in_progress in_progress
worker_died MC-2 in_progress todo"
    rows_are "running|$pid|$start" "SELECT status,pid,pid_start FROM runtime_sessions WHERE ticket_id=1"
    steady
    is "$(events start)" 2
}
