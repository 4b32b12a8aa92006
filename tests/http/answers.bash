# A table of answers over web.bash: many at once, each on a board of its own.
# shellcheck source=web.bash
. "${BASH_SOURCE[0]%/*}/web.bash"

# answers_world: as web_world, for the cases of one test.
answers_world() {
    API=/CASE
    web_world
    cases=()
    scripted=
}

# answer NAME WANTED BEHAVIOUR [KEY=VALUE …]: a case. WANTED is "exit outcome class http-status ticket attempts failures",
# the last being those that the breaker has counted. The keys are of the configuration's send object.
answer() {
    local name=$1 pair
    printf '%s' "$2" >"$WEB/$name.wanted"
    [ -z "$3" ] || scripted+="${scripted:+,}{\"path\":\"/$name/\",$3}"
    sed "s,/CASE/,/$name/," "$CONFIG" >"$T/config/$name.json"
    for pair in "${@:4}"; do
        sqlite3 :memory: "SELECT json_set(readfile('$T/config/$name.json'),'\$.send.${pair%%=*}',json('${pair#*=}'))" \
            >"$T/config/$name.new"
        mv "$T/config/$name.new" "$T/config/$name.json"
    done
    chmod 600 "$T/config/$name.json"
    cases+=("$name")
}

# All cases so far, several at once, each on a board of its own. Fails when one did not come out as wanted.
answers() {
    local name pids=()
    script "[$scripted]"
    for name in "${cases[@]}"; do
        [ ${#pids[@]} -lt 9 ] || wait "${pids[-9]}" || true
        try "$name" >"$WEB/$name.said" 2>&1 3>&- &
        pids+=($!)
    done
    wait "${pids[@]}" || true
    for name in "${cases[@]}"; do
        [ -f "$WEB/$name.good" ] || sed "s/^/$name: /" "$WEB/$name.said" >&2
    done
    for name in "${cases[@]}"; do
        [ -f "$WEB/$name.good" ]
    done
}

try() {
    local name=$1 wanted seen status=0
    STATE=$T/$name MC_DB=$T/$name/board.db SOCKET=$T/$name/tmux.sock CONFIG=$T/config/$name.json
    wanted=$(cat "$WEB/$name.wanted")
    WEB=$WEB/$name
    mkdir "$WEB"
    init
    add "$name"
    output=$(pickup --json 2>"$WEB/errors") || status=$?
    errors=$(cat "$WEB/errors")
    echo "$output"
    echo "$errors"
    seen="$status $(values outcome send.class send.http_status)"
    seen+=" $(rows "SELECT status||' '||attempts||' '||coalesce((SELECT value->>'failures' FROM settings
        WHERE key='breaker:endpoint'),0) FROM tickets")"
    is "$seen" "$wanted" && is "$(values exit send.transport)" "$status http" && settled && touch "$WEB.good"
}

# What goes with each place of the ticket.
settled() {
    local class
    class=$(values send.class)
    is "$(rows "SELECT count(*) FROM ticket_activity WHERE kind='adopted'")" 0 || return 1
    case $(rows "SELECT status FROM tickets") in
    todo)
        is "$(wc -l <"$WEB/errors")" 1 &&
            rows_are "$class|1|1" "SELECT substr(failure_reason,1,instr(failure_reason,':')-1),worker_pid IS NULL,
                next_attempt_at>updated_at FROM tickets" &&
            rows_are "failed|$class|1" "SELECT outcome,class,ended_at IS NOT NULL FROM runs" &&
            rows_are "closed||$class" "SELECT status,turn_nonce,failure_reason FROM runtime_sessions" &&
            rows_are failed_to_inject "SELECT status FROM ticket_messages" &&
            is "$(activities 1 terminal_state)" 1 && deserted
        ;;
    in_progress)
        is "$errors" "" && rows_are "sent" "SELECT status FROM ticket_messages" &&
            rows_are "running|1" "SELECT status,turn_nonce IS NOT NULL FROM runtime_sessions" && alive "$(of 1 pid)"
        ;;
    needs_input)
        is "$(wc -l <"$WEB/errors")" 1 && rows_are "pending" "SELECT status FROM ticket_messages" &&
            rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions" && alive "$(of 1 pid)" &&
            is "$(activities 1 terminal_state)" 1
        ;;
    esac
}
