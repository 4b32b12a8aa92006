#!/usr/bin/env bats
# Repositories, bases and pools that are not as usual, or not there: the main checkout is as it was, nothing is lost, and a
# line says what to do.

setup() {
    load pool
}

teardown() {
    world_end
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
    take_stock
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
    take_stock
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
    take_stock
    bare "$MC_BIN/mc-pickup" >"$T/out" 2>"$T/errors" && false
    errors=$(cat "$T/errors")
    one_line
    has "$errors" "agents/taken"
    status_is 2 todo
    is "$(agents)" ""
    unharmed
    rows_are "0" "SELECT count(*) FROM worktree_slots WHERE state='claimed'"
}

# Of /tmp and /dev/shm the one that is not the world's file system.
elsewhere() {
    local place
    for place in /tmp /dev/shm; do
        if [ "$(stat -c %d "$place")" != "$(stat -c %d "$T")" ]; then
            echo "$place"
            return
        fi
    done
}

@test "a pool that is a symlink, and one on another file system" {
    local other
    other=$(mktemp -d "$(elsewhere)/mce.XXXXXX") || skip "no other file system here"
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
