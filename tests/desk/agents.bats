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

# All that agents_may can open is a person's.
@test "what is a person's to say is refused, of its own ticket and of another" {
    local config words word
    config=$(json "$(mc init --json)" config)
    echo '{"agents_may": ["?"]}' >"$config"
    expect 78 mc list
    read -ra words <<<"$(sed -n 's/.*must be of: //; s/,//gp' <<<"$errors")"
    is "${words[0]} ${words[-1]}" "promote edit"
    echo '{}' >"$config"
    sql "UPDATE tickets SET status='in_review' WHERE id=2"
    for word in "${words[@]}"; do
        case $word in
        pause | resume) refused "$word" ;;
        reject | answer | send) refused "$word" MC-2 text ;;
        edit) refused edit MC-2 --title other ;;
        breaker) refused breaker close ;;
        pool) refused pool release pool-1 ;;
        hosts) refused hosts retire b --force ;;
        restore) refused import --restore "$T/lines" ;;
        try) refused doctor --try demo ;;
        *) refused "$word" MC-2 ;;
        esac
        has "$errors" "$word"
        has "$errors" "a person's to say"
        has "$errors" agents_may
    done
    refused cancel MC-1
    refused reject MC-2 --body-file "$T/nowhere"
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

@test "a process of a run that is over changes nothing that is there, whatever agents_may says" {
    local over=("UPDATE tickets SET run_id='$(printf 'e%.0s' {1..32})' WHERE id=1"
        "UPDATE tickets SET run_id='$RUN';UPDATE runs SET ended_at=1" "DELETE FROM tickets WHERE id=1") rows
    config=$(json "$(mc init --json)" config)
    printf '{"agents_may": ["approve", "edit", "send"]}\n' >"$config"
    sql "PRAGMA foreign_keys=OFF;INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('$(
        printf 'e%.0s' {1..32})',1,2,'here',1)"
    sql "UPDATE tickets SET status='in_review' WHERE id=1;UPDATE runs SET ended_at=1 WHERE run_id='$RUN'"
    expect 0 by_agent note MC-1 "one thing more" # a person looks at its work, and it rests
    sql "UPDATE tickets SET status='in_progress' WHERE id=1;UPDATE runs SET ended_at=NULL"
    for rows in "${over[@]}"; do
        sql "PRAGMA foreign_keys=OFF;$rows"
        refused edit MC-1 --title stale
        refused send MC-1 "go on"
        refused send MC-1 "go on" --queue
        refused note MC-1 "mind the gap"
        refused note MC-2 "mind the gap"
        refused approve MC-2
        has "$errors" "approve is refused"
        has "$errors" "the ticket is not this run's any more"
        expect 0 by_agent list
        expect 0 by_agent add found
    done
}

@test "a person is one where MC_RUN is not set" {
    expect 0 mc cancel MC-2
    expect 0 env MC_RUN= "$MC_BIN/mc-ticket" cancel MC-2
    is "$(sql "SELECT author FROM ticket_activity WHERE ticket_id=2 AND kind='moved'")" tester
}

@test "a person is never taken for an agent, nor for the program, whatever the account is called" {
    local name
    for name in agent "agent MC-1" mc-pickup; do
        expect 64 mc note MC-2 "mind the gap" --by "$name"
        one_line
        has "$errors" "no person"
        LOGNAME=$name mc note MC-2 "mind the gap" >/dev/null
    done
    expect 0 mc note MC-2 "mind the gap" --by "agents' keeper"
    is "$(sql "SELECT author FROM ticket_messages WHERE ticket_id=2")" "operator
operator
operator
agents' keeper"
}

@test "no agent puts an export over the board" {
    refused import --restore "$T/lines"
    : >"$T/lines"
    refused import --restore "$T/lines"
    expect 66 by_agent import "$T/nowhere"
    expect 66 mc import --restore "$T/nowhere"
    expect 0 by_agent export -o "$T/all"
}
