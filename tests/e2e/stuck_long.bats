#!/usr/bin/env bats
# Agents that swallow what is pasted: it is never pasted again, whatever the wait (SPEC section 8). Long, because the
# limits of the slowest real agent are waited for.

setup() {
    load support
    world
}

teardown() {
    world_end
}

# agent SCRIPT: a raw terminal that shows the demo's prompt and then does this, in Python, with `read()` giving bytes.
agent() {
    {
        cat <<END
#!$MC_PYTHON
import os, sys, tty
tty.setraw(0)
os.write(1, b"\x1b[?2004hdemo> ")
log = os.open("$T/typed", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
def read():
    got = os.read(0, 65536)
    os.write(log, got)
    return got
END
        cat
    } >"$T/agent"
    chmod 700 "$T/agent"
    configure '{"profiles": {"demo": {"command": ["'"$T"'/agent"]}}}'
    init
    add one
}

# stuck ENTERS WORDS: unknown is not resent; the agent is ended and the ticket goes back with its attempt.
stuck() {
    is "$(value send.class) $(value exit)" "timeout 69"
    one_line
    has "$errors" "$2"
    is "$(grep -ao 'MC-1 turn 1' "$T/typed" | wc -l)" 1
    is "$(tail -c +2 "$T/typed" | sed 's/.*\x1b\[201~//' | tr -cd '\r' | wc -c)" "$1"
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    rows_are "failed|timeout" "SELECT outcome,class FROM runs"
    deserted
}

@test "the text never shows: no Enter, no second paste" {
    agent <<'END'
while read():
    pass
END
    expect 69 pickup --json
    stuck 0 "did not show"
}

@test "the text shows, Enter does nothing: four of them, no second paste" {
    agent <<'END'
shown = False
while read():
    if not shown:
        os.write(1, b"[Pasted text #1 +9 lines]")
        shown = True
END
    expect 69 pickup --json
    stuck 4 "did not take it"
}

@test "the text itself shows, marker and all, and Enter does nothing: that is no echo of a turn" {
    agent <<'END'
while True:
    os.write(1, read().replace(b"\x1b[200~", b"").replace(b"\x1b[201~", b"").replace(b"\r", b"\r\n").rstrip(b"\r\n"))
END
    expect 69 pickup --json
    stuck 4 "did not take it"
}

@test "the first Enter is lost: the second one does it" {
    agent <<'END'
enters = 0
shown = False
while True:
    got = read()
    if not shown:
        os.write(1, b"[Pasted text #1 +9 lines]")
        shown = True
    elif got == b"\r":
        enters += 1
        if enters == 2:
            os.write(1, b"\r\n[working] one moment")
END
    expect 0 pickup --json
    is "$(value send.class)" sent
    is "$(grep -ao 'MC-1 turn 1' "$T/typed" | wc -l)" 1
}
