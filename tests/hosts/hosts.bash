# Several machines and one board in a server of the test's own: each has a home, a configuration, a state folder and a
# tmux server of its own.
#
#     setup() { load hosts; machines; machine a; machine b; on a ticket init; }
#     teardown() { machines_end; }
#
# Where a file has one_server too (one_server.bash), its tests share that, with a database for each.
#
# Variables: T the folder, DB the board's name. of NAME gives a machine's home, where its configuration (config.json) and
# its agents' log (agent.log) are.

load ../e2e/support
load server

machines() {
    untraced
    T=$(mktemp -d "${MC_WORLDS:-/tmp}/mch.XXXXXX")
    CLEAN_PATH=/usr/local/bin:/usr/bin:/bin
    extra=()
    names=()
    server_begin "$T/server"
}

# Ends every machine, and then the server they share.
machines_end() {
    local name
    for name in "${names[@]}"; do
        be "$name"
        tmux -S "$SOCKET" kill-server 2>/dev/null || true
        for pid in $(inhabitants); do
            kill -KILL "$pid" 2>/dev/null || true
        done
    done
    server_end "$T/server"
    rm -rf "$T"
}

# Agents of this machine: they are given no name of the board but the folder that takes what they say.
inhabitants() {
    grep -lzxF "MC_DB=spool:$STATE" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
}

of() {
    printf '%s' "$T/$1"
}

# What the functions of e2e/support.bash work on from here on.
be() {
    HOST=$1
    MACHINE=$(of "$1")
    STATE=$MACHINE/.local/state/mc-pickup
    CONFIG=$MACHINE/config.json
    LOG=$MACHINE/agent.log
    SOCKET=$STATE/tmux.sock
    MC_DB=$DB
}

# machine NAME [JSON … [DEMO-OPTION …]]: one more, configured as configure does.
machine() {
    local name=$1
    shift
    names+=("$name")
    be "$name"
    [ -d "$MACHINE" ] || mkdir -m 700 "$MACHINE"
    configure "{\"host\": \"$name\", \"database\": \"$DB\"}" "$@"
}

# A program with this machine's environment only, no terminal and no input.
bare() {
    env -i PATH="$CLEAN_PATH" HOME="$MACHINE" MC_PICKUP_CONFIG="$CONFIG" "${extra[@]}" "$@" </dev/null 3>&-
}

# on NAME COMMAND …: pickup, ticket, or anything else of e2e/support.bash, on that machine.
on() {
    be "$1"
    shift
    "$@"
}

# rows SQL: the rows of the board, a|b a line; also runs a change.
rows() {
    psql -X -q -t -A -v ON_ERROR_STOP=1 -d "$DB" -c "$1"
}
