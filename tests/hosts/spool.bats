#!/usr/bin/env bats
# An agent's door to a board on a server: the spool of its run. Here with a board in a file behind it, which needs no
# server: what mc-ticket leaves there, and what the next pickup makes of it.

setup() {
    load ../turns/told
}

teardown() { world_end; }

# inside COMMAND …: mc-ticket as the agent of RUN has it.
inside() {
    env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="spool:$STATE" MC_RUN="$RUN" MC_TICKET=MC-1 "${extra[@]}" \
        "$MC_BIN/mc-ticket" "$@" </dev/null 3>&-
}

events_left() {
    find "$STATE/run/$RUN/events" -name '*.json' | wc -l
}

@test "a signal is noted, and moves its ticket with the next pickup" {
    at_work
    expect 0 inside signal DONE "all of it"
    is "$output$errors" "MC-1: noted: the next pickup takes it"
    ticket_is in_progress
    is "$(events_left)" 1
    is "$(find "$STATE/run/$RUN/events" -name '*.json' -printf '%m')" 600
    expect 0 inside signal DONE "all of it" --nonce "$NONCE" --json --request-id r1
    is "$(value noted) $(value ticket)" "true MC-1"
    pickup
    ticket_is in_review
    rows_are "all of it" "SELECT result FROM tickets"
    is "$(events_left) $(rows_of signal) $(rows_of signal_ignored)" "0 1 0"
    pickup
    is "$(rows_of signal)" 1
}

@test "what needs no board is looked at at once" {
    at_work
    expect 64 inside signal PERHAPS x
    expect 64 inside signal DONE x --nonce nonsense
    extra=(MC_TICKET=nonsense)
    expect 64 inside signal DONE x
    extra=(MC_RUN=nonsense)
    expect 64 inside signal DONE x
    extra=(MC_TICKET=)
    expect 64 inside signal DONE x
    extra=()
    expect 77 inside signal DONE x --by somebody
    extra=(MC_RUN=00000000000000000000000000000000)
    expect 66 inside signal DONE x
    extra=(MC_DB="spool:$T/nowhere")
    expect 66 inside signal DONE x
    one_line
    [ ! -e "$T/nowhere" ]
    extra=()
    is "$(events_left)" 0
}

@test "of an earlier turn, late, of no turn: moves nothing, and the story says why" {
    at_work
    expect 0 inside signal DONE x --nonce MC_TICKET_TURN:1:1:00000001
    pickup
    ticket_is in_progress
    rows_are "DONE MC_TICKET_TURN:1:1:00000001: x (moved nothing: it belongs to another turn than the one under way)" \
        "SELECT body FROM ticket_activity WHERE kind='signal_ignored'"
    rows "DELETE FROM ticket_activity WHERE 0"
    expect 0 inside signal REVIEW "look at it"
    expect 0 inside signal QUESTION "and this?"
    pickup
    ticket_is in_review
    rows_are "look at it" "SELECT result FROM tickets"
    ticket cancel MC-1 >/dev/null
    expect 0 inside signal DONE x
    pickup
    ticket_is cancelled
}

@test "reports go the same way, without a look at any board" {
    at_work
    printf '{"event":"over","prompt":"x [%s y","reply":"%s"}' "$NONCE" "$(word QUESTION 'left or right?')" >"$T/event"
    MC_DB=spool:$STATE expect 0 heard demo --run "$RUN" --db "spool:$STATE"
    is "$output$errors$(events_left)" 1
    [ ! -e "$STATE/run/$RUN/turn-event.log" ]
    ticket_is in_progress
    pickup
    ticket_is needs_input
    rows_are "left or right?" "SELECT result FROM tickets"
    is "$(events_left)" 0
}

@test "a server is not asked, so that one that says nothing holds no hook up" {
    at_work
    mkdir -p "$T/.local/state"
    ln -s "$STATE" "$T/.local/state/mc-pickup"
    "${MC_PYTHON:-python3}" -c '
import os, select, socket, sys, time
deaf = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1], "w") as file:
    file.write(str(deaf.getsockname()[1]))
while not os.path.exists(sys.argv[2]):
    time.sleep(0.02)
sys.exit(len(select.select([deaf], [], [], 0)[0]))' "$T/port" "$T/heard" 3>&- &
    wait_for test -s "$T/port"
    printf '{"event":"over","prompt":"x [%s y","reply":"%s"}' "$NONCE" "$(word DONE 'in spite of it')" >"$T/event"
    expect 0 heard demo --run "$RUN" --db "postgresql://mc@127.0.0.1:$(cat "$T/port")/board?connect_timeout=2"
    touch "$T/heard"
    is "$output$errors$(events_left)" 1
    wait $!
    pickup
    ticket_is in_review
}

@test "whoever sends on the same machine hears it first" {
    at_work
    expect 75 ticket send MC-1 "once more"
    ticket_is in_progress
    expect 0 inside signal DONE "the first"
    ticket send MC-1 "once more" >/dev/null 2>&1 || true
    rows_are "DONE $NONCE: the first" "SELECT body FROM ticket_activity WHERE kind='signal'"
    is "$(events_left)" 0
}

@test "all else is 77, with the way there is" {
    at_work
    for one in list "show MC-1" "note MC-1 x" "add x" "send MC-1 x" health init pause "export" runtimes pool; do
        # shellcheck disable=SC2086
        expect 77 inside $one
        one_line
        has "$errors" "mc-ticket signal"
        has "$errors" agents_database
    done
    expect 77 inside list --json
    is "$(value error.exit)" 77
    expect 77 env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="spool:$STATE" "$MC_BIN/mc-pickup" 3>&-
    expect 0 inside --help
    expect 0 inside signal --help
}

@test "an agent that dies after its word: the word comes first" {
    at_work
    expect 0 inside signal DONE "and then it died"
    tmux_ends kill-server
    pickup
    ticket_is in_review
    rows_are "and then it died" "SELECT result FROM tickets"
}
