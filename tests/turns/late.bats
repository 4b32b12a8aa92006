#!/usr/bin/env bats
# A word that comes when its turn is over already.

setup() {
    load told
}

teardown() {
    world_end
}

# lacks: its turn has ended without a word, and a person is asked
lacks() {
    at_work '{"nudge":false}'
    over 'I did something.'
    ticket_is needs_input
}

shows() {
    tmux_here capture-pane -p -t =mc-MC-1: | grep -q "$1"
}

harvested() {
    pickup && turn_is idle
}

@test "an agent that goes on by itself after a limit has its word, by report or by signal" {
    at_work
    over "" '"fault":"limit"'
    ticket_is in_progress
    signals 0 DONE "went on by myself"
    ticket_is in_review
    rows_are "went on by myself|0" "SELECT result,(SELECT count(*) FROM ticket_messages WHERE status='pending') FROM tickets"
    signals 0 DONE "went on by myself"
    is "$(rows_of signal)" 1
    # what a person has sent back since is no matter of that turn
    ticket reject MC-1 "not yet" >/dev/null
    signals 65 REVIEW "again"
    over "DONE: again"
    ticket_is in_progress
}

@test "a person is asked for want of a word, and the word comes after all: by signal, by report, by a signal of no turn" {
    lacks
    signals 0 REVIEW "all is done"
    rows_are "in_review|all is done|" "SELECT status,result,failure_reason FROM tickets"
    rows_are "delivered|1" "SELECT outcome,ended_at IS NOT NULL FROM runs"
    signals 0 REVIEW "all is done"
    over "REVIEW: all is done"
    is "$(rows_of signal) $(rows_of signal_ignored)" "1 0"
    world_end
    lacks
    over "REVIEW: all is done"
    ticket_is in_review
    over "REVIEW: all is done"
    is "$(rows_of signal) $(rows_of signal_ignored)" "1 0"
    world_end
    lacks
    expect 0 bare env MC_RUN="$RUN" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" signal QUESTION "which?"
    rows_are "needs_input|which?|" "SELECT status,result,failure_reason FROM tickets"
    # one turn has one word
    over "DONE: all is done"
    ticket_is needs_input
    is "$(rows_of signal) $(rows_of signal_ignored)" "1 0"
}

@test "a person who has spoken is not overruled by a late word, which is told" {
    lacks
    ticket answer MC-1 "go left" >/dev/null
    over "REVIEW: all is done"
    ticket_is in_progress
    rows_are "REVIEW $NONCE: all is done (moved nothing: a prompt waits for its agent and goes first)" \
        "SELECT body FROM ticket_activity WHERE kind='signal_ignored'"
    # what was answered could not be handed over for good, and a person is asked anew
    rows "UPDATE ticket_messages SET status='failed_to_inject' WHERE kind='note'"
    rows "UPDATE tickets SET status='needs_input'"
    signals 65 REVIEW "all is done"
    over "REVIEW: all is done"
    ticket_is needs_input
    is "$(rows_of signal) $(rows_of signal_ignored)" "0 1"
}

@test "a better account of the same turn is its reply, and is told once: a report after the screen, a late word after none" {
    quiet='What I read.'
    late='QUESTION: which colour?\nOptions: red, blue.'
    at_work '{"nudge":false}'
    over "$quiet"
    over "$late"
    over "$late"
    ticket_is needs_input
    rows_are "which colour?" "SELECT result FROM tickets"
    is "$(ticket reply MC-1)" "$(printf '%b' "$late")"
    rows_are "$(printf '%b' "$quiet|$late")" \
        "SELECT group_concat(body,'|') FROM (SELECT body FROM ticket_activity WHERE kind='reply' ORDER BY id)"
    world_end
    # the agent's word came by signal in between
    lacks
    signals 0 DONE "all is done"
    over "The whole story."
    is "$(ticket reply MC-1) $(rows_of reply)" "The whole story. 2"
    world_end
    # its screen was read first, with the word there
    world
    configure '{"nudge":false}' --no-signal --reply "DONE: painted it blue"
    sed -i 's/"command"/"first_turn": "argv", "command"/' "$CONFIG" # its echo is whole
    init
    add one
    pickup
    wait_for shows "DONE: painted it blue"
    known
    wait_for harvested
    ticket_is in_review
    has "$(ticket reply MC-1)" "painted it blue"
    over "The whole story."
    over "The whole story."
    is "$(ticket reply MC-1) $(rows_of reply)" "The whole story. 2"
    has "$(rows "SELECT body FROM ticket_activity WHERE kind='reply' ORDER BY id LIMIT 1")" "painted it blue"
}
