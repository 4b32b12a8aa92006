#!/usr/bin/env bats
# Claims against pools, with pickups and agents that are real.

setup() {
    load pool
}

teardown() {
    world_end
}

# two_pools: `default` of one slot and `web` of two.
two_pools() {
    pool_world 1 '{}' --busy 6000000
    repository "$T/web"
    pool_settings 1 "{\"workspaces\": {\"web\": {\"repo\": \"$T/web\", \"size\": 2}}}" --busy 6000000
}

@test "a full pool keeps its own tickets back, and those of another workspace go on" {
    two_pools
    add one --priority critical
    add two --priority critical
    add web --workspace web --priority low
    expect 0 pickup --json
    is "$(value ticket)" MC-1
    expect 0 pickup --json
    is "$(value ticket)$errors" MC-3
    expect 0 pickup --json
    is "$(value outcome) $(value reason)$errors" "idle pool"
    expect 75 pickup --ticket MC-2
    one_line
    has "$errors" "MC-2: every slot of workspace default is taken (pool-1 MC-1)"
    rows_are "pool-1|1
web/pool-1|3" "SELECT slot,ticket_id FROM worktree_slots WHERE state='claimed' ORDER BY ticket_id"
    rows_are "default
web" "SELECT workspace FROM runs ORDER BY ticket_id"
    rows_are "$POOL/pool-1
$STATE/pool/web/pool-1" "SELECT cwd FROM runtime_sessions ORDER BY ticket_id"
}

@test "twelve pickups at once for three slots: three claims, each in its own" {
    local i
    two_pools
    for i in 1 2 3 4 5 6; do
        add "one $i"
        add "web $i" --workspace web
    done
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do pickup 2>>"$T/all" & done
    wait
    is "$(cat "$T/all")" ""
    rows_are "pool-1|default|1
web/pool-1|web|1
web/pool-2|web|1" "SELECT s.slot,u.workspace,count(*) FROM worktree_slots s JOIN runs u USING(run_id)
        JOIN runtime_sessions r ON r.run_id=s.run_id AND r.cwd=s.path AND r.status='running'
        WHERE s.state='claimed' GROUP BY s.slot"
    rows_are 3 "SELECT count(*) FROM runs"
}

@test "max_live: agents at rest count, and a named ticket is told" {
    pool_world 3 '{"max_live": 1}' --busy 6000000
    add one
    add two
    expect 0 pickup
    expect 0 pickup --json
    is "$(value outcome) $(value reason)$errors" "idle capacity"
    expect 75 pickup --ticket MC-2
    one_line
    has "$errors" "MC-2: as many agents live on this host as max_live allows (1)"
}
