#!/usr/bin/env bats
# Ending runtimes that are alive (SPEC sections 11 and 15): finished, expired, stalled, and agents that do not want to go.

setup() {
    load heal
}

teardown() {
    world_end
}

@test "finished: a ticket done or cancelled by hand, its agent alive" {
    heal_world
    start 2
    rows "UPDATE tickets SET status='done' WHERE id=1"
    rows "UPDATE tickets SET status='cancelled' WHERE id=2"
    expect 0 pickup --heal-only --dry-run --json
    is "$(plan | sort)" "finished MC-1
finished MC-2"
    is "$(agents | wc -l)" 2
    heals_sorted "finished MC-1 done done
finished MC-2 cancelled cancelled"
    is "$errors" ""
    deserted
    ticket_is 1 "done"
    ticket_is 2 cancelled
    rows_are "closed|finished|2" "SELECT status,failure_reason,count(*) FROM runtime_sessions GROUP BY 1,2"
    rows_are "kill|done|2" "SELECT kind,state,count(*) FROM effects WHERE kind='kill' GROUP BY 1,2"
    rows_are "stopped|2" "SELECT outcome,count(*) FROM runs WHERE ended_at>0 GROUP BY 1"
    rows_are 0 "SELECT count(*) FROM ticket_activity WHERE kind IN('death','terminal_state')"
    steady
}

@test "agents that ignore TERM are ended; daemons that left the session and strangers are not" {
    local beside plain other
    heal_world '{}' --busy 6000000 --ignore-term --ignore-hup --daemon
    start 2
    wait_for has_events daemon 2
    plain=$(stranger)
    other=$(stranger MC_RUN=ffffffffffffffffffffffffffffffff)
    beside=$(of 2 pid)
    is "$(agents | wc -l)" 5
    rows "UPDATE tickets SET status='done' WHERE id=1"
    heals "finished MC-1 done done"
    is "$errors" ""
    is "$(sessions)" mc-MC-2
    alive "$beside"
    alive "$plain"
    alive "$other"
    is "$(agents | wc -l)" 4
    has "$(activity 1 spared)" "left running, because they have made themselves daemons: sleep (pid "
    steady
    # One that died by itself leaves its daemon, too.
    kill_hard "$beside"
    heals "worker_died MC-2 in_progress todo"
    alive "$plain"
    is "$(agents | wc -l)" 3
    has "$(activity 2 spared)" "sleep (pid "
    is "$(activities 2 spared)" 1
    is "$(sessions)" ""
    steady
}

@test "an agent's own tools end with it; a tmux server it has started for its user does not, nor a window opened later" {
    local server window tool loose
    heal_world
    # The tool is as an MCP server is, in a session of its own; the loose one ignores the hang-up of its dead parent.
    script roofer 0 "import subprocess
own = {'stdin': -3, 'stdout': -3, 'stderr': -3}
tool = subprocess.Popen(['sleep', '86400'], start_new_session=True, **own)
loose = subprocess.Popen(['sh', '-c', 'trap \"\" HUP; exec sleep 86400'], **own)
subprocess.run(['tmux', '-S', '$T/user.sock', '-f', '/dev/null', 'new-session', '-d', 'sleep 86400'], check=True, **own)
open('$T/tools', 'w').write(f'{tool.pid} {loose.pid}\\n')
print('at work')"
    settings "{\"profiles\": {\"roofer\": {\"command\": [\"$T/roofer\"], \"first_turn\": \"argv\", \"ready\": \"^\$\", \"busy\": \"at work\"}}}"
    add one --profile roofer
    expect 0 pickup
    wait_for test -s "$T/tools"
    read -r tool loose <"$T/tools"
    server=$(tmux -S "$T/user.sock" display-message -p '#{pid}')
    tmux -S "$T/user.sock" new-window 'exec sleep 86400'
    window=$(tmux -S "$T/user.sock" display-message -p '#{pane_pid}')
    grep -qzx "MC_RUN=$(of 1 run_id)" "/proc/$window/environ"
    rows "UPDATE tickets SET status='done' WHERE id=1"
    heals "finished MC-1 done done"
    gone "$tool"
    gone "$loose"
    alive "$server"
    alive "$window"
    has "$(activity 1 spared)" "tmux: server (pid $server)"
    has "$(activity 1 spared)" "sleep (pid $window)"
    steady
    is "$(activities 1 spared)" 1
    tmux -S "$T/user.sock" kill-server
}

@test "worker_died: what still sits in the session of the dead one is ended with its run" {
    local loose agent
    heal_world
    script roofer 0 "import subprocess
own = {'stdin': -3, 'stdout': -3, 'stderr': -3}
loose = subprocess.Popen(['sh', '-c', 'trap \"\" HUP; exec sleep 86400'], **own)
open('$T/tools', 'w').write(f'{loose.pid}\\n')
print('at work')"
    settings "{\"profiles\": {\"roofer\": {\"command\": [\"$T/roofer\"], \"first_turn\": \"argv\", \"ready\": \"^\$\", \"busy\": \"at work\"}}}"
    add one --profile roofer
    expect 0 pickup
    wait_for test -s "$T/tools"
    read -r loose <"$T/tools"
    agent=$(of 1 pid)
    kill_hard "$agent"
    alive "$loose"
    heals "worker_died MC-1 in_progress todo"
    gone "$loose"
    steady
}

@test "expired: idle for longer than runtime_ttl_s, in review and at work" {
    heal_world '{"runtime_ttl_s": 1}' --busy 1
    start 1
    wait_for has_events signal 1
    ticket_is 1 in_review
    settings '{"runtime_ttl_s": 1}' --busy 1 --no-signal
    add two
    pickup --json >"$T/reports"
    # No word at its end, and the turn was ended by hand.
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL WHERE ticket_id=2"
    rows "UPDATE ticket_messages SET status='sent'"
    both_healed() {
        pickup --heal-only --json >>"$T/reports" 2>>"$T/lines"
        [ "$(rows "SELECT count(*) FROM runtime_sessions WHERE status IN('dead','closed')")" = 2 ]
    }
    wait_for both_healed
    is "$(grep -o '"rule":"[a-z_]*","ticket":"[^"]*","from":"[a-z_]*","to":"[a-z_]*"' "$T/reports" | sort)" \
        '"rule":"expired","ticket":"MC-1","from":"in_review","to":"in_review"
"rule":"expired","ticket":"MC-2","from":"in_progress","to":"todo"'
    ticket_is 1 in_review
    rows_are "todo" "SELECT status FROM tickets WHERE id=2"
    is "$(activities 1 terminal_state) $(activities 2 terminal_state)" "0 1"
    # It lived: that it had died would be untrue.
    is "$(activities 2 death)" 0
    has "$(cat "$T/lines")" "MC-2: expired: idle for longer than runtime_ttl_s"
    is "$(wc -l <"$T/lines")" 1
    no grep -q 'worker_died\|is gone' "$T/lines"
    deserted
    steady
}

@test "an end that was begun and not finished is finished" {
    local run
    heal_world
    start 2
    # As mc-ticket cancel leaves it when it is killed before the agent is ended.
    run=$(of 1 run_id)
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL,next_attempt_at=strftime('%s','now')*1000+3600000"
    rows "UPDATE runs SET ended_at=1,outcome='stopped' WHERE run_id='$run'"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) VALUES('$run','kill','intent','reopen',1)"
    # As a giveback leaves it: the class is recorded, the agent lives, the ticket is still the run's.
    run=$(of 2 run_id)
    rows "UPDATE tickets SET status='in_progress',run_id='$run',worker_host='$(uname -n)',next_attempt_at=NULL WHERE id=2"
    rows "UPDATE runs SET outcome='failed',class='starting',detail='demo did not become ready' WHERE run_id='$run'"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) VALUES('$run','kill','intent','starting',1)"
    heals_sorted "orphan MC-1 todo todo
worker_died MC-2 in_progress todo"
    has "$errors" "demo did not become ready"
    one_line
    deserted
    rows_are "1|starting: demo did not become ready" "SELECT attempts,failure_reason FROM tickets WHERE id=2"
    is "$(activities 2 death) $(activities 2 terminal_state)" "0 1"
    rows_are 0 "SELECT count(*) FROM effects WHERE state='intent'"
    steady
}

@test "a death that another pickup had begun to write down has its report all the same" {
    local run
    heal_world
    start 1
    run=$(of 1 run_id)
    kill_hard "$(of 1 pid)"
    rows "UPDATE runs SET outcome='failed',class='worker_died',detail='it is gone' WHERE run_id='$run'"
    rows "INSERT INTO effects(run_id,kind,state,detail,at) VALUES('$run','kill','intent','worker_died',1)"
    heals "worker_died MC-1 in_progress todo"
    is "$(activities 1 death) $(activities 1 terminal_state)" "1 1"
    steady
}

@test "stalled: said once; after turn_timeout_s the agent is interrupted and its ticket is todo" {
    local pid
    heal_world '{"stall_timeout_s": 1}'
    start 1
    pid=$(of 1 pid)
    stalled() {
        pickup --json >"$T/report" 2>"$T/errors"
        [ -s "$T/errors" ]
    }
    wait_for stalled
    errors=$(cat "$T/errors")
    one_line
    has "$errors" "MC-1: stalled: a turn without output"
    is "$(activities 1 stalled)" 1
    ticket_is 1 in_progress
    alive "$pid"
    steady
    # A day awake, and no more output than when it was said.
    clocks 86400000 86400000
    heals "stalled MC-1 in_progress todo"
    one_line
    has "$errors" "MC-1: stalled: "
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    is "$(activities 1 death)" 0
    terminal_state 1 todo
    gone "$pid"
    deserted
    steady
}
