# What the tests of the pool share, over the world of ../e2e/support.bash: a repository, a workspace of it, agents that
# work in their slots, and the proofs that nothing of it was lost and no checkout was touched.
# shellcheck source-path=SCRIPTDIR source=../e2e/support.bash
. "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

CLERK=${BASH_SOURCE[0]%/*}/clerk.py

# pool_world [SIZE [JSON [DEMO-OPTION …]]]: a repository, $REPO, and a board whose tickets are worked in $SIZE (2) slots of
# it below $POOL. Agents take their first prompt as an argument.
pool_world() {
    world
    REPO=$T/repo
    POOL=$STATE/pool/default
    repository "$REPO"
    pool_settings "$@"
    init
}

# pool_settings [SIZE [JSON [DEMO-OPTION …]]]: the configuration of pool_world anew.
pool_settings() {
    local size=${1:-2} json=${2:-"{}"}
    shift $(($# < 2 ? $# : 2))
    [ $# -gt 0 ] || set -- --busy 0
    configure "{\"max_running\": 50, \"linger_s\": 0, \"workspace\": {\"repo\": \"$REPO\", \"size\": $size},
        \"profiles\": {\"demo\": {\"first_turn\": \"argv\", \"reports\": false}}}" "$json" "$@"
}

# mounted SCRIPT: bash that knows this world, with mounts of its own. After need_mounts.
mounted() {
    "${MOUNTS[@]}" bash -e -c "$(declare -f)
        $(declare -p T STATE MC_DB CONFIG LOG SOCKET CLEAN_PATH MC_BIN MC_PYTHON extra REPO POOL CLERK)
        $1" 3>&-
}

# The person's own git in a folder: git_in FOLDER WORD …
git_in() {
    local folder=$1
    shift
    env -i PATH="$CLEAN_PATH" HOME="$T" GIT_CONFIG_NOSYSTEM=1 git -C "$folder" "$@" 3>&-
}

# repository FOLDER: one commit on main of a few files, a symlink, a program, ignored caches; a person's name for commits.
repository() {
    mkdir -p "$1/src"
    git_in "$1" init -q -b main
    git_in "$1" config user.name Person
    git_in "$1" config user.email person@example.org
    printf 'one\ntwo\nthree\n' >"$1/README"
    printf 'int main(void) { return 0; }\n' >"$1/src/main.c"
    printf '#!/bin/sh\nexit 0\n' >"$1/src/run.sh"
    chmod 755 "$1/src/run.sh"
    ln -s src/main.c "$1/link"
    printf 'build/\n*.o\n' >"$1/.gitignore"
    git_in "$1" add -A
    git_in "$1" commit -q -m "The first commit"
}

# works SCRIPT: what agents do at the start of each turn: bash in their working directory, with their own environment.
# Those of works_settings and pool_of do it.
works() {
    cat >"$T/works" <<END
#!/bin/bash
told=\$(cat)
case \$told in *'"event":"started"'*) ;; *) exit 0 ;; esac
exec >>"$T/works.log" 2>&1
$1
END
    chmod 700 "$T/works"
}

# works_settings SIZE [JSON [DEMO-OPTION …]]: pool_settings, for agents that do what works says.
works_settings() {
    pool_settings "$1" "${2:-"{}"}" --busy 0 --report "$T/works" "${@:3}"
}

# pool_of SIZE [JSON [SCRIPT]]: pool_world, for agents that do SCRIPT in their slots.
pool_of() {
    pool_world "$1"
    works "${3:-:}"
    works_settings "$1" "${2:-"{}"}"
}

# pickups COUNT: at once, nine at a time; each ends well and says nothing.
pickups() {
    local left pids pid n
    for ((left = $1; left > 0; left -= 9)); do
        pids=()
        for ((n = 0; n < left && n < 9; n++)); do
            pickup >>"$T/pickups" 2>&1 &
            pids+=($!)
        done
        for pid in "${pids[@]}"; do
            wait "$pid" || echo "exit $?" >>"$T/pickups"
        done
        is "$(cat "$T/pickups")" ""
    done
}

# done_with ID: its agent has come to an end, the ticket is approved and the slot given back.
done_with() {
    wait_for reaches "$1" in_review
    ticket approve "MC-$1" >/dev/null
    expect 0 pickup
    is "$errors" ""
}

# warm [SIZE [JSON]]: a ticket was worked in slot 1, which is free again; another one waits.
warm() {
    pool_world "$@"
    add "The first"
    expect 0 pickup
    done_with 1
    slot_is 1 free
    add "The second"
}

# died_making N: a pickup has died while it made slot 1 ready for ticket N, after what it had put there. Its run is $dead.
died_making() {
    dead=0123456789abcdef0123456789abcdef
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,pickup_pid,pickup_start,pickup_boot,started_at,workspace)
        SELECT '$dead',$1,1,host,1,1,pickup_boot,1,'default' FROM runs"
    rows "UPDATE tickets SET status='in_progress',run_id='$dead',worker_host=(SELECT host FROM runs LIMIT 1)
        WHERE id=$1"
    rows "INSERT INTO effects(run_id,kind,state,at)VALUES('$dead','worktree','intent',1)"
    rows "UPDATE worktree_slots SET state='claimed',ticket_id=$1,run_id='$dead'"
    git_in "$POOL/pool-1" switch -q -c "mc-$1-the-second-012345"
    echo half >"$POOL/pool-1/half"
}

# slot N [COLUMN]: of the row; the folder.
slot() {
    rows "SELECT ${2:-state} FROM worktree_slots WHERE slot='pool-$1'"
}

slot_is() {
    is "$(slot "$1")" "$2"
}

# The slot's folder of a ticket's claimed slot.
slot_of() {
    rows "SELECT path FROM worktree_slots WHERE ticket_id=$1 AND state='claimed'"
}

# branch_of ID: of its last run.
branch_of() {
    rows "SELECT branch FROM runs WHERE ticket_id=$1 AND branch NOT NULL ORDER BY started_at DESC LIMIT 1"
}

status_is() {
    rows_are "$2" "SELECT status FROM tickets WHERE id=$1"
}

reaches() {
    [ "$(rows "SELECT status FROM tickets WHERE id=$1")" = "$2" ]
}

# rest N STATUS: the next ticket, MC-N, is worked, and its agent rests.
rest() {
    add "ticket $1"
    expect 0 pickup --json
    is "$(value ticket)$errors" "MC-$1"
    wait_for rests "$1" "$2"
}

rests() {
    rows_are "$2|idle" "SELECT t.status,r.status FROM tickets t JOIN runtime_sessions r ON r.ticket_id=t.id WHERE t.id=$1"
}

# The tickets whose agents were parked, in that order.
parked() {
    rows "SELECT ticket_id FROM ticket_activity WHERE kind='parked' ORDER BY id" | tr '\n' ' '
}

# healed: rule, ticket, from and to of each, a line each, of the report in $output.
healed() {
    "$MC_PYTHON" -S -c '
import json, sys
for one in json.loads(sys.stdin.read())["healed"]:
    print(one["rule"], one["ticket"], one["from"], one["to"])' <<<"$output"
}

# main_digest: the main checkout, its index, its stashes, HEAD and the refs that are the person's own.
main_digest() {
    "$MC_PYTHON" -S "$CLERK" digest "$REPO"
    git_in "$REPO" for-each-ref --format='%(refname) %(objectname)' refs/heads/main refs/tags refs/stash refs/remotes
}

# main_untouched DIGEST: as it was.
main_untouched() {
    is "$(main_digest)" "$1"
}

# inventory FILE: notes every version of every file in refs, stashes, indexes, worktrees and pool folders.
inventory() {
    find "$POOL" -mindepth 1 -maxdepth 1 -type d -print0 2>/dev/null |
        xargs -0 "$MC_PYTHON" -S "$CLERK" inventory "$REPO" | LC_ALL=C sort >"$1"
}

# nothing_lost FILE: all that was noted can still be had.
nothing_lost() {
    inventory "$1.now"
    is "$(LC_ALL=C comm -23 "$1" "$1.now")" ""
}

# take_stock: of what unharmed compares.
take_stock() {
    before=$(main_digest)
    inventory "$T/before"
}

# unharmed: after a pickup, whatever it did.
unharmed() {
    main_untouched "$before"
    nothing_lost "$T/before"
    agree
    rows_are "ok" "PRAGMA integrity_check"
}

# Rows and `git worktree list` say the same; each agent is in its own slot and alone there.
agree() {
    "$MC_PYTHON" -S "$CLERK" agree "$MC_DB" "$REPO" "$POOL" >&2 &&
        "$MC_PYTHON" -S "$CLERK" apart "$MC_DB" "$POOL" >&2
}
