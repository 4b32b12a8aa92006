#!/usr/bin/env bats
# An agent's hands are its own: its name, and what is not a person's to say (SPEC section 15).

setup() {
    load ../ticket/desk.bash
    desk_setup
    new
    mc add one >/dev/null
    mc add two >/dev/null
    agent 1
    RUN=$(run_of 1)
}

teardown() {
    desk_teardown
}

by_agent() {
    MC_RUN=$RUN MC_TICKET=MC-1 mc "$@"
}

refused() {
    local before
    before=$(rows)
    expect 77 by_agent "$@"
    one_line
    has "$errors" "the session of agent MC-1"
    is "$(rows)" "$before"
}

@test "what is a person's to say is refused, of its own ticket and of another" {
    sql "UPDATE tickets SET status='in_review' WHERE id=2"
    refused approve MC-2
    has "$errors" "approve is a person's"
    has "$errors" agents_may
    refused cancel MC-1
    refused cancel MC-2
    refused reject MC-2 text
    refused promote MC-2
    refused answer MC-2 text
    refused block MC-2
    refused reopen MC-2
    refused send MC-2 "go on"
    refused breaker close
    refused pool release pool-1
    refused hosts retire b --force
    has "$errors" "hosts is a person's"
    refused doctor --try demo
    has "$errors" "try is a person's"
    expect 77 by_agent init --own
    has "$errors" "init --own is a person's"
    expect 77 by_agent approve MC-2 --json
    is "$(json "$output" error.name)" NOPERM
}

@test "what is everybody's has its name" {
    is "$(by_agent add three)" MC-3
    expect 0 by_agent note MC-2 "mind the gap"
    expect 0 by_agent list
    expect 0 by_agent show MC-2
    expect 0 by_agent breaker
    expect 0 by_agent hosts
    is "$(sql "SELECT DISTINCT author FROM ticket_activity WHERE ticket_id=3 OR kind='note'")" "agent MC-1"
    is "$(sql "SELECT author FROM ticket_messages WHERE ticket_id=2")" agent
    is "$(by_agent add three --request-id r1)" "$(by_agent add three --request-id r1)"
}

@test "its name is its run's, whatever its environment says, and it speaks for nobody else" {
    is "$(MC_RUN=$RUN MC_TICKET=MC-2 mc add three)" MC-3
    is "$(sql "SELECT author FROM ticket_activity WHERE ticket_id=3")" "agent MC-1"
    is "$(MC_RUN=nonsense MC_TICKET=MC-2 mc add four)" MC-4
    is "$(sql "SELECT author FROM ticket_activity WHERE ticket_id=4")" agent
    forged=$(printf 'f%.0s' {1..32})
    expect 0 env MC_RUN="$forged" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" note MC-2 forged
    is "$(sql "SELECT author FROM ticket_activity WHERE ticket_id=2 AND body='forged'")" agent
    expect 77 env MC_RUN="$forged" MC_TICKET=MC-2 "$MC_BIN/mc-ticket" edit MC-2 --title forged
    expect 77 env MC_RUN=nonsense MC_TICKET=x "$MC_BIN/mc-ticket" cancel MC-2
    has "$errors" "the session of agent ("
    refused add five --by boss
    has "$errors" "speaks for nobody else"
}

@test "agents_may opens single commands" {
    config=$(json "$(mc init --json)" config)
    [ -f "$config" ]
    printf '{"agents_may": ["promote", "approve"]}\n' >"$config"
    sql "UPDATE tickets SET status='in_review' WHERE id=2"
    expect 0 by_agent approve MC-2
    is "$(sql "SELECT author FROM ticket_activity WHERE ticket_id=2 AND kind='moved'")" "agent MC-1"
    expect 77 by_agent cancel MC-1
    expect 77 by_agent send MC-2 "go on"
    printf '{"agents_may": ["send"]}\n' >"$config"
    expect 65 by_agent send MC-2 "go on"
    has "$errors" "no agent is there to hear it"
    printf '{"agents_may": ["signal"]}\n' >"$config"
    expect 78 by_agent list
    has "$errors" "must be of: promote"
}

@test "a person is one where MC_RUN is not set" {
    expect 0 mc cancel MC-2
    expect 0 env MC_RUN= "$MC_BIN/mc-ticket" cancel MC-2
    is "$(sql "SELECT author FROM ticket_activity WHERE ticket_id=2 AND kind='moved'")" tester
}

@test "no agent puts an export over the board" {
    : >"$T/lines"
    refused import --restore "$T/lines"
    expect 0 by_agent export -o "$T/all"
}
