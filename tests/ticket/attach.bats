#!/usr/bin/env bats
# attach in a real terminal: a pane of another tmux server, 30 by 8. Its exit statuses are ours, never tmux's.

setup() {
    load desk
    desk_setup
    new
    mc add one >/dev/null
    OUTER=$T/outer
}

teardown() {
    local one
    for one in "$T"/outer*; do
        tmux -S "$one" kill-server 2>/dev/null || true
    done
    desk_teardown
}

# in_terminal COMMAND …: its words go to $T/words, its exit status to $T/status. The pane keeps TMUX of its own server.
in_terminal() {
    # shellcheck disable=SC2016
    printf '%s\n' 'T=$1' 'shift' '"$@" 2>"$T/words"' 'echo $? >"$T/new"' 'mv "$T/new" "$T/status"' \
        'exec sleep 1000' >"$T/run"
    rm -f "$T/status"
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 30 -y 8 -- sh "$T/run" "$T" "$@" 3>&-
}

clients() {
    is "$(tmux -S "$SOCKET" list-clients -F '#{client_session} #{client_width}x#{client_height} #{client_readonly}')" "$1"
}

left_with() {
    wait_for test -e "$T/status"
    is "$(cat "$T/status")" "$1" || {
        cat "$T/words" >&2
        return 1
    }
}

typed() {
    tmux -S "$SOCKET" capture-pane -p -t "$PANE" | grep -q "$1"
}

@test "there and gone again: exit 0" {
    agent 1 running cat
    in_terminal "$MC_BIN/mc-ticket" attach MC-1
    wait_for clients "mc-MC-1 30x8 0"
    tmux -S "$OUTER" send-keys hello
    wait_for typed hello
    tmux -S "$OUTER" send-keys C-b d
    left_with 0
    is "$(cat "$T/words")" ""
}

@test "read-only: nothing that is typed arrives" {
    agent 1 running cat
    in_terminal "$MC_BIN/mc-ticket" attach MC-1 --read-only
    wait_for clients "mc-MC-1 30x8 1"
    tmux -S "$OUTER" send-keys hello
    tmux -S "$OUTER" send-keys C-b d
    left_with 0
    no typed hello
}

@test "no terminal: 64, and what to do" {
    agent 1
    expect 64 mc attach MC-1
    one_line
    has "$errors" "MC-1: there is no terminal"
    has "$errors" "--print"
}

@test "a terminal that tmux cannot use, a server that goes: 69 with its words" {
    agent 1
    in_terminal env TERM=nosuchterm "$MC_BIN/mc-ticket" attach MC-1
    left_with 69
    has "$(cat "$T/words")" "MC-1: tmux did not stay: "
    has "$(cat "$T/words")" "nosuchterm"
    OUTER=$T/outer-2
    in_terminal "$MC_BIN/mc-ticket" attach MC-1
    wait_for clients "mc-MC-1 30x8 0"
    kill -KILL "$(tmux -S "$SOCKET" display-message -p '#{pid}')"
    left_with 69
    is "$(wc -l <"$T/words")" 1
    has "$(cat "$T/words")" "MC-1: the tmux server ended"
}

on_screen() {
    tmux -S "$OUTER" capture-pane -p -J | grep -q "$1"
}

@test "a server that is killed: our word begins a line, and the terminal is as it was" {
    agent 1
    # shellcheck disable=SC2016
    printf '%s\n' 'stty -a >"$2/before"' '"$1" attach MC-1' 'stty -a >"$2/after"' 'exec sleep 1000' >"$T/run"
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 100 -y 8 -- sh "$T/run" "$MC_BIN/mc-ticket" "$T" 3>&-
    wait_for clients "mc-MC-1 100x8 0"
    kill -KILL "$(tmux -S "$SOCKET" display-message -p '#{pid}')"
    wait_for on_screen "^mc-ticket: MC-1: the tmux server ended"
    wait_for test -s "$T/after"
    is "$(cat "$T/after")" "$(cat "$T/before")"
}

@test "stopped by its own key it stops us too, and goes on with us" {
    agent 1
    # shellcheck disable=SC2016
    printf '%s\n' 'set -m' '"$1" attach MC-1' 'echo $? >"$2/stopped"' 'until [ -e "$2/go" ]; do sleep 0.1; done' \
        'fg >/dev/null' 'exit $?' >"$T/jobs"
    in_terminal bash "$T/jobs" "$MC_BIN/mc-ticket" "$T"
    wait_for clients "mc-MC-1 30x8 0"
    tmux -S "$OUTER" send-keys C-b C-z
    wait_for test -s "$T/stopped"
    is "$(cat "$T/stopped")" 147 # 128 and SIGSTOP: the shell has its terminal again
    touch "$T/go"
    wait_for goes_on
    wait_for clients "mc-MC-1 30x8 0"
    tmux -S "$OUTER" send-keys C-b d
    left_with 0
}

@test "who ends us ends the client, and the agent stays" {
    local sent
    agent 1
    for sent in TERM HUP; do
        OUTER=$T/outer-$sent
        in_terminal "$MC_BIN/mc-ticket" attach MC-1
        wait_for clients "mc-MC-1 30x8 0"
        kill "-$sent" "$(pgrep -P "$(tmux -S "$OUTER" display-message -p "#{pane_pid}")" -x mc-ticket)"
        left_with 69
        has "$(cat "$T/words")" "MC-1: tmux did not stay: it gave no reason; mc-ticket runtimes shows what is there"
        wait_for clients ""
    done
}

# The terminal is the client's: it has left it when it was stopped.
goes_on() {
    [ "$(tmux -S "$OUTER" display-message -p '#{alternate_on}')" = 1 ]
}

# mine: a person's session on the agents' server, with a client on it; its pane runs COMMAND … when the client is there.
mine() {
    # shellcheck disable=SC2016
    printf '%s\n' 'T=$1' 'shift' 'until [ -e "$T/go" ]; do sleep 0.1; done' '"$@" 2>"$T/words"' 'echo $? >"$T/new"' \
        'mv "$T/new" "$T/status"' 'exec sleep 1000' >"$T/run"
    tmux -S "$SOCKET" new-session -d -s mine -- sh "$T/run" "$T" "$@" 3>&-
}

@test "inside the same server the client switches" {
    agent 1
    mine "$MC_BIN/mc-ticket" attach MC-1
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 30 -y 8 -- env -u TMUX tmux -S "$SOCKET" attach -t =mine: 3>&-
    wait_for clients "mine 30x8 0"
    touch "$T/go"
    left_with 0
    clients "mc-MC-1 30x8 0"
}

@test "inside the same server, read-only: the client that switches types nothing" {
    agent 1
    mine "$MC_BIN/mc-ticket" attach MC-1 --read-only
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 30 -y 8 -- env -u TMUX tmux -S "$SOCKET" attach -t =mine: 3>&-
    wait_for clients "mine 30x8 0"
    touch "$T/go"
    left_with 0
    clients "mc-MC-1 30x8 1"
}

@test "what --print gives inside the same server works there" {
    agent 1
    # shellcheck disable=SC2016
    mine sh -c 'eval "$("$0" attach MC-1 --print)"' "$MC_BIN/mc-ticket"
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 30 -y 8 -- env -u TMUX tmux -S "$SOCKET" attach -t =mine: 3>&-
    wait_for clients "mine 30x8 0"
    touch "$T/go"
    left_with 0
    clients "mc-MC-1 30x8 0"
}

@test "the ways back from read-only that the manual names" {
    agent 1
    mine "$MC_BIN/mc-ticket" attach MC-1 --read-only
    tmux -S "$OUTER" -u -f /dev/null new-session -d -x 30 -y 8 -- env -u TMUX tmux -S "$SOCKET" attach -t =mine: 3>&-
    wait_for clients "mine 30x8 0"
    touch "$T/go"
    left_with 0
    clients "mc-MC-1 30x8 1"
    tmux -S "$SOCKET" switch-client -r -c "$(tmux -S "$SOCKET" list-clients -F '#{client_name}')" -t mine
    clients "mine 30x8 0"
    tmux -S "$SOCKET" switch-client -r -c "$(tmux -S "$SOCKET" list-clients -F '#{client_name}')" -t mc-MC-1
    clients "mc-MC-1 30x8 1"
    tmux -S "$OUTER" send-keys C-b d
    wait_for clients ""
}

@test "inside the same server without any client: 69" {
    agent 1
    mine "$MC_BIN/mc-ticket" attach MC-1
    touch "$T/go"
    left_with 69
    has "$(cat "$T/words")" "MC-1: tmux did not stay: "
}

@test "a session that was given another name is found, and shown by its pane" {
    agent 1
    tmux -S "$SOCKET" rename-session -t =mc-MC-1: "my own 'words"
    expect 0 mc attach MC-1 --print
    has "$output" "'-t' '$PANE'"
    has "$(mc runtimes | tr -s " ")" " mc-MC-1 there "
}

@test "another user's socket: 77, and nothing is asked there" {
    [ "$(id -u)" -eq 0 ] || {
        echo "# skipped: only root can give a file away" >&3
        skip "only root can give a file away"
    }
    agent 1
    chown 12345 "$SOCKET"
    expect 77 mc attach MC-1
    one_line
    has "$errors" "user 12345"
    has "$errors" "tmux.socket"
    has "$(mc runtimes)" "12345"
}
