#!/usr/bin/env bats
# log: what a person reads of what an agent showed.

setup() {
    load ../ticket/desk
    desk_setup
    mc init >"$T/init"
    mc add one >"$T/one"
    agent 1
    RUN=$(run_of 1)
    L=$T/.local/state/mc-pickup/run/$RUN/pane.log
    mkdir -p "${L%/*}"
    sql "UPDATE runtime_sessions SET pane_log_path='$L'"
}

teardown() {
    jobs -p | xargs -r kill 2>/dev/null || true
    desk_teardown
}

# spinner N: so many bytes of one that is drawn over and over.
spinner() {
    yes $'\r\033[2K* Thinking, and thinking, and thinking about what was asked' | tr -d '\n' | head -c "$1"
}

# flood N LOG_MB: through the writer.
written() {
    "$MC_BIN/mc-log" "$L" "$1"
}

@test "a spinner is one line, and what was let go before it is told" {
    {
        printf 'the beginning\r\n'
        spinner 60000000
        printf '\r\033[2Kthe answer\r\n'
    } | written 1
    [ "$(du -k "$L" | cut -f 1)" -le 1024 ]
    is "$(mc log MC-1)" "$(printf '… 56 MB before this were let go\nthe answer')"
    is "$(json "$(mc log MC-1 --json)" text)" "the answer"
    [ "$(json "$(mc log MC-1 --json)" let_go)" -gt 58000000 ]
    [ "$(mc log MC-1 --raw | tr -dc '\0' | wc -c)" = 0 ]
    [ "$(mc log MC-1 --raw | wc -c)" -lt 1048576 ]
}

@test "what was lost in the middle is told where it is" {
    printf 'one\r\ntwo\r\n' >"$L"
    truncate -s 3000000 "$L"
    printf 'three\r\n' >>"$L"
    is "$(mc log MC-1)" "$(printf 'one\ntwo\n… 2 MB before this were let go\nthree')"
}

@test "the last lines, of all that there is where the end has too few" {
    {
        seq 500 | sed 's/$/\r/'
        spinner 9000000
        printf '\r\033[2Kend\r\n'
    } >"$L"
    is "$(mc log MC-1 --lines 3)" "$(printf '499\n500\nend')"
    is "$(mc log MC-1 | wc -l)" 200
    is "$(mc log MC-1 --lines 1000 | wc -l)" 501
}

@test "lines that are too long for anybody are not all printed unless they are asked for" {
    head -c 3000000 /dev/zero | tr '\0' a >"$L"
    [ "$(mc log MC-1 | wc -c)" -le $((256 * 1024 + 200)) ]
    has "$(mc log MC-1 | head -1)" "there is more before this; --lines N"
    is "$(json "$(mc log MC-1 --json)" cut)" true
    [ "$(mc log MC-1 --lines 200 | wc -c)" -gt 2900000 ]
    no grep -q more <(mc log MC-1 --lines 200)
    printf '\r\nend\r\n' >>"$L"
    is "$(mc log MC-1 --lines 1)" end
    printf 'short\r\n' >"$L"
    is "$(mc log MC-1)" short
    is "$(json "$(mc log MC-1 --json)" cut)" false
}

@test "a run by its attempt or its id" {
    local other=0123456789abcdef0123456789abcdef
    printf 'second\r\n' >"$L"
    sql "UPDATE runs SET attempt=2"
    sql "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at) SELECT '$other',1,1,host,1,2 FROM runs"
    mkdir -p "${L%/*/*}/$other"
    printf 'first\r\n' >"${L%/*/*}/$other/pane.log"
    is "$(mc log MC-1)" second
    is "$(mc log MC-1 --run 2)" second
    is "$(mc log MC-1 --run 1)" first
    is "$(mc log MC-1 --run "$other")" first
    for run in 3 0 x -1; do
        expect 66 mc log MC-1 "--run=$run"
        has "$errors" "MC-1 has no run $run; mc-ticket show MC-1"
    done
    rm "${L%/*/*}/$other/pane.log"
    expect 66 mc log MC-1 --run 1
    has "$errors" "is gone"
}

followed() {
    [ "$(cat "$T/out")" = "$1" ]
}

@test "follow prints what stands, each line once, until the agent has ended" {
    local reader start=$SECONDS
    printf 'one\r\n* 1' >"$L"
    "$MC_BIN/mc-ticket" log MC-1 --follow >"$T/out" 3>&- &
    reader=$!
    wait_for followed "$(printf 'one\n* 1')"
    printf '\r\033[2Ktwo\r\n\r\n* 2' >>"$L"
    wait_for followed "$(printf 'one\n* 1\ntwo\n\n* 2')"
    for i in 3 4 5 6 7 8 9; do
        printf '\r\033[2K* %s' "$i" >>"$L"
        sleep 0.2
    done
    printf '\r\033[2Kthree\r\n' >>"$L"
    sql "UPDATE runtime_sessions SET status='dead'"
    wait "$reader"
    has "$(cat "$T/out")" "three"
    # of a line that changes all the time, what stands there once a second
    [ "$(grep -c '^\*' "$T/out")" -le $((SECONDS - start + 2)) ]
    is "$(grep -c '^one$' "$T/out")" 1
}

@test "follow ends when nobody reads, and goes on in a file that has taken the log's place" {
    local reader
    printf 'one\r\n' >"$L"
    "$MC_BIN/mc-ticket" log MC-1 --follow --raw >"$T/out" 3>&- &
    reader=$!
    wait_for followed $'one\r'
    cp "$L" "$L.new"
    printf 'two\r\n' >>"$L.new"
    mv "$L.new" "$L"
    wait_for followed $'one\r\ntwo\r'
    kill "$reader"
    wait "$reader" || true
    (
        trap '' PIPE
        yes more | head -c 100000
        sleep 3
        yes more | head -c 100000
    ) >>"$L" 3>&- &
    timeout 300 "$MC_BIN/mc-ticket" log MC-1 --follow | head -1
    [ "${PIPESTATUS[0]}" != 124 ]
}

@test "follow ends when nobody reads and nothing is written" {
    printf 'one\r\n' >"$L"
    is "$(timeout 300 "$MC_BIN/mc-ticket" log MC-1 --follow --raw | head -1)" $'one\r'
    timeout 300 "$MC_BIN/mc-ticket" log MC-1 --follow --raw 3>&- | head -1
    [ "${PIPESTATUS[0]}" != 124 ]
}

@test "a terminal is shown nothing that it would obey or turn around" {
    printf 'ab\xE2\x80\xAEcd\033]52;c;eA==\007\r\n' >"$L"
    is "$(mc log MC-1)" abcd
    script -qec "'$MC_BIN/mc-ticket' log MC-1 --raw; echo status \$?" /dev/null >"$T/typed" </dev/null
    has "$(cat "$T/typed")" "status 64"
    no grep -q 52 "$T/typed"
    mc log MC-1 --raw | cmp - "$L"
}

@test "what does not go together is refused" {
    printf 'one\r\n' >"$L"
    for words in "--raw --json" "--raw --lines 3" "--follow --json" "--lines 0" "--lines x"; do
        # shellcheck disable=SC2086
        expect 64 mc log MC-1 $words
        one_line
    done
}
