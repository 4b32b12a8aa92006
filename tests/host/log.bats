#!/usr/bin/env bats
# mc-log: what an agent shows, within a limit, each byte where it always was.

bats_require_minimum_version 1.5.0

# 20 MB in which no two places are alike.
setup_file() {
    seq -w 2500000 | head -c 20000000 >"$BATS_FILE_TMPDIR/flood"
}

setup() {
    T=$(mktemp -d)
    L=$T/pane.log
}

teardown() {
    jobs -p | xargs -r kill 2>/dev/null || true
    rm -rf "$T"
}

log() {
    "$MC_BIN/mc-log" "$L" 1
}

flood() {
    cat "$BATS_FILE_TMPDIR/flood"
}

# on_disk_at_most KIB
on_disk_at_most() {
    local kib
    kib=$(du -k "$L" | cut -f 1)
    [ "$kib" -le "$1" ] || { echo "$kib KiB on the disk" && false; }
}

# same FROM N: these bytes of the flood stand in the log.
same() {
    cmp <(tail -c "+$(($1 + 1))" "$L" | head -c "$2") <(flood | tail -c "+$(($1 + 1))" | head -c "$2")
}

# size_is N: at once, or in a moment.
size_is() {
    for _ in $(seq 1200); do
        [ "$(stat -c %s "$L")" != "$1" ] || return 0
        sleep 0.05
    done
    stat -c %s "$L"
    false
}

@test "a log within its limit is every byte" {
    head -c 800000 <(flood) | log
    head -c 800000 <(flood) | cmp - "$L"
    [ "$(stat -c %a "$L")" = 600 ]
}

@test "a flood leaves its end, each byte at its offset" {
    flood | log
    size_is 20000000
    same $((20000000 - 524288)) 524288
    on_disk_at_most 1024
}

@test "the limit holds at every moment" {
    (flood; flood) | log &
    while kill -0 $! 2>/dev/null; do
        [ ! -e "$L" ] || on_disk_at_most 1024
    done
    size_is 40000000
}

@test "what follows the turn's mark stays, and only that of the last" {
    mkfifo "$T/in"
    log <"$T/in" &
    exec 5>"$T/in"
    head -c 10000000 <(flood) >&5
    size_is 10000000
    printf '%019d\n' 9999000 >"$L.mark"
    tail -c +10000001 <(flood) | head -c 5000000 >&5
    size_is 15000000
    same 9999000 196608
    on_disk_at_most 1024
    printf '%019d\n' 14999000 >"$L.mark"
    tail -c +15000001 <(flood) >&5
    exec 5>&-
    wait
    same 14999000 196608
    [ "$(tail -c +9999001 "$L" | head -c 196608 | tr -d '\0' | wc -c)" = 0 ]
    on_disk_at_most 1024
}

@test "a mark that is no number, or ahead, costs nothing" {
    for mark in x 99999999999999999999 9223372036854775807; do
        echo "$mark" >"$L.mark"
        flood | log
        same $((20000000 - 524288)) 524288
        rm "$L"
    done
}

@test "where no hole can be made the log is made anew, with the same offsets" {
    printf '%019d\n' 1000000 >"$L.mark"
    flood | strace -o "$T/trace" -e trace=fallocate -e inject=fallocate:error=EOPNOTSUPP "$MC_BIN/mc-log" "$L" 1
    size_is 20000000
    same 1000000 196608
    same $((20000000 - 524288)) 524288
    on_disk_at_most 1024
    [ "$(stat -c %a "$L")" = 600 ]
    [ ! -e "$L.new" ]
    grep -q EOPNOTSUPP "$T/trace"
}

@test "where it can be made no smaller it grows no further" {
    mkdir "$L.new"
    flood | strace -o "$T/trace" -e trace=fallocate -e inject=fallocate:error=EOPNOTSUPP "$MC_BIN/mc-log" "$L" 1
    size_is 20000000
    same 0 700000
    on_disk_at_most 1024
}

@test "on a full disk it goes on, counts, and writes again" {
    mkfifo "$T/in"
    strace -o "$T/trace" -e trace=pwrite64 -e inject=pwrite64:error=ENOSPC:when=2..3 "$MC_BIN/mc-log" "$L" 1 <"$T/in" &
    exec 5>"$T/in"
    printf one >&5
    size_is 3
    printf lost >&5
    size_is 7
    printf gone >&5
    size_is 11
    printf two >&5
    size_is 14
    exec 5>&-
    wait
    [ "$(tr '\0' . <"$L")" = one........two ]
}

@test "NULs are left out" {
    printf 'a\0b\0\0c\0' | log
    [ "$(cat "$L")" = abc ]
}

@test "one writes at a time, and the next goes on behind it" {
    mkfifo "$T/in"
    log <"$T/in" &
    exec 5>"$T/in"
    printf one >&5
    size_is 3
    printf two | log 5>&- &
    sleep 0.2
    [ "$(cat "$L")" = one ]
    printf more >&5
    exec 5>&-
    wait
    [ "$(cat "$L")" = onemoretwo ]
}

@test "one that is killed loses no offset" {
    local writer
    mkfifo "$T/in"
    "$MC_BIN/mc-log" "$L" 1 <"$T/in" &
    writer=$!
    exec 5>"$T/in"
    head -c 5000000 <(flood) >&5
    size_is 5000000
    kill -KILL $writer
    exec 5>&-
    tail -c +5000001 <(flood) | log
    size_is 20000000
    same $((20000000 - 524288)) 524288
    on_disk_at_most 1024
}

@test "it goes on when its program is taken away, or another is put in its place" {
    cp "$MC_BIN/mc-log" "$T/mc-log"
    mkfifo "$T/in"
    "$T/mc-log" "$L" 1 <"$T/in" &
    exec 5>"$T/in"
    printf one >&5
    size_is 3
    rm "$T/mc-log"
    printf two >&5
    exec 5>&-
    wait
    [ "$(cat "$L")" = onetwo ]
}

@test "a log of an earlier time is shortened as any other" {
    flood >"$L"
    printf more | log
    size_is 20000004
    on_disk_at_most 1024
}

@test "a link, a folder, another's name, no number" {
    touch "$T/other"
    ln -s other "$L"
    run -73 "$MC_BIN/mc-log" "$L" 1 </dev/null
    run -73 "$MC_BIN/mc-log" "$T" 1 </dev/null
    run -64 "$MC_BIN/mc-log" pane.log 1 </dev/null
    run -64 "$MC_BIN/mc-log" "$T/a" 0 </dev/null
    run -64 "$MC_BIN/mc-log" "$T/a" </dev/null
    [ ! -e "$T/a" ]
}

@test "a hundred megabytes cost little" {
    head -c 100000000 /dev/zero | tr '\0' x >"$T/flood"
    # shellcheck disable=SC2016
    bash -c 'TIMEFORMAT="%U %S"; time "$0" "$1" 64 < <(cat "$2")' "$MC_BIN/mc-log" "$L" "$T/flood" 2>"$T/time"
    size_is 100000000
    on_disk_at_most 65536
    awk '{ exit $1 + $2 > 2 }' "$T/time"
}
