#!/usr/bin/env bats
# What one slot has against it, by itself, costs that slot and no other: it is set aside in words that help as they are
# printed, and the next one is used.

setup() {
    load pool
}

teardown() {
    world_end
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
    aside "what git does not know is in the way of what its branch brings, here and wherever it is, at"
    local command
    command=$(slot 1 note | sed 's/.*move it away: \(mv [^)]*\)).*/\1/')
    (eval "$command")
    released
    is "$(cat "$POOL/pool-1.keep.o")" cache
}

@test "what was half ready when it was set aside is of its ticket, once it is released" {
    warm 1
    died_making 2
    git init -q "$POOL/pool-1/sub"
    expect 0 pickup
    slot_is 1 quarantined
    rows_are "" "SELECT ticket_id FROM worktree_slots"
    rm -rf "$POOL/pool-1/sub"
    released
    is "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/mc/halves)" "refs/mc/halves/MC-2/$dead-1"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE ticket_id=2 AND kind='preserved'"
}

@test "what one ticket's own work brings, and each slot ignores: the ticket fails, and no slot is set aside" {
    pool_world 3 '{"workspace": {"hooks": {"after_create": ["sh", "-c", "echo secret >key.o"]}}}'
    local number
    for number in 1 2 3; do
        add "The next"
        expect 0 pickup
        wait_for reaches "$number" in_review
    done
    git_in "$POOL/pool-1" add -f key.o
    git_in "$POOL/pool-1" commit -q -m "key.o"
    expect 0 ticket approve MC-1 MC-2 MC-3
    expect 0 pickup
    add "In the first slot"
    expect 0 pickup
    wait_for reaches 4 in_review
    expect 0 ticket reopen MC-1
    expect 69 pickup
    has "$errors" "MC-1: workspace_failed: slot pool-3 has in the way of the ticket's commit "
    has "$errors" ": key.o; the ticket is todo, next try "
    has "$errors" "; take it out of its branch, or move it away: mv '$POOL/pool-3/key.o' '$POOL/pool-3.key.o'"
    is "$(rows "SELECT attempts FROM tickets WHERE id=1") $(slot 2) $(slot 3)" "1 free free"
    is "$(cat "$POOL/pool-2/key.o" "$POOL/pool-3/key.o")" "$(printf 'secret\nsecret')"
    # One of them is enough.
    mv "$POOL/pool-2/key.o" "$T"
    rows "UPDATE tickets SET next_attempt_at=NULL WHERE id=1"
    expect 0 pickup
    is "$errors" ""
    is "$(slot_of 1) $(slot 3)" "$POOL/pool-2 free"
}

@test "the repository has been moved: a free slot is linked to it again" {
    warm 1
    mv "$REPO" "$T/moved"
    REPO=$T/moved
    pool_settings 1
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    slot_is 1 claimed
    is "$(git_in "$POOL/pool-1" rev-parse --path-format=absolute --git-common-dir)" "$REPO/.git"
    wait_for reaches 2 in_review
}

@test "a worktree of another repository is named as that, and given up by what is printed" {
    warm 2
    old=$REPO
    REPO=$T/other
    repository "$REPO"
    pool_settings 2
    aside "what stands there is a worktree of another repository ($old)"
    # Set back, it is the other slot's that is another's, and once that is free nothing is in the way.
    REPO=$old
    pool_settings 2
    expect 78 pickup
    has "$errors" "slot pool-2 (claimed, of MC-2) is a worktree of $T/other; set it back"
    REPO=$T/other
    pool_settings 2
    wait_for reaches 2 in_review
    expect 0 ticket approve MC-2
    is "$errors" ""
    expect 0 pickup
    slot_is 2 free
    REPO=$old
    pool_settings 2
    expect 0 pickup
    REPO=$T/other
    pool_settings 2
    local command
    command=$(slot 1 note | sed 's/.*where it is clean: \(git -C [^;]*\);.*/\1/')
    (eval "$command")
    released
}

@test "another repository that comes with another pool: nothing is set aside" {
    warm 2
    REPO=$T/other
    repository "$REPO"
    pool_settings 2 "{\"workspace\": {\"pool\": \"$T/pool\"}}"
    expect 0 pickup --json
    is "$(value outcome)$errors" dispatched
    is "$(slot 1) $(slot 1 path)" "claimed $T/pool/pool-1"
    wait_for reaches 2 in_review
}

@test "an entry that was pruned: the folder moves away as it is printed, and the slot is made anew" {
    warm 1
    rm -rf "$REPO/.git/worktrees/pool-1"
    expect 75 pickup --json
    slot_is 1 quarantined
    [[ $(slot 1 note) != *"worktree repair"* ]]
    local command
    command=$(slot 1 note | sed 's/.*all that it holds: \(mv [^,]*\), then.*/\1/')
    (eval "$command")
    released
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    [ -e "$POOL/pool-1.kept/README" ]
}

@test "a repository of its own in the place of the worktree" {
    warm 1
    rm "$POOL/pool-1/.git"
    git_in "$POOL/pool-1" init -q
    expect 75 pickup --json
    slot_is 1 quarantined
    [[ $(slot 1 note) != *"worktree repair"* ]]
    mv "$POOL/pool-1" "$POOL/pool-1.kept"
    released
    expect 0 pickup --json
    is "$(value outcome)" dispatched
}

@test "a folder that was moved: git worktree repair helps, and is what is printed" {
    warm 1
    mv "$POOL/pool-1" "$POOL/elsewhere"
    git_in "$REPO" worktree repair "$POOL/elsewhere" >/dev/null 2>&1
    mv "$POOL/elsewhere" "$POOL/pool-1"
    expect 75 pickup --json
    slot_is 1 quarantined
    local command
    command=$(slot 1 note | sed 's/.*mend it with \(git -C [^,]*\), or.*/\1/')
    (eval "$command" >/dev/null 2>&1)
    released
    expect 0 pickup --json
    is "$(value outcome)" dispatched
}

@test "conflicts without a merge: what is printed lets the work be kept" {
    pool_world 1 '{}' --busy 0 --write README
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    git_in "$POOL/pool-1" stash -q
    echo other >"$POOL/pool-1/README"
    git_in "$POOL/pool-1" commit -qam other
    run git_in "$POOL/pool-1" stash pop -q
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 quarantined
    has "$(slot 1 note)" "git -C $POOL/pool-1 add -A"
    git_in "$POOL/pool-1" add -A
    released
}

@test "a ref in the way of ours: the slot waits, and what is printed lets its work be kept" {
    pool_world 1 '{}' --busy 0 --write new
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    git_in "$REPO" update-ref refs/mc/preserved/MC-1 HEAD
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 claimed
    has "$(slot 1 note)" "its repository is out of order"
    local commands
    commands=$(slot 1 note | sed 's/.*what it holds (\([^)]*\)), then remove it: \(git[^)]*\)).*/\1 \&\& \2/')
    (eval "$commands")
    expect 0 pickup
    slot_is 1 free
    is "$(git_in "$REPO" for-each-ref refs/mc/preserved/MC-1/ | wc -l)" 1
}

@test "a setting that git does not take: the slot waits, and no ticket is told of a missing commit" {
    pool_world 1 '{}' --busy 0 --write new
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    git_in "$POOL/pool-1" config core.looseCompression 99
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    slot_is 1 claimed
    has "$(slot 1 note)" "repository $REPO: git says: bad zlib compression level 99"
    add "The second"
    git_in "$REPO" config -f .git/config --unset core.looseCompression
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    slot_is 1 claimed
    wait_for reaches 2 in_review
    git_in "$REPO" config -f .git/config core.looseCompression 99
    ticket approve MC-2 >/dev/null
    add "The third"
    run pickup
    git_in "$REPO" config -f .git/config --unset core.looseCompression
    [[ $(rows "SELECT body FROM ticket_activity") != *"has no commit on"* ]]
    expect 0 pickup
    is "$(rows "SELECT COUNT(*) FROM worktree_slots WHERE state='quarantined'")" 0
}

@test "a git that is killed while work is kept costs no slot" {
    pool_world 1 '{}' --busy 0 --write new
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    mkdir "$T/kills"
    # shellcheck disable=SC2016 # the script's own words
    printf '#!/bin/sh\ncase " $* " in *" fast-import "*) kill -9 $$ ;; esac\nexec %s "$@"\n' "$(command -v git)" \
        >"$T/kills/git"
    chmod 755 "$T/kills/git"
    PATH=$T/kills:$PATH CLEAN_PATH=$T/kills:$CLEAN_PATH expect 0 pickup
    slot_is 1 claimed
    has "$(slot 1 note)" "was ended by signal 9"
    expect 0 pickup
    slot_is 1 free
}

@test "a git that hangs ends with its killed pickup, and with it the lock of its slot" {
    pool_world 1
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    mkdir -p "$T/.config/git"
    mkfifo "$T/.config/git/ignore" # git opens it, and waits
    ticket approve MC-1 >/dev/null
    pickup >/dev/null 2>&1 3>&- &
    local hung=$!
    wait_for git_at_work "$POOL/pool-1"
    no flock -n "$POOL/.pool-1.lock" true
    kill -KILL "$(pgrep -P "$hung" -x mc-pickup)"
    wait "$hung" || true
    wait_for flock -n "$POOL/.pool-1.lock" true
    rm "$T/.config/git/ignore"
    expect 0 pickup
    slot_is 1 free
}

@test "a FIFO that any git of the repository would open: named at once, with what mends it, and told once" {
    local before=$SECONDS
    pool_world 1
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    add "The second"
    rm -f "$REPO/.git/info/exclude"
    mkfifo "$REPO/.git/info/exclude"
    expect 0 pickup
    has "$errors" "repository $REPO: $REPO/.git/info/exclude is a FIFO"
    has "$errors" "run: rm $REPO/.git/info/exclude"
    expect 0 pickup
    no has "$errors" FIFO
    ticket doctor >"$T/doctor" || true
    grep -F "run: rm $REPO/.git/info/exclude" "$T/doctor"
    [ $((SECONDS - before)) -lt 100 ] # one git that waits takes 120
    rm "$REPO/.git/info/exclude"
    expect 0 pickup
    wait_for reaches 2 in_review
    slot_is 1 claimed
}

# git_at_work FOLDER: some git has it as its working directory.
git_at_work() {
    local one
    for one in /proc/[0-9]*; do
        [ "$(cat "$one/comm" 2>/dev/null)" = git ] && [ "$(readlink "$one/cwd" 2>/dev/null)" = "$1" ] && return 0
    done
    return 1
}

# half_cleaned: the first ticket's slot is set aside when all of it was kept, and some is taken away, as by a pickup that
# was ended while it cleaned.
half_cleaned() {
    pool_of 1 '{}' 'rm README; mkdir README; touch README/x.o; echo taken >anew; echo left >src/left'
    add "The first"
    expect 0 pickup
    wait_for rests 1 in_review
    expect 0 ticket block MC-1 "a moment"
    expect 0 pickup
    slot_is 1 quarantined
    has "$(slot 1 note)" "what git ignores is in its way"
    is "$(cat "$POOL/pool-1/anew" "$POOL/pool-1/src/left")" "$(printf 'taken\nleft')"
    rm -r "$POOL/pool-1/README" "$POOL/pool-1/anew"
    git_in "$POOL/pool-1" checkout README
}

@test "what was kept before a person committed in a slot that was set aside half-way is in the next run" {
    half_cleaned
    echo mine >"$POOL/pool-1/src/mine"
    git_in "$POOL/pool-1" add -A
    git_in "$POOL/pool-1" commit -q -m "mine"
    echo late >"$POOL/pool-1/late"
    released
    rows_are "" "SELECT body FROM ticket_activity WHERE kind='left_behind'"
    works ':'
    expect 0 ticket reopen MC-1
    expect 0 pickup
    wait_for rests 1 in_review
    is "$(cat "$POOL/pool-1/anew" "$POOL/pool-1/late" "$POOL/pool-1/src/mine")" "taken
late
mine"
}

@test "what a person has committed otherwise since is not mixed with what was kept: the story names that" {
    half_cleaned
    local before
    before=$(rows "SELECT preserved FROM runs WHERE ticket_id=1")
    echo other >"$POOL/pool-1/anew"
    git_in "$POOL/pool-1" add -A
    git_in "$POOL/pool-1" commit -q -m "mine"
    echo late >"$POOL/pool-1/late"
    released
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='left_behind'")" \
        "pool-1: what was kept of it before touches files that were committed in it since, and no run starts with it; git diff ${before:0:12}^ ${before:0:12} shows it"
    is "$(git_in "$REPO" diff --name-only "${before:0:12}^" "${before:0:12}")" "README
anew
src/left"
}
