#!/usr/bin/env bats
# Unkind surroundings: the right exit code, one line that says what to do, nothing changed (SPEC sections 4, 7, 13, 15).

setup() {
    load support
    world
    configure '{}' --busy 0
}

teardown() {
    chmod -R u+w "$T"
    world_end
}

# refused STATUS WORDS COMMAND …: this exit status, one line with these words, and not a byte or name changed, but that
# which tells a later pickup that it was said. (A dry run also prints how it would end.)
refused() {
    local status=$1 words=$2
    shift 2
    rm -f "$T/state/said-refusal"
    picture "$T/state" "$T/config" >"$T/before"
    expect "$status" "$@"
    rm -f "$T/state/said-refusal"
    picture "$T/state" "$T/config" >"$T/after"
    one_line
    has "$errors" "$words"
    is "$(grep -v '^would end' <<<"$output")" ""
    diff "$T/before" "$T/after"
    is "$(sessions)" ""
}

@test "no tmux: a failure of the world, no attempt" {
    need_mounts
    init
    add one
    hidden() {
        private_mounts 'for dir in /usr/local/bin /usr/bin /bin; do
            [ ! -e "$dir/tmux" ] || mount --bind /dev/null "$dir/tmux"; done
            pickup --json'
    }
    expect 69 hidden
    is "$(value send.class) $(value outcome)" "no_tmux failed"
    one_line
    has "$errors" "install"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    is "$(events start)" 0
    is "$(find "$STATE" -name launch)" ""
    expect 0 pickup
    wait_for has_events signal 1
}

@test "cron's environment and less: env -i PATH=/usr/bin:/bin, no HOME" {
    init
    add one
    expect 0 env -i PATH=/usr/bin:/bin "$MC_BIN/mc-pickup" --json --db "$MC_DB" --config "$CONFIG"
    is "$(value outcome)" dispatched
    wait_for has_events signal 1
    rows_are in_review "SELECT status FROM tickets"
    add two
    expect 0 env -i "$MC_BIN/mc-pickup" --json --db "$MC_DB" --config "$CONFIG"
    is "$(value outcome)" dispatched
    wait_for has_events signal 2
    expect 78 env -i PATH=/usr/bin:/bin "$MC_BIN/mc-pickup"
    one_line
    has "$errors" "--db"
}

@test "standard streams closed" {
    init
    add one
    local status=0
    env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" \
        "$MC_BIN/mc-pickup" -v <&- >&- 2>&- 3>&- || status=$?
    is "$status" 74 # its line had nowhere to go; the rest is done
    wait_for has_events signal 1
    rows_are ok "PRAGMA integrity_check"
    rows_are in_review "SELECT status FROM tickets"
    status=0
    env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" \
        "$MC_BIN/mc-pickup" --ticket MC-1 <&- >&- 2>&- 3>&- || status=$?
    is "$status" 65
    rows_are ok "PRAGMA integrity_check"
}

@test "descriptors 3 to 20 open: neither the server nor the agent has them" {
    init
    add one
    touch "$T/held"
    open_ones() {
        (
            for fd in $(seq 3 20); do eval "exec $fd<>$T/held"; done
            exec env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" \
                "$MC_BIN/mc-pickup" --json
        )
    }
    expect 0 open_ones
    local server
    server=$(tmux_here display-message -p '#{pid}')
    for pid in "$server" "$(value pid)" $(agents); do
        no grep -F "$T/held" <(readlink "/proc/$pid/fd/"*)
        no grep -F "$MC_DB" <(readlink "/proc/$pid/fd/"*)
    done
}

@test "umask 0: nothing is open to others" {
    rm -rf "$T/config"
    umask 0
    ticket init >/dev/null
    configure '{}' --busy 0
    add one
    expect 0 pickup
    wait_for has_events signal 1
    is "$(find "$T/state" "$T/config" -perm /077 ! -type l -printf '%p %m\n')" ""
    is "$(stat -c '%a %a' "$STATE" "$T/config" | sort -u)" "700 700"
    is "$(stat -c %a "$MC_DB")" 600
}

@test "read-only state folder" {
    need_mounts
    init
    add one
    refused 74 "read-only" private_mounts 'mount --bind "$STATE" "$STATE"; mount -o remount,bind,ro "$STATE"; pickup'
    refused 66 "cannot be written" \
        private_mounts 'mount --bind "$STATE" "$STATE"; mount -o remount,bind,ro "$STATE"; pickup --dry-run'
}

@test "full disk: 74, nothing changed; with room again all goes on" {
    need_mounts
    mkdir -m 700 "$STATE"
    full() {
        private_mounts 'mount -t tmpfs -o size=1m,mode=700 none "$STATE"
            init; add one; cp "$MC_DB" "$T/before.db"
            dd if=/dev/zero of="$STATE/fill" bs=4k 2>/dev/null || true
            status=0; pickup || status=$?
            cp "$MC_DB" "$T/after.db"
            rm "$STATE/fill"
            pickup --json >"$T/later" || echo "later: $?" >&2
            for i in $(seq 600); do grep -q signal "$LOG" 2>/dev/null && break; sleep 0.1; done
            cp "$MC_DB" "$T/board.db"; cp "$MC_DB-wal" "$T/board.db-wal" 2>/dev/null || true
            tmux -S "$SOCKET" kill-server
            exit $status'
    }
    expect 74 full
    one_line
    has "$errors" "full"
    cmp "$T/before.db" "$T/after.db"
    has "$(cat "$T/later")" '"outcome":"dispatched"'
}

@test "no room for the prompt's file behind the claim: 74, the ticket is back, no attempt" {
    need_mounts
    init
    head -c 100000 /dev/zero | tr '\0' x >"$T/body"
    add one --body-file "$T/body"
    full() {
        private_mounts 'mkdir -m 700 "$STATE/work"; mount -t tmpfs -o size=64k,mode=700 none "$STATE/work"
            pickup --json'
    }
    expect 74 full
    is "$(value send.class) $(value outcome)" "disk_full failed"
    one_line
    has "$errors" "No space left"
    rows_are "todo|0|" "SELECT status,attempts,worker_pid FROM tickets"
    rows_are "failed|disk_full" "SELECT outcome,class FROM runs"
    is "$(sessions)" ""
    expect 0 pickup
    wait_for has_events signal 1
}

@test "board locked longer than the limit: 75; a look needs no lock" {
    init
    add one
    extra=(MC_BUSY_MS=300)
    "$MC_PYTHON" -c '
import sqlite3, sys, time, os
board = sqlite3.connect(sys.argv[1], isolation_level=None)
board.execute("BEGIN IMMEDIATE")
open(sys.argv[2], "w").close()
while not os.path.exists(sys.argv[3]):
    time.sleep(0.05)' "$MC_DB" "$T/locked" "$T/over" 3>&- &
    local locker=$!
    wait_for test -e "$T/locked"
    sha256sum "$MC_DB" >"$T/before"
    expect 75 pickup
    one_line
    has "$errors" "try again"
    expect 75 ticket block MC-1
    one_line
    expect 0 pickup --dry-run --json
    is "$(value outcome)" dispatched
    sha256sum --quiet -c "$T/before"
    touch "$T/over"
    wait "$locker"
    rows_are todo "SELECT status FROM tickets"
    is "$(events start)" 0
}

@test "boards that are none, damaged, foreign, newer or not safe: left alone to the byte" {
    mkdir -m 700 "$STATE"
    for how in "" --dry-run; do
        rm -rf "$MC_DB"*
        refused 66 "mc-ticket init" pickup $how
        : >"$MC_DB"
        refused 66 "mc-ticket init" pickup $how
        chmod 600 "$MC_DB"
        head -c 5000 /dev/zero | tr '\0' 'not a database ' >"$MC_DB"
        refused 74 "restore it from a copy" pickup $how
        rm "$MC_DB"
        sqlite3 "$MC_DB" "CREATE TABLE tickets(id); PRAGMA user_version=1;"
        chmod 600 "$MC_DB"
        refused 78 "name another board" pickup $how
        rm "$MC_DB"
        init
        add one
        version=$(sqlite3 "$MC_DB" "PRAGMA user_version")
        sqlite3 "$MC_DB" "PRAGMA user_version=99;" >/dev/null
        refused 78 "update mc-pickup" pickup $how
        sqlite3 "$MC_DB" "PRAGMA user_version=$version;" >/dev/null
        cp "$MC_DB" "$T/whole"
        truncate -s 50000 "$MC_DB"
        refused 74 "BACKUP" pickup $how
        truncate -s 70 "$MC_DB"
        refused 74 "restore it from a copy" pickup $how
        cat "$T/whole" >"$MC_DB"
        chmod 660 "$MC_DB"
        refused 77 "chmod" pickup $how
        chmod 600 "$MC_DB"
        chmod 770 "$STATE"
        refused 77 "chmod go-w $STATE" pickup $how
        chmod 700 "$STATE"
        mv "$MC_DB" "$STATE/real.db"
        ln -s real.db "$MC_DB"
        refused 77 "symbolic link" pickup $how
        rm "$MC_DB" "$STATE/real.db"
        mkdir "$MC_DB"
        refused 66 "is a directory" pickup $how
        rmdir "$MC_DB"
    done
}

@test "a damaged page: said, not worked with" {
    init
    add one
    "$MC_PYTHON" -c '
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(4096)
    file.write(b"\xff" * (1 << 16))' "$MC_DB"
    refused 74 "BACKUP" pickup
}

@test "a folder with a name that means something to tmux and to shells" {
    STATE="$T/a #{pane_id} \$(touch $T/canary) 'q\" %d;ü"
    MC_DB=$STATE/board.db
    SOCKET=$STATE/tmux.sock
    extra=(MC_X="a;b")
    init
    add one
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    wait_for has_events signal 1
    is "$(value worktree)" "$STATE/work/MC-1"
    grep -q mc-demo-agent "$STATE/run/$(value run)/pane.log"
    [ ! -e "$T/canary" ]
}

@test "a folder too deep for a socket: said with what to set" {
    STATE=$T/$(printf 'deep%.0s' $(seq 30))
    MC_DB=$STATE/board.db
    init
    add one
    expect 78 pickup
    one_line
    has "$errors" "tmux.socket"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    configure '{"tmux": {"socket": "'"$T"'/s"}}' --busy 0
    SOCKET=$T/s
    expect 0 pickup
    wait_for has_events signal 1
}

# within KIB COMMAND …: no file may grow beyond so many KiB, not even that of its standard error.
within() {
    (
        ulimit -f "$1"
        shift
        "$@" 2>&1
    )
}

@test "files may not grow: an error with its words, no end by a signal" {
    local limit
    init
    add one
    for limit in 0 4; do
        expect 74 within "$limit" pickup
        has "$output" "mc-pickup: board $MC_DB: "
        expect 74 within "$limit" ticket add two
        has "$output" "mc-ticket: board $MC_DB: "
    done
    rows_are "1|todo" "SELECT count(*),max(status) FROM tickets"
    expect 0 pickup
    wait_for has_events signal 1
}
