#!/usr/bin/env bats
# What a ticket has changed, from rows and a repository made by hand.

RUN=00000000000000000000000000000a0a

setup() {
    load pool
    pool_world
    add "Mend the parser"
    main=$(git_in "$REPO" rev-parse main)
    git_in "$REPO" worktree add -q -b mc-1-x "$POOL/pool-1" main
    tree=$POOL/pool-1
    printf 'a\nb\n' >"$tree/new.c"
    git_in "$tree" add new.c
    git_in "$tree" commit -q -m one
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,workspace,branch,base,base_commit)
          VALUES('$RUN',1,1,'$(hostname)',1,'default','mc-1-x','main','$main')"
    rows "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id,branch,claimed_at)
          VALUES('$(hostname)','pool-1','default',1,'$tree','claimed',1,'$RUN','mc-1-x',1)"
}

teardown() {
    world_end
}

@test "on its branch and in its slot" {
    echo dirt >>"$tree/README"
    echo loose >"$tree/loose.txt"
    expect 0 ticket diff MC-1
    has "$output" "# committed on mc-1-x, from ${main:0:12} to "
    has "$output" ": 1 commit, 1 file, +2 -0"
    has "$output" "+++ b/new.c"
    has "$output" "# not committed in pool-1, $tree: 1 changed, 1 new"
    has "$output" "+dirt"
    has "$output" "# new: loose.txt (6 bytes)"
    expect 0 ticket show MC-1
    has "$output" "branch     mc-1-x from main: 1 commit, 1 file, +2 -0"
    has "$output" "slot       pool-1, $tree"
    expect 0 ticket show MC-1 --json
    is "$(value slots.0.slot) $(value changes.from) $(value changes.added)" "pool-1 $main 2"
}

# The base has moved on, and the branch begins at an older one of its commits: only the ticket's own is shown.
@test "a base that has moved on is none of its changes" {
    echo elsewhere >"$REPO/elsewhere"
    git_in "$REPO" add elsewhere
    git_in "$REPO" commit -q -m elsewhere
    rows "UPDATE runs SET base_commit='$(git_in "$REPO" rev-parse main)'"
    expect 0 ticket diff MC-1
    no has "$output" elsewhere
    has "$output" ": 1 commit, 1 file, +2 -0"
}

@test "an agent's index and its marks are left as they are" {
    git_in "$tree" update-index --assume-unchanged README
    echo dirt >>"$tree/README"
    index=$(sha256sum "$(git_in "$tree" rev-parse --git-path index)")
    expect 0 ticket diff MC-1
    expect 0 ticket show MC-1
    is "$(sha256sum "$(git_in "$tree" rev-parse --git-path index)")" "$index"
}

@test "what was kept of it" {
    echo dirt >>"$tree/README"
    git_in "$tree" commit -qam kept
    rows "UPDATE runs SET preserved='$(git_in "$tree" rev-parse HEAD)'"
    git_in "$tree" reset -q --hard HEAD^
    rows "UPDATE worktree_slots SET state='free',run_id=NULL,ticket_id=NULL,branch=NULL,claimed_at=NULL"
    expect 0 ticket diff MC-1
    has "$output" "# kept when its slot was given back, commit "
    has "$output" "+dirt"
    no has "$output" "# not committed"
    expect 0 ticket diff MC-1 --json
    is "$(value uncommitted)" "[]"
    has "$(value preserved.patch)" "+dirt"
    expect 0 ticket show MC-1
    has "$output" "kept       commit "
}

@test "nothing that a repository says runs, and a terminal is told nothing it would obey" {
    for key in diff.external core.fsmonitor core.hooksPath core.pager diff.bad.textconv diff.bad.command \
        filter.bad.clean filter.bad.smudge; do
        git_in "$REPO" config "$key" "touch $T/ran-$key; cat"
    done
    printf '* diff=bad filter=bad\n' >"$tree/.gitattributes"
    git_in "$REPO" config diff.noprefix true
    git_in "$REPO" config color.ui always
    printf 'x\033]0;owned\007\n' >>"$tree/README"
    for command in "diff MC-1" "diff MC-1 --stat" "show MC-1"; do
        # shellcheck disable=SC2086
        expect 0 ticket $command
        is "$(find "$T" -maxdepth 1 -name 'ran-*')" ""
    done
    expect 0 ticket diff MC-1
    has "$output" "+++ b/README"
    expect 0 bare script -qec "$MC_BIN/mc-ticket diff MC-1" /dev/null
    has "$output" "owned"
    no has "$output" $'\033'
}

@test "a long one on a terminal goes through the pager" {
    printf '#!/bin/sh\ncat >%s/paged\n' "$T" >"$T/pager"
    chmod 755 "$T/pager"
    seq 200 >>"$tree/README"
    extra+=("PAGER=$T/pager")
    on_terminal() {
        expect 0 bare script -qec "stty rows 24 cols 80; $MC_BIN/mc-ticket diff MC-1 $*" /dev/null
    }
    on_terminal --no-pager
    has "$output" "+200"
    expect 0 ticket diff MC-1
    has "$output" "+200"
    [ ! -e "$T/paged" ]
    on_terminal
    no has "$output" "+200"
    has "$(cat "$T/paged")" "# committed on mc-1-x"
    has "$(cat "$T/paged")" "+200"
}

@test "a branch or a repository that is gone is said" {
    git_in "$tree" checkout -q --detach
    git_in "$REPO" branch -qD mc-1-x
    expect 0 ticket show MC-1
    has "$output" "branch     mc-1-x from main (branch mc-1-x is not in $REPO any more)"
    expect 0 ticket diff MC-1
    has "$output" "# committed on mc-1-x; branch mc-1-x is not in $REPO any more"
    mv "$REPO" "$REPO.away"
    expect 0 ticket show MC-1
    has "$output" "story"
    expect 69 ticket diff MC-1
    one_line
}
