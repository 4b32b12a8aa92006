#!/usr/bin/env bats
# Work goes from one machine to another by git: two machines with a clone each, one board, one bare remote. What
# man/mc-pickup-hosts.7 has a person do about the rest is done.
# shellcheck disable=SC2154

load one_server

PUSH='{"workspace": {"push": "origin"}}'

setup() {
    load hosts
    load page
    machines
    git init -q --bare -b main "$T/origin.git"
    empty_repository "$T/first"
    git -C "$T/first" push -q "$T/origin.git" main
    ready a
    ready b
    on a ticket init >/dev/null
}

teardown() {
    machines_end
}

# ready NAME [JSON [DEMO-OPTION …]]: a machine with a clone of its own, whose agents write and commit a line each turn. A
# JSON without "push" pushes nothing.
ready() {
    local name=$1 json=${2:-"$PUSH"}
    shift $(($# < 2 ? $# : 2))
    [ $# -gt 0 ] || set -- --busy 0 --write notes.txt --commit
    machine "$name" "{\"linger_s\": 0, \"workspace\": {\"repo\": \"$T/$name/repo\", \"size\": 1},
        \"profiles\": {\"demo\": {\"first_turn\": \"argv\"}}}" "$json" "$@"
    [ -d "$MACHINE/repo" ] || git clone -q "$T/origin.git" "$MACHINE/repo"
    git -C "$MACHINE/repo" config user.name "$name"
    git -C "$MACHINE/repo" config user.email "$name@example.org"
}

# worked NAME: ticket 1 by an agent of this machine, which has come to its end, and what follows a turn has been done.
worked() {
    on "$1" expect 0 pickup
    delivered
}

# delivered: the agent's word has been taken, and what follows a turn done.
delivered() {
    wait_for has_come in_review
    pickup -q
}

has_come() {
    reaches "$1" || {
        pickup -q
        reaches "$1"
    }
}

reaches() {
    [ "$(rows "SELECT status FROM mc_pickup.tickets WHERE id=1")" = "$1" ]
}

slot_of() {
    echo "$(of "$1")/.local/state/mc-pickup/pool/default/pool-1"
}

# rested NAME: its agent is ended, the slot given back.
rested() {
    on "$1" tmux_ends kill-server
    expect 0 pickup
    expect 0 pickup
    is "$(rows "SELECT state FROM mc_pickup.worktree_slots WHERE host='$1'")" free
}

branch() {
    rows "SELECT branch FROM mc_pickup.runs WHERE branch IS NOT NULL ORDER BY started_at DESC LIMIT 1"
}

# left_behind: what the story says of what is missing.
left_behind() {
    rows "SELECT body FROM mc_pickup.ticket_activity WHERE kind='left_behind' ORDER BY id DESC LIMIT 1"
}

the_remote() {
    git -C "$T/origin.git" "$@"
}

@test "a ticket's next run on another machine goes on from its commits and from what was not committed" {
    local first
    on a add "Mend the parser"
    worked a
    first=$(branch)
    echo loose >"$(slot_of a)/loose.txt"
    rested a
    is "$(the_remote for-each-ref --format='%(refname)' | sort | tr '\n' ' ')" \
        "refs/heads/main refs/heads/$first refs/heads/$first-kept "
    # A person on the other machine sees all of it.
    on b expect 0 ticket show MC-1
    has "$output" "branch     $first from main (it is on host a, and was not fetched: mc-ticket diff does that)"
    has "$output" "has what was not committed when its slot was given back on host a"
    expect 0 ticket diff MC-1
    has "$output" "+MC-1 turn 1: Mend the parser"
    has "$output" "+loose"
    no has "$output" "not here"
    ticket reject MC-1 more >/dev/null
    worked b
    is "$(rows "SELECT host||' '||attempt FROM mc_pickup.runs ORDER BY started_at DESC LIMIT 1")" "b 2"
    is "$(git -C "$(slot_of b)" show "$(branch):notes.txt")" "MC-1 turn 1: Mend the parser
MC-1 turn 1: Mend the parser"
    is "$(cat "$(slot_of b)/loose.txt")" loose
    grep -q "What was left uncommitted by the run before stands in the working tree" "$LOG".turn-*
    is "$(left_behind)" ""
    the_remote merge-base --is-ancestor "$first" "$(branch)"
    # And back: the first machine has the branch of the second one.
    rested b
    on a expect 0 ticket reject MC-1 again
    worked a
    is "$(git -C "$(slot_of a)" show "$(branch):notes.txt" | wc -l)" 3
    (cd "$(of a)/repo" && typed "\$ git push origin --delete" "s/BRANCH/$first/g" | bash -e 2>/dev/null)
    no the_remote rev-parse -q --verify "refs/heads/$first-kept"
}

@test "a run that had nothing to push leaves nothing behind" {
    ready a "$PUSH" --busy 0
    on a add "Look at it"
    worked a
    rested a
    is "$(the_remote for-each-ref --format='%(refname)')" "refs/heads/main"
    has "$(rows "SELECT body FROM mc_pickup.ticket_activity WHERE kind='pushed'")" ": nothing to push: "
    on b expect 0 ticket diff MC-1
    ticket reject MC-1 more >/dev/null
    worked b
    is "$(left_behind)$errors" ""
    is "$(rows "SELECT count(*) FROM mc_pickup.runs WHERE host='b'")" 1
}

@test "what was never pushed is named with its host, and the run starts from its base" {
    printf '#!/bin/sh\necho no robots >&2\nexit 1\n' >"$T/origin.git/hooks/pre-receive"
    chmod +x "$T/origin.git/hooks/pre-receive"
    local first
    on a add "Mend the parser"
    worked a
    first=$(branch)
    echo loose >"$(slot_of a)/loose.txt"
    on a tmux_ends kill-server
    pickup || true
    pickup || true
    rm "$T/origin.git/hooks/pre-receive"
    on b expect 0 ticket diff MC-1
    has "$output" "# not here: Branch $first is not at origin: what was committed on it is on host a alone, never pushed."
    has "$output" "is kept on host a alone, as refs/mc/preserved/MC-1/"
    ticket reject MC-1 more >/dev/null
    expect 0 pickup
    has "$errors" "MC-1: Branch $first is not at origin"
    delivered
    has "$(left_behind)" "on host a alone, never pushed; this run starts from its base. What was not committed ("
    has "$(left_behind)" "and was never pushed to origin; this run starts without it."
    grep -q "Branch $first is not at origin" "$LOG".turn-*
    is "$(git -C "$(slot_of b)" show "$(branch):notes.txt")" "MC-1 turn 1: Mend the parser"
}

@test "what a person pushes by hand before the next claim is had" {
    ready a '{}'
    on a add "Mend the parser"
    worked a
    echo loose >"$(slot_of a)/loose.txt"
    rested a
    (cd "$(of a)/repo" && typed "\$ git push origin BRANCH" "s/BRANCH/$(branch)/g" \
        "s/RUN/$(rows "SELECT run_id FROM mc_pickup.runs")/" | bash -e 2>/dev/null)
    on b expect 0 ticket reject MC-1 more
    worked b
    is "$(left_behind)" ""
    is "$(git -C "$(slot_of b)" show "$(branch):notes.txt" | wc -l) $(cat "$(slot_of b)/loose.txt")" "2 loose"
}

@test "a remote that is dead is named, once for the branch and what was kept" {
    local first
    on a add "Mend the parser"
    worked a
    first=$(branch)
    echo loose >"$(slot_of a)/loose.txt"
    rested a
    git -C "$(of b)/repo" config remote.origin.url http://127.0.0.1:1/gone
    on b expect 0 ticket reject MC-1 more
    expect 0 pickup
    delivered
    has "$(left_behind)" "Branch $first, which host a has worked on, could not be had from origin (fetch of $first from origin: "
    has "$(left_behind)" "as far as can be told without origin; this run starts without it."
    expect 0 ticket show MC-1
}

@test "without push work stays where it was done, and doctor says so" {
    ready a '{}'
    ready b '{}'
    on a add "Mend the parser"
    worked a
    rested a
    has "$(ticket doctor || true)" 'workspace default: has no "push": its work stays on the host where it was done'
    on b expect 0 ticket show MC-1
    has "$output" '(it is on host a alone: the workspace has no "push")'
    ticket reject MC-1 more >/dev/null
    expect 0 pickup
    delivered
    has "$(left_behind)" 'this workspace has no "push": it is on that host alone; this run starts from its base.'
}

@test "a host that is lost leaves its worktree behind; what it had pushed goes on, and the rest follows when it is back" {
    local first second
    on a add "Mend the parser"
    worked a
    first=$(branch)
    echo loose >"$(slot_of a)/loose.txt"
    on b expect 0 ticket show MC-1
    has "$output" "slot       pool-1, $(slot_of a) on host a"
    rows "UPDATE mc_pickup.hosts SET seen_at=seen_at-3600000 WHERE host='a'"
    expect 0 ticket hosts retire a
    ticket reject MC-1 more >/dev/null
    expect 0 pickup
    delivered
    second=$(branch)
    has "$(left_behind)" "Its worktree $(slot_of a) on host a was not given back: what is not committed there, or was not pushed since, is there alone."
    is "$(git -C "$(slot_of b)" show "$second:notes.txt" | wc -l)" 2
    # It comes back with its agent alive.
    on a pickup || true
    wait_for given_back a
    is "$(git -C "$T/origin.git" show "$first-kept:loose.txt")" loose
    is "$(rows "SELECT count(*)||' '||max(host) FROM mc_pickup.runs WHERE outcome='delivered' OR ended_at IS NULL")" "2 b"
    is "$(branch) $(rows "SELECT status FROM mc_pickup.tickets")" "$second in_review"
}

given_back() {
    pickup -q
    [ "$(rows "SELECT state FROM mc_pickup.worktree_slots WHERE host='$1'")" = free ]
}

@test "a slot that goes back pushes what its turn has not" {
    ready a "$PUSH" --busy 0 --no-signal --write notes.txt --commit
    on a add "Mend the parser"
    expect 0 pickup
    wait_for test -e "$(slot_of a)/notes.txt"
    wait_for git -C "$(slot_of a)" rev-parse -q --verify HEAD^
    rm -rf "$(slot_of a)"
    ticket cancel MC-1 >/dev/null
    pickup || true
    pickup || true
    the_remote rev-parse -q --verify "refs/heads/$(branch)"
}
