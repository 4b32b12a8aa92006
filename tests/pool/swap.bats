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
    rows_are "quarantined|" "SELECT state,ticket_id FROM worktree_slots WHERE slot='pool-1'" # it is no work of MC-5's
    slot_is 2 claimed
    expect 65 ticket pool release pool-1
    git_in "$POOL/pool-1" branch kept
    ticket pool release pool-1
    slot_is 1 free
}

# git_that CONDITION LINE: what stands before git on the programs' path, and does LINE where CONDITION holds.
git_that() {
    mkdir -p "$T/bin"
    printf '#!/bin/bash\nall=$*\nif %s; then\n%s\nfi\nexec /usr/bin/git "$@"\n' "$1" "$2" >"$T/bin/git"
    chmod 755 "$T/bin/git"
    extra+=("PATH=$T/bin:$CLEAN_PATH")
}

@test "a git that is killed in one slot costs nothing: the others are tried, all of them once" {
    pool_of 3
    for one in 1 2 3; do
        add "The ticket $one"
        expect 0 pickup
    done
    done_with 1
    done_with 2
    done_with 3
    # shellcheck disable=SC2016
    git_that '[[ $all = *status* && $PWD$all$GIT_WORK_TREE = *pool-[12]* ]]' 'kill -9 $$'
    add "The fourth"
    expect 0 pickup --json
    is "$errors" ""
    is "$(value worktree)" "$POOL/pool-3"
    slot_is 1 free
    slot_is 2 free
    wait_for reaches 4 in_review
    add "The fifth"
    expect 75 pickup --json
    is "$(value outcome) $(value reason)" "deferred pool"
    is "$errors" "mc-pickup: MC-5: it waits for a slot: $POOL/pool-1: git status in $POOL/pool-1 was ended by signal 9"
    rows_are "todo|0" "SELECT status,attempts FROM tickets WHERE id=5"
    slot_is 1 free
    slot_is 2 free
    rm "$T/bin/git"
    expect 0 pickup
    rows_are "claimed|2" "SELECT state,count(*) FROM worktree_slots WHERE state='claimed'"
}

@test "before_remove is told the word and is run once for a run, however often its slot is tried" {
    # shellcheck disable=SC2016
    pool_of 1 '{"workspace":{"hooks":{"before_remove":["/bin/sh","-c",
        "echo $MC_SIGNAL >>../hooked; sleep 100 & echo $! >../sleeps"]}}}'
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    has "$errors" "a process works in it"
    expect 0 pickup
    is "$errors" ""
    is "$(cat "$POOL/hooked")" DONE
    slot_is 1 claimed
    kill "$(cat "$POOL/sleeps")"
    expect 0 pickup
    slot_is 1 free
    is "$(cat "$POOL/hooked")" DONE
}

# left_behind [SCRIPT]: MC-1 has left work uncommitted, in README and one file more; then SCRIPT is done in its branch.
left_behind() {
    # shellcheck disable=SC2016
    pool_of 1 '{}' '[ -e new ] || { echo more >>README; echo new >new; git add new; }'
    add "The first"
    expect 0 pickup
    done_with 1
    FIRST=$(branch_of 1)
    git_in "$REPO" worktree add -q "$T/own" "$FIRST"
    (cd "$T/own" && eval "$1" && git_in . add -A && git_in . commit -q -m "By hand")
    git_in "$REPO" worktree remove --force "$T/own"
}

@test "a person's commit on the branch: the next run starts there, with what had been left uncommitted" {
    left_behind 'echo mine >mine'
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    is "$(git_in "$POOL/pool-1" log --format=%s)" "$(printf 'By hand\nThe first commit')"
    is "$(git_in "$POOL/pool-1" status --porcelain)" "$(printf ' M README\nA  new')"
    is "$(tail -1 "$POOL/pool-1/README")" more
    rows_are 0 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind'"
}

@test "a person's commit of the same files: the run starts before it, and says so to all" {
    left_behind 'echo mine >>README'
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    has "$errors" "MC-1: Branch $FIRST holds 1 commit that this run does not start from: they touch the same files"
    wait_for reaches 1 in_review
    is "$(git_in "$POOL/pool-1" log --format=%s)" "The first commit"
    is "$(tail -1 "$POOL/pool-1/README")" more
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind' AND body LIKE 'Branch $FIRST holds 1 %'"
    grep -rqF "holds 1 commit that this run does not start from" "$STATE/run" # its prompt
}

@test "preserved work that is gone is said, and the run starts without it" {
    left_behind 'echo mine >mine'
    git_in "$REPO" update-ref -d "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/mc/preserved)"
    git_in "$REPO" reflog expire --expire=all --all
    git_in "$REPO" gc -q --prune=now
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    has "$errors" "MC-1: The uncommitted work of the run before ("
    has "$errors" "is not in the repository any more: this run starts without it."
    wait_for reaches 1 in_review
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind'"
    is "$(git_in "$POOL/pool-1" log --format=%s)" "$(printf 'By hand\nThe first commit')"
}
@test "one slot whose worktree cannot be made is set aside, of no ticket's work, and the next one used" {
    pool_of 2
    add "The first"
    expect 0 pickup
    done_with 1
    git_in "$REPO" worktree lock "$POOL/pool-1"
    mv "$POOL/pool-1" "$T/away"
    add "The second"
    expect 0 pickup --json
    is "$(value worktree)" "$POOL/pool-2"
    has "$errors" "MC-2: pool-1: its entry in the repository must not be given up"
    rows_are "quarantined|" "SELECT state,ticket_id FROM worktree_slots WHERE slot='pool-1'"
}


@test "a start that fails leaves no branch; one on which something was committed stays" {
    pool_of 1 "{\"workspace\":{\"hooks\":{\"before_run\":[\"/bin/sh\",\"-c\",\"exec /bin/sh \$HOME/hook\"]}},
        \"retry\":{\"backoff_s\":0}}"
    echo 'exit 1' >"$T/hook"
    add "The first"
    expect 69 pickup
    slot_is 1 free
    is "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/heads)" refs/heads/main
    rows_are "1|" "SELECT count(*),branch FROM runs"
    echo 'git commit -q --allow-empty -m "By the hook"; exit 1' >"$T/hook"
    sleep 1
    expect 69 pickup
    slot_is 1 free
    is "$(git_in "$REPO" log --format=%s -1 "$(branch_of 1)")" "By the hook"
    echo 'exit 0' >"$T/hook"
    sleep 1
    expect 0 pickup
    wait_for reaches 1 in_review
    is "$(git_in "$POOL/pool-1" log --format=%s -1)" "By the hook"
    done_with 1
    is "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/heads | wc -l)" 3
}

@test "a ticket's branch that a person has checked out is no base" {
    pool_of 1 '{}' 'echo work >work; git add work; git commit -qm "The work"'
    add "The first"
    expect 0 pickup
    done_with 1
    git_in "$REPO" checkout -q "$(branch_of 1)"
    add "The second"
    expect 0 pickup
    is "$errors" ""
    rows_are "main|$(git_in "$REPO" rev-parse main)" "SELECT base,base_commit FROM runs WHERE ticket_id=2"
    done_with 2
    rows "DELETE FROM settings WHERE key='base:default'"
    add "The third"
    expect 69 pickup
    has "$errors" "HEAD of $REPO is on $(branch_of 1), a ticket's own branch"
    has "$errors" 'set "base"'
}

@test "a ticket that has worked in a workspace waits for it when it is taken out of the configuration" {
    pool_of 1
    add "The first"
    expect 0 pickup
    done_with 1
    configure '{"profiles":{"demo":{"first_turn":"argv"}}}' --busy 0
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    has "$errors" "MC-1: it can never be picked up: workspace default is not configured"
    expect 0 pickup
    is "$errors" ""
    expect 78 pickup --ticket MC-1
    has "$errors" "workspace default is not configured"
    rows_are todo "SELECT status FROM tickets WHERE id=1"
    [ ! -e "$STATE/work/MC-1" ]
}

# changed FILTER: the configuration, by jq.
changed() {
    jq --arg repo "$T/elsewhere" "$1" "$CONFIG" >"$CONFIG.new"
    mv "$CONFIG.new" "$CONFIG"
    chmod 600 "$CONFIG"
}

@test "a workspace under another name: what was done in its repository is gone on with, what is elsewhere is named" {
    # shellcheck disable=SC2016
    pool_of 1 '{}' '[ -e new ] || { echo more >>README; echo new >new; git add new; }'
    add "The first"
    expect 0 pickup
    done_with 1
    FIRST=$(branch_of 1)
    changed '.workspaces={other:.workspace} | del(.workspace)'
    ticket reopen MC-1 >/dev/null
    ticket edit MC-1 --workspace other >/dev/null
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    is "$(git_in "$STATE/pool/other/pool-1" status --porcelain)" "$(printf ' M README\nA  new')"
    done_with 1
    repository "$T/elsewhere"
    changed '.workspaces={third:(.workspaces.other+{repo:$repo})}'
    FIRST=$(branch_of 1)
    ticket reopen MC-1 >/dev/null
    ticket edit MC-1 --workspace third >/dev/null
    expect 0 pickup
    has "$errors" "MC-1: What it did before is on branch $FIRST in workspace other: this run starts without it."
    wait_for reaches 1 in_review
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind' AND body LIKE 'What it did before is on %'"
    grep -rqF "this run starts without it." "$STATE/run" # its prompt
}

# goes_back [SCRIPT]: MC-1 has a commit on its first branch; its second run does SCRIPT, commits on that one, and its
# slot is given back.
goes_back() {
    # shellcheck disable=SC2016
    pool_of 1 '{}' 'echo $MC_RUN >work; git add work; git commit -qm "The first step"'
    add "The first"
    expect 0 pickup
    done_with 1
    FIRST=$(branch_of 1)
    works "$1; git switch -q $FIRST; echo fix >fix; git add fix; git commit -qm 'The fix'"
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    wait_for reaches 1 in_review
    SECOND=$(branch_of 1)
    done_with 1
    works :
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    wait_for reaches 1 in_review
}

@test "an agent that goes back to an earlier branch of its ticket: what it has committed there is gone on with" {
    goes_back :
    is "$(git_in "$POOL/pool-1" log --format=%s)" "$(printf 'The fix\nThe first step\nThe first commit')"
    rows_are "$FIRST" "SELECT branch FROM runs WHERE attempt=2"
    rows_are 0 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind'"
}

@test "an agent that leaves commits on both of its branches: what is only on the earlier one is said" {
    goes_back 'git commit -q --allow-empty -m "The second step"'
    is "$(git_in "$POOL/pool-1" log --format=%s)" "$(printf 'The second step\nThe first step\nThe first commit')"
    is "$(rows "SELECT body FROM ticket_activity WHERE kind='left_behind'")" "pool-1: it was given back on branch $FIRST,\
 which has 1 commit that branch $SECOND, from which the ticket's next run starts, has not"
}
