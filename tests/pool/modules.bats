#!/usr/bin/env bats
# Submodules that an agent has checked out, and the tickets that come after it.
# shellcheck disable=SC2154

setup() {
    load pool
}

teardown() {
    world_end
}

# with_submodule SIZE SCRIPT: main names a submodule, $SUB, at the first of its two commits.
with_submodule() {
    pool_world "$1"
    SUB=$T/sub
    repository "$SUB"
    git_in "$SUB" commit -q --allow-empty -m "The second commit"
    main_names HEAD~1
    works "$2"
    works_settings "$1"
}

# main_names NAME: the commit of the submodule that main has from now on.
main_names() {
    [ -d "$REPO/sub" ] || git_in "$REPO" -c protocol.file.allow=always submodule --quiet add "$SUB" sub
    git_in "$REPO/sub" checkout -q "$(git_in "$SUB" rev-parse "$1")"
    git_in "$REPO" add -A
    git_in "$REPO" commit -q -m "The submodule at $1"
}

UPDATE='git -c protocol.file.allow=always submodule --quiet update --init; git status --short'

@test "a submodule that was left at another commit: the next ticket gets another slot, and the words say what to do" {
    with_submodule 2 "$UPDATE"
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 free
    main_names HEAD
    add "The second"
    expect 0 pickup --json
    is "$(value worktree)" "$POOL/pool-2"
    has "$errors" "MC-2: pool-1: a submodule or a repository that an earlier ticket has left there is not as its branch is"
    has "$errors" "such as sub"
    has "$errors" "git -C $POOL/pool-1 submodule deinit -f --all"
    rows_are "quarantined|" "SELECT state,ticket_id FROM worktree_slots WHERE slot='pool-1'"
    wait_for reaches 2 in_review
    is "$(cat "$T/works.log")" ""
    is "$(git_in "$POOL/pool-2" branch --show-current)" "$(branch_of 2)"
    git_in "$POOL/pool-1" submodule --quiet deinit -f --all
    expect 0 ticket pool release pool-1
    slot_is 1 free
    ticket approve MC-2 >/dev/null
    add "The third"
    expect 0 pickup --json
    is "$errors" ""
    is "$(value worktree)" "$POOL/pool-1"
}

@test "a submodule that the branch still has as it is stays where it is" {
    with_submodule 1 "$UPDATE"
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    git_in "$REPO" commit -q --allow-empty -m "Main goes on"
    add "The second"
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 2 in_review
    is "$(cat "$T/works.log")" ""
    [ -f "$POOL/pool-1/sub/README" ]
}
