#!/usr/bin/env bats
# Which slot a run gets: what is wrong with one is no ticket's harm as long as another is in order, and a slot that was
# given back in order stays so whatever a person does to branches.
# shellcheck disable=SC2154

setup() {
    load pool
}

teardown() {
    world_end
}

# pool_of SIZE [JSON [SCRIPT]]: agents that do SCRIPT in their slots.
pool_of() {
    pool_world "$1"
    works "${3:-:}"
    pool_settings "$1" "$(merged "${2:-"{}"}")" --busy 0 "${WORKS[@]}"
}

# The settings of a profile whose demo agent reports by itself.
merged() {
    "$MC_PYTHON" -S -c '
import json, sys
config = json.loads(sys.argv[1])
config.setdefault("profiles", {}).setdefault("demo", {})["reports"] = False
print(json.dumps(config))' "$1"
}

# done_with ID: its agent has come to an end, the ticket is approved and the slot given back.
done_with() {
    wait_for reaches "$1" in_review
    ticket approve "MC-$1" >/dev/null
    expect 0 pickup
    is "$errors" ""
}

@test "branches that were merged and deleted leave the free slots in order; a commit made in one sets it aside" {
    pool_of 2 '{}' 'echo work >work; git add work; git commit -qm "The work"'
    add "The first"
    add "The second"
    expect 0 pickup
    expect 0 pickup
    wait_for reaches 2 in_review
    done_with 1
    done_with 2
    git_in "$REPO" branch -q -D "$(branch_of 1)" "$(branch_of 2)"
    is "$(git_in "$REPO" for-each-ref --contains "$(git_in "$POOL/pool-1" rev-parse HEAD)")" ""
    add "The third"
    add "The fourth"
    expect 0 pickup
    is "$errors" ""
    expect 0 pickup
    is "$errors" ""
    rows_are "$(printf 'claimed\nclaimed')" "SELECT state FROM worktree_slots"
    wait_for reaches 3 in_review
    wait_for reaches 4 in_review
    done_with 3
    done_with 4
    git_in "$POOL/pool-1" commit -q --allow-empty -m "By hand"
    add "The fifth"
    expect 0 pickup
    has "$errors" "pool-1: its commits are on no branch"
    slot_is 1 quarantined
    slot_is 2 claimed
    ticket pool release pool-1 && return 1
    git_in "$POOL/pool-1" branch kept
    ticket pool release pool-1
    slot_is 1 free
}
