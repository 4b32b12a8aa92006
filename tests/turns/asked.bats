#!/usr/bin/env bats
# An agent that shows a dialog in its turn: its person is asked as long as it does, and not longer.

setup() {
    load ../e2e/support
    world
    cat >"$T/agent" <<END
#!$MC_PYTHON
import os, select, sys, tty
tty.setraw(0)
show = lambda text: (sys.stdout.write("\033[H\033[2J" + text.replace("\n", "\r\n")), sys.stdout.flush())
sys.stdout.write("\033[?2004h")
show("demo> ")
typed = ""
while True:
    if select.select([0], [], [], 0.02)[0]:
        data = os.read(0, 65536).decode()
        typed += data.replace("\033[200~", "").replace("\033[201~", "").replace("\r", "\n")
        show(typed + "[working]" if data == "\r" else "demo> " + typed.replace("\n", "\n  "))
    if os.path.exists("$T/draw"):
        show(typed + open("$T/draw").read())
        os.unlink("$T/draw")
END
    chmod 700 "$T/agent"
    configure "{\"profiles\": {\"demo\": {\"command\": [\"$T/agent\"], \"reports\": false}}}"
    init
    add one --body "Do it."
    expect 0 pickup
    draws '[question] May I run make?'
    expect 0 pickup
    has "$errors" "MC-1: its agent (profile demo) shows a dialog and waits for a person"
    ticket_is needs_input
}

teardown() {
    world_end
}

# draws TEXT: below its prompt; a turn just taken, and output just made, are left alone.
draws() {
    printf '\n%s' "$1" >"$T/drawn"
    mv "$T/drawn" "$T/draw"
    wait_for test ! -e "$T/draw"
    wait_for is_drawn "$1"
    sleep 2.1
}

ticket_is() {
    rows_are "$1" "SELECT status FROM tickets"
}

@test "answered in its session it goes on by itself, and its time begins anew" {
    before=$(rows "SELECT turn_started_tick FROM runtime_sessions")
    expect 0 pickup
    is "$errors" ""
    ticket_is needs_input
    sleep 3
    draws '[working]'
    expect 0 pickup --json
    is "$errors" ""
    is "$(value harvested.0.end) $(value harvested.0.to)" "answered in_progress"
    rows_are "in_progress|" "SELECT status,failure_reason FROM tickets"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='moved' AND body LIKE 'needs_input -> in_progress%'"
    [ "$(rows "SELECT turn_started_tick FROM runtime_sessions")" -gt $((before + 5000)) ]
    expect 0 pickup --json
    is "$(value harvested)$errors" "[]"
    # and it may ask again
    draws '[question] May I run make install?'
    expect 0 pickup
    has "$errors" "MC-1: its agent (profile demo) shows a dialog"
    ticket_is needs_input
}

@test "an answer to the ticket is no answer to the dialog: its person is asked again" {
    expect 0 ticket answer MC-1 "yes please"
    ticket_is in_progress
    sleep 2.1
    expect 0 pickup
    has "$errors" "MC-1: its agent (profile demo) shows a dialog"
    ticket_is needs_input
    rows_are pending "SELECT status FROM ticket_messages WHERE kind='note'"
    expect 0 pickup
    is "$errors" ""
}

@test "a question has ended its turn, and what its agent draws later is no answer" {
    draws '[working]'
    rows "UPDATE tickets SET failure_reason=NULL"
    sleep 3
    expect 0 pickup --json
    ticket_is needs_input
    is "$(value harvested)" "[]"
}
