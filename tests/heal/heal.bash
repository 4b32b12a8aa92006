# What the tests of healing share, over the world of ../e2e/support.bash: agents at work in no time, a look at the whole
# board, and the proof that healing has come to rest.
# shellcheck source-path=SCRIPTDIR source=../e2e/support.bash
. "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

# heal_world [JSON [DEMO-OPTION …]]: a board whose agents take their first prompt as an argument and work on it for ever.
# What heals back to todo waits an hour, so that later pickups show healing alone.
heal_world() {
    local json=${1:-}
    world
    extra=(LOGNAME=tester)
    clerk_start
    settings "${json:-"{}"}" "${@:2}"
    init
}

# settings JSON [DEMO-OPTION …]: the configuration of heal_world anew.
settings() {
    local json=$1
    shift
    [ $# -gt 0 ] || set -- --busy 6000000
    configure '{"max_running": 50, "retry": {"backoff_s": 3600}, "profiles": {"demo": {"first_turn": "argv"}}}' "$json" "$@"
}

# clocks WALL [AWAKE [BOOT]]: how far, in milliseconds, each clock is ahead for the programs from now on.
clocks() {
    if [ ! -e "$T/offsets" ]; then
        extra+=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
    fi
    printf '%s\n' "$*" >"$T/offsets.new"
    mv "$T/offsets.new" "$T/offsets"
}

# start N [PROFILE]: N tickets, each with an agent at work on it, by as many pickups at once. PROFILE is SQL of the
# number i.
start() {
    local pids=() pid i profile=${2:-"'demo'"}
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$1)
        INSERT INTO tickets(title,body,status,profile,created_at,updated_at)
        SELECT 'Ticket','Do it.','todo',$profile,1,1 FROM n"
    for ((i = 0; i < $1; i++)); do
        pickup -q >>"$T/started" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
    is "$(cat "$T/started")" ""
    wait_for has_events prompt "$1"
    : >"$T/started"
}

# of ID COLUMN: of the runtime's row.
of() {
    rows "SELECT $2 FROM runtime_sessions WHERE ticket_id=$1"
}

# ticket_is ID STATUS
ticket_is() {
    rows_are "$2" "SELECT status FROM tickets WHERE id=$1"
}

# alive PID: running, not a zombie.
alive() {
    grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" 2>/dev/null
}

gone() {
    ! alive "$1"
}

# kill_hard PID …: and waits until they are gone.
kill_hard() {
    local pid
    kill -KILL "$@"
    for pid in "$@"; do
        wait_for gone "$pid"
    done
}

# kill_server: the tmux server by -9. What it held in its terminals is hung up by the kernel.
kill_server() {
    local pid
    pid=$(tmux_here display-message -p '#{pid}')
    kill_hard "$pid"
}

# script NAME STATUS PYTHON: an agent of its own, $T/NAME, that runs this and ends with STATUS as soon as $T/die exists.
script() {
    printf '#!%s\nimport os, sys, time\n%s\nsys.stdout.flush()\nwhile not os.path.exists("%s"):\n    time.sleep(0.02)\nsys.exit(%s)\n' \
        "$MC_PYTHON" "$3" "$T/die" "$2" >"$T/$1"
    chmod 700 "$T/$1"
}

# A pid that was somebody's and is nobody's now.
dead_pid() {
    bash -c 'echo $$'
}

# clerk.py beside the test, asked through two pipes.
clerk_start() {
    mkfifo -m 600 "$T/ask" "$T/answer"
    "$MC_PYTHON" -S "$BATS_TEST_DIRNAME/clerk.py" "$MC_DB" <"$T/ask" >"$T/answer" 3>&- &
    exec 7>"$T/ask" 8<"$T/answer"
}

# clerk WORD [ARGUMENT]
clerk() {
    local answer
    printf '%s\0%s\0' "$1" "${2:-}" >&7
    IFS= read -r -d '' -u 8 answer || return
    if [ "${answer:0:1}" != 0 ]; then
        printf '%s\n' "${answer:1}" >&2
        return 1
    fi
    [ -z "${answer:1}" ] || printf '%s\n' "${answer:1}"
}

# As in ../e2e/support.bash, but without an interpreter for each; rows may be given several statements.
rows() {
    clerk rows "$1"
}

value() {
    clerk value "$1"$'\n'"$output"
}

# stranger [NAME=VALUE …]: a process that is nobody's agent, with this in its environment; its pid.
stranger() {
    env -i MC_DB="$MC_DB" "$@" sleep 86400 </dev/null >/dev/null 2>&1 3>&- 7>&- 8>&- &
    echo $!
}

# The whole board as text, after a check that it is sound.
board() {
    clerk dump
}

# The repairs in the report of $output, one a line: rule, ticket, from, to.
healed() {
    clerk healed "$output"
}

# The plan of a dry run: step and ticket, one a line.
plan() {
    clerk plan "$output"
}

# heals LINES: a pickup that makes these repairs and no other.
heals() {
    expect 0 pickup --json
    is "$(healed)" "$1"
}

# heals_sorted LINES: the same, in any order.
heals_sorted() {
    expect 0 pickup --json
    is "$(healed | sort)" "$1"
}

# Healing has come to rest: two further pickups write nothing and print nothing, and a third would not either.
steady() {
    local before
    before=$(board)
    for _ in 1 2; do
        expect 0 pickup
        is "$output$errors" ""
        is "$(board)" "$before"
    done
    expect 0 pickup --heal-only --dry-run --json
    has "$output" '"plan":[]'
}

# runtimes: what mc-ticket believes and sees, a line each; into $output.
runtimes() {
    expect 0 ticket runtimes
    is "$errors" ""
}

# believed KEY STATUS PID PROCESS SESSION: how many such rows are in the table that runtimes has printed; each but the
# key may be a pattern.
believed() {
    grep -cE "^$1 +$2 +[0-9]+ (s|min|h) +$3 +$4 +mc-$1 +$5( |\$)" <<<"$output" || true
}

# activities ID KIND: how many.
activities() {
    rows "SELECT count(*) FROM ticket_activity WHERE ticket_id=$1 AND kind='$2'"
}

# activity ID KIND: the last one's text.
activity() {
    rows "SELECT body FROM ticket_activity WHERE ticket_id=$1 AND kind='$2' ORDER BY id DESC LIMIT 1"
}

# terminal_state ID STATUS: written exactly once, with its text and the same as JSON.
terminal_state() {
    is "$(activities "$1" terminal_state)" 1
    activity "$1" terminal_state >"$T/record"
    clerk record "MC-$1 $2"$'\n'"$(cat "$T/record")"
}

# Whatever they are told, until the first folder is taken from CLEAN_PATH again.
sessions_stay_open() {
    mkdir "$T/bin"
    printf '#!/bin/sh\ncase "$*" in *kill-pane*) exit 0 ;; esac\nexec %s "$@"\n' "$(command -v tmux)" >"$T/bin/tmux"
    chmod 700 "$T/bin/tmux"
    CLEAN_PATH=$T/bin:$CLEAN_PATH
}
