#!/usr/bin/env bats
# A person's panes in an agent's session (SPEC sections 7 and 15): an end closes the agent's own pane, wherever it is by
# then, and leaves theirs.

setup() {
    load heal
}

teardown() {
    world_end
}

# theirs TMUX-COMMAND …: a shell of a person's, opened by it; its pid.
theirs() {
    tmux_here "$@" -d -P -F '#{pane_pid}' 'exec sleep 86400'
}

@test "a split and a window that a person has put into a session outlive its agent, and are named" {
    local split window agent
    heal_world '{"linger_s": 0}'
    start 2
    agent=$(of 1 pid)
    # Left of the agent, so that nothing goes by the order of panes.
    split=$(theirs split-window -b -t =mc-MC-1:)
    window=$(theirs new-window -t =mc-MC-1:)
    rows "UPDATE tickets SET status='done' WHERE id=1"
    heals "finished MC-1 done done"
    gone "$agent"
    alive "$split"
    alive "$window"
    is "$errors" ""
    has "$(activity 1 left_open)" "left open, because a person has put them into its session: "
    has "$(activity 1 left_open)" "(pid $split)"
    has "$(activity 1 left_open)" "(pid $window)"
    is "$(sessions | sort)" "mc-MC-1
mc-MC-2"
    # What is left of it is nobody's run: neither an orphan nor a lost row.
    steady
    # The next run of the ticket finds the name taken, and touches nothing.
    rows "UPDATE tickets SET status='todo',run_id=NULL WHERE id=1"
    expect 0 pickup --json
    alive "$split"
    alive "$window"
    is "$(activities 1 left_open)" 1
    tmux_here kill-session -t =mc-MC-1
}

@test "a person's shell that was swapped for the agent's pane is not closed for it; the agent's pane is" {
    local shell agent pane
    heal_world
    start 2
    agent=$(of 1 pid) pane=$(of 1 pane_id)
    shell=$(theirs new-session -s person)
    tmux_here set-option -w -t =person: remain-on-exit on
    tmux_here swap-pane -d -s "$pane" -t =person:
    is "$(tmux_here display-message -p -t =mc-MC-1: '#{pane_pid}')" "$shell"
    steady
    rows "UPDATE tickets SET status='done' WHERE id=1"
    heals "finished MC-1 done done"
    gone "$agent"
    alive "$shell"
    no grep -qx "$pane" <(tmux_here list-panes -a -F '#{pane_id}')
    has "$(activity 1 left_open)" "(pid $shell)"
    steady
    tmux_here kill-session -t =mc-MC-1
}

@test "a window of ours that was moved to a person's session takes nothing of theirs with it" {
    local shell pane
    heal_world
    start 2
    pane=$(of 1 pane_id)
    shell=$(theirs new-session -s person)
    tmux_here move-window -d -s =mc-MC-1: -t =person:7
    rows "UPDATE tickets SET status='done' WHERE id=1"
    heals "finished MC-1 done done"
    alive "$shell"
    no grep -qx "$pane" <(tmux_here list-panes -a -F '#{pane_id}')
    is "$(sessions | sort)" "mc-MC-2
person"
    is "$(activities 1 left_open)" 0
    steady
}

@test "an orphan and a lost row are told by the agent's pane, not by a person's beside it" {
    local split other agent
    heal_world '{"linger_s": 0}'
    start 2
    agent=$(of 2 pid)
    split=$(theirs split-window -b -t =mc-MC-1:)
    other=$(theirs split-window -b -t =mc-MC-2:)
    rows "UPDATE runs SET ended_at=1,outcome='delivered' WHERE ticket_id=1"
    rows "UPDATE runtime_sessions SET status='closed',closed_at=1 WHERE ticket_id=1"
    rows "UPDATE tickets SET status='done' WHERE id=1"
    rows "DELETE FROM runtime_sessions WHERE ticket_id=2"
    heals_sorted "lost_row MC-2 session without a row row made again
orphan MC-1 session without a row closed"
    is "$(of 2 pid)" "$agent"
    alive "$split"
    alive "$other"
    alive "$agent"
    steady
}
