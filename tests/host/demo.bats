#!/usr/bin/env bats
# mc-demo-agent in a real terminal.

setup() {
    unset TMUX TMUX_PANE
    T=$(mktemp -d "${MC_WORLDS:-/tmp}/mcXXXXXX")
    L=$T/log
    mkdir "$T/bin" "$T/libexec"
    cp "$MC_BIN/mc-demo-agent" "$T/libexec/"
    cat >"$T/bin/mc-ticket" <<'END'
#!/bin/sh
printf '<%s>' "$@" >>"${0%/bin/*}/signals"
END
    chmod 700 "$T/bin/mc-ticket"
}

teardown() {
    t kill-server 2>/dev/null || :
    rm -rf "$T"
}

t() {
    tmux -u -f /dev/null -S "$T/s" "$@"
}

demo() {
    t new-session -d -s a -x 100 -y 30 -- "$T/libexec/mc-demo-agent" --log "$L" --busy 50 "$@" \; \
        set-option -w -t =a: remain-on-exit on
}

# until COMMAND… : for a minute
until_true() {
    for _ in $(seq 600); do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    echo "never: $*"
    t capture-pane -p -t =a: | sed '/^$/d'
    return 1
}

shows() {
    t capture-pane -p -t =a: | grep -q -- "$1"
}

hides() {
    ! shows "$1"
}

logged() {
    [ -e "$L" ] && grep -q "\"event\":\"$1\"" "$L"
}

paste_text() {
    printf '%s' "$1" | t load-buffer -b x - \; paste-buffer -p -d -b x -t =a:
}

@test "a pasted prompt is taken whole, worked, signalled with its nonce and answered" {
    demo --reply "all done"
    until_true shows '^demo> *$'
    paste_text $'MC-1 turn 1\nwith $(touch z) `x`\n\tand more\n\n[MC_TICKET_TURN:1:1779942042145:e519f820 internal]'
    until_true shows '^demo> \[Pasted text #1 +5 lines\]'
    [ ! -e "$L.turn-1" ]
    t send-keys -t =a: Enter
    until_true test -e "$T/signals"
    until_true shows '^demo> *$'
    shows '^  all done'
    hides '^\[working\]'
    [ "$(cat "$L.turn-1")" = $'MC-1 turn 1\nwith $(touch z) `x`\n\tand more\n\n[MC_TICKET_TURN:1:1779942042145:e519f820 internal]' ]
    [ "$(cat "$T/signals")" = "<signal><DONE><demo: $(stat -c %s "$L.turn-1") bytes received><--nonce><MC_TICKET_TURN:1:1779942042145:e519f820>" ]
}

@test "100 KB arrive byte for byte, in one turn" {
    head -c 100000 /dev/urandom | base64 | head -c 100000 >"$T/big"
    demo --no-signal
    until_true shows '^demo> *$'
    t load-buffer -b x "$T/big" \; paste-buffer -p -d -b x -t =a:
    until_true shows 'Pasted text'
    t send-keys -t =a: Enter
    until_true test -e "$L.turn-1"
    cmp "$L.turn-1" "$T/big"
    [ ! -e "$T/signals" ]
    [ ! -e "$L.turn-2" ]
}

@test "what ends a bracket early is typed, and Enter on nothing does nothing" {
    demo --no-signal
    until_true shows '^demo> *$'
    t send-keys -t =a: Enter
    t send-keys -t =a: Enter
    t send-keys -t =a: -l $'ab\x7fc'
    until_true shows '^demo> ac'
    t send-keys -t =a: Enter
    until_true test -e "$L.turn-1"
    [ "$(cat "$L.turn-1")" = ac ]
    [ ! -e "$L.turn-2" ]
    logged typed
}

@test "a dialog stands first and Enter answers it" {
    demo --dialog
    until_true shows '^\[question\]'
    hides '^demo>'
    t send-keys -t =a: Enter
    until_true shows '^demo> *$'
    hides '^\[question\]'
    logged answered
    [ ! -e "$L.turn-1" ]
}

@test "a first prompt as an argument, and another word" {
    demo --signal QUESTION "do it"
    until_true test -e "$T/signals"
    [ "$(cat "$T/signals")" = "<signal><QUESTION><demo: 5 bytes received>" ]
    [ "$(cat "$L.turn-1")" = "do it" ]
}

@test "it ends as it is told to" {
    run "$MC_BIN/mc-demo-agent" --exit 7 </dev/null
    [ "$status" -eq 7 ]
    run "$MC_BIN/mc-demo-agent" --crash-after 50 --ignore-hup </dev/null
    [ "$status" -eq 3 ]
    run "$MC_BIN/mc-demo-agent" --segv </dev/null
    [ "$status" -eq 139 ]
    run "$MC_BIN/mc-demo-agent" --nonsense
    [ "$status" -eq 64 ]
    run "$MC_BIN/mc-demo-agent" --busy x
    [ "$status" -eq 64 ]
}

@test "it can be slow to start, and end while it starts" {
    demo --ready-after 600000 --crash-after 500 --exit 9
    until_true logged crash
    ! logged ready || return 1
}

@test "it can outlive its terminal and leave a daemon behind" {
    local daemon="" process pid
    export MC_TEST=$T
    demo --ignore-hup --ignore-term --daemon
    until_true logged ready
    pid=$(t display-message -p -t =a: '#{pane_pid}')
    t kill-server
    until_true logged eof
    kill -TERM "$pid"
    sleep 0.3
    kill -0 "$pid"
    kill -KILL "$pid"
    for process in /proc/[0-9]*; do
        if tr '\0' '\n' <"$process/environ" 2>/dev/null | grep -qx "MC_TEST=$T"; then
            [ "$(tr '\0' ' ' <"$process/cmdline")" != "sleep 86400 " ] || daemon=${process#/proc/}
        fi
    done
    [ -n "$daemon" ]
    kill -KILL "$daemon"
}
