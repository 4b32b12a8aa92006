#!/usr/bin/env bats
# Machines whose clocks are wrong, by an hour or by years, on one board: its times are its server's, and each machine's
# files and tmux are its own (SPEC section 16).

load one_server

HOUR=3600000
YEARS=631152000000

setup() {
    load ../e2e/support
    world
    server_begin "$T/server"
    MC_DB=$DB
}

teardown() {
    local name pid
    for name in a b c; do
        tmux -S "$T/$name/.local/state/mc-pickup/tmux.sock" kill-server 2>/dev/null || true
        for pid in $(grep -lzxF "MC_DB=spool:$T/$name/.local/state/mc-pickup" /proc/[0-9]*/environ 2>/dev/null |
            cut -d/ -f3); do
            kill -KILL "$pid" 2>/dev/null || true
        done
    done
    server_end "$T/server"
    rm -rf "$T"
}

# pg SQL: the rows of the board on its server.
pg() {
    psql -XqAt -d "$MC_DB" -c "$1"
}

# machine NAME MS [JSON [DEMO-OPTION …]]: a host of its own whose clock is so far ahead.
machine() {
    local name=$1
    mkdir -p "$T/$name"
    echo "$2 0 0 $2" >"$T/$name/offsets"
    on "$name"
    configure "{\"host\": \"$name\", \"max_running\": 5, \"retry\": {\"backoff_s\": 300},
        \"profiles\": {\"demo\": {\"first_turn\": \"argv\"}}}" "${3:-"{}"}" "${@:4}"
}

# on NAME: what follows is done on that machine.
on() {
    STATE=$T/$1/.local/state/mc-pickup
    CONFIG=$T/$1/config.json
    LOG=$T/$1/agent.log
    SOCKET=$STATE/tmux.sock
    OFFSETS=$T/$1/offsets
    extra=(HOME="$T/$1" LOGNAME=tester LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$OFFSETS")
}

# later MS: on this machine so much time has gone by, awake.
later() {
    local wall awake boot files
    read -r wall awake boot files <"$OFFSETS"
    echo "$((wall + $1)) $((awake + $1)) $boot $((files + $1))" >"$OFFSETS.new"
    mv "$OFFSETS.new" "$OFFSETS"
}

# machines [JSON [DEMO-OPTION …]]: a, whose clock is right, b, an hour ahead, and c, twenty years behind, on a new board.
machines() {
    machine a 0 "$@"
    init
    machine b $HOUR "$@"
    machine c -$YEARS "$@"
}

# idle NAME …: nothing is to be done or said there.
idle() {
    local name
    for name in "$@"; do
        on "$name"
        expect 0 pickup --json
        is "$(value outcome) $(value healed) $errors" "idle [] "
    done
}

# start NAME …: an agent works on each of them.
start() {
    local name
    for name in "$@"; do
        on "$name"
        add "$name"
        expect 0 pickup --json
        is "$(value outcome)" dispatched
    done
}

# soon SQL: a time of the board's that is now, by the server.
soon() {
    is "$(pg "SELECT abs($1-extract(epoch FROM clock_timestamp())*1000)<60000")" t
}

@test "what is written has the server's time, and an attempt that failed waits by it" {
    local name
    machines '{}' --crash-after 0
    for name in b c; do
        on "$name"
        add "$name"
        expect 69 pickup
        soon "(SELECT created_at FROM mc_pickup.tickets ORDER BY id DESC LIMIT 1)"
        soon "(SELECT started_at FROM mc_pickup.runs ORDER BY ticket_id DESC LIMIT 1)"
        soon "(SELECT spawned_at FROM mc_pickup.runtime_sessions ORDER BY ticket_id DESC LIMIT 1)"
        soon "(SELECT max(created_at) FROM mc_pickup.ticket_activity)"
        soon "(SELECT next_attempt_at-300000 FROM mc_pickup.tickets ORDER BY id DESC LIMIT 1)"
    done
    idle a b c
}

@test "what is due in half an hour is so for everybody, and then it is due" {
    local name
    machines
    add one
    pg "UPDATE mc_pickup.tickets SET next_attempt_at=(extract(epoch FROM now())*1000)::bigint+1770000"
    idle a b c
    for name in a b c; do
        on "$name"
        has "$(ticket list)" "due in 29 min"
    done
    pg "UPDATE mc_pickup.tickets SET next_attempt_at=(extract(epoch FROM now())*1000)::bigint-1"
    expect 0 pickup --json
    is "$(value outcome)" dispatched
}

@test "newborn, stalled and overdue are told on each machine by its own tmux" {
    local name
    machines '{"newborn_grace_s": 1, "stall_timeout_s": 900, "turn_timeout_s": 14400}' --busy 6000000
    start b c
    sleep 1
    idle a b c
    for name in b c; do
        on "$name"
        later 800000
        expect 0 pickup
        is "$errors" ""
        later 200000
        expect 0 pickup
        one_line
        has "$errors" "stalled"
        expect 0 pickup
        is "$errors" ""
    done
    is "$(pg "SELECT count(*) FROM mc_pickup.ticket_activity WHERE kind='stalled'")" 2
    for name in b c; do
        on "$name"
        later 15000000
        expect 0 pickup --json
        is "$(value healed.0.rule)" stalled
    done
}

@test "an agent at rest is ended after its time" {
    local name
    machines '{"runtime_ttl_s": 1000}' --busy 6000000
    start b c
    pg "UPDATE mc_pickup.runtime_sessions SET status='idle',turn_nonce=NULL,last_turn_marker='x';
        UPDATE mc_pickup.tickets SET status='in_review';
        UPDATE mc_pickup.runs SET ended_at=started_at,outcome='delivered'"
    for name in b c; do
        on "$name"
        later 900000
        expect 0 pickup --json
        is "$(value healed)" "[]"
        later 200000
        expect 0 pickup --json
        is "$(value healed.0.rule)" expired
    done
}

# rests: the agent has said all it says, below its turn's echo.
rests() {
    has_events prompt 1 && tmux_here capture-pane -p -t "=mc-$1:" | grep -v '^$' | tail -n 1 | grep -q '^demo>'
}

# quiet SECONDS: on this machine that is how long ago tmux last saw output.
quiet() {
    local wall awake boot files ahead
    ahead=$(($(tmux_here display-message -p '#{window_activity}') * 1000 + $1 * 1000 - $(date +%s%3N)))
    read -r wall awake boot files <"$OFFSETS"
    echo "$ahead $awake $boot $ahead" >"$OFFSETS.new"
    mv "$OFFSETS.new" "$OFFSETS"
}

@test "an agent that reports is given ten seconds of silence by its own tmux" {
    local name
    machines '{"profiles": {"demo": {"reports": true}}}' --busy 0 --no-signal --report-never --reply "DONE: painted"
    for name in b c; do
        start "$name"
        wait_for rests "$([ "$name" = b ] && echo MC-1 || echo MC-2)"
        sleep 2.1 # a turn just taken is left alone
        quiet 0
        expect 0 pickup --json
        is "$(value harvested)" "[]"
        quiet 15
        expect 0 pickup --json
        is "$(value harvested.0.end)" word
    done
}

# told SECONDS: its agent has told that it began its turn then, by this machine's clock.
told() {
    local run nonce
    run=$(pg "SELECT run_id FROM mc_pickup.runtime_sessions ORDER BY ticket_id DESC LIMIT 1")
    nonce=$(pg "SELECT turn_nonce FROM mc_pickup.runtime_sessions ORDER BY ticket_id DESC LIMIT 1")
    printf '%s\n%s\n\n' $(($(date +%s%3N) + $2 + $1 * 1000)) "$nonce" >"$STATE/run/$run/started"
}

@test "a turn that began after its ticket was asked about is told from one before" {
    local name ahead
    machines '{}' --busy 6000000
    for name in b c; do
        start "$name"
        ahead=$([ "$name" = b ] && echo $HOUR || echo -$YEARS)
        machine "$name" "$ahead" '{"profiles": {"demo": {"busy": "never shown"}}}' --busy 6000000
        pg "UPDATE mc_pickup.tickets SET status='needs_input',failure_reason='awaiting_human: a dialog',
            updated_at=(extract(epoch FROM now())*1000)::bigint-20000 WHERE status='in_progress'"
        told -60 "$ahead"
        expect 0 pickup --json
        is "$(value harvested)" "[]"
        tmux_here set-option -pu -t "$(tmux_here display-message -p '#{pane_id}')" @mc_looked
        told -5 "$ahead"
        expect 0 pickup --json
        is "$(value harvested.0.end)" answered
        pg "UPDATE mc_pickup.tickets SET status='blocked'"
    done
}

# difference NAME WORDS: health and doctor say it so, and nothing where WORDS is empty.
difference() {
    on "$1"
    output=$(ticket health)
    has "$output" "ok          the last pickup was "
    output+=$(ticket doctor || true)
    no has "$output" "last pickup 1 h ago"
    if [ -n "$2" ]; then
        has "$output" "; this machine's clock is $2 the board's"
        has "$output" "warn  clock: this machine's is $2 the board's: nothing of the board is harmed"
    else
        no has "$output" "this machine's"
    fi
}

@test "files are as old as they are by their machine's clock, and the difference is told" {
    local last name
    machines
    idle a b c
    for name in b c; do
        on "$name"
        last=$(stat -c %y "$STATE/last-keeping")
        idle "$name"
        is "$(stat -c %y "$STATE/last-keeping")" "$last"
        keeping_due
        idle "$name"
        [ $(($(date +%s) - $(stat -c %Y "$STATE/last-keeping"))) -le 60 ]
    done
    # Each sees all three as just heard.
    for name in a b c; do
        on "$name"
        is "$(ticket hosts --json | grep -o '"state":"[a-z]*"' | sort | uniq -c | xargs)" '3 state:heard'
    done
    soon "(SELECT min(seen_at) FROM mc_pickup.hosts)"
    difference a ""
    difference b "3600 s ahead of"
    difference c "631152000 s behind"
}

# written NAME: when its page was.
written() {
    stat -c %y "$T/$1/page.html"
}

@test "a page is written again for what is new on the board, and for nothing else" {
    local name last
    machine a 0
    init
    add one --inbox
    for name in b c; do
        machine "$name" "$([ "$name" = b ] && echo $HOUR || echo -$YEARS)" "{\"page\": \"$T/$name/page.html\"}"
        idle "$name"
        pg "UPDATE mc_pickup.tickets SET updated_at=(extract(epoch FROM now())*1000)::bigint-60000"
        last=$(written "$name")
        idle "$name"
        is "$(written "$name")" "$last"
        # What was stamped before the page was begun and committed after it.
        pg "UPDATE mc_pickup.tickets SET updated_at=(extract(epoch FROM now())*1000)::bigint-3000"
        touch -d now "$T/$name/page.html"
        last=$(written "$name")
        idle "$name"
        [ "$(written "$name")" != "$last" ]
    done
}
