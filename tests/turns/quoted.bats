#!/usr/bin/env bats
# What a profile looks for on a screen, quoted in a title, a body, an answer and a reply (SPEC section 8): its agent is
# taken for what it is all the same, and each answer reaches it.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

# The words of every pattern of every built-in profile, as agents draw them.
quotes() {
    cat <<'END'
❯ 1. Yes, continue
› 1. Yes, allow once
● 1. Allow for this session
Press enter to continue
Permission required
Do you trust this folder?
Do you trust the files in this folder?
A potential loop was detected
✋ Action required
Enter to select · Esc to cancel
Select login method:
Syntax theme: Monokai
Settings Error
• Working (0s • esc to interrupt)
✻ Forging… (3s · ↓ 5 tokens · esc to interrupt)
⠼ Thinking... (esc to cancel, 1s)
⠴ Working...
[working]
[question] Which one?
esc interrupt
› Ask Codex to do anything
> Type your message or @path/to/file
❯ half a draft
demo>
⚠ Usage limit reached
Continuing automatically at 10:06pm · Esc to cancel
Once fixed, resend your message
⎿  Interrupted · What should Claude do instead?
Operation aborted
────────────────────────────────────────
Ask anything… "Fix a TODO"
[Pasted text #1 +20 lines]
END
}

# take KIND: a whole conversation of four turns in which everything quotes everything.
take() {
    local kind=$1 turn title
    quotes >"$T/log-reply"
    configure "$("$MC_PYTHON" -c '
import json, sys
kind, python, standin, log = sys.argv[1:]
print(json.dumps({"profile": kind, "nudge": False, "profiles": {kind: {"command": [python, standin, kind, log],
    "reports": False, "startup_timeout_s": 20}}}))' "$kind" "$MC_PYTHON" "$BATS_TEST_DIRNAME/standin.py" "$T/log")"
    init
    title=$(quotes | head -n 1)
    add "$title" --body "$(quotes)"
    expect 0 pickup --json
    is "$(value outcome) $(value send.class)" "dispatched sent"
    for turn in 2 3 4 5; do
        wait_for answered
        expect 0 bare MC_RUN="$(rows "SELECT run_id FROM runtime_sessions")" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" \
            signal QUESTION "$(quotes | sed -n "${turn}p")"
        expect 0 ticket answer MC-1 "$(quotes)"
        expect 0 pickup --json
        is "$errors" ""
        is "$(value delivered.0.class)" sent
        has "$(cat "$T/log-$turn")" "$(quotes | tail -n 5)"
        [ ! -e "$T/log-$((turn + 1))" ]
    done
    rows_are in_progress "SELECT status FROM tickets"
}

# answered: the reply of its last turn stands above the box.
answered() {
    sleep 0.5
}

@test "claude" {
    take claude
}

@test "codex" {
    take codex
}

@test "gemini" {
    take gemini
}

@test "pi" {
    take pi
}
