#!/usr/bin/env bats
# attach, log, runtimes, and the story that show tells.

setup() {
    load desk
    load terminal
    desk_setup
    new
    mc add one >/dev/null
}

teardown() {
    desk_teardown
}

@test "attach prints the command for exactly this session" {
    agent 1
    expect 0 mc attach MC-1 --print
    is "$output" "'$(command -v tmux)' '-u' '-S' '$SOCKET' 'attach-session' '-t' '=mc-MC-1:' '-f' 'ignore-size'"
    expect 0 mc attach MC-1 --print --read-only
    has "$output" "'ignore-size,read-only'"
    expect 0 mc attach MC-1 --json
    is "$(json "$output" command.0)" "$(command -v tmux)"
}

@test "attach without an agent, or to another run's session" {
    expect 66 mc attach MC-1
    has "$errors" "MC-1 has had no agent yet; mc-ticket show MC-1"
    agent 1
    tmux -S "$SOCKET" set-option -t =mc-MC-1: @mc_run 00000000000000000000000000000000
    expect 69 mc attach MC-1
    has "$errors" "another run"
    tmux_ends kill-session -t =mc-MC-1
    expect 69 mc attach MC-1
    has "$errors" "no session"
}

@test "log is plain text without control sequences, --raw the bytes" {
    expect 66 mc log MC-1
    has "$errors" "mc-ticket show MC-1"
    agent 1
    printf '\033[?1049h\033[1;31mhello\033[0m \033]0;title\007world\r\nnext\033(B line\n' >"$T/pane.log"
    sql "UPDATE runtime_sessions SET pane_log_path='$T/pane.log'"
    is "$(mc log MC-1)" "$(printf 'hello world\nnext line')"
    is "$(mc log MC-1 --lines 1)" "next line"
    mc log MC-1 --raw | cmp - "$T/pane.log"
    is "$(json "$(mc log MC-1 --json)" text)" "$(printf 'hello world\nnext line\n')"
    rm "$T/pane.log"
    expect 66 mc log MC-1
    has "$errors" "is gone"
}

@test "what is not there is said in one way" {
    for words in "show MC-9" "log MC-9" "attach MC-9" "approve MC-9" "add two --after MC-9"; do
        # shellcheck disable=SC2086
        expect 66 mc $words
        has "$errors" "MC-9: no such ticket on this board; mc-ticket list"
    done
}

@test "an agent that never started has no log, and one that has ended has" {
    agent 1
    sql "UPDATE runtime_sessions SET status='dead',pane_log_path='$T/pane.log'"
    expect 66 mc attach MC-1
    has "$errors" "MC-1 has no agent now; mc-ticket log MC-1"
    sql "UPDATE runtime_sessions SET pid=NULL,pid_start=NULL,boot_id=NULL"
    for command in attach log; do
        expect 66 mc "$command" MC-1
        has "$errors" "never started"
        has "$errors" "mc-ticket show MC-1 tells why"
    done
}

@test "runtimes: both sides agree" {
    is "$(mc runtimes)" ""
    agent 1
    out=$(mc runtimes)
    is "$(head -1 <<<"$out" | tr -s ' ')" "KEY BELIEVED AGE PID PROCESS SESSION SEEN PANE"
    has "$(tr -s ' ' <<<"$out")" " $PID alive mc-MC-1 there %0, pid $PID"
    grep -q "^MC-1  running " <<<"$out"
    no grep -q -- "<-" <<<"$out"
    expect 0 mc runtimes --json
    is "$(json "$output" server)" yes
    is "$(json "$output" runtimes.0.pane_pid)" "$PID"
    is "$(json "$output" runtimes.0.differs)" null
}

@test "runtimes: a dead process, a lost session, strays" {
    agent 1
    tmux -S "$SOCKET" new-session -d -s mine -- sleep 1000
    tmux -S "$SOCKET" set-option -t =mc-MC-1: remain-on-exit on
    kill -KILL "$PID"
    gone "$PID"
    out=$(mc runtimes)
    has "$(tr -s ' ' <<<"$out")" " $PID dead mc-MC-1 there %0, pid $PID, ended"
    has "$out" "<- its process is gone"
    has "$out" "session mine"
    has "$out" "untagged: not ours"
    sql "UPDATE runtime_sessions SET status='dead'"
    has "$(mc runtimes)" "tagged MC-1 run $RUN"
    sql "UPDATE runtime_sessions SET status='idle'"
    tmux_ends kill-server
    expect 0 mc runtimes --json
    is "$(json "$output" server)" no
    is "$(json "$output" runtimes.0.session_seen)" gone
}

@test "show tells the story of a 409 in plain lines" {
    agent 1
    for line in "spawned|spawned pid $PID in session mc-MC-1 (%0, profile demo)" \
        "adopted|send answered 409 runtime_busy; adopted pid $PID"; do
        sql "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)
             VALUES(1,'$RUN','mc-pickup','${line%%|*}','${line#*|}',1)"
    done
    out=$(mc show MC-1)
    has "$out" "mc-pickup  spawned pid $PID in session mc-MC-1"
    has "$out" "mc-pickup  adopted: send answered 409 runtime_busy; adopted pid $PID"
    has "$out" "worker     pid $PID on host"
    has "$out" "runtime    running, pid $PID, session mc-MC-1"
    expect 0 mc show MC-1 --json
    is "$(json "$output" runtime.pid)" "$PID"
    is "$(json "$output" runs.0.run)" "$RUN"
    is "$(json "$output" messages.0.status)" sending
}

@test "list: what was delivered, what is asked, why it failed" {
    local long
    long=$(printf 'a very long reason %.0s' {1..10})end
    for title in two three four; do mc add "$title" >/dev/null; done
    sql "UPDATE tickets SET status='in_review',result='parser mended' WHERE id=1" \
        "UPDATE tickets SET status='needs_input',result='which port?' WHERE id=2" \
        "UPDATE tickets SET status='needs_input',result='an old word',failure_reason='quiet: $long' WHERE id=3" \
        "UPDATE tickets SET status='blocked',result='an old word',failure_reason='starting: slow' WHERE id=4"
    expect 0 mc list
    for line in "KEY   STATUS       PRIO    *AGE  TITLE  NEWS" "MC-1  in_review    medium  *[0-9]* [a-z]*  one    parser mended" \
        "MC-2  needs_input  medium  .*  two    which port?" "MC-3  needs_input  medium  .*  three  quiet: $long" \
        "MC-4  blocked      medium  .*  four   starting: slow"; do
        grep -qx "$line" <<<"$output"
    done
    no grep -q "an old word" <<<"$output"
}

@test "list: no line is longer than the terminal is wide" {
    local long
    long=$(printf 'wörter 漢字 %.0s' {1..30})end
    sql "UPDATE tickets SET title='$long',status='in_review',result='$long' WHERE id=1"
    mc add short >/dev/null
    sql "UPDATE tickets SET status='needs_input',result='$long' WHERE id=2"
    mc add "$long" >/dev/null
    sql "UPDATE tickets SET status='in_review',result='fits' WHERE id=3"
    for columns in 60 80 133; do
        TERM=dumb on_terminal "$columns" 24 "$MC_BIN/mc-ticket" list >"$T/out"
        is "$(wc -l <"$T/out")" 4
        "$PY" -S -c '
import sys, unicodedata
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
widest = 0
for line in lines:
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    assert width <= int(sys.argv[2]), (width, line)
    widest = max(widest, width)
assert int(sys.argv[2]) - 2 <= widest, widest' "$T/out" "$columns"
        grep -q '^MC-2 .* short *wörter .*…$' "$T/out"
        grep -q '^MC-3 .*…  *fits$' "$T/out"
        grep -q '^MC-1 .*…  *wörter .*…$' "$T/out"
    done
    on_terminal 10 24 "$MC_BIN/mc-ticket" list >"$T/out"
    is "$(wc -l <"$T/out")" 4
}
