#!/usr/bin/env bats
# Parking for a slot: the tickets in review do not hold the pool (SPEC section 6).
# shellcheck source-path=SCRIPTDIR source=pool.bash disable=SC2016,SC2154
setup() {
    load pool
}

teardown() {
    world_end
}

# parking_world SIZE [DEMO-OPTION …]: agents commit a file, leave another uncommitted, then end their turn with REVIEW,
# or QUESTION where that is among the options.
parking_world() {
    local size=$1
    shift
    pool_world "$size"
    works 'export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a
        echo "$MC_TICKET" >"done-$RANDOM"; git add -A; git commit -qm "work of $MC_TICKET"; echo half >"half-$MC_TICKET"
        '"$MC_BIN/mc-ticket signal ${WORD:-REVIEW}"' "look at $MC_TICKET"'
    works_settings "$size" '{}' --no-signal "$@"
}

# healed_pairs: rule and ticket of each, on one line.
healed_pairs() {
    healed | cut -d ' ' -f 1,2 | paste -sd , | sed 's/,/, /g'
}

@test "three in review hold three slots: the fourth starts within one pickup, the rejected one goes on from its work" {
    local before branch
    parking_world 3
    before=$(main_digest)
    rest 1 in_review
    rest 2 in_review
    rest 3 in_review
    branch=$(branch_of 1)
    add "ticket 4"
    expect 0 pickup --dry-run --json
    has "$(value plan)" '{"step":"park","ticket":"MC-1",'
    has "$(value plan)" '{"step":"claim","ticket":"MC-4",'
    inventory "$T/before"
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)$errors" "dispatched MC-4"
    is "$(healed_pairs)" "parked MC-1, slot_leak MC-1"
    agree
    nothing_lost "$T/before"
    status_is 1 in_review
    has "$(ticket show MC-1)" "its work stays on branch $branch; mc-ticket reject MC-1 TEXT goes to a new run"
    wait_for rests 4 in_review
    # The pool is full again: who was rejected has MC-2 make room.
    expect 0 ticket reject MC-1 "once more"
    expect 0 pickup --json
    is "$(value ticket) $(healed_pairs)$errors" "MC-1 parked MC-2, slot_leak MC-2"
    agree
    wait_for rests 1 in_review
    is "$(git_in "$(slot_of 1)" log --format=%s | sort | uniq -c | tr -s ' ' | tr '\n' ',')" \
        " 1 The first commit, 2 work of MC-1,"
    is "$(git_in "$(slot_of 1)" show --stat --format= HEAD | grep -c half-MC-1)" 1
    main_untouched "$before"
}

@test "the prompt of the rejected one: its branch, its work put back, the story, the remark" {
    parking_world 1
    rest 1 in_review
    rest 2 in_review
    ticket reject MC-1 "the roof leaks" >/dev/null
    expect 0 pickup
    wait_for rests 1 in_review
    has "$(cat "$LOG.turn-1")" "You work in a git worktree of your own: the directory that you were started in, with the branch $(branch_of 1) (it starts from main). Commit your work there."
    has "$(cat "$LOG.turn-1")" "
What was left uncommitted by the run before stands in the working tree.

An agent has worked on this ticket before"
    has "$(cat "$LOG.turn-1")" "
It delivered its work with these words:

> look at MC-1

What people say goes along with this text.

the roof leaks

When"
}

@test "one that asked is parked, and its answer goes to a new run on its branch" {
    WORD=QUESTION
    parking_world 1
    rest 1 needs_input
    rest 2 needs_input
    is "$(parked)" "1 "
    expect 0 ticket answer MC-1 "tile"
    is "$output" "MC-1 needs_input -> todo, its agent was parked: a new run goes on from its work, with the answer"
    expect 0 pickup --json
    is "$(value ticket)$errors" MC-1
    wait_for rests 1 needs_input
    has "$(cat "$LOG.turn-1")" "It stopped to ask a person:

> look at MC-1"
    is "$(git_in "$(slot_of 1)" log --format=%s main.. | wc -l)" 2
    agree
}

@test "nobody rests in that workspace: the ticket waits; of another workspace nobody is parked for it" {
    pool_world 1 "{\"workspaces\": {\"web\": {\"repo\": \"$T/web\", \"size\": 1}}}"
    repository "$T/web"
    pool_settings 1 "{\"workspaces\": {\"web\": {\"repo\": \"$T/web\", \"size\": 1}}}" --busy 0 --signal REVIEW
    add one --workspace web
    expect 0 pickup --json
    wait_for rests 1 in_review
    pool_settings 1 "{\"workspaces\": {\"web\": {\"repo\": \"$T/web\", \"size\": 1}}}" --hold "$T/never"
    add two --workspace default
    expect 0 pickup --json
    wait_for has_events prompt 2
    add three --workspace default
    expect 0 pickup --json
    is "$(value outcome) $(value reason) $(parked)$errors" "idle pool "
    # The other workspace goes on, and makes room for its own.
    add four --workspace web --priority low
    expect 0 pickup --json
    is "$(value ticket) $(parked)$errors" "MC-4 1 "
}

@test "who waits for a slot before the ticket that could be claimed gets it" {
    pool_world 1 "{\"workspaces\": {\"web\": {\"repo\": \"$T/web\", \"size\": 1}}}"
    repository "$T/web"
    pool_settings 1 "{\"workspaces\": {\"web\": {\"repo\": \"$T/web\", \"size\": 1}}}" --busy 0 --signal REVIEW
    add one --workspace web
    expect 0 pickup
    wait_for rests 1 in_review
    add two --workspace default --priority low
    add three --workspace web --priority critical
    expect 0 pickup --json
    is "$(value ticket) $(parked)$errors" "MC-3 1 "
    expect 0 pickup --json
    is "$(value ticket)$errors" "MC-2"
}

@test "a named ticket whose pool is full makes room; on a paused board nobody is ended for it" {
    parking_world 1
    rest 1 in_review
    add "ticket 2"
    rows "INSERT INTO settings(key,value) VALUES('paused','lunch')"
    expect 75 pickup --ticket MC-2 --json
    is "$(value reason) $(parked)" "paused "
    rows "DELETE FROM settings WHERE key='paused'"
    expect 0 pickup --ticket MC-2 --json
    is "$(value outcome) $(value error) $(parked)$errors" "dispatched null 1 "
    agree
}

@test "its pickup is killed at the intent, and after the end: the next gives the slot back and goes on" {
    parking_world 1 --ignore-term
    rest 1 in_review
    add "ticket 2"
    pickup >/dev/null 2>&1 &
    wait_for rows_are intent "SELECT state FROM effects WHERE kind='kill'"
    kill -KILL "$(pgrep -P $! mc-pickup || echo $!)"
    wait $! || true
    slay "$(agents)"
    expect 0 pickup --json
    status_is 1 in_review
    is "$(value ticket) $(healed_pairs)" "MC-2 orphan MC-1, slot_leak MC-1"
    agree
    has "$(ticket list)" " parked; look at MC-1"
    expect 0 ticket reject MC-1 "again"
    has "$output" "its agent was parked: a new run goes on from its work"
}

@test "for people: sentences of what would be done, and of what was" {
    parking_world 1
    rest 1 in_review
    add "ticket 2"
    expect 0 pickup --dry-run
    is "$errors" ""
    has "$output" "would park MC-1: "
    has "$output" "would prepare MC-2: slot pool-1 ($POOL/pool-1), branch mc-2-ticket-2-"
    no has "$output" "after a turn" # neither hook nor push
    expect 0 pickup -v
    has "$errors$output" "MC-1: its agent is parked, so that MC-2 can start; it stays in_review"
    has "$errors$output" "MC-1: pool-1 is free again, what was not committed in it is kept"
    no has "$errors$output" "slot_leak"
    wait_for rests 2 in_review
    rows "UPDATE runs SET owes=1 WHERE ended_at IS NULL"
    mkdir "$T/hooks"
    printf '#!/bin/sh\n' >"$T/hooks/after"
    chmod 755 "$T/hooks/after"
    pool_settings 1 '{"workspace": {"push": "origin", "hooks": {"after_run": ["'"$T/hooks/after"'"]}}}'
    expect 0 pickup --dry-run
    has "$output" "would run after_run and push for MC-2, whose turn is over"
    ticket approve MC-2 >/dev/null 2>&1
    add "ticket 3"
    expect 0 pickup --dry-run
    has "$output" "would give back pool-1 of MC-2, and keep what is not committed in it"
    has "$output" "would prepare MC-3: slot pool-1 ($POOL/pool-1)"
}

@test "a repository that is not there is said by a dry run" {
    pool_world 1
    add one
    expect 0 pickup --dry-run
    is "$errors" ""
    rm -rf "$REPO/.git"
    expect 0 pickup --dry-run
    is "$errors" "mc-pickup: MC-1: this would fail: $REPO is no git repository; mend \"repo\" of workspace default"
    rm -rf "$REPO"
    expect 0 pickup --dry-run
    has "$errors" "this would fail: $REPO is no git repository, nothing is there; mend"
}

@test "one in whose slot a person works is passed over; its agent's own processes do not count" {
    local shell
    parking_world 2
    rest 1 in_review
    rest 2 in_review
    (cd "$(slot_of 1)" && exec setsid -w sleep 100 3>&- >"$T/shell" 2>&1) &
    shell=$!
    wait_for works_in "$(slot_of 1)" sleep
    add "ticket 3"
    expect 0 pickup --json
    is "$(value ticket) $(healed_pairs)$errors" "MC-3 parked MC-2, slot_leak MC-2"
    is "$(parked)" "2 "
    wait_for rests 3 in_review
    # Nobody else may be parked: the ticket waits, and is told so.
    rows "UPDATE runtime_sessions SET status='running' WHERE ticket_id=3"
    add "ticket 4"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "idle pool"
    kill "$shell" "$(pgrep -P "$shell")" 2>/dev/null || true
    wait "$shell" || true
    expect 0 pickup --json
    is "$(value ticket) $(healed_pairs)$errors" "MC-4 parked MC-1, slot_leak MC-1"
}

@test "nobody is parked whose slot would not come back: half a merge in it, a clone, one beyond size" {
    parking_world 4
    rest 1 in_review
    rest 2 in_review
    rest 3 in_review
    rest 4 in_review
    git_in "$(slot_of 1)" update-ref MERGE_HEAD HEAD
    git init -q "$(slot_of 2)/sub"
    works_settings 3 '{}' --no-signal
    rows "UPDATE runtime_sessions SET idle_tick=NULL,last_output_at=last_output_at-1000 WHERE ticket_id=4" # the longest
    add "ticket 5"
    expect 0 pickup --dry-run --json
    has "$(value plan)" '{"step":"park","ticket":"MC-3",'
    expect 0 pickup --json
    is "$(value ticket) $(healed_pairs)$errors" "MC-5 parked MC-3, slot_leak MC-3"
    wait_for rests 5 in_review
    rows "UPDATE runtime_sessions SET status='running' WHERE ticket_id=5"
    add "ticket 6"
    expect 0 pickup --json
    is "$(value outcome) $(value reason) $(healed_pairs)" "idle pool "
    rm -rf "$(slot_of 2)/sub"
    expect 0 pickup --json
    is "$(value ticket) $(healed_pairs)$errors" "MC-6 parked MC-2, slot_leak MC-2"
}

# works_in FOLDER NAME: a process of that name is there.
works_in() {
    local one
    for one in /proc/[0-9]*; do
        [ "$(readlink "$one/cwd" 2>/dev/null)" = "$1" ] && [ "$(cat "$one/comm" 2>/dev/null)" = "$2" ] && return 0
    done
    return 1
}
