#!/usr/bin/env bats
# Slots and repositories that are not what they were: never the main checkout, nothing lost, the next slot where there is
# one, and a word on what to do.
# shellcheck disable=SC2154

setup() {
    load pool
}

teardown() {
    world_end
}

# A ticket was worked in slot 1, which is free again; another one waits.
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
    before=$(main_digest)
    inventory "$T/before"
}

# unharmed: after a pickup, whatever it did.
unharmed() {
    main_untouched "$before"
    nothing_lost "$T/before"
    agree
    rows_are "ok" "PRAGMA integrity_check"
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
    (cd "$POOL/pool-1" && exec sleep 1000 3>&-) &
    goes_on_in 2 "a process works in it"
    kill -KILL $!
    wait $! || true
    expect 0 ticket pool release pool-1
    slot_is 1 free
}

@test "a person's work in a free slot is left alone" {
    warm 2
    echo mine >"$POOL/pool-1/mine"
    echo changed >>"$POOL/pool-1/README"
    inventory "$T/before"
    goes_on_in 2 "uncommitted work"
    is "$(cat "$POOL/pool-1/mine")" mine
}

@test "release is refused for a slot whose run is at work, and frees another" {
    warm 2
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

@test "a repository without a commit" {
    world
    REPO=$T/repo POOL=$STATE/pool/default
    mkdir "$REPO"
    git_in "$REPO" init -q -b main
    pool_settings
    init
    add "A ticket"
    expect 69 pickup
    one_line
    has "$errors" "$REPO"
    has "$errors" "commit"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    is "$(agents)" ""
    printf first >"$REPO/README"
    git_in "$REPO" add README
    git_in "$REPO" -c user.name=n -c user.email=e commit -q -m first
    rows "UPDATE tickets SET next_attempt_at=NULL"
    ticket breaker close >/dev/null
    expect 0 pickup
    wait_for reaches 1 in_review
    agree
}

@test "a bare repository is worked on like any other" {
    world
    REPO=$T/repo POOL=$STATE/pool/default
    repository "$T/full"
    git_in "$T" clone -q --bare "$T/full" "$REPO"
    pool_settings 1
    init
    add "A ticket"
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 free
    agree
}

@test "a base that does not exist is said with its name, and nothing is counted" {
    warm 1
    pool_settings 1 '{"workspace":{"base":"no-such-branch"}}'
    expect 69 pickup
    one_line
    has "$errors" "no-such-branch"
    rows_are "todo|0" "SELECT status,attempts FROM tickets WHERE id=2"
    unharmed
    slot_is 1 free
}

@test "a repository that is not there" {
    warm 1
    mv "$REPO" "$T/away"
    bare "$MC_BIN/mc-pickup" >"$T/out" 2>"$T/errors" && false
    errors=$(cat "$T/errors")
    one_line
    has "$errors" "$REPO"
    rows_are "todo|0" "SELECT status,attempts FROM tickets WHERE id=2"
    mv "$T/away" "$REPO"
    unharmed
}

@test "a branch in the place of the branches' folder" {
    warm 1 '{"workspace":{"branch_prefix":"agents/"}}'
    git_in "$REPO" branch agents/taken
    pool_settings 1 '{"workspace":{"branch_prefix":"agents/taken/"}}'
    before=$(main_digest)
    bare "$MC_BIN/mc-pickup" >"$T/out" 2>"$T/errors" && false
    errors=$(cat "$T/errors")
    one_line
    has "$errors" "agents/taken"
    status_is 2 todo
    is "$(agents)" ""
    unharmed
    rows_are "0" "SELECT count(*) FROM worktree_slots WHERE state='claimed'"
}

@test "a pool that is a symlink, and one on another file system" {
    local other
    other=$(mktemp -d /dev/shm/mce.XXXXXX) || skip "no other file system here"
    chmod 700 "$other"
    pool_world
    ln -s "$other" "$T/linked"
    POOL=$other
    pool_settings 1 "{\"workspace\":{\"pool\":\"$T/linked\"}}"
    add "A ticket"
    before=$(main_digest)
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    printf dirt >"$other/pool-1/dirt"
    inventory "$T/before"
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 free
    unharmed
    rm -rf "$other"
}

# git_dies [LOCKED]: a git that gets as far as the files of a worktree's entry, and takes its pickup with it.
git_dies() {
    mkdir -p "$T/bin"
    cat >"$T/bin/git" <<END
#!/bin/bash
case " \$* " in
*" worktree add "*) ;;
*) exec $(command -v git) "\$@" ;;
esac
mkdir -p "$REPO/.git/worktrees/pool-1" "$POOL/pool-1"
cd "$REPO/.git/worktrees/pool-1"
printf '%040d\n' 0 >HEAD
echo ../.. >commondir
echo "$POOL/pool-1/.git" >gitdir
echo "gitdir: \$PWD" >"$POOL/pool-1/.git"
[ -z "$1" ] || echo "$1" >locked
kill -KILL \$PPID
END
    chmod 755 "$T/bin/git"
}

@test "a pickup and its git killed while they made a worktree: the repository is none the worse" {
    local mark
    for mark in "mc-pickup is making it" initializing ""; do
        pool_world 1
        git_dies "$mark"
        add "A ticket"
        CLEAN_PATH=$T/bin:$CLEAN_PATH expect 137 pickup
        no git_in "$REPO" log --all --oneline 2>/dev/null
        expect 0 pickup --heal-only --json
        has "$output" '"rule":"half_slot"'
        slot_is 1 free
        git_in "$REPO" log --all --oneline >/dev/null
        git_in "$REPO" gc -q
        is "$(git_in "$REPO" worktree list | wc -l)" 1
        rows_are "0" "SELECT attempts FROM tickets"
        expect 0 pickup
        wait_for reaches 1 in_review
        agree
        world_end
    done
}
