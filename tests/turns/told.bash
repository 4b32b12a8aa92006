# What the tests of turns share: a world with an agent at its turn, and reports of it made by hand.

# shellcheck source=tests/e2e/support.bash
source "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

# at_work [JSON [DEMO-OPTION …]]: MC-1 is in progress; its agent tells nothing by itself. Sets RUN and NONCE.
at_work() {
    world
    configure "${1:-{\}}" --report-never --no-signal --busy 600000 "${@:2}"
    init
    add one
    pickup
    wait_for has_events prompt 1
    known
}

known() {
    RUN=$(rows "SELECT run_id FROM tickets WHERE id=1")
    NONCE=$(rows "SELECT turn_nonce FROM runtime_sessions WHERE ticket_id=1")
}

# tells JSON: as the demo agent's hook would. Its output and errors are $output and $errors.
tells() {
    printf '%s' "$1" >"$T/event"
    expect 0 heard demo --run "$RUN" --db "$MC_DB"
    is "$output$errors" ""
}

heard() {
    env -i PATH="$CLEAN_PATH" HOME="$T" "${extra[@]}" "$MC_BIN/mc-ticket" turn-event "$@" <"$T/event" 3>&-
}

# over REPLY [MORE]: of the turn under way; MORE are further members.
over() {
    tells "{\"event\":\"over\",\"prompt\":\"x [$NONCE y\",\"reply\":\"$1\"${2:+,$2}}"
}

# word WORD PAYLOAD: the line of JSON, as a string inside JSON
word() {
    printf '{\\"mc_signal\\":\\"%s\\",\\"ticket\\":\\"MC-1\\",\\"nonce\\":\\"%s\\",\\"payload\\":\\"%s\\"}' "$1" "$NONCE" "$2"
}

ticket_is() {
    rows_are "$1" "SELECT status FROM tickets WHERE id=1"
}

turn_is() {
    rows_are "$1" "SELECT status FROM runtime_sessions WHERE ticket_id=1"
}

rows_of() {
    rows "SELECT count(*) FROM ticket_activity WHERE kind='$1'"
}

# signals STATUS WORD PAYLOAD: of the turn that was known last
signals() {
    expect "$1" bare env MC_RUN="$RUN" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal "$2" "$3" --nonce "$NONCE"
}
