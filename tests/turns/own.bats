#!/usr/bin/env bats
# The manual's profile of an agent of one's own, with an agent that draws what the manual says: each key does what it
# is there for.

setup() {
    load ../e2e/support
    world
    "${MC_PYTHON:-python3}" - "$MC_SRC/man/mc-pickup.conf.5" "$CONFIG" "$MC_SRC/tests/turns/own_agent.py" <<'END'
import json, os, re, sys

page, path, agent = sys.argv[1:]
with open(page, encoding="utf-8") as file:
    examples = re.findall(r"^\.Bd -literal\n(.*?)^\.Ed", file.read(), re.DOTALL | re.MULTILINE)
config, = [json.loads(text.replace("\\e", "\\")) for text in examples if '"own"' in text]
config["profiles"]["own"]["command"] = [os.environ.get("MC_PYTHON") or sys.executable, agent]
with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
    json.dump({**config, "pause_s": 3600}, file)
END
    init
}

teardown() {
    world_end
}

screen() {
    tmux_here capture-pane -p -t "=mc-MC-1:"
}

shows() {
    screen | grep -q -- "$1"
}

# turn WORD: the ticket's first one, until its agent shows that it is over.
turn() {
    add "one $1"
    expect 0 pickup
    wait_for shows "${2:-^>\$}"
    sleep 2.5 # until two of tmux's seconds show no change
}

@test "a word in the reply, and ready again" {
    turn word
    expect 0 pickup --json
    is "$(value harvested.0.end)" word
    rows_are "in_review|all of MC-1 done" "SELECT status,result FROM tickets"
    expect 0 ticket reject MC-1 "word again"
    expect 0 pickup
    rows_are "in_progress" "SELECT status FROM tickets"
}

@test "no word: it is asked for it" {
    turn quiet
    expect 0 pickup --json
    is "$(value harvested.0.end)" nudge
    rows_are "in_progress|nudge" "SELECT t.status,m.purpose FROM tickets t,ticket_messages m WHERE m.kind='note'"
}

@test "a usage limit is waited for" {
    turn limit "^! Usage"
    expect 0 pickup --json
    is "$(value harvested.0.end)" pause
    has "$(rows "SELECT failure_reason FROM tickets")" "paused: "
}

@test "an expired login stops claiming for the profile" {
    turn login "^! Please"
    expect 0 pickup --json
    is "$(value harvested.0.end)" ask_and_stop
    rows_are needs_input "SELECT status FROM tickets"
    has "$(ticket breaker)" profile:own
}

@test "an interruption is a person's affair" {
    turn interrupted "^- Interrupted"
    expect 0 pickup --json
    is "$(value harvested.0.end)" ask
    has "$(rows "SELECT failure_reason FROM tickets")" "interrupted: "
}

@test "a question in its turn: answered at its screen it goes on" {
    turn dialog "^? Run it"
    expect 0 pickup --json
    is "$(value harvested.0.end)" asks
    rows_are needs_input "SELECT status FROM tickets"
    tmux_here send-keys -t "=mc-MC-1:" y
    wait_for shows '^>$'
    sleep 2.5
    expect 0 pickup
    rows_are "in_review|all of MC-1 done" "SELECT status,result FROM tickets"
}
