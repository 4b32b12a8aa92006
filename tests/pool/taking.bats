#!/usr/bin/env bats
# Which ticket gets which slot, and what is said when there is none.

setup() {
    load pool
}

teardown() {
    world_end
}

@test "a full pool: idle, reason pool; 75 for a named ticket; tickets of another workspace go on" {
    pool_world 1 '{}' --busy 600000
    repository "$T/other"
    pool_settings 1 "{\"workspaces\":{\"other\":{\"repo\":\"$T/other\",\"size\":1}}}" --busy 600000
    add "The first"
    add "The second"
    expect 0 pickup --json
    is "$(value outcome) $(value worktree)" "dispatched $POOL/pool-1"
    is "$(value branch)" "$(branch_of 1)"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "idle pool"
    is "$errors" ""
    expect 75 pickup --ticket MC-2
    one_line
    has "$errors" "pool"
    add "The third" --workspace other
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-3"
    has "$(value worktree)" "/other/pool-1"
    rows_are "0" "SELECT attempts FROM tickets WHERE id=2"
    agree
}

@test "a title of any kind gives a valid branch" {
    local title
    pool_world 8
    for title in "$(printf 'x%.0s' {1..500})" "🙂🙂🙂" "../.." "-f" "'; rm -rf . #" ".lock" "ünïcode ✓ größer" "@{-1}~^:?*[ \\"; do
        add -- "$title"
    done
    for _ in 1 2 3 4 5 6 7 8; do
        expect 0 pickup
        is "$errors" ""
    done
    is "$(rows "SELECT count(DISTINCT branch) FROM runs")" 8
    rows "SELECT branch FROM runs" | while read -r title; do
        git_in "$REPO" check-ref-format --branch "$title" >/dev/null
        git_in "$REPO" rev-parse -q --verify "refs/heads/$title" >/dev/null
    done
    agree
}

@test "a dry run says slot and branch, and makes nothing" {
    pool_world 1
    add "A ticket"
    expect 0 pickup --dry-run --json
    has "$output" "pool-1"
    has "$output" "mc-1-a-ticket-"
    [ ! -e "$POOL/pool-1" ]
    rows_are "0" "SELECT count(*) FROM worktree_slots"
    is "$(git_in "$REPO" worktree list | wc -l)" 1
}

@test "the ticket's own slot is taken again where it is free, and build caches stay" {
    pool_world 2
    add "The first"
    add "The second"
    expect 0 pickup
    expect 0 pickup
    wait_for reaches 1 in_review
    wait_for reaches 2 in_review
    mkdir "$POOL/pool-2/build"
    echo cache >"$POOL/pool-2/build/cache"
    ticket approve MC-1 >/dev/null
    ticket approve MC-2 >/dev/null
    expect 0 pickup
    is "$(slot 1) $(slot 2)" "free free"
    ticket reopen MC-2 >/dev/null
    expect 0 pickup
    slot_is 2 claimed
    is "$(cat "$POOL/pool-2/build/cache")" cache
}

@test "no workspace: a private directory, and no slot" {
    world
    configure
    init
    add "A ticket"
    expect 0 pickup
    wait_for reaches 1 in_review
    rows_are "0" "SELECT count(*) FROM worktree_slots"
    [ ! -e "$STATE/pool" ]
}
