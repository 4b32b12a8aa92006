#!/usr/bin/env bats
# What one slot has against it, by itself, costs that slot and no other: it is set aside in words that help as they are
# printed, and the next one is used.

setup() {
    load pool
}

teardown() {
    world_end
}

# warm: a ticket was worked in slot 1, which is free again; another one waits.
warm() {
    pool_world "$@"
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    is "$errors" ""
    slot_is 1 free
    add "The second"
}

# aside WORDS: the pickup sets slot 1 aside with these words, and the second ticket works in slot 2.
aside() {
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    slot_is 1 quarantined
    has "$(slot 1 note)" "$1"
    slot_is 2 claimed
}

# released: what the person did was enough.
released() {
    expect 0 ticket pool release pool-1
    slot_is 1 free
}

@test "the entry of a folder that is gone is locked" {
    warm 2
    git_in "$REPO" worktree lock "$POOL/pool-1"
    rm -rf "$POOL/pool-1"
    aside "is locked by somebody"
    run ticket pool release pool-1
    slot_is 1 quarantined
    rm "$REPO/.git/worktrees/pool-1/locked"
    released
}

@test "an ignored file in the way of what the base brings" {
    warm 2
    echo cache >"$POOL/pool-1/keep.o"
    echo theirs >"$REPO/keep.o"
    git_in "$REPO" add -f keep.o
    git_in "$REPO" commit -q -m "keep.o"
    aside "an ignored file is in the way of what its branch brings, here and wherever it is, at"
    local command
    command=$(slot 1 note | sed 's/.*move it away: \(mv [^)]*\)).*/\1/')
    (eval "$command")
    released
    is "$(cat "$POOL/pool-1.keep.o")" cache
}
