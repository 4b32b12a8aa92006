#!/usr/bin/env bats
# What is mounted inside a worktree is not the worktree's: nothing is taken away through it.

setup() {
    load pool
    pool_world 2
    need_mounts
}

teardown() {
    world_end
}

@test "files of a mount below it set a worktree aside when it is given back, as they are" {
    mkdir -p "$T/precious/d" "$T/cache"
    echo one >"$T/precious/file"
    echo two >"$T/precious/d/q"
    echo three >"$T/cache/a.o"
    add "A ticket"
    mounted '
        expect 0 pickup
        wait_for reaches 1 in_review
        mkdir "$POOL/pool-1/a mnt" "$POOL/pool-1/cache"
        mount --bind "$T/precious" "$POOL/pool-1/a mnt" # of the same file system, too
        mount --bind "$T/cache" "$POOL/pool-1/cache" # all ignored
        ticket approve MC-1 >/dev/null
        expect 0 pickup
        is "$(cat "$T/precious/file" "$T/precious/d/q" | tr "\n" " ")" "one two "
        slot_is 1 quarantined
        has "$(slot 1 note)" "files in it are of another place that is mounted there"
        has "$(slot 1 note)" "such as a mnt"
        expect 65 ticket pool release pool-1
        slot_is 1 quarantined
        umount "$POOL/pool-1/a mnt"
        expect 0 ticket pool release pool-1
        slot_is 1 free
        is "$(cat "$T/cache/a.o")" three
        is "$(cat "$T/precious/file" "$T/precious/d/q" | tr "\n" " ")" "one two "'
}

@test "a repository or a pool that is mounted read-only is told by doctor before a ticket is spent" {
    mkdir -p "$POOL"
    mounted '
        said() {
            bare "$MC_BIN/mc-ticket" doctor | grep "^bad   workspace"
        }
        mount --bind "$REPO" "$REPO"
        mount -o remount,bind,ro "$REPO"
        is "$(said)" "bad   workspace default: $REPO/.git is on a file system that is mounted read-only; mount it writable"
        umount "$REPO"
        mount --bind "$POOL" "$POOL"
        mount -o remount,bind,ro "$POOL"
        has "$(said)" "bad   workspace default: $POOL is on a file system that is mounted read-only; mount it writable"'
}
