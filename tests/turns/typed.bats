#!/usr/bin/env bats
# Text that was typed and stands in the input is no turn, and is never taken for its own echo (SPEC section 8).

setup() {
    load typed
    world
}

teardown() {
    world_end
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
    has "$errors" "; mc-ticket log MC-1 shows what it asked before it was ended; see to it that it asks no more"
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
    # What never rests has its Enter after twenty seconds.
    [ $(($(stat -c %Y "$T/entered-1") - $(stat -c %Y "$T/pasted"))) -lt 20 ]
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

@test "an agent that is left at its first Enter is pressed no second" {
    agent 'if entered: os.execvp("bash", ["bash", "--norc", "-i"])'
    expect 69 pickup --json
    is "$(value send.class)" worker_died
    has "$errors" "own has been left: a shell reads in its terminal now"
}
