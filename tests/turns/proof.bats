#!/usr/bin/env bats
# A turn that went along as an argument is sent only by proof (SPEC section 8): its echo, an agent that works, its word.
# Neither time nor a box at rest is one.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

# agent PYTHON [JSON]: an agent of its own, started with the prompt as its argument. It can draw a box with `box(text)`
# below what it has said; then it sleeps.
agent() {
    cat >"$T/agent" <<END
#!$MC_PYTHON
import sys, time, tty
tty.setraw(0)
def say(*lines):
    for line in lines:
        sys.stdout.write(line + "\r\n")
    sys.stdout.flush()
def box(text=""):
    say("-" * 40)
    sys.stdout.write("you> " + text + "\r\n" + "-" * 40 + "\r\n")
    sys.stdout.flush()
def clear():
    sys.stdout.write("\033[2J\033[H")
prompt = sys.argv[-1].replace("\n", "\r\n")
$1
time.sleep(1000)
END
    chmod 700 "$T/agent"
    configure "$("$MC_PYTHON" -c '
import json, sys
profile = {"command": [sys.argv[1]], "first_turn": "argv", "box": "^-+\nyou>.*\n-+$", "ready": "^you> *$",
    "busy": "^working", "dialog": "^ *> [0-9]", "startup_timeout_s": 60}
profile.update(json.loads(sys.argv[2]))
print(json.dumps({"profile": "own", "profiles": {"own": profile}, "retry": {"backoff_s": 3600}}))' "$T/agent" "${2:-"{}"}")"
    init
    add one --body "Do it."
}

sent_is() {
    rows_are "$1" "SELECT status FROM ticket_messages WHERE kind='work' ORDER BY id DESC LIMIT 1"
}

@test "a box at rest is no proof: a login follows it, and a person is asked with the screen" {
    agent 'box()
time.sleep(1.2)
clear()
say("Sign in to go on", "  > 1. With the browser", "    2. With a key")'
    expect 75 pickup --json
    is "$(value outcome) $(value send.class)" "deferred awaiting_human"
    rows_are needs_input "SELECT status FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "Sign in to go on"
}

@test "nor is time: an agent that shows what is no dialog to us has not taken the turn" {
    agent 'say("Choose a way to sign in", "> Alibaba ModelStudio", "  Other")' '{"startup_timeout_s": 4}'
    expect 69 pickup --json
    is "$(value outcome) $(value send.class)" "failed timeout"
    has "$errors" "own has not shown within 4 s that it took the prompt it was started with"
    has "$errors" "set profiles.own.busy"
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "Alibaba ModelStudio"
    is "$(agents)" ""
}

@test "nor is an agent at its prompt that has swallowed the turn" {
    agent 'say("welcome"); box()' '{"startup_timeout_s": 4}'
    expect 69 pickup --json
    is "$(value send.class)" timeout
    rows_are todo "SELECT status FROM tickets"
}

@test "nor is the turn in its input, put there and not submitted" {
    agent 'box(prompt.replace("\r\n", " ")[-60:])' '{"startup_timeout_s": 4, "box": "^-+\nyou>.*(\n.*)*\n-+$"}'
    expect 69 pickup --json
    is "$(value send.class)" timeout
}

@test "its echo above the box is, at once" {
    agent 'say("you: " + prompt, "done"); box()'
    expect 0 pickup --json
    is "$(value outcome) $(value send.class)" "dispatched sent"
    [ "$(value elapsed_ms)" -lt 30000 ]
    sent_is sent
}

@test "and where a long reply has moved it out of sight" {
    agent 'say("you: " + prompt, *["line"] * 90); box()'
    expect 0 pickup --json
    is "$(value send.class)" sent
}

@test "an agent that works has it, and its own word says so" {
    agent 'say("working")'
    expect 0 pickup --json
    is "$(value send.class)" sent
}

@test "one that signals and shows nothing has had it" {
    agent "import subprocess
subprocess.run(['mc-ticket', 'signal', 'QUESTION', 'what now?'], stdout=-3)"
    expect 0 pickup --json
    is "$(value send.class)" sent
    rows_are needs_input "SELECT status FROM tickets"
}

# interrupted: the pickup died when the agent was started, and has written nothing since.
interrupted() {
    rows "UPDATE ticket_messages SET status='sending',sent_at=NULL"
    rows "UPDATE runs SET pickup_pid=$(bash -c 'echo $$'),pickup_start=1"
}

# asks_later: an agent that shows its turn, and a dialog once $T/agent.ask is there.
asks_later() {
    agent 'import os
say("you: " + prompt)
box()
while not os.path.exists(sys.argv[0] + ".ask"):
    time.sleep(0.1)
clear()
say("Sign in to go on", "  > 1. With the browser", "    2. With a key")'
    expect 0 pickup
    touch "$T/agent.ask"
    wait_for is_drawn "With a key"
}

@test "a start whose pickup died is not taken for a turn either" {
    asks_later
    interrupted
    expect 0 pickup --json
    is "$(value healed.0.rule)" interrupted_send
    rows_are needs_input "SELECT status FROM tickets"
    has "$errors" "its pickup died at its start, and the agent shows a dialog"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "Sign in to go on"
}

@test "nor is one that was not even recorded" {
    asks_later
    interrupted
    rows "UPDATE runtime_sessions SET status='spawning',pid=NULL,pid_start=NULL,boot_id=NULL,turn_nonce=NULL"
    rows "UPDATE effects SET state='intent' WHERE kind='spawn'"
    expect 0 pickup --json
    is "$(value healed.0.rule) $(value healed.1.rule)" "hidden_runtime interrupted_send"
    rows_are needs_input "SELECT status FROM tickets"
}

@test "and an agent that is young yet is given its time" {
    long_awake
    agent 'say("you: " + prompt); box()' '{"startup_timeout_s": 600}'
    expect 0 pickup
    interrupted
    tmux_here send-keys -R -t =mc-MC-1: \; clear-history -t =mc-MC-1:
    expect 0 pickup --json
    is "$errors" ""
    sent_is sending
    rows "UPDATE runtime_sessions SET spawned_tick=spawned_tick-700000"
    expect 0 pickup --json
    sent_is unknown
    rows_are needs_input "SELECT status FROM tickets"
}
