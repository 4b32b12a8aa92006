#!/usr/bin/env bats
# What the board and the configuration say of workspaces, where no agent is started.

setup() {
    load pool
    # shellcheck source=../queue/queue.bash
    . "$BATS_TEST_DIRNAME/../queue/queue.bash"
}

teardown() {
    world_end
}

# seed N STATE: the row of a slot of the default pool, of the newest ticket and a run of it that has ended.
seed() {
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome)
        SELECT printf('%032d',(SELECT count(*) FROM runs)),max(id),1,'here',1,1,'failed' FROM tickets"
    rows "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id)
        SELECT 'here','pool-$1','default',$1,'$POOL/pool-$1','$2',ticket_id,max(run_id) FROM runs"
}

@test "a pool without a free slot: idle, and a named ticket is told who has it and what to do" {
    pool_world 1
    add holds
    seed 1 quarantined
    add waits
    rows "UPDATE tickets SET status='done' WHERE id=1"
    silent 0
    expect 0 pickup --json
    is "$(value outcome) $(value reason) $errors" "idle pool "
    expect 0 pickup -v
    has "$output$errors" "tickets wait for a slot of workspace default (pool-1 quarantined with work of MC-1); see mc-ticket pool"
    expect 75 pickup --ticket MC-2 --json
    one_line
    is "$(value outcome) $(value reason)" "deferred pool"
    has "$errors" "MC-2: every slot of workspace default is taken (pool-1 quarantined with work of MC-1)"
    has "$errors" "mc-ticket pool"
    rows_are "todo|0" "SELECT status,attempts FROM tickets WHERE id=2"
}

@test "a workspace that is not configured: refused by add, said once, shown by list, 78 for a named ticket" {
    pool_world
    expect 65 ticket add strange --workspace web
    one_line
    has "$errors" '--workspace web: no such workspace; give one of default, or add it to "workspaces"'
    add one --workspace default
    expect 0 ticket show MC-1 --json
    is "$(value workspace)" default
    expect 0 ticket show MC-1
    has "$output" "workspace  default"
    add two
    rows "UPDATE tickets SET workspace='web'"
    expect 0 pickup
    one_line
    has "$errors" "MC-1: it can never be picked up: workspace web is not configured, for this ticket and others like it"
    has "$errors" "add it to \"workspaces\" in $CONFIG"
    silent 0
    expect 0 ticket list
    has "$output" " workspace web is not configured"
    expect 0 ticket list --json
    is "$(value tickets.0.stuck)|$(value tickets.0.workspace)" "workspace web is not configured|web"
    expect 78 pickup --ticket MC-2
    one_line
    has "$errors" "MC-2: workspace web is not configured; add it to \"workspaces\" in $CONFIG"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='stuck'"
}

@test "none of several workspaces is the default: a ticket that names none is said once, 78 if named" {
    local several
    pool_world
    several="{\"workspace\": null, \"workspaces\": {\"web\": {\"repo\": \"$REPO\"}, \"api\": {\"repo\": \"$REPO\"}}}"
    "$MC_PYTHON" - "$CONFIG" "$several" <<'END'
import json, sys
config = json.load(open(sys.argv[1]))
config.update(json.loads(sys.argv[2]))
del config["workspace"]
json.dump(config, open(sys.argv[1], "w"))
END
    expect 65 ticket add bare
    one_line
    has "$errors" "it names no workspace, and none of those configured is the default; give --workspace NAME, of web, api"
    expect 65 ticket add bare --workspace wbe
    has "$errors" "give one of web, api, or add it"
    add bare --workspace web # its name was taken from the configuration since
    rows "UPDATE tickets SET workspace=NULL"
    expect 0 pickup
    one_line
    has "$errors" "MC-1: it can never be picked up: it names no workspace, and none of those configured is the default"
    has "$errors" "add it to \"workspace\" in $CONFIG"
    silent 0
    expect 0 ticket list --json
    has "$(value tickets.0.stuck)" "it names no workspace"
    expect 78 pickup --ticket MC-1
    one_line
    # One that is named in vain beside it is another event.
    add strange --workspace api
    rows "UPDATE tickets SET workspace='gone' WHERE id=2"
    expect 0 pickup
    one_line
    has "$errors" "MC-2: it can never be picked up: workspace gone is not configured"
}

# refused WORDS …: 78, said once, in one line that says what to do; health takes it for no pickup, and the doctor has the
# same words, and gives no slot away.
refused() {
    local word said
    touch -d 2001-01-01 "$STATE/last-pickup"
    expect 78 pickup
    one_line
    said=${errors#mc-pickup: }
    for word in "$CONFIG" "$@" "set it back"; do has "$errors" "$word"; done
    silent 78
    is "$(date -r "$STATE/last-pickup" +%Y)" 2001
    expect 78 ticket doctor
    has "$output" "bad   configuration $said; run: "
    no grep -qE "no ticket gets it|look at it afresh" <<<"$output"
}

@test "a configuration under which slots would be orphaned is refused, with what to do first" {
    local state
    pool_world 2
    add holds
    rows "UPDATE tickets SET status='blocked'"
    for state in claimed quarantined; do
        pool_settings 2
        rows "DELETE FROM worktree_slots"
        seed 1 "$state"
        rows "UPDATE tickets SET status='in_progress',run_id=(SELECT run_id FROM worktree_slots),worker_host='here',
            worker_pid=$$" # it is held
        pool_settings 2 "{\"workspace\": {\"pool\": \"$T/elsewhere\"}}"
        refused "the pool of workspace default is $T/elsewhere" "slot pool-1 ($state, of MC-1) is at $POOL/pool-1"
        "$MC_PYTHON" - "$CONFIG" <<'END'
import json, sys
config = json.load(open(sys.argv[1]))
del config["workspace"]
json.dump(config, open(sys.argv[1], "w"))
END
        refused "workspace default is not configured any more" "slot pool-1 ($state, of MC-1)"
        pool_settings 2 '{"workspace": {"repo": 5}}'
        expect 78 ticket doctor
        has "$output" "workspace.repo: "
        no grep -q "no ticket gets it" <<<"$output"
        pool_settings 2
        rows "INSERT OR REPLACE INTO settings VALUES('repo:default','$T/other')"
        refused "\"repo\" of workspace default is $REPO" "is a worktree of $T/other"
        expect 78 pickup --dry-run
        expect 78 pickup --heal-only
        rows "DELETE FROM settings WHERE key='repo:default'"
    done
    # A free one is nobody's.
    rows "UPDATE worktree_slots SET state='free',run_id=NULL,ticket_id=NULL"
    rows "UPDATE tickets SET status='blocked',run_id=NULL"
    pool_settings 2 "{\"workspace\": {\"pool\": \"$T/elsewhere\"}}"
    silent 0
}

@test "a repository that was moved from under an agent: its slot is linked to it again by what is said" {
    pool_world 1 '{}' --busy 600000
    add one
    expect 0 pickup
    mv "$REPO" "$T/moved"
    pool_settings 1 "{\"workspace\": {\"repo\": \"$T/moved\"}}" --busy 600000
    expect 78 pickup
    one_line
    has "$errors" "\"repo\" of workspace default is $T/moved, and slot pool-1 (claimed, of MC-1) still leads to $REPO; run: "
    expect 78 ticket doctor
    bash -c "$(sed -n 's/^bad   configuration .*; run: //p' <<<"$output")" 2>/dev/null
    silent 0
    expect 0 ticket doctor
    has "$output" "ok    slots of default: 1 made, 1 with an agent"
}

@test "another ticket_prefix while agents are at work is refused, and taken when they have ended" {
    world
    configure '{}' --busy 6000000
    init
    add one
    expect 0 pickup
    configure '{"ticket_prefix": "XY"}' --busy 6000000
    refused '"ticket_prefix" is XY' "named MC-"
    rows_are "in_progress|running" "SELECT t.status,r.status FROM tickets t JOIN runtime_sessions r ON r.ticket_id=t.id"
    configure '{}' --busy 6000000
    ticket cancel MC-1 >/dev/null
    pickup
    configure '{"ticket_prefix": "XY"}' --busy 6000000
    silent 0
    add two
    expect 0 pickup --json
    is "$(value ticket)" XY-2
}

# on_socket [PATH]: the configuration with this socket.
on_socket() {
    local key='{}'
    [ $# = 0 ] || key="{\"tmux\": {\"socket\": \"$1\"}}"
    configure "$key" --busy 6000000
}

@test "another tmux.socket while agents live is refused, and taken when their server is gone" {
    local agent
    world
    configure '{}' --busy 6000000
    init
    add one
    expect 0 pickup
    agent=$(agents)
    # The same server, by another way to it.
    ln -s "$STATE" "$T/link"
    on_socket "$T/link/tmux.sock"
    silent 0
    on_socket "$T/other.sock"
    refused "\"tmux.socket\" leads to $T/other.sock, and the agent of MC-1 lives on $SOCKET"
    is "$(grep -cF "lives on $SOCKET" <<<"$output")" 1
    expect 78 pickup --dry-run
    expect 78 ticket attach --print MC-1
    has "$errors" "lives on $SOCKET"
    expect 0 ticket runtimes
    has "$output" "lives on $SOCKET"
    # Its session would stay for good: nothing of it is ended from here.
    expect 78 ticket block MC-1 later
    has "$errors" "its agent is not ended yet"
    is "$(agents)" "$agent"
    on_socket
    expect 0 pickup
    deserted
    # Nobody of ours is there: any socket will do.
    expect 0 ticket reopen MC-1
    expect 0 pickup
    add two
    tmux_ends kill-server
    on_socket "$T/other.sock"
    SOCKET=$T/other.sock
    expect 0 pickup --ticket MC-2
    is "$(sessions)" mc-MC-2
    # A name is looked for where the caller says.
    tmux_ends kill-server
    on_socket named
    mkdir -m 700 "$T/tmp" "$T/pmt"
    extra=("TMUX_TMPDIR=$T/tmp")
    SOCKET=$T/tmp/tmux-$(id -u)/named
    add three
    expect 0 pickup --ticket MC-3
    extra=("TMUX_TMPDIR=$T/pmt")
    refused "lives on $SOCKET" "set it back, or TMUX_TMPDIR, until"
}
