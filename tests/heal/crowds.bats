#!/usr/bin/env bats
# Many at once (SPEC sections 7 and 11): a mass death is believed only by a look a minute later, and a tmux server that is
# gone says nothing of its agents.

setup() {
    load heal
}

teardown() {
    world_end
}

pids() {
    rows "SELECT pid FROM runtime_sessions WHERE status='running'"
}

@test "six agents killed at once: one line and nothing retired; retired by a pass a minute later" {
    local before
    heal_world
    start 6
    # shellcheck disable=SC2046
    kill_hard $(pids)
    before=$(rows "SELECT * FROM tickets")
    expect 0 pickup --heal-only --dry-run --json
    is "$(plan)" ""
    heals ""
    one_line
    has "$errors" "6 of 6 agents look dead at once; nothing is retired in this pass"
    is "$(rows "SELECT * FROM tickets")" "$before"
    rows_are "running|6" "SELECT status,count(*) FROM runtime_sessions GROUP BY 1"
    is "$(sessions | wc -l)" 6
    # At once, and with the wall clock a day ahead, it is still the same look.
    steady
    clocks 86400000 20000
    steady
    clocks 0 61000
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1,3,4 | sort | uniq -c | tr -s ' ')" " 6 worker_died in_progress todo"
    is "$(grep -c 'was ended by signal 9 (SIGKILL)' "$T/errors") $(wc -l <"$T/errors")" "6 6"
    rows_are "6|6" "SELECT count(*),count(DISTINCT ticket_id) FROM ticket_activity WHERE kind='death'"
    rows_are "" "SELECT key FROM settings WHERE key LIKE 'mass_death%'"
    deserted
    steady
}

@test "eight killed and eight pickups at once: one of them says it, none retires" {
    local i pids=()
    heal_world
    start 8
    # shellcheck disable=SC2046
    kill_hard $(pids)
    for ((i = 0; i < 8; i++)); do
        pickup --heal-only >/dev/null 2>>"$T/lines" &
        pids+=($!)
    done
    wait "${pids[@]}"
    is "$(wc -l <"$T/lines")" 1
    has "$(cat "$T/lines")" "8 of 8 agents look dead at once"
    rows_are "running|8" "SELECT status,count(*) FROM runtime_sessions GROUP BY 1"
    clocks 0 61000
    pids=()
    : >"$T/lines"
    for ((i = 0; i < 8; i++)); do
        pickup --heal-only >/dev/null 2>>"$T/lines" &
        pids+=($!)
    done
    wait "${pids[@]}"
    is "$(grep -c 'look dead at once' "$T/lines")" 0
    rows_are "8" "SELECT count(*) FROM ticket_activity WHERE kind='death'"
    steady
}

@test "a mark of a mass death that is no reading of this boot is written anew" {
    local mark
    heal_world
    start 6
    # shellcheck disable=SC2046
    kill_hard $(pids)
    for mark in 1 "1 00000000-0000-0000-0000-000000000000" "99999999999999999 $(cat /proc/sys/kernel/random/boot_id)"; do
        rows "INSERT OR REPLACE INTO settings VALUES('mass_death','$mark')"
        heals ""
        one_line
        no grep -qx "$mark" <(rows "SELECT value FROM settings WHERE key='mass_death'")
        steady
    done
}

@test "a mass death that was said and is over with its board is no excuse for the next one" {
    heal_world
    start 6
    # shellcheck disable=SC2046
    kill_hard $(pids)
    heals ""
    one_line
    # The board falls idle by another hand than healing's.
    rows "UPDATE runtime_sessions SET status='dead'"
    rows "UPDATE tickets SET status='done'"
    expect 0 pickup --json
    is "$errors" ""
    rows_are "" "SELECT key FROM settings WHERE key='mass_death'"
    steady
    tmux_here kill-server
    start 6
    # shellcheck disable=SC2046
    kill_hard $(pids)
    heals ""
    one_line
    has "$errors" "6 of 6 agents look dead at once; nothing is retired in this pass"
}

@test "half of them dead is no mass death; a world that recovers is not held against anybody" {
    local victims
    heal_world
    start 6
    victims=$(pids | head -n 3)
    rows "UPDATE runtime_sessions SET pid_start=pid_start+1"
    heals ""
    one_line
    rows "UPDATE runtime_sessions SET pid_start=pid_start-1"
    heals ""
    is "$errors" ""
    steady
    # shellcheck disable=SC2086
    kill_hard $victims
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1,3,4 | uniq -c | tr -s ' ')" " 3 worker_died in_progress todo"
    is "$(agents | wc -l)" 3
    steady
}

@test "the server of 20 killed -9: 12 survive it and are not started again, 8 died with it" {
    local before
    heal_world
    settings "{\"profiles\": {\"frail\": {\"command\": [\"mc-demo-agent\", \"--log\", \"$LOG\", \"--busy\", \"6000000\"],
        \"first_turn\": \"argv\", \"ready\": \"^demo> *\$\", \"busy\": \"^.working.\"}}}" \
        --busy 6000000 --ignore-hup --ignore-term
    start 20 "CASE WHEN i%5<2 THEN 'frail' ELSE 'demo' END"
    before=$(rows "SELECT ticket_id,pid FROM runtime_sessions WHERE profile='demo' ORDER BY 1")
    kill_server
    only_survivors() { [ "$(agents | wc -l)" -eq 12 ]; }
    wait_for only_survivors
    runtimes
    is "$(grep -cE ' alive +mc-MC-[0-9]+ +gone' <<<"$output")" 12
    is "$(grep -cE ' dead +mc-MC-[0-9]+ +gone' <<<"$output")" 8
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1,3,4 | sort | uniq -c | tr -s ' ')" " 8 worker_died in_progress todo"
    is "$(wc -l <"$T/errors")" 8
    is "$(rows "SELECT ticket_id,pid FROM runtime_sessions WHERE profile='demo' ORDER BY 1")" "$before"
    rows_are "running|12" "SELECT status,count(*) FROM runtime_sessions WHERE profile='demo' GROUP BY 1"
    is "$(rows "SELECT count(*) FROM ticket_activity WHERE kind='death' AND body LIKE '%[working] one moment%'")" 8
    steady
    # A server started by the next claim has none of their sessions: they live all the same.
    add another
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-21"
    wait_for has_events start 21
    steady
    is "$(events start)" 21
    is "$(sessions)" mc-MC-21
    is "$(agents | wc -l)" 13
    # One of them is closed by its ticket's end: ended by its identity, without a session.
    rows "UPDATE tickets SET status='done' WHERE id=$(head -n 1 <<<"$before" | cut -d'|' -f1)"
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1,3,4)" "finished done done"
    is "$(agents | wc -l)" 12
    steady
}

@test "the server of 20 killed -9, and all of them died with it" {
    heal_world
    start 20
    kill_server
    none_left() { [ -z "$(agents)" ]; }
    wait_for none_left
    heals ""
    one_line
    has "$errors" "20 of 20 agents look dead at once"
    rows_are "in_progress|20" "SELECT status,count(*) FROM tickets GROUP BY 1"
    clocks 0 61000
    expect 0 pickup --json
    is "$(healed | cut -d' ' -f1,3,4 | uniq -c | tr -s ' ')" " 20 worker_died in_progress todo"
    rows_are "todo|1|20" "SELECT status,attempts,count(*) FROM tickets GROUP BY 1,2"
    rows_are "20|20" "SELECT count(*),count(DISTINCT ticket_id) FROM ticket_activity WHERE kind='terminal_state'"
    steady
    is "$(events start)" 20
}
