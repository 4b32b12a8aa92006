# A small world for tests of the built programs: a folder of its own (in MC_WORLDS, or /tmp) with a board, a
# configuration, a tmux server and agents, and nothing from the caller's environment. Other folders use it too:
#
#     setup() { load ../e2e/support; world; configure; init; }
#     teardown() { world_end; }
#
# With MC_TEST_ENGINE=postgres the board is a database of its own on the server of MC_TEST_DB (../hosts/server.py).
#
# Variables: T the folder, STATE and MC_DB the board's folder and file (or its name on the server), CONFIG the
# configuration, LOG what the demo agents write, SOCKET the tmux server, MC_BIN the programs (given by the build), extra
# an array of NAME=VALUE for every program run here.

# Before there is a world: "" would be the machine's own root.
T=/dev/null/no-world

world() {
    untraced
    trap 'exit 143' TERM # by way of the teardown
    : "${MC_BIN:?is the folder of the built programs}"
    T=$(mktemp -d "${MC_WORLDS:-/tmp}/mce.XXXXXX")
    STATE=$T/state
    MC_DB=$STATE/board.db
    STATE_HOME=
    MC_TEST_ENGINE=${MC_TEST_ENGINE:-}
    BOARD_PY=$(cd "${BASH_SOURCE[0]%/*}/../hosts" && pwd)/board.py
    if on_server; then
        MC_DB=$("${MC_PYTHON:-python3}" -S "$BOARD_PY" make)
        STATE_HOME=$T/state
        STATE=$STATE_HOME/mc-pickup
    fi
    CONFIG=$T/config/config.json
    LOG=$T/agent.log
    SOCKET=$STATE/tmux.sock
    CLEAN_PATH=/usr/local/bin:/usr/bin:/bin
    extra=()
    mkdir -m 700 "$T/config"
}

# Bats notes where it is at every command, at a tenth of all time; where the first one failed is enough.
untraced() {
    trap - DEBUG
    trap failed_here ERR
    BATS_DEBUG_LAST_STACK_TRACE=() BATS_DEBUG_LASTLAST_STACK_TRACE=()
}

failed_here() {
    local status=$?
    if [ -z "${BATS_DEBUG_LAST_STACK_TRACE_IS_VALID:-}" ]; then
        BATS_ERROR_STATUS=$status
        BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
        bats_capture_stack_trace
    fi
}

on_server() {
    [ "$MC_TEST_ENGINE" = postgres ]
}

# Skips, visibly, what is a file's alone.
only_of_files() {
    if on_server; then
        echo "# skipped on a server: $1" >&3
        skip "on a server: $1"
    fi
}

# Ends whatever this world has started: its tmux server, then every process that has this board in its environment.
world_end() {
    local pid
    if [ -e "$SOCKET" ]; then
        tmux -S "$SOCKET" kill-server 2>/dev/null || true
    fi
    for pid in $(inhabitants); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    if on_server; then
        "${MC_PYTHON:-python3}" -S "$BOARD_PY" drop "$MC_DB"
    fi
    rm -rf "$T"
}

# configure [JSON … [DEMO-OPTION …]]: the configuration, with each JSON merged over those before it and over what suits
# tests (the profile demo, its log, patience for a loaded machine, no wait between attempts; agents that speak to their
# board themselves wherever it is). The options are
# mc-demo-agent's; it tells nothing of its turns but by signals, unless an option for its reports is among them or JSON
# says so.
configure() {
    local objects=() command reports=false sql word
    while [ $# -gt 0 ] && [ "${1:0:1}" != - ]; do
        objects+=("$1")
        shift
    done
    command="'mc-demo-agent','--log',$(quoted "$LOG")"
    for word; do
        command+=,$(quoted "$word")
        [ "${word:0:8}" != --report ] || reports=true
    done
    sql="json_object('profile','demo','retry',json_object('backoff_s',0),'profiles',json_object('demo',json_object(
        'command',json_array($command),'startup_timeout_s',120,'reports',json('$reports'))))"
    ! on_server || sql="json_set($sql,'\$.agents_database',$(quoted "$MC_DB"))"
    for word in "${objects[@]}"; do
        sql="json_patch($sql,$(quoted "$word"))"
    done
    (umask 077 && in_memory "SELECT $sql" >"$CONFIG")
}

# on_lines: the configuration with each value on a line of its own.
on_lines() {
    "${MC_PYTHON:-python3}" -S -c 'import json, sys
config = json.load(open(sys.argv[1]))
json.dump(config, open(sys.argv[1], "w"), indent=1)' "$CONFIG"
}

# quoted TEXT: as SQL has it.
quoted() {
    printf "'%s'" "${1//\'/\'\'}"
}

# in_memory SQL: what it gives, on no board.
in_memory() {
    sqlite3 -batch -list -init /dev/null :memory: <<<"$1"
}

# A program with this world's environment only, no terminal and no input.
bare() {
    env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" \
        ${STATE_HOME:+XDG_STATE_HOME="$STATE_HOME"} "${extra[@]}" "$@" </dev/null 3>&-
}

# Programs run from here on are on a machine that has been awake for long, whenever this one was started.
long_awake() {
    echo "0 8000000000 8000000000" >"$T/offsets"
    extra+=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
}

pickup() {
    bare "$MC_BIN/mc-pickup" "$@"
}

ticket() {
    bare "$MC_BIN/mc-ticket" "$@"
}

init() {
    if ! new_board; then
        ticket init >/dev/null
    fi
}

# A copy of what mc-ticket init makes, which is kept beside this build of it, as a board of its own: at its place, with
# a name that no other has. Not where init has more to do than that.
new_board() {
    local kept=${MC_BIN%/*}/tests/new-board.db place
    if [[ $MC_DB != /* ]] || [ -e "$MC_DB" ] || [ ! -e "$CONFIG" ] || [[ ${extra[*]} == *LD_PRELOAD* ]]; then
        return 1
    fi
    if [ ! "$kept" -nt "$MC_BIN/mc-ticket" ]; then
        keep_board "$kept" || return 1
    fi
    (umask 077 && mkdir -p "${MC_DB%/*}" && cp "$kept" "$MC_DB") && place=$(stat -c %d:%i "$MC_DB") &&
        sqlite3 -batch -init /dev/null "$MC_DB" "PRAGMA synchronous=OFF;
            UPDATE settings SET value=$(quoted "$place $MC_DB") WHERE key='place';
            UPDATE settings SET value=lower(hex(randomblob(8))) WHERE key='board'"
}

keep_board() {
    [ -w "${1%/*}" ] && echo '{}' >"$T/new.json" && chmod 600 "$T/new.json" &&
        env -i PATH=/usr/bin:/bin HOME="$T" "$MC_BIN/mc-ticket" init --config "$T/new.json" --db "$T/new/board.db" \
            </dev/null >/dev/null 3>&- && mv "$T/new/board.db" "$1" && rm -r "$T/new" "$T/new.json"
}

# add TITLE [OPTION …]: a ticket.
add() {
    ticket add "$@" >/dev/null
}

# empty_repository FOLDER: one commit on main, of no file.
empty_repository() {
    git init -q -b main "$1"
    git -C "$1" -c user.name=a -c user.email=a@b commit -q --allow-empty -m one
}

# keeping_due [FILE]: the last keeping was yesterday, by a clock that is believed.
keeping_due() {
    echo "$(date +%s)000 1 0 believed" >"${1:-$STATE/last-keeping}"
    touch -d '25 hours ago' "${1:-$STATE/last-keeping}"
}

# expect STATUS COMMAND …: the exit status must be this one. Leaves standard output in $output and standard error in
# $errors.
expect() {
    local wanted=$1 status=0
    shift
    output=$("$@" 2>"$T/errors") || status=$?
    errors=$(<"$T/errors")
    if [ "$status" -ne "$wanted" ]; then
        printf '%s\n' "exit $status, wanted $wanted: $*" "out: $output" "err: $errors" >&2
        return 1
    fi
}

is() {
    [ "$1" = "$2" ] || {
        printf 'got:    %s\nwanted: %s\n' "$1" "$2" >&2
        return 1
    }
}

has() {
    case $1 in
    *"$2"*) return 0 ;;
    esac
    printf 'no "%s" in: %s\n' "$2" "$1" >&2
    return 1
}

# Not: unlike a bare !, one that fails the test.
no() {
    if "$@"; then
        printf 'not wanted: %s\n' "$*" >&2
        return 1
    fi
}

# One line on standard error by expect's program, no more and no less.
one_line() {
    [ -n "$errors" ] && [ "$(wc -l <"$T/errors")" -eq 1 ] || {
        printf 'not one line: %s\n' "$errors" >&2
        return 1
    }
}

# wait_for COMMAND …: until it succeeds, at most two minutes: however loaded the machine is.
wait_for() {
    local i
    for ((i = 0; i < 1200; i++)); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep 0.1
    done
    printf 'waited two minutes for: %s\n' "$*" >&2
    return 1
}

# rows SQL: the rows of the board, a|b a line; also runs a change.
rows() {
    if on_server; then
        "${MC_PYTHON:-python3}" -S "$BOARD_PY" rows "$MC_DB" "$1"
    else
        sqlite3 -batch -list -init /dev/null -cmd ".timeout 60000" "$MC_DB" "$1"
    fi
}

# rows_are WANTED SQL
rows_are() {
    is "$(rows "$2")" "$1"
}

# value PATH: what stands at send.class or plan.0.step in the JSON of $output.
value() {
    local path='$' key
    for key in ${1//./ }; do
        case $key in
        *[!0-9]*) path+=.$key ;;
        *) path+="[$key]" ;;
        esac
    done
    in_memory "WITH said(o,p) AS (SELECT $(quoted "$output"),$(quoted "$path"))
        SELECT CASE json_type(o,p) WHEN 'text' THEN o->>p ELSE ifnull(o->p,json('none: '||p)) END FROM said"
}

# events KIND: how many of them the demo agents have noted (start, ready, prompt, typed, dialog, answered, signal …).
events() {
    if [ -f "$LOG" ]; then
        grep -c "\"event\":\"$1\"" "$LOG" || true
    else
        echo 0
    fi
}

has_events() {
    [ "$(events "$1")" -ge "$2" ]
}

# What agents type or paste would show here: nothing reached any of them.
untouched() {
    is "$(events prompt) $(events typed) $(events answered)" "0 0 0"
}

tmux_here() {
    tmux -S "$SOCKET" "$@" 3>&-
}

# is_drawn TEXT: in the pane of MC-1.
is_drawn() {
    tmux_here capture-pane -p -t =mc-MC-1: | grep -qF -- "$1"
}

sessions() {
    tmux_here list-sessions -F '#{session_name}' 2>/dev/null || true
}

# Processes that have this board in their environment: agents, and our own programs while they run.
inhabitants() {
    grep -lzxF -e "MC_DB=$MC_DB" -e "MC_DB=spool:$STATE" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
}

# dead PID: it has ended, also where nobody has reaped it yet, as a container's first process may never.
dead() {
    ! kill -0 "$1" 2>/dev/null || grep -q ') Z ' "/proc/$1/stat"
}

# slay PID …: kills them and waits until they have ended, which a busy machine takes its time for.
slay() {
    local one
    kill -KILL "$@"
    for one; do wait_for dead "$one"; done
}

# tmux_ends kill-server | kill-session …: a server that goes with its last session is gone, and not about to go.
tmux_ends() {
    local server
    server=$(tmux_here display-message -p '#{pid}')
    tmux_here "$@"
    tmux_here list-sessions >/dev/null 2>&1 || wait_for dead "$server"
}

# The living agents, by their run: a dead one that nobody has reaped does not count.
agents() {
    local pid
    for pid in $(inhabitants); do
        if grep -qzx 'MC_RUN=.*' "/proc/$pid/environ" 2>/dev/null; then
            echo "$pid"
        fi
    done
}

populated() {
    [ -n "$(agents)" ]
}

# Nothing left behind: no session and no process of an agent.
deserted() {
    is "$(sessions)" "" && is "$(agents)" ""
}

# picture PATH …: every name below them with kind, mode, size and content.
picture() {
    find "$@" -printf '%p %y %m %s %l\n' 2>/dev/null | sort
    find "$@" -type f -print0 2>/dev/null | sort -z | xargs -0r sha256sum
}

# Skips, visibly, where a process may not have mounts of its own.
need_mounts() {
    MOUNTS=(unshare -m)
    [ "$(id -u)" -eq 0 ] || MOUNTS=(unshare -rm)
    if ! "${MOUNTS[@]}" mount -t tmpfs none "$T" 2>/dev/null; then
        echo "# skipped: mounts are not allowed here" >&3
        skip "mounts are not allowed here"
    fi
}

# private_mounts SCRIPT: bash that knows this world, with mounts of its own, which end with it. After need_mounts.
private_mounts() {
    "${MOUNTS[@]}" bash -e -c "$(declare -f bare pickup ticket add)
        init() { ticket init >/dev/null; }
        $(declare -p T STATE STATE_HOME MC_DB CONFIG LOG SOCKET CLEAN_PATH MC_BIN extra)
        $1" 3>&-
}
