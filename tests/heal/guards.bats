#!/usr/bin/env bats
# Guards of the repairs: what is at work elsewhere is not undone, what cannot be ended keeps nobody else waiting, and of
# several that heal the same at once one writes.

RUN=0123456789abcdef0123456789abcdef

setup() {
    load heal
}

teardown() {
    exec 9>&- 2>/dev/null || true
    world_end
}

# abandoned: a claim of MC-1 and nothing after it but the launch file, its pickup dead.
abandoned() {
    local boot
    boot=$(cat /proc/sys/kernel/random/boot_id)
    add one
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,pickup_pid,pickup_start,pickup_boot,started_at) VALUES
        ('$RUN',1,1,'here',$(dead_pid),1,'$boot',1)"
    rows "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,profile,spawned_at,tick_boot,
        spawned_tick) VALUES('ticket:1:session',1,'$RUN','here','spawning','mc-MC-1','demo',1,'$boot',1)"
    rows "INSERT INTO ticket_messages(ticket_id,kind,status,nonce,run_id,created_at) VALUES
        (1,'work','pending','MC_TICKET_TURN:1:1779942042145:e519f820','$RUN',1)"
    rows "INSERT INTO effects(run_id,kind,state,at) VALUES('$RUN','spawn','intent',1)"
    rows "UPDATE tickets SET status='in_progress',run_id='$RUN',worker_host='here' WHERE id=1"
    (umask 077 && mkdir -p "$STATE/run/$RUN" && : >"$STATE/run/$RUN/launch")
}

# client: a tmux client that is still on its way to create the session, until descriptor 9 is closed.
client() {
    cp "$BASH" "$T/tmux"
    mkfifo "$T/hold"
    # shellcheck disable=SC2016
    "$T/tmux" -c 'read -r _ <"$1"' "$RUN" "$T/hold" 3>&- 7>&- 8>&- &
    CLIENT=$!
    exec 9>"$T/hold"
}

@test "a claim is not released while the client of its dead pickup is still at it" {
    heal_world
    abandoned
    client
    heals ""
    [ -e "$STATE/run/$RUN/launch" ]
    ticket_is 1 in_progress
    exec 9>&-
    wait "$CLIENT" || true
    expect 0 pickup --heal-only --json
    is "$(healed)" "abandoned_claim MC-1 in_progress todo"
    ticket_is 1 todo
}

@test "of a claim that is released nothing was told, also where a hand has closed its ticket since" {
    heal_world
    abandoned
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,status,nonce,run_id,created_at,body) VALUES
        (1,'anna','note','sending','MC_TICKET_TURN:1:1779942042145:e519f820','$RUN',1,'a hint')"
    rows "UPDATE ticket_messages SET status='sending'"
    rows "UPDATE tickets SET status='done'"
    heals "abandoned_claim MC-1 done done"
    rows_are "failed_to_inject|
pending|a hint" "SELECT status,body FROM ticket_messages ORDER BY id"
}

@test "of an agent that ends because a hand has closed its ticket nobody is sending any more" {
    heal_world
    start 1
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,status,nonce,run_id,created_at,body)
        SELECT 1,'anna','note','sending','MC_TICKET_TURN:1:1779942042145:e519f820',run_id,1,'a hint' FROM runs"
    rows "UPDATE tickets SET status='done'"
    heals "finished MC-1 done done"
    rows_are "pending" "SELECT status FROM ticket_messages WHERE body='a hint'"
    rows_are "0" "SELECT count(*) FROM ticket_messages WHERE status='sending'"
}

@test "of one that was gone with its boot when a hand closed its ticket neither" {
    heal_world
    start 1
    rows "UPDATE ticket_messages SET status='sending'"
    rows "UPDATE runtime_sessions SET boot_id='11111111-2222-3333-4444-555555555555'"
    rows "UPDATE tickets SET status='done'"
    heals "worker_died MC-1 done done"
    rows_are "failed_to_inject" "SELECT status FROM ticket_messages"
}

@test "a released claim leaves no order behind by which an agent could still start" {
    heal_world
    abandoned
    rows "DELETE FROM runtime_sessions"
    expect 0 pickup --heal-only --json
    is "$(healed)" "abandoned_claim MC-1 in_progress todo"
    [ ! -e "$STATE/run/$RUN/launch" ]
}

@test "eight pickups at once that find the same unrecorded agents record each once" {
    local i pids=()
    heal_world
    start 4
    rows "UPDATE runtime_sessions SET status='spawning',pid=NULL,pid_start=NULL,boot_id=NULL,turn_nonce=NULL"
    rows "UPDATE runs SET pickup_pid=$(dead_pid),pickup_start=1"
    rows "UPDATE effects SET state='intent' WHERE kind='spawn'"
    for ((i = 0; i < 8; i++)); do
        pickup --heal-only >/dev/null 2>>"$T/lines" &
        pids+=($!)
    done
    wait "${pids[@]}"
    is "$(cat "$T/lines")" ""
    rows_are "4|4" "SELECT count(*),count(DISTINCT ticket_id) FROM ticket_activity WHERE kind='healed'"
    rows_are "4" "SELECT count(*) FROM runtime_sessions WHERE pid_start>0"
    steady
}

@test "an agent that cannot be ended is said once and keeps nobody else waiting" {
    heal_world
    start 2
    rows "UPDATE tickets SET status='done'"
    sessions_stay_open
    add three
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-3"
    is "$(grep -c 'stays open; close it by hand; every pickup tries again' "$T/errors") $(wc -l <"$T/errors")" "2 2"
    expect 0 pickup
    is "$errors" ""
    CLEAN_PATH=${CLEAN_PATH#*:}
    heals_sorted "finished MC-1 done done
finished MC-2 done done"
    steady
}

@test "eight pickups at once that find the same dead agents of tickets that wait report each death once" {
    local i pids=()
    heal_world
    start 4
    rows "UPDATE tickets SET status='in_review'"
    # shellcheck disable=SC2046
    kill_hard $(rows "SELECT pid FROM runtime_sessions")
    for ((i = 0; i < 8; i++)); do
        pickup --heal-only >/dev/null 2>>"$T/lines" &
        pids+=($!)
    done
    wait "${pids[@]}"
    is "$(cat "$T/lines")" ""
    rows_are "4|4" "SELECT count(*),count(DISTINCT ticket_id) FROM ticket_activity WHERE kind='death'"
    rows_are 4 "SELECT count(*) FROM runtime_sessions WHERE status='dead'"
    steady
}

@test "a start that is carried out and called a failure ends the agent that it has started" {
    heal_world '{}' --busy 6000000 --ignore-hup
    mkdir "$T/bin"
    # shellcheck disable=SC2016
    printf '#!/bin/bash\ncase "$*" in *new-session*)\n    %s "$@" >/dev/null\n    while compgen -G "%s/run/*/launch" >/dev/null; do
        sleep 0.02\n    done\n    echo "no such luck" >&2\n    exit 1\nesac\nexec %s "$@"\n' \
        "$(command -v tmux)" "$STATE" "$(command -v tmux)" >"$T/bin/tmux"
    chmod 700 "$T/bin/tmux"
    CLEAN_PATH=$T/bin:$CLEAN_PATH
    add one
    expect 69 pickup --json
    is "$(value reason)" no_tmux
    rows_are "todo|closed" "SELECT t.status,r.status FROM tickets t JOIN runtime_sessions r ON r.ticket_id=t.id"
    is "$(sessions)$(agents)" ""
}
