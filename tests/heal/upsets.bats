#!/usr/bin/env bats
# What happens to a machine (SPEC section 11): reboots, clocks that jump, sessions renamed and closed by hand, a server
# restarted by hand.

setup() {
    load heal
}

teardown() {
    world_end
}

# The machine goes down: server, agents, everything.
power_off() {
    local pid
    kill_server
    for pid in $(agents); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    nobody() { [ -z "$(agents)" ]; }
    wait_for nobody
}

@test "a reboot: every running row of this host is healed in one pass, without asking the clock" {
    heal_world '{}' --busy 6000000 --ignore-hup --ignore-term
    start 7
    power_off
    # As an earlier boot wrote them, by a clock that was years ahead.
    rows "UPDATE runtime_sessions SET boot_id='11111111-2222-3333-4444-555555555555',spawned_at=9999999999999,
        turn_started_at=9999999999999"
    rows "UPDATE runs SET pickup_boot='11111111-2222-3333-4444-555555555555',started_at=9999999999999"
    # Its pid is somebody's again, and one was never recorded.
    rows "UPDATE runtime_sessions SET pid=$$,pid_start=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20) WHERE ticket_id=1"
    rows "UPDATE runtime_sessions SET status='spawning',pid=NULL,pid_start=NULL,boot_id=NULL,pane_id=NULL,turn_nonce=NULL
        WHERE ticket_id=2"
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL WHERE ticket_id=3"
    rows "UPDATE tickets SET status='in_review' WHERE id=3"
    rows "UPDATE ticket_messages SET status='sending' WHERE ticket_id=4"
    rows "UPDATE tickets SET status='done' WHERE id=5"
    expect 0 pickup --heal-only --json
    is "$(healed | cut -d' ' -f2,3,4 | sort)" "MC-1 in_progress todo
MC-2 in_progress todo
MC-3 in_review in_review
MC-4 in_progress todo
MC-5 done done
MC-6 in_progress todo
MC-7 in_progress todo"
    rows_are 0 "SELECT count(*) FROM runtime_sessions WHERE status NOT IN('dead','closed')"
    rows_are 0 "SELECT count(*) FROM runs WHERE ended_at IS NULL"
    rows_are 0 "SELECT count(*) FROM ticket_messages WHERE status='sending'"
    alive $$
    # MC-2 had never been started, so that it is due at once.
    rows "UPDATE tickets SET next_attempt_at=strftime('%s','now')*1000+3600000 WHERE status='todo'"
    steady
    is "$(events start)" 7
}

@test "a reboot is healed though tmux gives no answer: what it has now is another's" {
    heal_world
    start 1
    power_off
    rows "UPDATE runtime_sessions SET boot_id='11111111-2222-3333-4444-555555555555'"
    rows "UPDATE runs SET pickup_boot='11111111-2222-3333-4444-555555555555'"
    mkdir "$T/bin"
    printf '#!/bin/sh\necho "server exited unexpectedly" >&2\nexit 1\n' >"$T/bin/tmux"
    chmod 700 "$T/bin/tmux"
    extra+=(PATH="$T/bin:$CLEAN_PATH")
    expect 69 pickup --heal-only --json
    is "$(healed)" "worker_died MC-1 in_progress todo"
    rows_are dead "SELECT status FROM runtime_sessions"
}

@test "clocks that jump: a live agent is judged by its process, not by its age" {
    local past=1000 future=9999999999999 stamp
    heal_world '{"newborn_grace_s": 1}'
    start 3
    wait_for has_events prompt 3
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,last_turn_marker='x' WHERE ticket_id=2"
    rows "UPDATE tickets SET status='in_review' WHERE id=2"
    rows "UPDATE runs SET ended_at=started_at,outcome='delivered' WHERE ticket_id=2"
    for stamp in $past $future; do
        rows "UPDATE runtime_sessions SET spawned_at=$stamp,turn_started_at=$stamp,last_output_at=NULL"
        rows "UPDATE runs SET started_at=$stamp,ended_at=CASE WHEN ended_at IS NULL THEN NULL ELSE $stamp END"
        rows "UPDATE tickets SET created_at=$stamp,updated_at=$stamp"
        rows "UPDATE ticket_messages SET created_at=$stamp,sent_at=$stamp"
        rows "UPDATE effects SET at=$stamp"
        steady
        is "$(agents | wc -l)" 3
    done
    # The dead are found whatever the stamps say.
    kill_hard "$(of 1 pid)"
    heals "worker_died MC-1 in_progress todo"
    rows "UPDATE runtime_sessions SET spawned_at=$past,turn_started_at=$past WHERE ticket_id=3"
    kill_hard "$(of 3 pid)"
    heals "worker_died MC-3 in_progress todo"
    steady
}

@test "a clock that jumped forward ends no turn in one pass, however old it looks" {
    heal_world '{"stall_timeout_s": 600, "turn_timeout_s": 600}'
    start 1
    # tmux counts by the same clock; a screen that has said nothing since before the jump is a day old.
    rows "UPDATE runtime_sessions SET turn_started_at=1000,spawned_at=1000"
    steady
    alive "$(of 1 pid)"
}

@test "a session renamed by hand: the agent works on; its death is still known by its pane" {
    local pid
    heal_world
    start 2
    pid=$(of 1 pid)
    tmux_here rename-session -t =mc-MC-1 my-own-name
    runtimes
    is "$(believed MC-1 running "$pid" alive there)" 1
    steady
    alive "$pid"
    kill_hard "$pid"
    heals "worker_died MC-1 in_progress todo"
    has "$(activity 1 death)" "signal: 9 (SIGKILL)"
    has "$(activity 1 death)" "[working] one moment"
    settings '{"linger_s": 0}'
    pickup
    is "$(sessions)" mc-MC-2
    steady
}

@test "a session closed by hand: its agent dies with it, or lives on without it" {
    local pid
    heal_world '{}' --busy 6000000
    start 1
    settings '{}' --busy 6000000 --ignore-hup
    add hardy
    expect 0 pickup
    wait_for has_events prompt 2
    pid=$(of 2 pid)
    tmux_here kill-session -t =mc-MC-2
    tmux_here kill-session -t =mc-MC-1
    wait_for gone "$(of 1 pid)"
    heals "worker_died MC-1 in_progress todo"
    has "$(activity 1 death)" "exit_status: unknown"
    has "$(activity 1 death)" "[working] one moment"
    alive "$pid"
    steady
    is "$(events start)" 2
    # Hidden behind a todo row it can be neither seen nor talked to: it is ended before another is started.
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL WHERE id=2"
    expect 0 pickup --json
    is "$(healed)" "orphan MC-2 todo todo"
    gone "$pid"
    is "$(value outcome) $(value ticket)" "dispatched MC-2"
    is "$(agents | wc -l)" 1
    steady
}

@test "a server restarted by hand under live agents, with sessions of the same names" {
    local pid stranger
    heal_world '{}' --busy 6000000 --ignore-hup
    start 2
    pid=$(of 1 pid)
    kill_server
    tmux_here -f /dev/null new-session -d -s mc-MC-1 -- sleep 86400
    stranger=$(tmux_here display-message -p -t =mc-MC-1: '#{pane_pid}')
    steady
    alive "$pid"
    kill_hard "$pid"
    heals "worker_died MC-1 in_progress todo"
    alive "$stranger"
    is "$(sessions)" mc-MC-1
    steady
    # The next start finds the name taken by one that is not ours, leaves it and goes under another.
    rows "UPDATE tickets SET next_attempt_at=NULL WHERE id=1"
    expect 0 pickup --json
    has "$(value session)" "mc-MC-1-"
    alive "$stranger"
    wait_for has_events start 3
}
