#!/usr/bin/env bats
# A pickup that has nothing to do for the pool costs what it cost without one.

setup() {
    load pool
    command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
        echo "# skipped: strace is not installed, or may not trace here" >&3
        skip "no strace"
    }
    pool_world 2
}

teardown() {
    world_end
}

# quiet: a pickup that starts no git and looks at nothing of the pool or the repository.
quiet() {
    bare strace -f -o "$T/trace" -e trace=file,process "$MC_BIN/mc-pickup" 2>"$T/errors"
    is "$(cat "$T/errors")" ""
    is "$(grep -E "/git\"|$POOL|$REPO" "$T/trace")" ""
}

@test "no slot was ever used" {
    quiet
}

@test "a free slot, one with an agent at rest, one set aside" {
    add "The first"
    add "The second"
    expect 0 pickup
    expect 0 pickup
    wait_for reaches 1 in_review
    wait_for reaches 2 in_review
    expect 0 pickup
    quiet
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    expect 0 pickup
    slot_is 1 free
    quiet
    rows "UPDATE worktree_slots SET state='quarantined',note='by hand' WHERE slot='pool-1'"
    quiet
}
