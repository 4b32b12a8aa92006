#!/usr/bin/env bats
# A slot that is not given back when its ticket's next run starts: what it holds is said then, kept later, and started
# with by the run after that.

setup() {
    load pool
}

teardown() {
    world_end
}

# waits [SCRIPT]: MC-1 has left work uncommitted in pool-1, where a process stands; SCRIPT is what its second run does,
# which is started in pool-2.
waits() {
    # shellcheck disable=SC2016
    pool_of 2 '{}' 'if [ "${PWD##*/}" = pool-1 ]; then echo more >>README; echo new >new; exit; fi; '"${1:-:}"
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    FIRST=$(branch_of 1)
    KEPT=refs/mc/preserved/MC-1/$(rows "SELECT run_id FROM runs")
    (cd "$POOL/pool-1" && exec sleep 1000 3>&-) &
    STANDS=$!
    ticket approve MC-1 >/dev/null
    ticket reopen MC-1 >/dev/null
    expect 0 pickup --json
    is "$(value worktree)" "$POOL/pool-2"
    wait_for reaches 1 in_review
}

goes() {
    kill "$STANDS"
    wait "$STANDS" || true
}

# again: the run after that.
again() {
    ticket approve MC-1 >/dev/null
    ticket reopen MC-1 >/dev/null
    expect 0 pickup --json
    wait_for reaches 1 in_review
}

told() {
    rows "SELECT body FROM ticket_activity WHERE kind='$1' ORDER BY id DESC LIMIT 1"
}

@test "what is in a slot that waits is said; kept when it goes, it is what the run after starts with" {
    waits
    has "$errors" "MC-1: What is not committed in slot pool-1, on branch $FIRST, is not in this run's worktree: "
    is "$(told left_behind)" "What is not committed in slot pool-1, on branch $FIRST, is not in this run's worktree: that\
 slot could not be given back yet; it is kept when the slot is given back, see mc-ticket pool."
    grep -rqF "What is not committed in slot pool-1, on branch $FIRST" "$STATE/run" # its prompt
    goes
    expect 0 pickup
    slot_is 1 free
    has "$(told preserved)" "; a later run has begun without it, and the next one starts with it where the two do not clash"
    expect 0 ticket diff MC-1
    has "$output" "# of an earlier run, kept when this one had begun: git show $KEPT"
    again
    is "$(git_in "$(value worktree)" status --porcelain)" "$(printf ' M README\n?? new')"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind'"
    expect 0 ticket diff MC-1
    no has "$output" "of an earlier run"
    again # once
    is "$(git_in "$(value worktree)" status --porcelain)" "$(printf ' M README\n?? new')"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind'"
}

@test "what clashes with what the run before has committed is named by its ref" {
    waits 'echo other >>README; git commit -qam Other'
    goes
    expect 0 pickup
    again
    is "$(told left_behind)" "What an earlier run had not committed, kept as $KEPT, is not in this run's worktree: git show\
 shows it."
    is "$(git_in "$(value worktree)" log --format=%s -1)" Other
    is "$(git_in "$(value worktree)" status --porcelain)" ""
}

@test "a slot in quarantine: said, and pool release says what it has come to" {
    # shellcheck disable=SC2016
    pool_of 2 '{}' '[ "${PWD##*/}" = pool-2 ] || { echo more >>README; git init -q inner; }'
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    again
    slot_is 1 quarantined
    has "$(told left_behind)" "that slot is in quarantine; it is kept when the slot is given back"
    mv "$POOL/pool-1/inner" "$T/inner"
    expect 0 ticket pool release pool-1
    is "$output" "pool-1 is free; what was not committed in it is kept, and a later run of MC-1 has begun without it:\
 mc-ticket show MC-1"
    again
    is "$(git_in "$(value worktree)" status --porcelain)" " M README"
}

@test "a run that was ended before its agent was started is not the last word" {
    # shellcheck disable=SC2016
    pool_of 2 '{"workspace": {"hooks": {"before_run": ["/bin/sh", "-c", "[ ! -e $HOME/slow ] || . $HOME/slow"]}},
        "retry": {"backoff_s": 0}}' '[ "${PWD##*/}" = pool-2 ] || echo more >>README'
    add "The first"
    expect 0 pickup
    done_with 1
    ticket reopen MC-1 >/dev/null
    # shellcheck disable=SC2016
    echo 'sleep 1000 & echo $! >$HOME/stands; rm $HOME/slow; kill -9 $PPID' >"$T/slow"
    pickup >/dev/null 2>&1 || true
    expect 0 pickup --json
    has "$errors" "pool-1: a process works in it"
    is "$(value worktree)" "$POOL/pool-2"
    wait_for reaches 1 in_review
    is "$(git_in "$POOL/pool-2" status --porcelain)" " M README"
    kill "$(cat "$T/stands")"
    wait_for given_back
    has "$(told preserved)" "; a later run has begun without it, and no agent was started in this one"
    again
    is "$(git_in "$(value worktree)" status --porcelain)" " M README"
    rows_are 0 "SELECT count(*) FROM ticket_activity WHERE kind='left_behind'"
}

given_back() {
    pickup >/dev/null 2>&1
    [ "$(slot 1)" = free ]
}
