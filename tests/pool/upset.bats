#!/usr/bin/env bats
# Slots that are not what they were: never the main checkout, nothing lost, the next slot where there is
# one, and a word on what to do.

setup() {
    load pool
}

teardown() {
    world_end
}

# goes_on_in N WORDS: the pickup sets slot 1 aside with these words and starts the ticket in slot N.
goes_on_in() {
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    slot_is 1 quarantined
    has "$(slot 1 note)" "$2"
    has "$(slot 1 note)" "mc-ticket pool release pool-1"
    slot_is "$1" claimed
    wait_for reaches 2 in_review
    unharmed
}

@test "a symlink to the main checkout in a slot's place" {
    warm 2
    take_stock
    rm -rf "$POOL/pool-1"
    ln -s "$REPO" "$POOL/pool-1"
    inventory "$T/before"
    rows "UPDATE worktree_slots SET state=state" # the row stays
    expect 0 pickup --json
    is "$(value outcome) $(slot 2)" "dispatched claimed"
    slot_is 1 quarantined
    has "$(slot 1 note)" "symbolic link"
    main_untouched "$before"
    nothing_lost "$T/before"
    is "$(readlink "$POOL/pool-1")" "$REPO"
    is "$("$MC_PYTHON" -S "$CLERK" apart "$MC_DB" "$POOL")" ""
}

@test "the same, and there is no other slot: the ticket waits, uncounted" {
    warm 1
    take_stock
    mv "$POOL/pool-1" "$T/moved"
    ln -s "$REPO" "$POOL/pool-1"
    expect 75 pickup --json
    is "$(value outcome) $(value reason)" "deferred pool"
    has "$errors" "symbolic link"
    has "$errors" "mc-ticket pool release pool-1"
    one_line
    rows_are "todo|0" "SELECT status,attempts FROM tickets WHERE id=2"
    main_untouched "$before"
    expect 0 pickup
    is "$output$errors" ""
    rm "$POOL/pool-1"
    mv "$T/moved" "$POOL/pool-1"
    expect 0 ticket pool release pool-1
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    unharmed
}

@test "a slot deleted by hand is made again" {
    warm 1
    take_stock
    rm -rf "$POOL/pool-1"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    slot_is 1 claimed
    wait_for reaches 2 in_review
    main_untouched "$before"
    agree
}

@test "a slot deleted by hand while its agent was at work" {
    warm 1
    take_stock
    expect 0 pickup
    wait_for reaches 2 in_review
    git_in "$POOL/pool-1" commit -q --allow-empty -m "Of the second"
    inventory "$T/before"
    rm -rf "$POOL/pool-1"
    ticket approve MC-2 >/dev/null
    expect 0 pickup
    slot_is 1 free
    has "$(git_in "$REPO" log --format=%s "$(branch_of 2)")" "Of the second"
    add "The third"
    expect 0 pickup
    wait_for reaches 3 in_review
    main_untouched "$before"
    agree
}

@test "a .git file that leads nowhere, to the main repository, or is none" {
    local text
    for text in "gitdir: /nowhere" "gitdir: $T/repo/.git" "nonsense" ""; do
        warm 2
        take_stock
        printf '%s' "$text" >"$POOL/pool-1/.git"
        expect 0 pickup --json
        is "$text $(value outcome)" "$text dispatched"
        is "$text $(slot 1) $(slot 2)" "$text quarantined claimed"
        has "$(slot 1 note)" "pool release pool-1"
        wait_for reaches 2 in_review
        main_untouched "$before"
        nothing_lost "$T/before"
        world_end
    done
}

@test "another repository in a slot's place" {
    warm 2
    take_stock
    rm -rf "$POOL/pool-1"
    repository "$POOL/pool-1"
    echo mine >"$POOL/pool-1/mine"
    expect 0 pickup --json
    is "$(value outcome) $(slot 1) $(slot 2)" "dispatched quarantined claimed"
    is "$(cat "$POOL/pool-1/mine")" mine
    main_untouched "$before"
}

@test "a pool inside the main checkout, and the main checkout as a slot" {
    warm 1
    take_stock
    pool_settings 1 "{\"workspace\":{\"pool\":\"$T/repo\"}}"
    mv "$REPO" "$T/real"
    mkdir "$REPO"
    mv "$T/real" "$REPO/pool-1"
    pool_settings 1 "{\"workspace\":{\"repo\":\"$REPO/pool-1\",\"pool\":\"$REPO\"}}"
    rows "UPDATE worktree_slots SET path='$REPO/pool-1'"
    before=$("$MC_PYTHON" -S "$CLERK" digest "$REPO/pool-1")
    bare "$MC_BIN/mc-pickup" --json >"$T/out" 2>"$T/err" || true
    is "$("$MC_PYTHON" -S "$CLERK" digest "$REPO/pool-1")" "$before"
    is "$(agents)" ""
    status_is 2 todo
}

@test "a person's shell in a free slot" {
    warm 2
    take_stock
    (cd "$POOL/pool-1" && exec sleep 1000 3>&-) &
    goes_on_in 2 "a process works in it"
    kill -KILL $!
    wait $! || true
    expect 0 ticket pool release pool-1
    slot_is 1 free
}

@test "a person's work in a free slot is left alone" {
    warm 2
    take_stock
    echo mine >"$POOL/pool-1/mine"
    echo changed >>"$POOL/pool-1/README"
    inventory "$T/before"
    goes_on_in 2 "uncommitted work"
    is "$(cat "$POOL/pool-1/mine")" mine
}

@test "release is refused for a slot whose run is at work, and frees another" {
    warm 2
    take_stock
    echo mine >"$POOL/pool-1/mine"
    inventory "$T/before"
    goes_on_in 2 "uncommitted work"
    expect 65 ticket pool release pool-2
    one_line
    slot_is 2 claimed
    expect 0 ticket pool release pool-1
    slot_is 1 free
    nothing_lost "$T/before"
    unharmed
}
