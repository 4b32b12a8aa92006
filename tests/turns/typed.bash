# What the tests of typing share: an agent that is a few lines of Python.

# shellcheck source=tests/e2e/support.bash
source "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

# agent PYTHON: an agent that reads what is typed. It does the PYTHON every 20 ms, and draws its screen where that has
# changed: what it has said, a box with what it has read, and below it what `below()` gives; `dialog` in place of the
# box. `entered` counts the Enters of a turn.
agent() {
    cat >"$T/agent" <<END
#!$MC_PYTHON
import os, select, sys, tty
tty.setraw(0)
sys.stdout.write("\033[?2004h")
said, typed, entered, dialog, tick, turns, drawn = ["welcome"], "", 0, [], 0, 0, None
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
            open("$T/pasted", "w").close()
        elif "\r" in data:
            entered += 1
            open("$T/entered-%d" % entered, "w").close()
    tick += 1
$(sed 's/^/    /' <<<"$1")
    lines = said + (dialog or ["-" * 40, "you> " + typed.replace("\r", "\n     "), "-" * 40, below()])
    if lines != drawn:
        sys.stdout.write("\033[H\033[2J" + "\n".join(lines).replace("\n", "\r\n"))
        sys.stdout.flush()
        drawn = lines
END
    chmod 700 "$T/agent"
    configure "$("$MC_PYTHON" -c '
import json, sys
print(json.dumps({"profile": "own", "retry": {"backoff_s": 3600}, "profiles": {"own": {"command": [sys.argv[1]],
    "box": "^-+\nyou>.*(\n  .*)*\n-+$", "ready": "^you> *$", "busy": "^working", "dialog": "^ *> [0-9]",
    "limit": "^(limit reached|stopped)", "startup_timeout_s": 20}}}))' "$T/agent")"
    init
    add one --body "Do it."
}

# asks: it has its turn, and ends it with a question.
asks() {
    expect 0 pickup
    expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
        signal QUESTION "which colour?"
}
