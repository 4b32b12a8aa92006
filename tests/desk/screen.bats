#!/usr/bin/env bats
# screen: what the agent shows now.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

@test "screen: what the agent shows now" {
    configure --busy 0 --signal QUESTION
    init
    add one
    add two
    expect 66 ticket screen MC-1
    is "$errors" "mc-ticket: MC-1 has had no agent yet, so there is no screen; mc-ticket show MC-1 tells why"
    expect 66 ticket reply MC-1
    is "$errors" "mc-ticket: MC-1 has had no agent yet, so there is no reply; mc-ticket show MC-1 tells why"
    expect 66 ticket screen MC-9
    expect 0 pickup --ticket MC-1
    wait_for rows_are needs_input "SELECT status FROM tickets WHERE id=1"
    expect 0 ticket screen MC-1
    has "$output" "mc-demo-agent"
    has "$output" "demo>"
    no grep -q '^$' < <(tail -1 <<<"$output")
    is "$(ticket screen MC-1 | tail -1 | tr -d ' ')" "demo>"
    expect 0 ticket screen MC-1 --json
    is "$(value ticket) $(value status)" "MC-1 idle"
    is "$(value run)" "$(rows "SELECT run_id FROM tickets WHERE id=1")"
    has "$(value screen)" "demo>"
    tmux_ends kill-session -t mc-MC-1
    expect 69 ticket screen MC-1
    has "$errors" "mc-ticket runtimes"
    expect 0 ticket block MC-1
    expect 66 ticket screen MC-1
    is "$errors" "mc-ticket: MC-1 has no agent now; mc-ticket log MC-1 has what its last one showed"
}

@test "screen: of an agent that has died, what its record has kept, and 66" {
    configure '{"retry": {"max_attempts": 1}}' --crash-after 0
    init
    add one
    expect 69 pickup
    expect 66 ticket screen MC-1
    one_line
    has "$errors" "MC-1 has no agent now; the end of what its last one showed is printed, mc-ticket log MC-1 has more"
    has "$output" "demo>"
    no has "$output" "run_time"
    expect 66 ticket screen MC-1 --json
    is "$(value error.exit) $(value status)" "66 dead"
    has "$(value screen)" "demo>"
    rows "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)
          SELECT 1,run_id,'mc-pickup','screen','a dialog'||char(27)||'[31m',1 FROM runtime_sessions"
    expect 66 ticket screen MC-1
    is "$output" "a dialog[31m"
}
