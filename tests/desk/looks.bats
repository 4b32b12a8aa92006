#!/usr/bin/env bats
# Who only looks leaves every name and byte as it was.

load ../ticket/desk

setup() {
    desk_setup
    new
    mc add one >/dev/null
}

teardown() {
    desk_teardown
}

picture() {
    (cd "${DB%/*}" && ls -A && cksum board.db*)
}

# A board whose last commits stand in its -wal alone: the copy of one at work, without its -shm.
copied() {
    "$PY" -S -c '
import os, shutil, sqlite3, sys
path = sys.argv[1]
db = sqlite3.connect(path, isolation_level=None)
db.execute("UPDATE tickets SET title=? WHERE id=1", ("in the log",))
for end in ("", "-wal"):
    shutil.copy(path + end, path + end + ".kept")
db.close()
for end in ("", "-wal"):
    os.rename(path + end + ".kept", path + end)' "$DB"
    [ -s "$DB-wal" ] && [ ! -e "$DB-shm" ]
}

@test "a -wal without its -shm: what stands in it is seen, and stays there" {
    copied
    before=$(picture)
    has "$(mc list)" "in the log"
    is "$(picture)" "$before"
    for look in "list --json" "show MC-1" runtimes pool breaker; do
        # shellcheck disable=SC2086
        expect 0 mc $look
        is "$(picture)" "$before"
    done
    "$MC_BIN/mc-pickup" --dry-run --json >/dev/null 2>&1 || true
    is "$(picture)" "$before"
    # Whoever works on it does not lose it.
    expect 0 mc add two
    has "$(mc list)" "in the log"
}

@test "a -wal without its -shm, and many who look at once" {
    copied
    before=$(picture)
    for i in $(seq 12); do
        (mc list >"$T/out.$i" 2>&1 || echo failed >>"$T/failed") &
    done
    wait
    [ ! -e "$T/failed" ] || cat "$T"/out.*
    [ ! -e "$T/failed" ]
    is "$(grep -l 'in the log' "$T"/out.* | wc -l)" 12
    is "$(picture)" "$before"
}

@test "a -wal without its -shm: work that begins beside a look" {
    copied
    for i in $(seq 6); do
        (mc list >/dev/null 2>"$T/err.$i" || echo "list: $(cat "$T/err.$i")" >>"$T/failed") &
        (mc add "more $i" >/dev/null 2>"$T/add.$i" || echo "add: $(cat "$T/add.$i")" >>"$T/failed") &
    done
    wait
    [ ! -e "$T/failed" ] || cat "$T/failed"
    [ ! -e "$T/failed" ]
    is "$(json "$(mc list --json)" total)" 7
    has "$(mc list)" "in the log"
}
