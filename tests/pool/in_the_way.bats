#!/usr/bin/env bats
# What git ignores stands where a tracked file must be again when a slot is given back.

setup() {
    load pool
    pool_world 1
}

teardown() {
    world_end
}

@test "a slot that cannot be cleaned is left whole, and its line says where its work is kept" {
    mkdir -p "$REPO/deep"
    echo tracked >"$REPO/deep/file"
    git_in "$REPO" add deep
    git_in "$REPO" commit -q -m "Deep"
    add "A ticket"
    expect 0 pickup
    wait_for reaches 1 in_review
    rm -r "$POOL/pool-1/deep"
    ln -s /nowhere "$POOL/pool-1/deep"
    echo /deep >>"$REPO/.git/info/exclude"
    echo new >"$POOL/pool-1/anew"
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 quarantined
    has "$(slot 1 note)" "its work is kept as refs/mc/preserved/MC-1/"
    has "$(slot 1 note)" "deep/file"
    is "$(cat "$POOL/pool-1/anew")" new
    is "$(git_in "$REPO" show "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/mc/preserved):anew")" new
}

@test "what another ticket has left ignored in a slot costs that slot, and no attempt of the ticket" {
    pool_settings 2
    add "A ticket"
    expect 0 pickup
    wait_for reaches 1 in_review
    : >"$POOL/pool-1/.gitignore"
    echo mine >"$POOL/pool-1/keep.o"
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 free
    echo another >"$POOL/pool-1/keep.o"
    ticket reopen MC-1 >/dev/null
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    slot_is 1 quarantined
    has "$(slot 1 note)" "keep.o"
    slot_is 2 claimed
    is "$(cat "$POOL/pool-2/keep.o")" mine
    is "$(cat "$POOL/pool-1/keep.o")" another
    is "$(rows "SELECT attempts FROM tickets")" 0
}
