#!/usr/bin/env bats
# The clerk of these tests sees what it is there to see.

setup() {
    load pool
    pool_world
    git_in "$REPO" worktree add -q --detach "$POOL/pool-1" main
}

teardown() {
    world_end
}

RUN=0123456789abcdef0123456789abcdef

# wrong TEXT: agree says it.
wrong() {
    no agree 2>"$T/wrong"
    has "$(cat "$T/wrong")" "$1"
}

@test "rows and worktrees" {
    add "A ticket"
    wrong "no row has it"
    rows "INSERT INTO worktree_slots(host,slot,workspace,number,path,state) VALUES('h','pool-1','default',1,'$POOL/pool-1','free')"
    agree
    git_in "$POOL/pool-1" switch -q -c mine
    wrong "holds refs/heads/mine"
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) VALUES('$RUN',1,1,'h',1)"
    rows "UPDATE worktree_slots SET state='claimed',ticket_id=1,run_id='$RUN',branch='other'"
    wrong "the row says other, git refs/heads/mine"
    rows "UPDATE worktree_slots SET branch='mine'"
    agree
    rm -rf "$POOL/pool-1"
    wrong "it is not there"
}

crowded() {
    [ -n "$(agents | tail -n +2)" ]
}

@test "agents" {
    add "A ticket"
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) VALUES('$RUN',1,1,'h',1)"
    rows "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id) VALUES('h','pool-1','default',1,'$POOL/pool-1','claimed',1,'$RUN')"
    (cd "$REPO" && exec env -i MC_DB="$MC_DB" MC_RUN=$RUN sleep 100 3>&-) &
    wait_for populated
    wrong "of run $RUN is in $REPO"
    kill -KILL $!
    wait $! || true
    (cd "$POOL/pool-1" && exec env -i MC_DB="$MC_DB" MC_RUN=$RUN sleep 100 3>&-) &
    wait_for populated
    agree
    (cd "$POOL/pool-1" && exec env -i MC_DB="$MC_DB" MC_RUN=other sleep 100 3>&-) &
    wait_for crowded
    wrong "has the living runs"
}

@test "a lost version of a file, and a checkout that was touched" {
    local before
    before=$(main_digest)
    echo new >"$POOL/pool-1/new"
    inventory "$T/before"
    git_in "$POOL/pool-1" add new
    git_in "$POOL/pool-1" stash -q
    nothing_lost "$T/before"
    git_in "$POOL/pool-1" stash drop -q
    no nothing_lost "$T/before"
    git_in "$POOL/pool-1" switch -q -c mine
    main_untouched "$before"
    chmod 644 "$REPO/src/run.sh"
    no main_untouched "$before"
}
