#!/usr/bin/env bats
# A slot from its claim to its next ticket: made ready, worked in, given back, and what was left in it handed on.
# shellcheck disable=SC2154

setup() {
    load pool
}

teardown() {
    world_end
}

@test "an agent works on a branch of its own in its slot, and the slot goes to the next ticket" {
    local before branch
    pool_of 1 '{}' 'echo work >work; git add work; git commit -qm "The work"'
    before=$(main_digest)
    add "Fix the login"
    expect 0 pickup --json
    is "$errors" ""
    is "$(value outcome) $(value worktree)" "dispatched $POOL/pool-1"
    branch=$(value branch)
    has "$branch" "mc-1-fix-the-login-"
    rows_are "claimed|1|$branch" "SELECT state,ticket_id,branch FROM worktree_slots"
    rows_are "$branch|main|$(git_in "$REPO" rev-parse main)|default" \
        "SELECT branch,base,base_commit,workspace FROM runs"
    rows_are "worktree|done|pool-1" "SELECT kind,state,detail FROM effects WHERE kind='worktree'"
    wait_for reaches 1 in_review
    is "$(git_in "$REPO" log --format=%s "$branch")" "$(printf 'The work\nThe first commit')"
    main_untouched "$before"
    agree
    ticket approve MC-1 >/dev/null
    expect 0 pickup --json
    is "$errors" ""
    has "$(healed)" "slot_leak MC-1 pool-1 free"
    rows_are "free||" "SELECT state,run_id,branch FROM worktree_slots"
    is "$(git_in "$POOL/pool-1" rev-parse --abbrev-ref HEAD)" HEAD
    is "$(git_in "$REPO" rev-parse --verify -q "$branch")" "$(git_in "$POOL/pool-1" rev-parse HEAD)"
    add "Another"
    expect 0 pickup --json
    is "$(value worktree)" "$POOL/pool-1"
    rows_are "$(git_in "$REPO" rev-parse main)" "SELECT base_commit FROM runs WHERE ticket_id=2"
    wait_for reaches 2 in_review
    is "$(git_in "$POOL/pool-1" log --format=%s "$(branch_of 2)")" "$(printf 'The work\nThe first commit')"
    main_untouched "$before"
    agree
}

@test "uncommitted work is kept when the slot is given back, and the ticket's next run starts with it" {
    local first second
    # shellcheck disable=SC2016
    pool_of 1 '{}' '[ "$(git log --format=%s -1)" = "Some work" ] || { echo one >new; printf "more\n" >>README; git add README; rm src/run.sh
        mkdir build; echo cache >build/cache; echo kept >kept; git add kept; git commit -qm "Some work" kept; }'
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    first=$(branch_of 1)
    git_in "$POOL/pool-1" status --porcelain >"$T/left"
    inventory "$T/before"
    ticket approve MC-1 >/dev/null
    expect 0 pickup --json
    is "$errors" ""
    has "$(healed)" "slot_leak MC-1 pool-1 free, its work kept"
    is "$(git_in "$POOL/pool-1" status --porcelain)" ""
    is "$(cat "$POOL/pool-1/build/cache")" cache
    rows_are "$(git_in "$REPO" rev-parse "refs/mc/preserved/MC-1/$(rows "SELECT run_id FROM runs")")" \
        "SELECT preserved FROM runs"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='preserved'")" "refs/mc/preserved/MC-1/"
    nothing_lost "$T/before"
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    second=$(rows "SELECT branch FROM runs WHERE preserved IS NULL")
    [ "$second" != "$first" ]
    is "$(git_in "$REPO" rev-parse "$second")" "$(git_in "$REPO" rev-parse "$first")"
    is "$(git_in "$POOL/pool-1" status --porcelain)" "$(cat "$T/left")"
    agree
}

@test "a retried ticket goes on from its own branch; one whose branch has nothing starts at the base" {
    pool_of 1 '{}' 'echo $RANDOM >>work; git add work; git commit -qm "A step"'
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    wait_for reaches 1 in_review
    is "$(git_in "$POOL/pool-1" log --format=%s | head -2)" "$(printf 'A step\nA step')"
    works :
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    add "The second"
    expect 0 pickup
    wait_for reaches 2 in_review
    git_in "$REPO" commit -q --allow-empty -m "Main goes on"
    ticket approve MC-2 >/dev/null
    ticket reopen MC-2 >/dev/null
    expect 0 pickup
    wait_for reaches 2 in_review
    is "$(git_in "$POOL/pool-1" log --format=%s -1)" "Main goes on"
    agree
}

@test "hooks: a new slot, before each run, before it is cleaned; one that fails gives the slot back, counted" {
    pool_world 1
    printf '#!/bin/sh\necho "$0 $MC_TICKET $MC_BRANCH $PWD" >>%s/hooked\n[ ! -e %s/fail."${0##*/}" ]\n' "$T" "$T" \
        >"$T/after_create"
    chmod 755 "$T/after_create"
    cp "$T/after_create" "$T/before_run"
    cp "$T/after_create" "$T/before_remove"
    pool_settings 1 "{\"workspace\":{\"hooks\":{\"after_create\":[\"$T/after_create\"],
        \"before_run\":[\"$T/before_run\"],\"before_remove\":[\"$T/before_remove\"]}}}"
    : >"$T/fail.after_create"
    add "The first"
    expect 69 pickup --json
    is "$(value reason)" workspace_failed
    one_line
    has "$errors" after_create
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    rows_are "free" "SELECT state FROM worktree_slots"
    rm "$T/fail.after_create"
    expect 0 pickup
    wait_for reaches 1 in_review
    is "$(cut -d' ' -f1,2,4 "$T/hooked" | sed "s|$T/||g")" "$(printf '%s\n' "after_create MC-1 state/pool/default/pool-1" \
        "before_remove MC-1 state/pool/default/pool-1" "after_create MC-1 state/pool/default/pool-1" \
        "before_run MC-1 state/pool/default/pool-1")"
    : >"$T/fail.before_remove"
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    has "$errors" before_remove
    slot_is 1 free
    : >"$T/hooked"
    : >"$T/fail.before_run"
    add "The second"
    expect 69 pickup
    has "$errors" before_run
    is "$(cut -d' ' -f1 "$T/hooked" | sed "s|$T/||g")" "$(printf 'before_run\nbefore_remove')"
    slot_is 1 free
    agree
}

@test "a pickup that died while it made a slot ready: the ticket goes back uncounted, the slot is given back" {
    pool_of 1
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    add "The second"
    died_making 2
    inventory "$T/before"
    expect 0 pickup --json
    is "$errors" ""
    has "$(healed)" "abandoned_claim MC-2 in_progress todo"
    has "$(healed)" "half_slot MC-2 pool-1 free, its work kept"
    is "$(value outcome) $(value worktree)" "dispatched $POOL/pool-1"
    is "$(git_in "$REPO" for-each-ref --format='%(refname)' refs/mc/halves)" \
        "refs/mc/halves/MC-2/$dead-1"
    [ ! -e "$POOL/pool-1/half" ]
    rows_are "0" "SELECT attempts FROM tickets WHERE id=2"
    nothing_lost "$T/before"
    agree
}

@test "a prompt that was handed out in a slot does not reach the next ticket, and is no work of anybody's" {
    pool_of 1 '{"prompt_inline_max":200}'
    add "The first" --body "$(printf 'long %.0s' {1..200})"
    expect 0 pickup
    wait_for reaches 1 in_review
    [ -n "$(ls "$POOL/pool-1/.mc-pickup"/prompt-*)" ]
    ticket approve MC-1 >/dev/null
    expect 0 pickup --json
    has "$(healed)" "slot_leak MC-1 pool-1 free"
    no has "$(healed)" kept
    is "$(ls "$POOL/pool-1/.mc-pickup")" ""
    # a .gitignore of the repository's own stays, and hides no prompt
    mkdir "$REPO/.mc-pickup"
    echo '!*' >"$REPO/.mc-pickup/.gitignore"
    git_in "$REPO" add -A
    git_in "$REPO" commit -qm "Its own"
    add "The second" --body "$(printf 'long %.0s' {1..200})"
    rm "$POOL/pool-1/.mc-pickup/.gitignore"
    expect 0 pickup
    wait_for reaches 2 in_review
    has "$(git_in "$POOL/pool-1" status --porcelain)" '?? .mc-pickup/prompt-'
    is "$(cat "$POOL/pool-1/.mc-pickup/.gitignore")" '!*'
    ticket approve MC-2 >/dev/null
    expect 0 pickup --json
    has "$(healed)" "slot_leak MC-2 pool-1 free"
    no has "$(healed)" kept
    is "$(ls -A "$POOL/pool-1/.mc-pickup")" .gitignore
}

@test "a process in a slot that is to be given back: said once, tried again, freed when it has gone" {
    local pid
    pool_of 2
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    (cd "$POOL/pool-1" && exec sleep 1000 3>&-) &
    pid=$!
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    one_line
    has "$errors" "MC-1: pool-1: a process works in it, pid $pid (sleep)"
    slot_is 1 claimed
    expect 0 pickup
    is "$errors" ""
    add "The second"
    expect 0 pickup --json
    is "$(value worktree)" "$POOL/pool-2"
    kill "$pid"
    wait "$pid" || true
    expect 0 pickup
    slot_is 1 free
    rows_are "" "SELECT note FROM worktree_slots WHERE slot='pool-1'"
}

@test "somebody is at it: the slot is left alone, given back by the next pickup" {
    pool_of 1
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    exec 7>"$POOL/.pool-1.lock"
    flock -x 7
    expect 0 pickup
    is "$errors" ""
    slot_is 1 claimed
    exec 7>&-
    expect 0 pickup
    slot_is 1 free
}

@test "git is still at work in the slot that was taken: another one is, and none is set aside" {
    pool_of 2
    mkdir -p "$POOL"
    chmod 700 "$STATE/pool" "$POOL"
    exec 7>"$POOL/.pool-1.lock"
    flock -x 7
    add "The first"
    expect 0 pickup --json
    is "$(value outcome) $(value worktree)" "dispatched $POOL/pool-2"
    is "$errors" ""
    slot_is 1 free
    pool_settings 1
    wait_for reaches 1 in_review
    add "The second"
    expect 75 pickup --json
    is "$(value outcome) $(value reason)" "deferred pool"
    rows_are "todo|0" "SELECT status,attempts FROM tickets WHERE id=2"
    slot_is 1 free
    exec 7>&-
    expect 0 pickup
}

@test "what is set aside is told to notify, in the story and by the row" {
    # shellcheck disable=SC2016
    pool_of 1 '{"notify":["/bin/sh","-c","cat >>told"],"notify_on":["quarantined"]}' \
        'git switch -q -c elsewhere; echo x >x'
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup --json
    one_line
    has "$errors" "MC-1: pool-1: it is on a branch that is none of its ticket's, 1 untracked, branch elsewhere"
    has "$errors" "git -C $POOL/pool-1 status"
    has "$errors" "mc-ticket pool release pool-1"
    has "$(healed)" "slot_leak MC-1 pool-1 quarantined"
    rows_are "quarantined|1" "SELECT state,ticket_id FROM worktree_slots"
    is "$(rows "SELECT body FROM ticket_activity WHERE kind='quarantined'")" "$(slot 1 note)"
    wait_for test -s "$STATE/told"
    has "$(cat "$STATE/told")" '"event":"quarantined"'
    has "$(cat "$STATE/told")" '"status":"done"'
    expect 0 pickup
    is "$errors$output" ""
    is "$(cat "$POOL/pool-1/x")" x
}

@test "two boards never share a pool" {
    pool_world 1 "{\"workspace\":{\"pool\":\"$(mktemp -d "${MC_WORLDS:-/tmp}/mcp.XXXXXX")\"}}"
    POOL=$("$MC_PYTHON" -S -c 'import json, sys; print(json.load(open(sys.argv[1]))["workspace"]["pool"])' "$CONFIG")
    chmod 700 "$POOL"
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket export -o "$T/first" >/dev/null
    MC_DB=$STATE/other.db
    init
    add "Of another board"
    expect 69 pickup
    one_line
    has "$errors" "the pool $POOL belongs to another board"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    rows_are "free" "SELECT state FROM worktree_slots"
    # One that takes the first one's place has its name.
    mkdir "$T/aside"
    mv "$STATE"/board.db* "$T/aside"
    MC_DB=$STATE/board.db
    expect 0 ticket init
    has "$output" "the pool $POOL belongs to another board ($POOL/.board); where that one's export comes onto this one, mc-ticket import --restore puts it right, and the pool stays; "
    ticket import --restore "$T/first" >/dev/null
    expect 0 ticket approve MC-1
    expect 0 pickup
    slot_is 1 free
    rm -rf "$POOL"
}

@test "a session without a row is taken up again in its slot" {
    pool_world 1 '{}' --busy 600000
    add "The first"
    expect 0 pickup
    rows "DELETE FROM runtime_sessions"
    expect 0 pickup --json
    has "$(healed)" "lost_row MC-1"
    rows_are "$POOL/pool-1" "SELECT cwd FROM runtime_sessions"
    agree
}

@test "only healing: a slot that is left is given back all the same; a dry run says so and does nothing" {
    pool_of 1
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup --heal-only
    slot_is 1 free
    rows "UPDATE worktree_slots SET state='claimed',ticket_id=1,run_id=(SELECT run_id FROM runs),branch='x'"
    expect 0 pickup --dry-run
    has "$output" "would give back pool-1 of MC-1, and keep what is not committed in it"
    slot_is 1 claimed
}

@test "a dry run counts the slot that healing would give back" {
    pool_world 2 '{}' --busy 600000
    add "The first"
    add "The second"
    expect 0 pickup
    expect 0 pickup
    add "The third"
    expect 75 pickup --ticket MC-3 --dry-run
    has "$errors" "every slot of workspace default is taken"
    slay "$(rows "SELECT pid FROM runtime_sessions WHERE ticket_id=2")"
    expect 0 pickup --ticket MC-3 --dry-run
    is "$errors" ""
    has "$output" "would heal MC-2 (worker_died): "
    has "$output" "would give back pool-2 of MC-2, and keep what is not committed in it"
    has "$output" "would prepare MC-3: slot pool-2 ($POOL/pool-2)"
    expect 0 pickup --dry-run
    has "$output" "would prepare MC-3: slot pool-2 ($POOL/pool-2)"
    slot_is 2 claimed
    expect 0 pickup --ticket MC-3
    rows_are "$POOL/pool-2" "SELECT cwd FROM runtime_sessions WHERE ticket_id=3"
    slot_is 2 claimed
}

@test "what a run owes for its last turn is done before its slot is given back" {
    pool_world 1
    printf '#!/bin/sh\necho "$MC_TICKET $MC_SIGNAL $PWD" >>%s/hooked\necho of the hook >hooked\n' "$T" >"$T/after_run"
    chmod 755 "$T/after_run"
    git_in "$T" init -q --bare remote.git
    git_in "$REPO" remote add origin "$T/remote.git"
    works 'echo work >work; git add work; git commit -qm "The work"'
    works_settings 1 "{\"workspace\":{\"push\":\"origin\",\"hooks\":{\"after_run\":[\"$T/after_run\"]}}}"
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup --json
    is "$errors" ""
    has "$(healed)" "slot_leak MC-1 pool-1 free, its work kept"
    is "$(cat "$T/hooked")" "MC-1 DONE $POOL/pool-1"
    is "$(git_in "$REPO" show "$(rows "SELECT preserved FROM runs"):hooked")" "of the hook"
    is "$(git_in "$T/remote.git" log --format=%s -1 "$(branch_of 1)")" "The work"
    rows_are "0" "SELECT owes FROM runs"
    slot_is 1 free
}

@test "a ticket that waits takes the slot of the agent at rest longest, in the same pickup" {
    pool_of 1 '{}' 'echo mine >mine'
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    wait_for rows_are idle "SELECT status FROM runtime_sessions"
    inventory "$T/before"
    add "The second"
    expect 0 pickup --json
    is "$(value outcome) $(value ticket) $(value worktree)" "dispatched MC-2 $POOL/pool-1"
    has "$(healed)" "slot_leak MC-1 pool-1 free, its work kept"
    status_is 1 in_review
    nothing_lost "$T/before"
    wait_for reaches 2 in_review
    wait_for rows_are 2 "SELECT count(*) FROM tickets WHERE status='in_review'"
    ticket reject MC-1 "once more" >/dev/null
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-1"
    wait_for reaches 1 in_review
    is "$(cat "$POOL/pool-1/mine")" mine
    agree
}
