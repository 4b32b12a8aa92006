#!/usr/bin/env bats
# A question that is asked while nobody looks.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

# The first place of a word on the page, in bytes.
place_of() {
    grep -obaF -- "$1" "$T/page.html" | head -1 | cut -d: -f1
}

@test "it is told once, found by everyone who looks, and moved by its answer" {
    printf '#!/bin/sh\ncat >>%s/told\n' "$T" >"$T/tell"
    chmod 700 "$T/tell"
    configure "{\"notify\": [\"$T/tell\"], \"notify_on\": [\"needs_input\"], \"page\": \"$T/page.html\"}" \
        --signal QUESTION --reply 'which database?' --echo
    init
    add 'Store the sessions'
    add 'Something else' --inbox
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets WHERE id=1"
    for _ in 1 2 3; do expect 0 pickup; done
    wait_for test -s "$T/told"
    sleep 0.2
    is "$(grep -o '"event":"[a-z_]*"' "$T/told")" '"event":"needs_input"'

    expect 0 ticket list
    has "$(grep '^MC-1' <<<"$output")" "needs_input"
    question=$(rows "SELECT result FROM tickets WHERE id=1")
    has "$(grep '^MC-1' <<<"$output")" "$question"
    expect 0 ticket show MC-1
    has "$(head -2 <<<"$output")" "$question"
    has "$(head -4 <<<"$output")" "mc-ticket answer MC-1 TEXT"
    expect 0 ticket page -o "$T/page.html"
    [ "$(place_of "$question")" -lt "$(place_of 'Something else')" ]
    expect 69 ticket health
    has "$output" "with a question for a person (MC-1)"

    expect 0 ticket answer MC-1 'the old one'
    has "$output" "MC-1 needs_input -> in_progress"
    rows_are in_progress "SELECT status FROM tickets WHERE id=1"
}
