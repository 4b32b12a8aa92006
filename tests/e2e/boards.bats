#!/usr/bin/env bats
# Several boards at once, in one folder and on one socket: what is named after a ticket is the board's own, and they
# never meet (SPEC section 7).

setup() {
    load support
    world
    SOCKET=$T/shared.sock
}

teardown() {
    local board
    for board in "${BOARDS[@]}"; do
        MC_DB=$board
        for pid in $(inhabitants); do
            kill -KILL "$pid" 2>/dev/null || true
        done
    done
    world_end
}

BOARDS=()

# boards FILE …: each with one ticket, all on one socket.
boards() {
    configure "{\"tmux\": {\"socket\": \"$SOCKET\"}}" "${AGENT[@]}"
    for MC_DB in "$@"; do
        BOARDS+=("$MC_DB")
        init
        add "ticket of $(basename "$MC_DB")"
    done
}

AGENT=(--busy 600000)

# on BOARD COMMAND …
on() {
    local MC_DB=$1
    shift
    "$@"
}

board_of() {
    rows "SELECT value FROM settings WHERE key='board'"
}

@test "four boards, two of them in one folder: four agents, four places, each word reaches its own" {
    local pids=() board n=0
    AGENT=(--busy 3000 --signal DONE)
    boards "$T/a/board.db" "$T/a/other.db" "$T/b/board.db" "$T/c/board.db"
    for board in "${BOARDS[@]}"; do
        on "$board" pickup -q 2>"$T/err.$n" &
        pids+=($!)
        n=$((n + 1))
    done
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
    is "$(cat "$T"/err.*)" ""
    is "$(sessions | wc -l)" 4
    run on "$T/a/board.db" ticket doctor
    has "$output" "answers, 1 agent in it"
    is "$(sessions | grep -cx 'mc-MC-1')" 1
    is "$(sessions | grep -cE '^mc-MC-1-[0-9a-f]{6}$')" 3
    for board in "${BOARDS[@]}"; do
        on "$board" rows "SELECT pid,cwd,tmux_target FROM runtime_sessions"
    done >"$T/rows"
    is "$(cut -d'|' -f1 "$T/rows" | sort -u | wc -l)" 4
    is "$(cut -d'|' -f2 "$T/rows" | sort)" "$T/a/other.db.work/MC-1
$T/a/work/MC-1
$T/b/work/MC-1
$T/c/work/MC-1"
    is "$(cut -d'|' -f3 "$T/rows" | sort)" "$(sessions | sort)"
    while IFS='|' read -r pid cwd _; do
        is "$(readlink "/proc/$pid/cwd")" "$cwd"
    done <"$T/rows"
    [ -f "$T/a/last-pickup" ]
    [ -f "$T/a/other.db.last-pickup" ]
    for board in "${BOARDS[@]}"; do
        on "$board" wait_for rows_are "in_review" "SELECT status FROM tickets"
        on "$board" rows_are "1|1" "SELECT count(*),sum(attempts=0) FROM runs r JOIN tickets t ON t.id=r.ticket_id"
        on "$board" expect 0 pickup --json
        is "$(value healed)" "[]"
        is "$errors" ""
    done
    is "$(sessions | wc -l)" 4
}

@test "the end of one leaves the others, and its next agent goes under the same name" {
    local one other
    boards "$T/a/board.db" "$T/b/board.db"
    one=${BOARDS[0]} other=${BOARDS[1]}
    on "$one" expect 0 pickup
    on "$other" expect 0 pickup --json
    is "$(value session)" "mc-MC-1-$(on "$other" board_of | cut -c1-6)"
    on "$other" rows_are "0|$(value session)" "SELECT t.attempts,r.tmux_target FROM tickets t JOIN runtime_sessions r"
    has "$(on "$other" ticket attach MC-1 --print)" "=$(value session):"
    has "$(on "$other" ticket runtimes | tr -s " ")" " $(value session) there "
    has "$(on "$other" ticket runtimes)" "of another board, never touched"
    on "$one" ticket cancel MC-1 >/dev/null
    is "$(sessions)" "mc-MC-1-$(on "$other" board_of | cut -c1-6)"
    kill -0 "$(on "$other" rows "SELECT pid FROM runtime_sessions")"
    # Dead, its session is found again by its tags, whatever its name.
    kill -KILL "$(on "$other" rows "SELECT pid FROM runtime_sessions")"
    configure "{\"tmux\": {\"socket\": \"$SOCKET\"}, \"retry\": {\"backoff_s\": 3600}}" --busy 600000
    on "$other" expect 0 pickup --json
    is "$(value healed.0.rule)" worker_died
    is "$(sessions)" ""
}

@test "a row that is lost is made again from its session's tags, under its other name" {
    local run
    boards "$T/a/board.db" "$T/b/board.db"
    on "${BOARDS[0]}" expect 0 pickup
    MC_DB=${BOARDS[1]}
    expect 0 pickup --json
    run=$(value run)
    rows "DELETE FROM runtime_sessions"
    expect 0 pickup --json
    is "$(value healed.0.rule)" lost_row
    rows_are "$run|mc-MC-1-$(board_of | cut -c1-6)" "SELECT run_id,tmux_target FROM runtime_sessions"
}

@test "a session of another board is not ours, even with a run that we know" {
    local pid
    boards "$T/a/board.db"
    expect 0 pickup
    pid=$(rows "SELECT pid FROM runtime_sessions")
    rows "DELETE FROM runtime_sessions"
    tmux_here set-option -t =mc-MC-1: @mc_board ffffffffffffffff
    # As long as the recorded worker lives nothing is started beside it.
    expect 0 pickup
    is "$(sessions | wc -l)" 1
    kill -0 "$pid"
    rows "UPDATE tickets SET worker_pid=NULL,worker_start=NULL"
    expect 0 pickup --json
    is "$(value healed.0.rule)" abandoned_claim
    is "$(value session)" "mc-MC-1-$(board_of | cut -c1-6)"
    kill -0 "$pid"
    is "$(sessions | wc -l)" 2
}

@test "a person's session of the ticket's name is left alone, and is no failure of the ticket" {
    boards "$T/a/board.db"
    tmux_here -f /dev/null new-session -d -s mc-MC-1 -- sleep 1000
    expect 0 pickup --json
    is "$(value outcome) $(value session)" "dispatched mc-MC-1-$(board_of | cut -c1-6)"
    is "$errors" ""
    rows_are "in_progress|0" "SELECT status,attempts FROM tickets"
    tmux_here has-session -t =mc-MC-1
    ticket cancel MC-1 >/dev/null
    is "$(sessions)" mc-MC-1
}

@test "both names are others': put off uncounted, and said" {
    boards "$T/a/board.db"
    tmux_here -f /dev/null new-session -d -s mc-MC-1 -- sleep 1000
    tmux_here new-session -d -s "mc-MC-1-$(board_of | cut -c1-6)" -- sleep 1000
    expect 75 pickup --json
    is "$(value send.class)" session_taken
    one_line
    has "$errors" "are both others'"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    is "$(sessions | wc -l)" 2
}

@test "runtimes marks a session whose run the board does not know, and says what to do" {
    local run=0123456789abcdef0123456789abcdef
    boards "$T/a/board.db"
    tmux_here -f /dev/null new-session -d -s mc-MC-1 -- sleep 1000 \; set-option -t =mc-MC-1: @mc_run $run \; \
        set-option -t =mc-MC-1: @mc_ticket MC-1 \; set-option -t =mc-MC-1: @mc_board "$(board_of)"
    expect 0 ticket runtimes --json
    has "$(value strays.0.differs)" "not on this board"
    expect 0 ticket runtimes
    has "$output" "tagged MC-1 run $run  <- its run is not on this board, so no agent is started beside it"
    # What it says is what helps.
    eval "${output##*then: }"
    is "$(sessions)" ""
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    # Of a run that has ended no such word.
    ticket cancel MC-1 >/dev/null
    tmux_here -f /dev/null new-session -d -s kept -- sleep 1000 \; \
        set-option -t =kept: @mc_run "$(rows "SELECT run_id FROM runs")" \; set-option -t =kept: @mc_board "$(board_of)"
    expect 0 ticket runtimes
    has "$output" "session kept"
    no has "$output" "<-"
}

@test "a session of this board whose run it does not know: never touched or counted, said once" {
    local run=0123456789abcdef0123456789abcdef i
    boards "$T/a/board.db"
    tmux_here -f /dev/null new-session -d -s mc-MC-1 -- sleep 1000 \; set-option -t =mc-MC-1: @mc_run $run \; \
        set-option -t =mc-MC-1: @mc_ticket MC-1 \; set-option -t =mc-MC-1: @mc_board "$(board_of)"
    expect 75 pickup --json
    is "$(value outcome) $(value send.class)" "deferred session_taken"
    one_line
    has "$errors" "$run"
    has "$errors" "attach -t =mc-MC-1:"
    for i in 1 2 3 4; do
        rows "UPDATE tickets SET next_attempt_at=NULL"
        expect 75 pickup
        is "$errors" "" || return "$i"
    done
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='terminal_state'"
    is "$(sessions)" mc-MC-1
    tmux_ends kill-session -t =mc-MC-1
    rows "UPDATE tickets SET next_attempt_at=NULL"
    expect 0 pickup --json
    is "$(value outcome) $(value session)" "dispatched mc-MC-1"
}

@test "an agent of another ticket of this board, in a session of this name by somebody's hand, stays its ticket's" {
    local pid
    boards "$T/a/board.db"
    expect 0 pickup
    pid=$(rows "SELECT pid FROM runtime_sessions")
    add two
    tmux_here rename-session -t =mc-MC-1: mc-MC-2
    expect 0 pickup --json
    is "$(value ticket) $(value outcome) $(value session)" "MC-2 dispatched mc-MC-2-$(board_of | cut -c1-6)"
    is "$(value healed)" "[]"
    rows_are "$pid|running" "SELECT pid,status FROM runtime_sessions WHERE ticket_id=1"
    kill -0 "$pid"
}

@test "an agent from before there were boards' names is still its row's, and a stranger's without one is nobody's" {
    boards "$T/a/board.db"
    expect 0 pickup
    tmux_here set-option -u -t =mc-MC-1: @mc_board
    expect 0 pickup --json
    is "$(value healed)" "[]"
    rows "UPDATE runtime_sessions SET status='closed',closed_at=1"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL"
    expect 0 pickup --json
    is "$(value outcome) $(value reason)" "adopted hidden_runtime"
    tmux_here set-option -t =mc-MC-1: @mc_run 0123456789abcdef0123456789abcdef
    rows "UPDATE runtime_sessions SET status='closed',closed_at=1"
    rows "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL"
    expect 0 pickup --json
    is "$(value outcome) $(value session)" "dispatched mc-MC-1-$(board_of | cut -c1-6)"
}

@test "another user's socket: 77 before a ticket is touched" {
    [ "$(id -u)" -eq 0 ] || {
        echo "# skipped: only root can give a file away" >&3
        skip "only root can give a file away"
    }
    boards "$T/a/board.db"
    tmux_here -f /dev/null new-session -d -s mine -- sleep 1000
    chown 12345 "$SOCKET"
    for option in "" --dry-run; do
        # shellcheck disable=SC2086
        expect 77 pickup --json $option
        one_line
        has "$errors" "$SOCKET"
        has "$errors" "user 12345"
        has "$errors" "tmux.socket"
    done
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    rows_are 0 "SELECT count(*) FROM runs"
    # A name is looked for where tmux would.
    mkdir -m 700 "$T/tmux-0"
    configure '{"tmux": {"socket": "named"}}'
    "${MC_PYTHON:-python3}" -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$T/tmux-0/named"
    chown 12345 "$T/tmux-0/named"
    extra=("TMUX_TMPDIR=$T")
    expect 77 pickup
    has "$errors" "$T/tmux-0/named"
}

cwd() {
    on "$1" rows "SELECT cwd FROM runtime_sessions WHERE ticket_id=1"
}

@test "a board that was renamed while its agent lives keeps its place, and the new one of its name has another" {
    local pid
    boards "$T/a/board.db"
    expect 0 pickup
    pid=$(rows "SELECT pid FROM runtime_sessions")
    mv "$T/a/board.db" "$T/a/old.db"
    for end in wal shm; do [ ! -e "$T/a/board.db-$end" ] || mv "$T/a/board.db-$end" "$T/a/old.db-$end"; done
    boards "$T/a/board.db"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    is "$(cwd "$T/a/board.db")" "$T/a/$(board_of).work/MC-1"
    is "$(readlink "/proc/$pid/cwd")" "$T/a/work/MC-1"
    is "$(sessions | wc -l)" 2
    # Again and again, each its own.
    add two
    expect 0 pickup
    is "$(rows "SELECT cwd FROM runtime_sessions WHERE ticket_id=2")" "$T/a/$(board_of).work/MC-2"
    MC_DB=$T/a/old.db
    BOARDS+=("$MC_DB")
    add two
    expect 0 pickup
    is "$(rows "SELECT cwd FROM runtime_sessions WHERE ticket_id=2")" "$T/a/work/MC-2"
}

@test "a board that was removed while its agent lives: the next one has another place" {
    boards "$T/a/board.db"
    expect 0 pickup
    rm "$T/a/board.db"*
    boards "$T/a/board.db"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    is "$(cwd "$MC_DB")" "$T/a/$(board_of).work/MC-1"
    is "$(sessions | wc -l)" 2
}

@test "places from before there were marks: the board that has had runs takes them, another does not" {
    local name
    boards "$T/a/board.db" "$T/b/board.db"
    MC_DB=$T/a/board.db
    expect 0 pickup
    name=$(board_of)
    is "$(cat "$T/a/work/.board") $(stat -c %a "$T/a/work/.board")" "$name 600"
    rm "$T/a/work/.board"
    add two
    expect 0 pickup
    is "$(cat "$T/a/work/.board")" "$name"
    MC_DB=$T/b/board.db
    mkdir -m 700 "$T/b/work" "$T/b/work/MC-1"
    expect 0 pickup
    is "$(cwd "$MC_DB")" "$T/b/$(board_of).work/MC-1"
    [ ! -e "$T/b/work/.board" ]
    add two
    expect 0 pickup
    is "$(rows "SELECT cwd FROM runtime_sessions WHERE ticket_id=2")" "$T/b/$(board_of).work/MC-2"
}

@test "a mark that others could have made is no mark of ours" {
    local mark
    boards "$T/a/board.db" "$T/b/board.db" "$T/c/board.db"
    for mark in a b c; do mkdir -m 700 "$T/$mark/work"; done
    (umask 077 && on "$T/a/board.db" board_of | tr -d '\n' >"$T/a/work/.board" && chmod 666 "$T/a/work/.board")
    mkfifo "$T/b/work/.board"
    head -c 1000000 /dev/zero >"$T/c/work/.board"
    for MC_DB in "${BOARDS[@]}"; do
        expect 0 pickup --json
        is "$(cwd "$MC_DB")" "$(dirname "$MC_DB")/$(board_of).work/MC-1"
    done
}

@test "two boards that mark one place at once: one has it, the other goes elsewhere" {
    local i
    for i in 1 2 3; do
        boards "$T/$i/board.db"
        mv "$T/$i/board.db" "$T/$i/old.db"
        rm -f "$T/$i"/board.db-*
        boards "$T/$i/board.db"
        BOARDS+=("$T/$i/old.db")
        ln -s work "$T/$i/old.db.work"
        mkdir -m 700 "$T/$i/work"
        on "$T/$i/board.db" pickup -q 2>>"$T/err" &
        on "$T/$i/old.db" pickup -q 2>>"$T/err"
        wait $!
        is "$({
            on "$T/$i/board.db" rows "SELECT cwd FROM runtime_sessions"
            on "$T/$i/old.db" rows "SELECT cwd FROM runtime_sessions"
        } | grep -c "[0-9a-f]\{16\}.work/MC-1")" 1
    done
}

@test "places on another disk, behind a person's link, are marked, too" {
    boards "$T/a/board.db"
    mkdir -m 700 "$T/big"
    ln -s "$T/big" "$T/a/work"
    expect 0 pickup
    is "$(cwd "$MC_DB") $(cat "$T/big/.board")" "$T/a/work/MC-1 $(board_of)"
    rm "$T/a/board.db"*
    boards "$T/a/board.db"
    expect 0 pickup
    is "$(cwd "$MC_DB")" "$T/a/$(board_of).work/MC-1"
}
