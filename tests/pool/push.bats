#!/usr/bin/env bats
# What follows a turn in a worktree: the hook after_run, then the push of its branch; and what a run starts from.
# shellcheck disable=SC2154

setup() {
    load pool
}

teardown() {
    world_end
}

# remote_world JSON-OF-WORKSPACE: a bare origin that has main; the demo agent commits a line each turn.
remote_world() {
    pool_world 1 "{\"workspace\": $1}" --busy 0 --write notes.txt --commit
    git init -q --bare -b main "$T/origin.git"
    git_in "$REPO" remote add origin "$T/origin.git"
    git_in "$REPO" push -q origin main
}

# delivered: ticket 1 has been worked.
delivered() {
    add "Mend the parser" >"$T/key"
    expect 0 pickup
    wait_for reaches 1 in_review
}

remote_has() {
    [ "$(git_in "$T/origin.git" rev-parse -q --verify "refs/heads/$1")" = "$(git_in "$REPO" rev-parse "refs/heads/$1")" ]
}

@test "a turn is followed by its hook, then by the push of its branch alone" {
    remote_world '{"push": "origin", "hooks": {"after_run": ["sh", "-c", "echo $MC_SIGNAL >>said; git add said; git commit -qm hook"]}}'
    local before
    before=$(git_in "$REPO" rev-parse main)
    delivered
    rows_are 1 "SELECT owes FROM runs"
    expect 0 pickup
    is "$output$errors" ""
    rows_are 0 "SELECT owes FROM runs"
    remote_has "$(branch_of 1)"
    is "$(git_in "$T/origin.git" log -1 --format=%s "$(branch_of 1)")" hook
    is "$(git_in "$T/origin.git" show "$(branch_of 1):said")" "$(rows "SELECT substr(body,1,instr(body,' ')-1) FROM ticket_activity WHERE kind='signal'")"
    is "$(git_in "$T/origin.git" for-each-ref --format='%(refname)' | wc -l)" 2
    is "$(git_in "$REPO" rev-parse main)" "$before"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='pushed'"
    expect 0 pickup
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='pushed'"
    agree
}

@test "what a remote refuses is said once, fails nothing, and goes when the slot is given back" {
    remote_world '{"push": "origin"}'
    printf '#!/bin/sh\necho no robots >&2\nexit 1\n' >"$T/origin.git/hooks/pre-receive"
    chmod +x "$T/origin.git/hooks/pre-receive"
    delivered
    expect 0 pickup
    has "$errors" "MC-1: workspace default: push of $(branch_of 1) to origin: origin refused it: "
    has "$errors" "no robots"
    expect 0 pickup
    is "$output$errors" ""
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='push_failed'"
    rows_are in_review "SELECT status FROM tickets"
    rows_are 0 "SELECT count(*) FROM settings WHERE key LIKE 'breaker%'"
    has "$(ticket list)" "not pushed; "
    has "$(ticket page -o -)" "<b>Not pushed:</b> workspace default: push of $(branch_of 1) to origin: "
    rm "$T/origin.git/hooks/pre-receive"
    expect 0 ticket approve MC-1
    # Another pickup is at the hook or the push of that run: nothing is preserved or cleaned under it.
    local lock
    lock=$STATE/run/$(rows "SELECT run_id FROM runs")/after-turn.lock
    flock -o "$lock" sleep 20 3>&- &
    wait_for no flock -n "$lock" true
    expect 0 pickup
    slot_is 1 claimed
    kill $!
    wait $! || true
    expect 0 pickup
    slot_is 1 free
    remote_has "$(branch_of 1)"
    rows_are 0 "SELECT count(*) FROM settings WHERE key LIKE 'push_fails:%'"
}

@test "a pickup that was killed in between has it done again by the next" {
    remote_world '{"push": "origin", "hooks": {"after_run": ["sh", "-c", "echo x >>../hooked; [ -e ../second ] || { touch ../second; kill -KILL $PPID; }"]}}'
    delivered
    expect 137 pickup
    rows_are 1 "SELECT owes FROM runs"
    no remote_has "$(branch_of 1)"
    expect 0 pickup
    rows_are 0 "SELECT owes FROM runs"
    is "$(wc -l <"$POOL/hooked")" 2
    remote_has "$(branch_of 1)"
}

@test "a run starts from what was fetched" {
    remote_world '{"fetch": true}'
    git_in "$T" clone -q origin.git other
    git_in "$T/other" -c user.name=o -c user.email=o commit -q --allow-empty -m news
    git_in "$T/other" push -q origin main
    delivered
    rows_are "origin/main $(git_in "$T/other" rev-parse main)" "SELECT base||' '||base_commit FROM runs"
    is "$(git_in "$REPO" log --format=%s main)" "The first commit"
}

@test "an agent that leads the remote elsewhere has nothing pushed there" {
    remote_world '{"push": "origin"}'
    works "git init -q --bare $T/evil.git; git config remote.origin.pushurl $T/evil.git
        git -c user.name=a -c user.email=a commit -q --allow-empty -m work"
    works_settings 1 '{"workspace":{"push":"origin"}}'
    delivered
    rows_are "origin $T/origin.git" "SELECT value FROM settings WHERE key='remote:default'"
    expect 0 pickup
    has "$errors" "origin leads to $T/evil.git now, and not to $T/origin.git; nothing is pushed there"
    has "$errors" 'set "push_url" of workspace default'
    is "$(git_in "$T/evil.git" for-each-ref)" ""
    expect 0 ticket approve MC-1
    expect 0 pickup
    slot_is 1 free
    has "$errors" "push it by hand: git -C $REPO push origin $(branch_of 1)"
    has "$(ticket show MC-1)" "not pushed workspace default: push of $(branch_of 1): origin leads to"
    has "$(ticket show MC-1 --json)" '"unpushed":"workspace default: push of'
    # Whoever looks at the board alone sees it, too.
    has "$(ticket list)" "not pushed; "
    has "$(ticket health || true)" "push        not with its remote: the branch of MC-1: workspace default: push of $(branch_of 1): "
    has "$(ticket health --json || true)" '"check":"push"'
    has "$(ticket page -o -)" "push:</b> not with its remote: the branch of MC-1: "
    has "$(ticket doctor || true)" "branch of MC-1: is not with its remote: workspace default: push of"
    has "$(ticket doctor || true)" "mc-ticket show MC-1"
    # Mended, it goes after the next push that goes.
    git_in "$REPO" config --unset remote.origin.pushurl
    works "git -c user.name=a -c user.email=a commit -q --allow-empty -m more"
    add "Another"
    expect 0 pickup
    wait_for reaches 2 in_review
    expect 0 pickup
    remote_has "$(branch_of 2)"
    has "$(ticket show MC-2)" "to origin ($T/origin.git)"
    expect 0 pickup
    remote_has "$(branch_of 1)"
    rows_are 0 "SELECT count(*) FROM settings WHERE key LIKE 'unpushed:%'"
    has "$(ticket show MC-1 --json)" '"unpushed":null'
    no grep -q "not pushed" <<<"$(ticket list)"
    no grep -q "not with its remote" <<<"$(ticket health || true; ticket doctor || true)"
}

@test "no turn begins beside the hook of the one before" {
    local hook first
    pool_world 1
    works "echo turn >>$T/order"
    hook="touch $T/hook; while [ -e $T/hold ]; do sleep 0.05; done; echo hook >>$T/order"
    works_settings 1 "{\"workspace\":{\"hooks\":{\"after_run\":[\"/bin/bash\",\"-c\",\"$hook\"]}}}"
    add "A ticket"
    expect 0 pickup
    wait_for reaches 1 in_review
    touch "$T/hold"
    pickup >"$T/first" 2>&1 3>&- &
    first=$!
    wait_for test -e "$T/hook"
    expect 0 ticket reject MC-1 "once more"
    expect 0 pickup
    rows_are "pending|busy" "SELECT status,error FROM ticket_messages WHERE kind='note'"
    rm "$T/hold"
    wait "$first"
    is "$(cat "$T/order")" "$(printf 'turn\nhook')"
    rows "UPDATE ticket_messages SET next_attempt_at=1 WHERE status='pending'"
    expect 0 pickup
    wait_for reaches 1 in_review
    is "$(cat "$T/order")" "$(printf 'turn\nhook\nturn')"
}
