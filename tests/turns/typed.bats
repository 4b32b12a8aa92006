#!/usr/bin/env bats
# Text that was typed and stands in the input is no turn, and is never taken for its own echo (SPEC section 8).

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

# agent PYTHON: an agent that reads what is typed. It draws its screen anew every 20 ms: what it has said, a box with
# what it has read, and below it what `below()` gives; `dialog` in place of the box. The PYTHON is done at each drawing,
# and `entered` counts the Enters of a turn.
agent() {
    cat >"$T/agent" <<END
#!$MC_PYTHON
import os, select, sys, tty
tty.setraw(0)
sys.stdout.write("\033[?2004h")
said, typed, entered, dialog, tick, turns = ["welcome"], "", 0, [], 0, 0
def below(): return "? for help"
def submit():
    global typed, turns, entered
    entered = 0
    turns += 1
    said.extend(["you: " + line for line in typed.split("\r")])
    said.append("done")
    typed = ""
    open("$T/turn-%d" % turns, "w").close()
while True:
    if select.select([0], [], [], 0.02)[0]:
        data = os.read(0, 65536).decode()
        paste = "\033[200~" in data
        data = data.replace("\033[200~", "").replace("\033[201~", "")
        if paste:
            typed += data
        elif "\r" in data:
            entered += 1
            open("$T/entered-%d" % entered, "w").close()
    tick += 1
$(sed 's/^/    /' <<<"$1")
    lines = said + (dialog or ["-" * 40, "you> " + typed.replace("\r", "\n     "), "-" * 40, below()])
    sys.stdout.write("\033[H\033[2J" + "\n".join(lines).replace("\n", "\r\n"))
    sys.stdout.flush()
END
    chmod 700 "$T/agent"
    configure "$("$MC_PYTHON" -c '
import json, sys
print(json.dumps({"profile": "own", "retry": {"backoff_s": 3600}, "profiles": {"own": {"command": [sys.argv[1]],
    "box": "^-+\nyou>.*(\n  .*)*\n-+$", "ready": "^you> *$", "busy": "^working", "dialog": "^ *> [0-9]",
    "limit": "^limit reached", "startup_timeout_s": 20}}}))' "$T/agent")"
    init
    add one --body "Do it."
}

# asks: it has its turn, and ends it with a question.
asks() {
    expect 0 pickup
    expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
        signal QUESTION "which colour?"
}

@test "what is typed is submitted, and its echo says so" {
    agent 'if entered and typed: submit()'
    expect 0 pickup --json
    is "$(value send.class)" sent
    [ -e "$T/turn-1" ]
    [ ! -e "$T/entered-2" ]
}

@test "a dialog that comes up while the text is typed: no Enter, and nothing is said to be sent" {
    agent 'if typed: dialog = ["The agent has been updated.", "  > 1. Restart", "    2. Later"]'
    expect 69 pickup --json
    is "$(value send.class)" timeout
    has "$errors" "shows a dialog that came up while the text was typed"
    [ ! -e "$T/entered-1" ]
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "The agent has been updated."
}

@test "a dialog that stands above the text in the input is none of its echo" {
    agent 'if typed: dialog = ["you> " + typed, "", "Really?", "  > 1. Yes", "    2. No"]'
    expect 69 pickup --json
    is "$(value send.class)" timeout
    [ ! -e "$T/entered-1" ]
}

@test "an input that never rests while the text stands in it gets its Enter all the same" {
    agent 'if typed: below = lambda: "tokens: " + "abcdefghij"[tick % 10]
if entered and typed: submit()'
    expect 0 pickup --json
    is "$(value send.class)" sent
    [ -e "$T/turn-1" ]
}

@test "a counter beside the input is no unrest" {
    agent 'if typed: below = lambda: "tokens: %d" % tick
if entered and typed: submit()'
    expect 0 pickup --json
    is "$(value send.class)" sent
    [ "$(value elapsed_ms)" -lt 10000 ]
}

@test "text that is typed and never taken is said so: the answer's ticket asks, with the screen" {
    agent 'if entered and typed and turns == 0: submit()'
    asks
    expect 0 ticket answer MC-1 "paint it green"
    expect 0 pickup --json
    has "$errors" "the text was typed and own did not take it"
    rows_are unknown "SELECT status FROM ticket_messages WHERE kind='note'"
    rows_are needs_input "SELECT status FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "paint it green"
    [ -e "$T/entered-4" ]
}

@test "an answer waits while its agent is at a usage limit, which is said once, and goes then" {
    agent 'if entered and typed: submit()
if turns == 1 and said[-1] != "limit reached: usage limit": said.append("limit reached: usage limit")'
    asks
    expect 0 ticket answer MC-1 "paint it green"
    expect 75 ticket send MC-1 "paint it red"
    has "$errors" "MC-1: paused until 2"
    has "$errors" "own shows a usage limit; nothing was sent; --queue leaves it for then"
    expect 0 pickup
    one_line
    has "$errors" "message 2 waits: paused until 2"
    rows_are "pending|paused|1" "SELECT status,error,next_attempt_at>created_at+800000 FROM ticket_messages WHERE kind='note'"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='paused'")" "own shows a usage limit"
    expect 0 pickup
    is "$errors" ""
    [ ! -e "$T/turn-2" ]
    rows "UPDATE ticket_messages SET next_attempt_at=1 WHERE kind='note'"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    [ -e "$T/turn-2" ]
}

@test "a text that is queued in a pause goes instead of what tells the agent to go on, and at its time" {
    agent 'if entered and typed: submit()
if turns == 1 and said[-1] != "limit reached: usage limit": said.append("limit reached: usage limit")'
    expect 0 pickup
    wait_for [ -e "$T/turn-1" ]
    sleep 2.5 # a turn just taken is not looked at
    expect 0 pickup
    rows_are "go_on|pending" "SELECT purpose,status FROM ticket_messages WHERE kind='note'"
    rows "UPDATE ticket_messages SET next_attempt_at=next_attempt_at+7200000 WHERE purpose='go_on'"
    expect 0 ticket send MC-1 "paint it red" --queue
    expect 0 pickup
    rows_are 1 "SELECT count(DISTINCT round(next_attempt_at/1000)) FROM ticket_messages WHERE kind='note'"
    rows "UPDATE ticket_messages SET next_attempt_at=1 WHERE kind='note'"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    rows_are "paint it red|sent" "SELECT body,status FROM ticket_messages WHERE kind='note' AND status<>'failed_to_inject'"
    [ -e "$T/turn-2" ]
}

@test "what asks for a word is not typed into an agent at its limit, for a quarter of an hour" {
    agent 'if entered and typed: submit()
if turns == 1 and said[-1] != "limit reached": said.append("limit reached")'
    asks
    expect 0 ticket answer MC-1 "paint it green"
    rows "UPDATE ticket_messages SET purpose='nudge' WHERE kind='note'"
    expect 0 pickup --json
    is "$errors" ""
    rows_are "pending|1" "SELECT status,next_attempt_at>0 FROM ticket_messages WHERE kind='note'"
    [ ! -e "$T/turn-2" ]
    rows "UPDATE ticket_messages SET attempts=4,next_attempt_at=NULL WHERE kind='note'"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
}

@test "an error of the model is shown until the next turn: what a person says is that turn" {
    agent 'if entered and typed: submit()
if turns and said[-1] != "limit reached: Error: 400 bad": said.append("limit reached: Error: 400 bad")'
    asks
    expect 0 ticket answer MC-1 "paint it green"
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    [ -e "$T/turn-2" ]
    expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
        signal DONE "it is green"
    expect 0 ticket send MC-1 "and blue"
    [ -e "$T/turn-3" ]
}

@test "an agent whose turn has just ended is given two seconds to come to its prompt" {
    agent "if entered and typed: submit()
below = lambda: 'working' if os.path.exists('$T/late') else '? for help'"
    asks
    touch "$T/late"
    rows "UPDATE runtime_sessions SET idle_tick=idle_tick-3000"
    expect 75 ticket send MC-1 "paint it red"
    has "$errors" "busy"
    no has "$(rows "SELECT body FROM ticket_activity")" "send"
    expect 0 ticket answer MC-1 "paint it green"
    expect 0 pickup --json
    [ "$(value elapsed_ms)" -lt 1500 ]
    rows_are "pending|busy" "SELECT status,error FROM ticket_messages WHERE kind='note'"
    rows "UPDATE ticket_messages SET next_attempt_at=NULL"
    rows "UPDATE runtime_sessions SET idle_tick=idle_tick+3600000"
    ( sleep 0.7; rm "$T/late" ) 3>&- &
    expect 0 pickup --json
    is "$(value delivered.0.class)" sent
    touch "$T/late"
    expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
        signal DONE "it is green"
    ( sleep 0.7; rm "$T/late" ) 3>&- &
    expect 0 ticket send MC-1 "and blue"
    [ -e "$T/turn-3" ]
}

@test "an agent that is at its limit from the start: the ticket waits, and no attempt is counted" {
    agent 'said[:] = ["limit reached"]'
    expect 75 pickup --json
    is "$(value send.class)" paused
    rows_are "todo|0|1" "SELECT status,attempts,next_attempt_at>0 FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='screen'")" "limit reached"
}

@test "an agent that is left at its first Enter is pressed no second" {
    agent 'if entered: os.execvp("bash", ["bash", "--norc", "-i"])'
    expect 69 pickup --json
    is "$(value send.class)" worker_died
    has "$errors" "own has been left: a shell reads in its terminal now"
}
