#!/usr/bin/env bats
# Turns of which no report comes are read off their agents' screens (SPEC sections 3 and 12).

setup() {
    load ../e2e/support
    world
    init
    extra=(LOGNAME=tester)
}

teardown() {
    world_end
}

# at_work JSON [DEMO-OPTION …]: a ticket whose agent has taken its turn and says no more.
at_work() {
    local json=$1
    shift
    configure "$json" --busy 0 --no-signal "$@"
    sed -i 's/"command"/"first_turn": "argv", "command"/' "$CONFIG" # its echo is whole
    add one --body "Do it."
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    wait_for rests
    sleep 2.1 # a turn just taken is left alone
}

# The screen is at rest, below a turn's echo.
rests() {
    has_events prompt 1 && tmux_here capture-pane -p -t =mc-MC-1: | grep -v '^$' | tail -n 1 | grep -q '^demo>'
}

replied_again() {
    rests && [ "$(tmux_here capture-pane -p -S - -t =mc-MC-1: | grep -c "I have looked at it.")" = 2 ]
}

ticket_is() {
    rows_are "$1" "SELECT status FROM tickets"
}

@test "a word at the beginning of the reply moves the ticket, with its line and the reply kept" {
    at_work '{}' --reply "DONE: painted it blue"
    expect 0 pickup --json
    ticket_is in_review
    is "$(value harvested.0.ticket) $(value harvested.0.end) $(value harvested.0.to)" "MC-1 word in_review"
    rows_are "painted it blue" "SELECT result FROM tickets"
    rows_are "idle|" "SELECT status,turn_nonce FROM runtime_sessions"
    expect 0 ticket reply MC-1
    has "$output" "painted it blue"
    expect 0 pickup --json
    is "$(value harvested)" "[]"
    is "$(events prompt)" 1
}

@test "a turn under a profile that is not configured any more is seen to its end, as it was started" {
    at_work "{\"profile\": \"two\", \"profiles\": {\"two\": {\"ready\": \"^demo> *\$\", \"first_turn\": \"argv\", \"command\": [\"mc-demo-agent\",
        \"--log\", \"$LOG\", \"--busy\", \"0\", \"--no-signal\", \"--reply\", \"DONE: painted it blue\"]}}}"
    configure '{}'
    local kept
    kept=$(echo "$STATE"/run/*/settings.json)
    mv "$kept" "$T/kept"
    # A run of an older program kept none: it is not seen, which is said as long as it is so.
    for _ in 1 2; do
        expect 0 pickup
        one_line
        has "$errors" "MC-1: its profile two is not configured any more, so it is not seen when its turn is over; put it back"
    done
    mv "$T/kept" "$kept"
    expect 0 pickup --json
    is "$errors" ""
    ticket_is in_review
    expect 0 ticket reply MC-1
    has "$output" "painted it blue"
}

@test "without a word the agent is asked for it once, then a person with the last reply" {
    at_work '{}' --reply "I have looked at it."
    expect 0 pickup --json
    is "$(value harvested.0.end)" nudge
    ticket_is in_progress
    wait_for has_events prompt 2
    has "$(cat "$LOG.turn-2")" "ended without saying how"
    wait_for replied_again
    sleep 2.5
    expect 0 pickup
    ticket_is needs_input
    has "$errors" "MC-1: "
    has "$(rows "SELECT failure_reason FROM tickets")" "I have looked at it."
    expect 0 pickup
    is "$errors" ""
    is "$(events prompt)" 2
}

@test "a turn that was pasted is read as one, whatever is configured since" {
    local does=(--busy 0 --no-signal --reply "I have looked at it.")
    configure '{}' "${does[@]}"
    add one --body "Do it."
    expect 0 pickup
    wait_for rests
    sleep 2.1
    configure '{"send": {"transport": "http", "url": "http://127.0.0.1:9/"}}' "${does[@]}"
    expect 0 pickup --json
    is "$(value harvested.0.end)" nudge
}

@test "what is at work still, or was seen so and has not changed, is left alone and not looked at again" {
    configure '{}' --busy 6000000
    add one --body "Do it."
    expect 0 pickup
    sleep 3.1
    cat >"$T/bin-tmux" <<END
#!/bin/sh
echo "\$*" >>"$T/calls"
exec $(command -v tmux) "\$@"
END
    chmod +x "$T/bin-tmux"
    mkdir -p "$T/shim"
    mv "$T/bin-tmux" "$T/shim/tmux"
    CLEAN_PATH="$T/shim:$CLEAN_PATH"
    expect 0 pickup
    is "$(grep -c 'source-file -' "$T/calls")" 2 # the look, and the note that it was made
    : >"$T/calls"
    expect 0 pickup
    no grep -q 'source-file' "$T/calls"
    ticket_is in_progress
}

@test "what stands beside a limit does not say which it is" {
    at_work '{"pause_s": 3600, "profiles": {"demo": {"limit": "^ *■ You"}}}' --reply "I looked at the billing page.
■ You have hit your usage limit, try again in 1s"
    expect 0 pickup --json
    is "$(value harvested.0.end)" pause
    rows_are sent "SELECT status FROM ticket_messages WHERE purpose='go_on'" # that second is over
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='paused'")" "■ You have hit your usage limit"
    rows_are 0 "SELECT count(*) FROM settings WHERE key GLOB 'breaker:*'"
}

@test "what rests for its work in the background, as it says, is not over, unless its word stands there" {
    at_work '{"profiles": {"demo": {"reports": true}}}' --report-never --reply "It runs."
    run=$(rows "SELECT run_id FROM runtime_sessions")
    nonce=$(rows "SELECT turn_nonce FROM runtime_sessions")
    printf '{"event":"over","prompt":"%s","reply":"It runs.","still_at_work":true}' "$nonce" >"$T/event"
    env -i PATH="$CLEAN_PATH" HOME="$T" "$MC_BIN/mc-ticket" turn-event demo --run "$run" --db "$MC_DB" <"$T/event" 3>&-
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='background'"
    extra+=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
    echo "15000 0" >"$T/offsets"
    expect 0 pickup --json
    is "$(value harvested)" "[]"
    rows_are "running|0" "SELECT status,(SELECT count(*) FROM ticket_messages WHERE purpose='nudge') FROM runtime_sessions"
    tmux_here send-keys -t =mc-MC-1: -l "{\"mc_signal\":\"DONE\",\"ticket\":\"MC-1\",\"nonce\":\"$nonce\",\"payload\":\"it ran\"}"
    tmux_here send-keys -t =mc-MC-1: Enter
    wait_for rests
    sleep 2.1
    echo "40000 0" >"$T/offsets"
    expect 0 pickup --json
    is "$(value harvested.0.end)" word
    ticket_is in_review
}

@test "a reporting agent is given ten seconds for its own word" {
    at_work '{"profiles": {"demo": {"reports": true}}}' --report-never --reply "DONE: painted"
    expect 0 pickup --json
    is "$(value harvested)" "[]"
    ticket_is in_progress
    extra+=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
    echo "15000 0" >"$T/offsets"
    expect 0 pickup --json
    is "$(value harvested.0.end)" word
    ticket_is in_review
}

@test "an agent that has died is heard to its last word, on its dead pane's screen" {
    at_work '{}' --reply "DONE: painted it, then fell"
    kill -KILL "$(rows "SELECT pid FROM runtime_sessions")"
    wait_for dead "$(rows "SELECT pid FROM runtime_sessions")"
    expect 0 pickup
    rows_are "in_review|painted it, then fell|0" "SELECT status,result,attempts FROM tickets"
    rows_are dead "SELECT status FROM runtime_sessions"
    expect 0 pickup
    is "$errors" ""
}

@test "where its session is gone too, its log is played again" {
    at_work '{}' --reply "DONE: painted it, then fell with the house"
    kill -KILL "$(rows "SELECT pid FROM runtime_sessions")"
    wait_for dead "$(rows "SELECT pid FROM runtime_sessions")"
    tmux_here kill-server
    expect 0 pickup
    rows_are "in_review|painted it, then fell with the house" "SELECT status,result FROM tickets"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='signal'")" "DONE MC_TICKET_TURN:1:"
}

@test "one that has died without a word is worked again" {
    at_work '{"retry": {"backoff_s": 3600}}' --reply "I have looked at it."
    kill -KILL "$(rows "SELECT pid FROM runtime_sessions")"
    wait_for dead "$(rows "SELECT pid FROM runtime_sessions")"
    expect 0 pickup
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
}

@test "a dry run looks at no screen" {
    at_work '{}' --reply "DONE: painted"
    expect 0 pickup --dry-run --json
    is "$(value harvested)" "[]"
    ticket_is in_progress
}

# The demo agent indents what it says.
@test "a limit near the box makes the ticket wait, by the words that stand there and none of the ticket's" {
    at_work '{"pause_s": 3600, "profiles": {"demo": {"limit": "^ *! limit"}}}' --reply "! limit: you have used it all"
    expect 0 pickup --json
    is "$(value harvested.0.end)" pause
    ticket_is in_progress
    has "$(rows "SELECT failure_reason FROM tickets")" "paused: "
    has "$(rows "SELECT failure_reason FROM tickets")" "! limit: you have used it all"
    no grep -q "mc_signal\|says that the work" <<<"$(rows "SELECT failure_reason FROM tickets")"
    rows_are "go_on|pending|1" "SELECT purpose,status,next_attempt_at>created_at+3500000 FROM ticket_messages WHERE kind='note'"
    one_line
    expect 0 pickup
    is "$errors" ""
    is "$(events prompt)" 1
}
