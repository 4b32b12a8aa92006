#!/usr/bin/env bats
# A tmux server that does not answer proves nothing (SPEC section 11): nothing is changed, one line, no long wait.

setup() {
    load heal
}

teardown() {
    local pid
    for pid in "${SERVER:-}" "${OTHER:-}"; do
        [ -z "$pid" ] || kill -CONT "$pid" 2>/dev/null || true
    done
    tmux -S "$T/other/tmux.sock" kill-server 2>/dev/null || true
    for pid in $(MC_DB=$T/other/board.db inhabitants); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    world_end
}

# beside PROGRAM [OPTION …]: the same on a second board with a server of its own.
beside() {
    bare MC_DB="$T/other/board.db" "$MC_BIN/$1" "${@:2}"
}

other_tmux() {
    tmux -S "$T/other/tmux.sock" "$@" 3>&-
}

# report NAME COMMAND …: in the background; output, errors and exit status in $T/NAME.*; its pid in LOOKS.
report() {
    local name=$1
    shift
    { "$@" >"$T/$name.out" 2>"$T/$name.err" && echo 0 >"$T/$name.exit" || echo $? >"$T/$name.exit"; } 3>&- &
    LOOKS+=($!)
}

@test "a stopped server: nothing changes, one line once; when it goes on, all is judged again" {
    local before pid
    LOOKS=()
    heal_world
    start 3
    # One that is dead, one whose ticket is closed, one with a note to hand over, and one to be claimed.
    rows "UPDATE tickets SET status='done' WHERE id=2"
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL WHERE ticket_id=3"
    rows "INSERT INTO ticket_messages(ticket_id,kind,body,status,created_at) VALUES(3,'note','hello','pending',1)"
    add waiting
    pid=$(of 1 pid)
    kill_hard "$pid"
    # Beside it a board without any agent, whose server is somebody's: only the start of an agent asks it.
    mkdir -m 700 "$T/other"
    beside mc-ticket init >/dev/null
    beside mc-ticket add first >/dev/null
    other_tmux -f /dev/null new-session -d -s somebody -- sleep 86400 7>&- 8>&-
    SERVER=$(tmux_here display-message -p '#{pid}')
    OTHER=$(other_tmux display-message -p '#{pid}')
    kill -STOP "$SERVER" "$OTHER"
    before=$(board)

    # All at once, because each waits for the same limit.
    report heal pickup --heal-only --json
    report dry pickup --dry-run --json
    report full pickup -v
    report view ticket runtimes
    report start beside mc-pickup --json
    wait "${LOOKS[@]}"
    is "$(cat "$T/heal.exit" "$T/dry.exit" "$T/full.exit" "$T/view.exit" "$T/start.exit" | tr '\n' ' ')" "69 69 69 0 69 "
    is "$(cat "$T/heal.err" "$T/dry.err" "$T/full.err" | sed 's/ on [^ ]* / /')" "mc-pickup: tmux does not answer \
while agents are at work; nothing is concluded from that; look whether the server hangs"
    has "$(cat "$T/heal.out")" '"outcome":"failed","reason":"no_tmux"'
    has "$(cat "$T/heal.out")" '"healed":[]'
    has "$(cat "$T/dry.out")" '"plan":[]'
    is "$(cat "$T/full.out")" "failed (no_tmux), exit 69"
    has "$(cat "$T/view.out")" "tmux cannot be asked"
    output=$(cat "$T/view.out")
    is "$(believed MC-1 running "$pid" dead unknown)" 1
    # But for the note that this was said, the board is as it was.
    is "$(board | grep -v "INTO \"settings\" VALUES('unreachable'")" "$before"
    # The start that got no answer was given up.
    has "$(cat "$T/start.out")" '"outcome":"failed","reason":"no_tmux"'
    is "$(wc -l <"$T/start.err")" 1
    is "$(find "$T/other" -name launch)" ""
    is "$(beside mc-ticket list --json | grep -o '"status":"[a-z]*"')" '"status":"todo"'

    kill -CONT "$SERVER" "$OTHER"
    expect 0 pickup --json
    is "$(healed | sort)" "finished MC-2 done done
worker_died MC-1 in_progress todo"
    is "$(value outcome) $(value ticket)" "dispatched MC-4"
    one_line
    is "$(board | grep "VALUES('unreachable'" || true)" ""
    steady

    # The server carries out what it had been asked: no agent comes of it.
    answered() { [ -n "$(other_tmux list-sessions -F '#{session_name}' -f '#{==:#{session_name},mc-MC-1}')" ]; }
    wait_for answered
    ended() { [ "$(other_tmux list-panes -t =mc-MC-1: -F '#{pane_dead}')" = 1 ]; }
    wait_for ended
    is "$(MC_DB=$T/other/board.db agents)" ""
    is "$(events start)" 4
    beside mc-ticket block MC-1 "a moment" >/dev/null
    beside mc-ticket reopen MC-1 >/dev/null
    output=$(beside mc-pickup --json)
    is "$(value outcome) $(value ticket)" "dispatched MC-1"
    is "$(MC_DB=$T/other/board.db agents | wc -l)" 1
}

@test "a tmux that could not even be asked: said with what is lacking, and nothing is concluded" {
    local n
    heal_world
    start 1
    pickup # so that nothing is left to be done
    for n in 7 9 12; do
        rows "DELETE FROM settings WHERE key='unreachable'"
        expect 71 bare prlimit "--nofile=$n:$n" "$MC_BIN/mc-pickup" -v
        has "$output" "failed (os_error), exit 71"
        one_line
        has "$errors" "tmux cannot be asked while agents are at work"
        has "$errors" "Too many open files"
        no has "$errors" hangs
    done
    expect 0 pickup
    ticket_is 1 in_progress
}
