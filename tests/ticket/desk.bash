# What the tests of mc-ticket share: a board of their own, and agents made by hand (row, session, process), so that
# they need nothing of mc-pickup.

# shellcheck source=tests/e2e/support.bash
source "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

desk_setup() {
    unset MC_DB MC_RUN MC_TICKET MC_PICKUP_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME TMUX INVOCATION_ID
    untraced
    T=$(mktemp -d "${MC_WORLDS:-/tmp}/mct.XXXXXX")
    export HOME=$T LOGNAME=tester LC_ALL=C.UTF-8
    DB=$T/.local/state/mc-pickup/board.db
    SOCKET=$T/.local/state/mc-pickup/tmux.sock
    PY=${MC_PYTHON:-python3}
    extra=()
}

desk_teardown() {
    tmux -S "$SOCKET" kill-server 2>/dev/null || true
    if [ -f "$T/pids" ]; then
        # a number may be another's by now
        while read -r pid; do
            if grep -qz "^TMUX=$SOCKET," "/proc/$pid/environ" 2>/dev/null; then kill -KILL "$pid" || true; fi
        done <"$T/pids"
    fi
    rm -rf "$T"
}

mc() {
    "$MC_BIN/mc-ticket" "$@" </dev/null
}

# A board and nothing else.
new() {
    mkdir -p "$T/.config/mc-pickup"
    MC_DB=$DB CONFIG=/dev/null new_board || mc init >/dev/null
}

# SQL statements on the board, in one process; rows as a|b lines.
sql() {
    local IFS=';'
    sqlite3 -batch -list -init /dev/null -cmd ".timeout 60000" "$DB" "BEGIN;$*;COMMIT"
}

# The value at a path like ticket or error.exit in the JSON object of the first argument.
json() {
    local output=$1
    value "$2"
}

# All rows that a change could touch, as text: the same before and after means nothing was changed.
rows() {
    sql "SELECT 't',* FROM tickets" "SELECT 'r',* FROM runs" "SELECT 's',* FROM runtime_sessions" \
        "SELECT 'm',* FROM ticket_messages" "SELECT 'a',* FROM ticket_activity" "SELECT 'e',* FROM effects" \
        "SELECT 'q',* FROM requests"
}

status_of() {
    sql "SELECT status FROM tickets WHERE id=$1"
}

run_of() {
    sql "SELECT run_id FROM tickets WHERE id=$1"
}

nonce_of() {
    sql "SELECT turn_nonce FROM runtime_sessions WHERE ticket_id=$1"
}

# agent NUMBER [RUNTIME_STATUS [COMMAND …]]: a ticket in progress with a live runtime of this host. Sets RUN, NONCE, PID.
agent() {
    local id=$1 status=${2:-running} target=mc-MC-$1 start boot turn=NULL
    shift
    [ $# -gt 0 ] && shift
    [ $# -gt 0 ] || set -- sleep 1000
    RUN=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    NONCE=MC_TICKET_TURN:$id:1779942042145:${RUN:0:8}
    tmux -S "$SOCKET" -u -f /dev/null new-session -d -s "$target" -x 120 -y 50 -- env "MC_RUN=$RUN" "$@"
    tmux -S "$SOCKET" set-option -t "=$target:" @mc_run "$RUN"
    tmux -S "$SOCKET" set-option -t "=$target:" @mc_ticket "MC-$id"
    PID=$(tmux -S "$SOCKET" display-message -p -t "=$target:" '#{pane_pid}')
    PANE=$(tmux -S "$SOCKET" display-message -p -t "=$target:" '#{pane_id}')
    echo "$PID" >>"$T/pids"
    start=$(sed 's/.*) //' "/proc/$PID/stat" | cut -d' ' -f20)
    boot=$(cat /proc/sys/kernel/random/boot_id)
    [ "$status" = running ] && turn="'$NONCE'"
    sql "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) VALUES('$RUN',$id,1,'$(uname -n)',1)" \
        "INSERT OR REPLACE INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,pane_id,pid,
         pid_start,boot_id,profile,cwd,turn_nonce,spawned_at) VALUES('ticket:$id:session',$id,'$RUN','$(uname -n)',
         '$status','$target','$PANE',$PID,$start,'$boot','demo','/tmp',$turn,1)" \
        "INSERT INTO ticket_messages(ticket_id,author,kind,status,nonce,run_id,created_at)
         VALUES($id,'mc-pickup','work','sending','$NONCE','$RUN',1)" \
        "UPDATE tickets SET status='in_progress',run_id='$RUN',worker_pid=$PID,worker_host='$(uname -n)' WHERE id=$id"
}

# What the agent says from inside its session.
says() {
    MC_RUN=$RUN MC_TICKET=MC-$1 MC_DB=$DB "$MC_BIN/mc-ticket" signal "${@:2}" </dev/null
}

gone() {
    local i
    for ((i = 0; i < 600; i++)); do
        if [ ! -d "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; then
            return 0
        fi
        sleep 0.1
    done
    return 1
}

has_session() {
    tmux -S "$SOCKET" has-session -t "=$1" 2>/dev/null
}
