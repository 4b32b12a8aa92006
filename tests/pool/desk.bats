#!/usr/bin/env bats
# What people see of the pool: pool, pool release, diff, and the slot and branch in show, list and runtimes.

setup() {
    load pool
    pool_world
}

teardown() {
    [ ! -f "$T/holder" ] || kill "$(cat "$T/holder")" 2>/dev/null || true
    world_end
}

# One ticket worked to in_review by BASH in its slot.
worked() {
    works "$1"
    works_settings 2
    add "Mend the parser"
    expect 0 pickup
    wait_for reaches 1 in_review
}

calm() {
    bare env GIT_TRACE2_EVENT="$T/traced" PATH="$T/bin:$CLEAN_PATH" "$@"
}

@test "no workspace: pool says so, nothing else changes" {
    configure '{}'
    expect 0 ticket pool
    has "$output" "no workspace is configured"
    expect 0 ticket pool --json
    is "$(value workspaces) $(value slots)" "[] []"
}

@test "pool: one at work, one free, what is in them" {
    expect 0 ticket pool
    has "$output" "workspace default: $REPO, 2 slots in $POOL, 2 not needed yet"
    worked 'git commit -q --allow-empty -m one; echo x >>README; echo y >new; mkdir -p build && head -c 100000 /dev/zero >build/big'
    expect 0 ticket pool
    has "$output" "1 not needed yet"
    has "$output" "1 commit, 1 changed, 1 untracked"
    has "$output" "pool-1  claimed  MC-1 "
    has "$(tr -s ' ' <<<"$output")" "SLOT STATE TICKET AGE SIZE WORK BRANCH"
    has "$output" "$(branch_of 1)"
    expect 0 ticket pool --json
    is "$(value slots.0.slot) $(value slots.0.state) $(value slots.0.ticket)" "pool-1 claimed MC-1"
    is "$(value slots.0.commits) $(value slots.0.changed) $(value slots.0.untracked)" "1 1 1"
    [ "$(value slots.0.bytes)" -gt 100000 ]
    is "$(value slots.0.clean)" false
    is "$(value workspaces.0.size)" 2
    is "$(slot 1)" claimed
    # Whoever looks leaves an agent's index and its marks alone.
    git_in "$POOL/pool-1" update-index --assume-unchanged src/main.c
    index=$(sha256sum "$(git_in "$POOL/pool-1" rev-parse --git-path index)")
    echo x >>"$POOL/pool-1/src/main.c"
    expect 0 ticket pool
    is "$(sha256sum "$(git_in "$POOL/pool-1" rev-parse --git-path index)")" "$index"
}

@test "diff: committed, not committed, and kept after the slot was given back" {
    worked 'printf "a\nb\n" >new.c; git add new.c; git commit -q -m one; echo dirt >>README; echo loose >loose.txt'
    expect 0 ticket diff MC-1
    has "$output" "# committed on $(branch_of 1), from "
    has "$output" "1 commit, 1 file, +2 -0"
    has "$output" "+++ b/new.c"
    has "$output" "# not committed in pool-1, $POOL/pool-1: 1 changed, 1 new"
    has "$output" "+dirt"
    has "$output" "# new: loose.txt (6 bytes)"
    expect 0 ticket diff MC-1 --stat
    has "$output" "new.c | 2 ++"
    no has "$output" "+++ b/new.c"
    expect 0 ticket diff MC-1 --json
    is "$(value committed.commits) $(value uncommitted.0.new)" '1 ["loose.txt"]'
    has "$(value committed.patch)" "+++ b/new.c"
    expect 0 ticket approve MC-1
    expect 0 pickup
    slot_is 1 free
    expect 0 ticket diff MC-1
    has "$output" "+++ b/new.c"
    has "$output" "# kept when its slot was given back, commit "
    has "$output" "+dirt"
    has "$output" "+++ b/loose.txt"
    no has "$output" "# not committed"
    expect 0 ticket diff MC-1 --json
    is "$(value uncommitted)" "[]"
    has "$(value preserved.patch)" "+loose"
}

@test "diff into a pipe is the very bytes, and applies" {
    worked 'printf "caf\351\n\033[31m\n" >bytes; git add bytes; git commit -q -m one'
    git_in "$REPO" worktree add -q --detach "$T/other" main
    ticket diff MC-1 >"$T/patch"
    git_in "$T/other" apply "$T/patch"
    cmp "$T/other/bytes" "$(slot_of 1)/bytes"
}

@test "diff of what is very large is cut, and says how to see all" {
    worked 'head -c 4000000 /dev/urandom | od -An -tx1 >big.txt; git add big.txt; git commit -q -m big'
    expect 0 ticket diff MC-1
    has "$output" "# cut after 4 MiB; all of it: git -C '$REPO' diff "
    [ "${#output}" -lt 4300000 ]
    expect 0 ticket diff MC-1 --json
    is "$(value committed.cut)" true
}

@test "diff without a branch: which of the reasons" {
    add one
    expect 66 ticket diff MC-1
    has "$errors" "MC-1: no agent has worked on it yet"
    expect 66 ticket diff MC-9
    configure '{}' --busy 0
    expect 0 pickup
    expect 65 ticket diff MC-1
    has "$errors" "MC-1 is worked in a private directory and no repository: look into $STATE/work/"
    one_line
    wait_for reaches 1 in_review
    expect 0 ticket approve MC-1
    is "$errors" ""
}

@test "show, list and runtimes name slot and branch" {
    worked 'echo a >a; git add a; git commit -q -m one'
    branch=$(branch_of 1)
    expect 0 ticket show MC-1
    has "$output" "branch     $branch from main: 1 commit, 1 file, +1 -0"
    has "$output" "slot       pool-1, $POOL/pool-1"
    expect 0 ticket show MC-1 --json
    is "$(value slots.0.slot) $(value changes.branch) $(value changes.added)" "pool-1 $branch 1"
    is "$(value runs.0.branch) $(value runs.0.base)" "$branch main"
    expect 0 ticket list --json
    is "$(value tickets.0.slot) $(value tickets.0.branch)" "pool-1 $branch"
    expect 0 ticket runtimes
    has "$output" "  pool-1"
    expect 0 ticket runtimes --json
    is "$(value runtimes.0.slot)" pool-1
    # Given back: the branch is there, the slot another's.
    expect 0 ticket approve MC-1
    expect 0 pickup
    expect 0 ticket list --json
    is "$(value tickets.0.slot) $(value tickets.0.branch)" "null $branch"
    expect 0 ticket show MC-1
    has "$output" "branch     $branch from main: 1 commit"
}

@test "the example of the page, as printed" {
    local line n=0
    worked 'echo a >a; git add a; git commit -q -m one; echo dirt >>README'
    cd "$T" || return
    sed -n '/^Where the configuration names a repository/,/^\.Ed/p' "$MC_SRC/man/mc-ticket.1" | sed -n 's/^\$ //p' >lines
    while read -r line; do
        n=$((n + 1))
        expect 0 bare env PATH="$MC_BIN:$CLEAN_PATH" bash -c "$line"
        case $n in
        1) has "$output" "a | 1 +" ;;
        3) has "$output" "pool-1  claimed  MC-1" ;;
        6) has "$output" "pool-1  free" ;;
        7) has "$output" "+dirt" ;;
        esac
    done <lines
    is "$n" 7
    has "$(cat MC-1.patch)" "+++ b/a"
}

@test "a repository that is not there is said, and show goes on" {
    worked 'echo a >a; git add a; git commit -q -m one'
    mv "$REPO" "$REPO.away"
    expect 0 ticket show MC-1
    has "$output" "branch     $(branch_of 1) from main ("
    has "$output" "story"
    expect 0 ticket pool
    has "$output" "pool-1  claimed  MC-1"
    expect 69 ticket diff MC-1
    mv "$REPO.away" "$REPO"
}

@test "show of a ticket without a branch runs no git" {
    add one
    mkdir "$T/bin"
    printf '#!/bin/sh\necho ran >>%s/ran\nexit 1\n' "$T" >"$T/bin/git"
    chmod 755 "$T/bin/git"
    pool_settings 2 "{\"path\": [\"$T/bin\", \"/usr/bin\", \"/bin\"]}"
    for command in "show MC-1" "list" "runtimes"; do
        # shellcheck disable=SC2086
        expect 0 ticket $command --json
    done
    [ ! -e "$T/ran" ]
}

@test "release: refused while its run works in it, while a process does; then it is free" {
    worked 'echo dirt >>README'
    expect 65 ticket pool release pool-1
    has "$errors" "pool-1 is held by a run that is not over; the pickup gives it back when MC-1 is done, blocked or cancelled: mc-ticket show MC-1 says what is next"
    one_line
    expect 66 ticket pool release pool-7
    expect 64 ticket pool release
    expect 64 ticket pool frob pool-1
    expect 66 ticket pool release pool-2 # not needed yet
    (cd "$POOL/pool-1" && exec sleep 600 3>&-) &
    echo $! >"$T/holder"
    expect 0 ticket approve MC-1
    expect 75 ticket pool release pool-1
    has "$errors" "pool-1 is left as it is: "
    has "$errors" "sleep"
    one_line
    slot_is 1 claimed
    is "$(tail -n 1 "$POOL/pool-1/README")" dirt
    kill "$(cat "$T/holder")"
    rm "$T/holder"
    expect 0 ticket add other --request-id a1
    expect 65 ticket pool release pool-1 --request-id a1
    has "$errors" "was used for add"
    slot_is 1 claimed
    expect 0 ticket pool release pool-1 --request-id p1
    has "$output" "pool-1 is free"
    slot_is 1 free
    is "$(git_in "$POOL/pool-1" status --porcelain)" ""
    expect 0 ticket pool release pool-1 --json
    is "$(value end)" free
}

@test "a quarantined slot: shown with its note, diffed, and released when it is mended" {
    worked 'echo x >>README; git commit -qam x; git switch -q -c elsewhere; echo mine >>README'
    expect 0 ticket approve MC-1
    expect 0 pickup
    slot_is 1 quarantined
    expect 0 ticket pool
    has "$output" "pool-1  quarantined  MC-1"
    no grep -q "^ *pool-1: " <<<"$output"
    has "$output" "it is on a branch that is none of its ticket's"
    expect 0 ticket show MC-1
    has "$output" "quarantine pool-1, $POOL/pool-1"
    expect 0 ticket diff MC-1
    has "$output" "# not committed in pool-1 (in quarantine)"
    has "$output" "+mine"
    expect 65 ticket pool release pool-1
    slot_is 1 quarantined
    git_in "$POOL/pool-1" commit -qam mine
    git_in "$POOL/pool-1" switch -q --detach
    expect 0 ticket pool release pool-1
    slot_is 1 free
}

@test "what is committed on another branch, or on none, is seen in diff, show and pool" {
    worked 'git switch -q -c feature; echo a >a; git add a; git commit -q -m one'
    expect 0 ticket show MC-1
    has "$output" "           its worktree is on branch feature: 1 commit beyond main"
    expect 0 ticket show MC-1 --json
    is "$(value slots.0.elsewhere.branch) $(value slots.0.elsewhere.commits)" "feature 1"
    expect 0 ticket pool
    has "$output" "its worktree is on branch feature: 1 commit beyond main"
    expect 0 ticket pool --json
    is "$(value slots.0.elsewhere.branch) $(value slots.0.elsewhere.commits)" "feature 1"
    expect 0 ticket diff MC-1
    has "$output" "# pool-1: its worktree is on branch feature: 1 commit beyond main"
    has "$output" "+++ b/a"
    git_in "$POOL/pool-1" switch -q --detach
    expect 0 ticket diff MC-1 --json
    is "$(value uncommitted.0.elsewhere.branch) $(value uncommitted.0.elsewhere.commits)" "null 1"
    has "$(value uncommitted.0.elsewhere.patch)" "+++ b/a"
    expect 0 ticket show MC-1
    has "$output" "its worktree is on no branch, at commit "
    git_in "$POOL/pool-1" switch -q "$(branch_of 1)"
    for command in "show MC-1" "diff MC-1" "pool"; do
        # shellcheck disable=SC2086
        expect 0 ticket $command
        no has "$output" "its worktree is on"
    done
}

@test "a link is named as one, not followed; what cannot be looked at is not called nothing" {
    worked 'ln -s /etc/passwd out'
    expect 0 ticket diff MC-1
    has "$output" "# new: out (a symbolic link)"
    mv "$POOL/pool-1" "$POOL/away"
    expect 0 ticket diff MC-1
    has "$output" "# what is uncommitted in pool-1, $POOL/pool-1"
    has "$output" "# cannot be shown: "
    no has "$output" "0 changed"
    mv "$POOL/away" "$POOL/pool-1"
}

@test "pool of an agent that rests: what is under way, and a stranger's process, not its own" {
    worked 'git checkout -q -b side; echo a >a; git add a; git commit -q -m a; git switch -q -; git merge -q --no-ff --no-commit side'
    expect 0 ticket pool
    has "$output" "a merge is under way"
    no has "$output" "a process works in it"
    (cd "$POOL/pool-1" && exec sleep 600 3>&-) &
    echo $! >"$T/holder"
    expect 0 ticket approve MC-1
    expect 0 ticket pool
    has "$output" "a merge is under way, a process works in it (sleep)"
}

@test "approve says what is not on the branch" {
    worked 'echo dirt >>README; echo loose >new'
    expect 0 ticket approve MC-1
    is "$output" "MC-1 in_review -> done, its agent is ended"
    is "$errors" "mc-ticket: MC-1: 2 files are not committed: not on branch $(branch_of 1); mc-ticket diff MC-1"
    works 'git switch -q -c feature; echo a >a; git add a; git commit -q -m one'
    add "Another"
    expect 0 pickup
    wait_for reaches 2 in_review
    expect 0 ticket approve MC-2
    is "$errors" "mc-ticket: MC-2: its worktree is on branch feature: 1 commit beyond main, not on branch $(branch_of 2); mc-ticket diff MC-2"
    works 'true'
    add "Nothing to say"
    expect 0 pickup
    wait_for reaches 3 in_review
    mv "$REPO" "$REPO.away" # nor is what cannot be looked at a failure
    expect 0 ticket approve MC-3
    is "$errors" "mc-ticket: MC-3: its worktree cannot be looked at now, and what is in there may not be on branch $(branch_of 3); mc-ticket diff MC-3"
    mv "$REPO.away" "$REPO"
}

@test "approve says so also of a ticket that has its worktree no more" {
    works '[ "$MC_TICKET" = MC-3 ] || echo loose >"new-$MC_TICKET"'
    works_settings 1
    rest 1 in_review
    rest 2 in_review
    expect 0 ticket approve MC-1
    is "$output" "MC-1 in_review -> done"
    is "$errors" "mc-ticket: MC-1: what was not committed when its worktree was given back is kept, but not on branch $(branch_of 1); mc-ticket diff MC-1"
    git_in "$POOL/pool-1" init -q inside
    touch "$POOL/pool-1/inside/file"
    works_settings 2
    add "ticket 3"
    expect 0 pickup
    wait_for rests 3 in_review
    expect 0 ticket approve MC-3
    is "$errors" ""
    slay "$(rows "SELECT pid FROM runtime_sessions WHERE ticket_id=2")"
    expect 0 pickup
    slot_is 1 quarantined
    expect 0 ticket approve MC-2
    is "$errors" "mc-ticket: MC-2: pool-1 is in quarantine, and what is in there may not be on branch $(branch_of 2); mc-ticket diff MC-2"
}

@test "slots that the configuration has no use for: said, taken off the list, their worktrees left" {
    local folder command
    worked 'echo dirt >>README'
    pool_settings 2 '{"workspace": {"pool": "'"$T/moved"'"}}'
    expect 0 ticket pool
    has "$output" "it is not in the pool, which is $T/moved now: no ticket gets it any more"
    pool_settings 2
    expect 0 ticket approve MC-1
    expect 0 ticket pool release pool-1
    is "$output" "pool-1 is free; what was not committed in it is kept for the next run of MC-1: mc-ticket diff MC-1"
    add two
    add three
    expect 0 pickup
    expect 0 pickup
    for i in 2 3; do
        wait_for reaches "$i" in_review
        expect 0 ticket approve "MC-$i"
    done
    expect 0 pickup
    slot_is 2 free
    pool_settings 1
    expect 0 ticket pool
    has "$output" "1 slot in $POOL
SLOT    STATE  TICKET "
    has "$output" 'it is beyond "size" (1): mc-ticket pool release pool-2 takes it off this list'
    expect 0 ticket pool --json
    is "$(value slots.0.surplus)|$(value slots.1.surplus)" 'null|it is beyond "size" (1)'
    expect 0 ticket pool release pool-2
    is "$output" "pool-2 is off the list, because it is beyond \"size\" (1); its worktree is left where it is: git -C '$REPO' worktree remove '$POOL/pool-2' removes it"
    command=${output##*: }
    expect 66 ticket pool release pool-2
    [ -e "$POOL/pool-2/README" ]
    folder=$POOL
    expect 0 bare bash -c "${command% removes it}"
    [ ! -e "$POOL/pool-2" ]
    # Of a workspace that is gone, and one whose pool has moved.
    pool_settings 1 '{"workspace": {"pool": "'"$T/moved"'"}}'
    expect 0 ticket pool
    has "$output" "it is not in the pool, which is $T/moved now: mc-ticket pool release pool-1 takes it off"
    mv "$POOL" "$T/moved"
    git_in "$REPO" worktree repair "$T/moved/pool-1" >/dev/null 2>&1
    expect 0 ticket pool
    no grep -q "is not in the pool" <<<"$output"
    git_in "$REPO" worktree add -q --detach "$T/moved/pool-2"
    rows "INSERT INTO worktree_slots(host,slot,workspace,number,path,state)
        SELECT host,'pool-2',workspace,2,'$POOL/pool-2','free' FROM worktree_slots"
    expect 0 ticket pool release pool-2
    has "$output" "(1); its worktree is left where it is: git -C '$REPO' worktree remove '$T/moved/pool-2' removes it"
    mv "$T/moved" "$POOL"
    git_in "$REPO" worktree repair "$POOL/pool-1" >/dev/null 2>&1
    configure '{}'
    expect 0 ticket pool
    has "$output" "its workspace is not configured any more: mc-ticket pool release pool-1 takes it off"
    expect 0 ticket pool release pool-1 --json
    is "$(value end)" retired
    has "$(value text)" "git -C '$REPO' worktree remove '$folder/pool-1' removes it"
    rows_are 0 "SELECT count(*) FROM worktree_slots"
}

@test "cancelled while its hook runs: no agent was there to be ended" {
    printf '#!/bin/sh\ntouch %s/hooking\nsleep 1\n' "$T" >"$T/hook"
    chmod 755 "$T/hook"
    pool_settings 1 '{"workspace": {"hooks": {"before_run": ["'"$T/hook"'"]}}}'
    add one
    pickup >/dev/null 2>&1 3>&- &
    wait_for test -e "$T/hooking"
    expect 0 ticket cancel MC-1
    is "$output" "MC-1 in_progress -> cancelled, its agent is not started any more"
    wait
}

@test "a start that failed: its slot is no directory of the ticket's" {
    pool_settings 1 '{"workspace": {"hooks": {"before_run": ["/bin/false"]}}}'
    add one
    expect 69 pickup
    slot_is 1 free
    expect 0 ticket show MC-1
    no has "${output%%activity*}" "directory "
    no has "$output" "- log:" # no agent was started that could have one
}
