# One ticket whose agent's command is missing, one whose place is a file, one whose endpoint answers 500, each in front of
# good ones: nobody starves, and each of the three is said once.
# shellcheck source=../http/web.bash
. "${BASH_SOURCE[0]%/*}/../http/web.bash"

starvation_world() {
    web_world '{"stall_timeout_s": 36000, "turn_timeout_s": 72000, "max_running": '"$1"', "retry": {"backoff_s": 60},
        "profiles": {"gone": {"command": ["no-such-agent"], "ready": "^>"}}}'
    script '[{"path": "/api/tickets/3/", "status": 500, "body": "oh"}, {"echo": true}]'
    add "no command" --profile gone
    add "no place"
    add "no endpoint"
    mkdir -m 700 "$STATE/work"
    touch "$STATE/work/MC-2"
}

# starve MINUTES GOOD WORKING RUNNING
starve() {
    local last best failed
    starvation_world "$4"
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$2)
        INSERT INTO tickets(title,body,status,labels,created_at,queued_at,updated_at)
        SELECT 'Ticket '||i,'Do it.','todo','good',t.created_at,t.created_at+i,t.created_at FROM n,tickets t WHERE t.id=3"
    bare MC_BIN="$MC_BIN" MC_CLOCK_SHIM="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets" \
        "$MC_PYTHON" "${BASH_SOURCE[0]%/*}/cron.py" "$@" >"$T/cron"
    cat "$T/cron"
    read -r last best failed <"$T/cron"
    # Each failed attempt may cost the one start of its minute.
    [ "$last" -ge "$best" ] && [ "$last" -le $((best + failed + 2)) ]
    rows_are "0" "SELECT count(*) FROM tickets WHERE labels='good' AND status<>'done'"
    rows_are "3|0" "SELECT count(*),sum(attempts) FROM tickets WHERE id<4 AND status='todo'"
    rows_are 3 "SELECT count(*) FROM ticket_activity WHERE kind='terminal_state'"
    is "$(sed 1d "$T/cron" | wc -l)" 3
    is "$(grep -c 'MC-1: no_agent: ' "$T/cron")" 1
    is "$(grep -c 'MC-2: cannot_create: ' "$T/cron")" 1
    is "$(grep -c 'MC-3: server_error: ' "$T/cron")" 1
}
