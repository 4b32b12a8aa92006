#!/usr/bin/env bats
# Many pickups at once: each ticket is started once, and never more agents than allowed.

setup() {
    load support
    world
}

teardown() {
    world_end
}

# add_many N
add_many() {
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$1)
        INSERT INTO tickets(title,body,status,created_at,updated_at) SELECT 'Ticket '||i,'Do it.','todo',1,1 FROM n"
}

# crowd PICKUPS AT-ONCE: the reports as JSON lines in $T/reports, one "status" line each in $T/ends.
crowd() {
    export -f bare
    export MC_DB MC_BIN CONFIG T CLEAN_PATH STATE_HOME
    seq "$1" | xargs -P "$2" -I{} bash -c '
        bare "$MC_BIN/mc-pickup" --json >"$T/report.{}" 2>>"$T/warnings"
        echo $? >>"$T/ends"' 3>&-
    cat "$T"/report.* >"$T/reports"
}

# Forty, or as many as MC_TEST_MANY says.
@test "many tickets, 24 pickups at a time: each started once, none failed" {
    local many=${MC_TEST_MANY:-40}
    configure '{"max_running": 200, "profiles": {"demo": {"first_turn": "argv"}}}' --busy 600000
    init
    add_many "$many"
    crowd "$many" 24
    is "$(cat "$T/warnings")" ""
    is "$(sort "$T/ends" | uniq -c | tr -s ' ')" " $many 0"
    is "$(grep -o '"outcome":"[a-z]*"' "$T/reports" | sort | uniq -c | tr -s ' ')" " $many \"outcome\":\"dispatched\""
    is "$(grep -o '"ticket":"MC-[0-9]*"' "$T/reports" | sort -u | wc -l)" "$many"
    is "$(grep -o '"run":"[0-9a-f]*"' "$T/reports" | sort -u | wc -l)" "$many"
    is "$(grep -o '"pid":[0-9]*' "$T/reports" | sort -u | wc -l)" "$many"
    rows_are "$many|$many|$many" "SELECT count(*),count(DISTINCT ticket_id),count(DISTINCT run_id) FROM runs"
    rows_are "in_progress|0|$many" "SELECT status,sum(attempts),count(*) FROM tickets GROUP BY status"
    rows_are "running|$many|$many" "SELECT status,count(DISTINCT pid),count(DISTINCT pane_id) FROM runtime_sessions GROUP BY 1"
    rows_are "sent|$many" "SELECT status,count(DISTINCT nonce) FROM ticket_messages GROUP BY status"
    on_server || rows_are "ok" "PRAGMA integrity_check"
    is "$(events start) $(events prompt)" "$many $many"
    is "$(sessions | sort -u | wc -l)" "$many"
    is "$(agents | wc -l)" "$many"
    is "$(sed -n 's/.*"text":"\(MC-[0-9]*\) turn 1.*/\1/p' "$LOG" | sort -u | wc -l)" "$many"
}

@test "24 agents that type into prompts at once: each has its own ticket's text" {
    configure '{"max_running": 200}' --busy 600000
    init
    add_many 24
    crowd 24 24
    is "$(cat "$T/warnings")" ""
    is "$(sort "$T/ends" | uniq -c | tr -s ' ')" " 24 0"
    is "$(events prompt) $(events typed)" "24 0"
    is "$(sed -n 's/.*"text":"MC-\([0-9]*\) turn 1\\nTicket \([0-9]*\)\\n.*/\1=\2/p' "$LOG" | sort -u |
        awk -F= '$1 == $2' | wc -l)" 24
}

# all_begun RUNS: eight more pickups at once, and then there are so many runs.
all_begun() {
    crowd 8 8
    [ "$(rows "SELECT count(*) FROM runs")" -eq "$1" ]
}

@test "max_running is never exceeded, and all is worked off" {
    local sampler leave
    configure '{"max_running": 3, "profiles": {"demo": {"first_turn": "argv"}}}' --busy 0 --hold "$T/leave"
    init
    add_many 12
    # Looks at the rows and at the living agents' turns for as long as the pickups run.
    "$MC_PYTHON" -c '
import sys, time, os
sys.path.insert(0, os.path.dirname(sys.argv[3]))
import board
board = board.opened(sys.argv[1])
most = looks = 0
while not os.path.exists(sys.argv[2]):
    most = max(most, *board.rows("SELECT count(*) FROM runtime_sessions WHERE status IN(?,?)",
                                 ("spawning", "running"))[0])
    looks += 1
    time.sleep(0.005)
print(most <= 3, looks > 10)' "$MC_DB" "$T/over" "$BOARD_PY" >"$T/most" 3>&- &
    sampler=$!
    # Nobody ends before all places are taken; then one after the other, while pickups run.
    crowd 8 8
    rows_are 3 "SELECT count(*) FROM runtime_sessions WHERE status IN ('spawning','running')"
    while [ ! -e "$T/over" ] && touch "$T/leave"; do
        sleep 0.05
    done 3>&- &
    leave=$!
    wait_for all_begun 12
    wait_for has_events signal 12
    touch "$T/over"
    wait "$sampler" "$leave"
    is "$(cat "$T/most")" "True True"
    is "$(sort -u "$T/ends")" 0
    is "$(cat "$T/warnings")" ""
    rows_are "12|12" "SELECT count(*),count(DISTINCT ticket_id) FROM runs"
    rows_are "in_review|12" "SELECT status,count(*) FROM tickets GROUP BY status"
}
