#!/usr/bin/env bats
# A new agent of a ticket that another has worked on is told what came of that (SPEC section 6).

setup() {
    load ../e2e/support
    world
    PAST="An agent has worked on this ticket before"
}

teardown() {
    world_end
}

# worked STATUS DEMO-OPTION …: MC-1, whose agent has ended its turn, and is gone.
worked() {
    local status=$1
    shift
    configure '{"max_running": 9}' --busy 0 --report "$MC_BIN/mc-ticket" "$@"
    init
    add "the roof" --body "mend it"
    expect 0 pickup
    wait_for rows_are "$status" "SELECT status FROM tickets"
    wait_for rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='reply'"
    no grep -q "$PAST" "$LOG.turn-1"
    slay "$(agents)"
}

# The next run's prompt, in $TOLD.
told() {
    rm -f "$LOG"*
    expect 0 pickup --json
    wait_for has_events signal 1
    TOLD=$(cat "$LOG.turn-1")
}

@test "a rejected one: its reply, its word, and the remark" {
    worked in_review --signal REVIEW --reply "DONE: I took slate.
Look at the gutter."
    ticket reject MC-1 "the gutter leaks" >/dev/null
    told
    has "$TOLD" "

mend it

$PAST, and its conversation is gone. Go on from what it has left here. What is known of it:

Its last reply:

> DONE: I took slate.
> Look at the gutter.

It delivered its work with these words:

> "
    has "$TOLD" "
What people say goes along with this text.

the gutter leaks

When you have finished"
}

@test "an answered one: the question; what people had said to it before goes along again" {
    worked needs_input --signal QUESTION --reply "Slate or tile?"
    ticket note MC-1 "an aside" >/dev/null
    ticket answer MC-1 "tile" >/dev/null
    told
    has "$TOLD" "
It stopped to ask a person:

> "
    has "$TOLD" "

an aside

tile

When"
}

@test "one that was told something and died: that, and why it ended" {
    configure '{"max_running": 9, "retry": {"max_attempts": 9}}' --busy 0 --signal QUESTION --report "$MC_BIN/mc-ticket"
    init
    add "the roof"
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets"
    configure '{"max_running": 9, "retry": {"max_attempts": 9}}' --hold "$T/never"
    rows "UPDATE tickets SET status='in_progress'"
    slay "$(agents)"
    expect 0 pickup
    wait_for has_events prompt 2
    TOLD=$(cat "$LOG.turn-1")
    has "$TOLD" "
It came to a stop:

> worker_died: "
}

@test "a template that does not name it goes without; one of the user's own may" {
    worked in_review --signal REVIEW --reply "slate"
    printf '{{title}}{{workspace}}{{branch}}{{base}}{{worktree}}|{{messages}}|{{marker}}' >"$T/config/template"
    chmod 600 "$T/config/template"
    configure "{\"prompt_file\": \"$T/config/template\"}" --busy 0
    ticket reject MC-1 "again" >/dev/null
    told
    has "$TOLD" "
the roof|again|[MC_TICKET_TURN"
}

@test "a ticket whose start failed has no story" {
    configure '{"retry": {"backoff_s": 0}, "profiles": {"demo": {"startup_timeout_s": 60}}}' --exit 3
    init
    add "the roof"
    expect 69 pickup
    configure '{}' --busy 0
    told
    no grep -q "$PAST" <<<"$TOLD"
}
