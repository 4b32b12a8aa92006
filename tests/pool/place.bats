#!/usr/bin/env bats
# Where a pool may lie, and what a person is told whose workspace cannot be used: the key to mend, and nothing written.
# shellcheck disable=SC2153,SC2154

setup() {
    load pool
}

teardown() {
    world_end
}

# refused WORDS…: the ticket's start fails, once, uncounted, with these words.
refused() {
    local word
    rows "UPDATE tickets SET next_attempt_at=NULL"
    rows "DELETE FROM settings WHERE key LIKE 'breaker%'"
    bare "$MC_BIN/mc-pickup" --ticket MC-1 2>"$T/errors" && return 1
    errors=$(cat "$T/errors")
    one_line
    has "$errors" "workspace default"
    for word; do
        has "$errors" "$word"
    done
    no has "$errors" "a hook can be run by hand"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
}

@test "a pool inside its repository is refused, whatever leads there, and nothing is written" {
    local pool before
    pool_world 1
    add "A ticket"
    ln -s "$REPO" "$T/link"
    ln -s "$REPO/.git" "$T/git"
    before=$(main_digest)
    for pool in "$T/link" "$T/link/src" "$T/link/a/b" "$T/git" "$T/git/worktrees" "$REPO/.git/../new"; do
        pool_settings 1 "{\"workspace\":{\"repo\":\"$T/link/.\",\"pool\":\"$pool\"}}"
        refused "the repository" 'choose a folder outside it for "pool" of workspace default'
        is "$(git_in "$REPO" status --porcelain)" ""
        [ ! -e "$REPO/.git/.board" ]
        [ ! -e "$REPO/.git/worktrees" ]
    done
    main_untouched "$before"
    git_in "$REPO" worktree add -q --detach "$T/tree"
    for pool in "$T/tree" "$T/tree/src/a/b"; do
        pool_settings 1 "{\"workspace\":{\"pool\":\"$pool\"}}"
        refused "lies in a checkout of the repository ($T/tree)" 'choose a folder outside it for "pool"'
        is "$(git_in "$T/tree" status --porcelain --ignored)" ""
    done
    pool_settings 1 "{\"workspace\":{\"pool\":\"$REPO/pool\"}}"
    expect 78 pickup
    has "$errors" "lies in its repository"
}

@test "a folder that leads to a bare repository, beside its worktrees, is no checkout" {
    pool_world 1
    mkdir "$T/proj"
    git clone -q --bare "$REPO" "$T/proj/.bare"
    echo "gitdir: ./.bare" >"$T/proj/.git"
    pool_settings 1 "{\"workspace\":{\"repo\":\"$T/proj/.bare\",\"pool\":\"$T/proj/agents\"}}"
    add "A ticket"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
}

@test "a pool inside another workspace's pool is refused" {
    pool_world 1
    add "A ticket"
    mkdir "$T/p"
    ln -s "$T/p" "$T/q"
    pool_settings 1 "{\"workspace\":{\"pool\":\"$T/q/pool-1\"},\"workspaces\":{\"o\":{\"repo\":\"$T/o\",\"pool\":\"$T/p\"}}}"
    refused "another workspace's pool"
    is "$(ls -A "$T/p")" ""
}

@test "where others may write, no pool is made, and no chmod of a folder of everybody's is advised" {
    pool_world 1
    add "A ticket"
    mkdir -p "$T/sticky" "$T/open/ours"
    chmod 1777 "$T/sticky"
    pool_settings 1 "{\"workspace\":{\"pool\":\"$T/sticky\"}}"
    refused "others may write here" "use a directory of your own"
    no has "$errors" chmod
    chmod 777 "$T/open"
    pool_settings 1 "{\"workspace\":{\"pool\":\"$T/open/ours/p\"}}"
    refused "others may write in $T/open" "chmod go-w $T/open"
    [ ! -e "$T/open/ours/p" ]
    pool_settings 1 '{"workspace":{"pool":"/proc/none"}}'
    refused 'choose a folder of your own for "pool"'
    pool_settings 1 "{\"workspace\":{\"pool\":\"$T/sticky/ours\"}}"
    rows "DELETE FROM settings WHERE key LIKE 'breaker%'"
    expect 0 pickup --ticket MC-1
}

@test "what is wrong in the configuration is named by its key" {
    pool_world 1
    add "A ticket"
    pool_settings 1 "{\"workspace\":{\"repo\":\"$T/nope\"}}"
    refused 'correct "repo" of workspace default'
    mkdir "$T/plain"
    pool_settings 1 "{\"workspace\":{\"repo\":\"$T/plain\"}}"
    refused 'no git repository' 'correct "repo" of workspace default'
    pool_settings 1 '{"workspace":{"base":"none"}}'
    refused 'correct "base"'
    pool_settings 1 '{"workspace":{"branch_prefix":"main/"}}'
    refused 'choose another "branch_prefix" for workspace default'
    pool_settings 1
    printf '[core\nbad' >>"$REPO/.git/config"
    refused "mend that: \${EDITOR:-vi} $REPO/.git/config"
    no has "$errors" 'correct "repo"'
}

@test "a resting agent whose folder was removed gets no turn: its next run goes on from the branch" {
    local first
    pool_world 1 '{}' --busy 0 --write notes.txt --commit
    add "A ticket"
    expect 0 pickup
    wait_for reaches 1 in_review
    first=$(branch_of 1)
    rm -rf "$POOL/pool-1"
    expect 75 ticket send MC-1 "one more thing"
    has "$errors" "was removed"
    expect 0 ticket reject MC-1 "the roof leaks"
    expect 0 pickup --json
    has "$errors" "MC-1: its folder $POOL/pool-1 was removed while its agent rested, which is ended; the next run goes on from branch $first"
    one_line
    is "$(value outcome) $(value ticket)" "dispatched MC-1"
    rows_are "2|0" "SELECT (SELECT count(*) FROM runs),attempts FROM tickets"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='gone'"
    wait_for reaches 1 in_review
    rows_are 1 "SELECT count(*) FROM runs WHERE outcome='stopped'"
    git_in "$REPO" merge-base --is-ancestor "$first" "$(branch_of 1)"
    rows_are "sent" "SELECT DISTINCT status FROM ticket_messages"
    agree
    # The same without a word of a person's: a note that is queued.
    rm -rf "$POOL/pool-1"
    expect 0 ticket send MC-1 --queue "and another"
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-1"
}

@test "another cause of the same failure is said, the same one is not said again" {
    pool_world 1
    add "A ticket"
    pool_settings 1 "{\"workspace\":{\"repo\":\"$T/nope\"}}"
    again() {
        rows "UPDATE tickets SET next_attempt_at=NULL"
        rows "UPDATE settings SET value=json_set(value,'\$.open_until',1) WHERE key LIKE 'breaker%'" || true
        expect 69 pickup
    }
    again
    has "$errors" 'correct "repo"'
    again
    is "$errors" ""
    pool_settings 1 '{"workspace":{"base":"none"}}'
    again
    has "$errors" 'correct "base"'
    again
    is "$errors" ""
    # Git's words name the run's own branch.
    git_in "$REPO" branch ai
    pool_settings 1 '{"workspace":{"branch_prefix":"ai/"}}'
    again
    has "$errors" "'refs/heads/ai' exists" 'choose another "branch_prefix"'
    again
    is "$errors" ""
}

@test "the same folder in another spelling is the same pool" {
    local written
    pool_world 1
    ln -s "$STATE" "$T/link"
    rest 1 in_review
    for written in "$T//state/board.db" "$T/./state/board.db" "$T/link/board.db"; do
        MC_DB=$written expect 0 pickup
        is "$errors" ""
        MC_DB=$written expect 0 ticket pool
        no has "$output" "is not in the pool"
    done
    for written in "$T/link/pool/default" "$POOL//" "$POOL"; do
        pool_settings 1 "{\"workspace\":{\"pool\":\"$written\"}}"
        expect 0 pickup
        is "$errors" ""
    done
    pool_settings 1 "{\"workspace\":{\"pool\":\"$T/state/pool\"}}"
    expect 78 pickup
    has "$errors" "set it back"
}
