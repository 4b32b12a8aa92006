#!/usr/bin/env bats
# What git ignores stands where a tracked file must be again when a slot is given back, or comes to light on the next
# ticket's branch.

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

@test "what another ticket has left ignored in a slot leads to the next one, and costs no slot and no attempt" {
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
    is "$errors" ""
    slot_is 1 free
    slot_is 2 claimed
    is "$(cat "$POOL/pool-2/keep.o")" mine
    is "$(cat "$POOL/pool-1/keep.o")" another
    is "$(rows "SELECT attempts FROM tickets")" 0
}

# hides PATTERN: the first ticket's agent commits that git is to ignore it. Its slot is claimed.
hides() {
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    echo "$1" >>"$POOL/pool-1/.gitignore"
    git_in "$POOL/pool-1" commit -qam "Ignore $1"
}

@test "what only the branch of an earlier ticket ignored is kept, and no work of the next one's" {
    local ref
    hides '*.env'
    echo theirs >"$POOL/pool-1/of.env"
    mkdir "$POOL/pool-1/build"
    echo cached >"$POOL/pool-1/build/cache"
    done_with 1
    is "$(cat "$POOL/pool-1/of.env")" theirs
    inventory "$T/before"
    add "The second"
    expect 0 pickup --json
    is "$errors" ""
    is "$(value worktree)" "$POOL/pool-1"
    is "$(git_in "$POOL/pool-1" status --porcelain)" ""
    [ ! -e "$POOL/pool-1/of.env" ]
    is "$(cat "$POOL/pool-1/build/cache")" cached
    ref=$(git_in "$REPO" for-each-ref --format='%(refname)' refs/mc)
    is "$ref" "refs/mc/halves/MC-2/$(rows "SELECT run_id FROM tickets WHERE id=2")-1"
    is "$(git_in "$REPO" show "$ref:of.env")" theirs
    has "$(ticket show MC-2)" "pool-1: an earlier ticket's files that git does not ignore on this one's branch (1) were \
kept as $ref"
    nothing_lost "$T/before"
    agree
    done_with 2
    is "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/mc)" "$ref"
}

@test "what an earlier ticket's branch ignored and cannot be kept costs that slot" {
    pool_settings 2
    hides vendor
    repository "$POOL/pool-1/vendor"
    done_with 1
    add "The second"
    expect 0 pickup --json
    is "$(value worktree)" "$POOL/pool-2"
    slot_is 1 quarantined
    has "$(slot 1 note)" "such as vendor"
    is "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/mc)" ""
    is "$(git_in "$POOL/pool-1/vendor" log --format=%s)" "The first commit"
    agree
}
