# What the tests of speaking with an agent share: one that has delivered and is at its prompt, or one whose turns end when
# the test says so.

# shellcheck source=tests/e2e/support.bash
source "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

# at_rest [DEMO-OPTION …]: MC-1, whose agent has delivered and is at its prompt. Its word is what it was told.
at_rest() {
    configure '{}' --busy 0 --echo "$@"
    init
    add one
    expect 0 pickup
    wait_for in_review
}

in_review() {
    rows_are in_review "SELECT status FROM tickets"
}

# held: the same, and from now on a turn ends only by release.
held() {
    touch "$T/go"
    at_rest --hold "$T/go"
}

release() {
    touch "$T/go"
}

# All that a refused send must leave alone.
board() {
    rows "SELECT json_group_array(json_array(id,status,run_id,attempts,updated_at)) FROM tickets UNION ALL
          SELECT json_group_array(json_array(run_id,outcome,ended_at,pickup_pid,detail)) FROM runs UNION ALL
          SELECT json_group_array(json_array(status,turn_nonce,last_turn_marker,turn_count)) FROM runtime_sessions UNION ALL
          SELECT json_group_array(json_array(id,status,nonce,body,error,attempts)) FROM ticket_messages UNION ALL
          SELECT json_array(max(id),count(*)) FROM ticket_activity UNION ALL
          SELECT json_group_array(json_array(id,run_id,kind,state,detail,at)) FROM effects UNION ALL
          SELECT json_group_array(json_array(id,answer,created_at)) FROM requests"
}

prompts() {
    events prompt
}

last_prompt() {
    grep '"event":"prompt"' "$LOG" | tail -n 1
}

# late WORD …: a send whose first look at its agent waits for $T/look.
late() {
    mkdir -p "$T/late"
    printf '#!/bin/sh\nuntil [ -e %s/look ]; do : >%s/looking; sleep 0.05; done\nexec %s "$@"\n' "$T" "$T" \
        "$(command -v tmux)" >"$T/late/tmux"
    chmod 755 "$T/late/tmux"
    "${MC_PYTHON:-python3}" -c '
import json, sys
config = json.load(open(sys.argv[1]))
config["path"] = sys.argv[3]
json.dump(config, open(sys.argv[2], "w"))' "$CONFIG" "$T/late.json" "$T/late:$CLEAN_PATH"
    chmod 600 "$T/late.json"
    ticket send MC-1 "$@" --config "$T/late.json" >"$T/out" 2>"$T/err" 3>&- &
    wait_for test -e "$T/looking"
}
