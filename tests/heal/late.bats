#!/usr/bin/env bats
# What a dead pickup has set going and what is carried out after others have gone on (SPEC sections 3 and 11): a tmux
# client that reaches the server late brings nothing twice.

setup() {
    load heal
    world
    clerk_start
    mkdir "$T/slow"
    # Its first call with the word in $T/slow/word waits until $T/slow/go is there, under another name than tmux's.
    printf '#!/bin/sh\nexec 9>&-\nif [ -e "%s" ] && printf "%%s " "$@" | grep -qF -f "%s"; then exec "%s" "$@"; fi\nexec %s "$@"\n' \
        "$T/slow/word" "$T/slow/word" "$T/slow/late" "$(command -v tmux)" >"$T/slow/tmux"
    printf '#!/bin/sh\nmv "%s" "%s"\ncat >"%s"\nuntil [ -e "%s" ]; do sleep 0.05; done\n%s "$@" <"%s" >"%s" 2>"%s"\n: >"%s"\n[ ! -e "%s" ] || exec sleep 60\ncat "%s"\n' \
        "$T/slow/word" "$T/slow/entered" "$T/slow/input" "$T/slow/go" "$(command -v tmux)" "$T/slow/input" \
        "$T/slow/said" "$T/slow/complaint" "$T/slow/left" "$T/slow/quiet" "$T/slow/said" >"$T/slow/late"
    chmod 700 "$T/slow/tmux" "$T/slow/late"
    CLEAN_PATH=$T/slow:$CLEAN_PATH
    settings '{"profiles": {"demo": {"first_turn": "paste"}}, "retry": {"backoff_s": 0}}'
    init
}

teardown() {
    : >"$T/slow/go"
    world_end
}

# dies_at WORD: a pickup is killed while its tmux client with this word is on its way.
dies_at() {
    echo "$1" >"$T/slow/word"
    pickup -q >/dev/null 2>&1 &
    PICKUP=$!
    wait_for test -e "$T/slow/entered"
    pkill -KILL -P "$PICKUP" -x mc-pickup || kill -KILL "$PICKUP"
    wait "$PICKUP" || true
}

# arrives: the client goes on.
arrives() {
    : >"$T/slow/go"
    wait_for test -e "$T/slow/left"
}

# one_prompt: exactly one turn was begun, of which nothing stands in the input, and there is rest.
one_prompt() {
    wait_for has_events prompt 1
    sleep 0.5
    is "$(events prompt) $(events typed) $(events start)" "1 0 1"
    no grep -q "Pasted text" <<<"$(tmux_here capture-pane -p -t "$(of 1 pane_id)" | tail -n 2)"
    is "$(tmux_here list-buffers)" ""
    ticket_is 1 in_progress
    rows_are sent "SELECT status FROM ticket_messages ORDER BY id DESC LIMIT 1"
    steady
}

@test "a paste that comes after another pickup has sent" {
    add late --body "paint it blue"
    dies_at paste-buffer
    is "$(events prompt)" 0
    expect 0 pickup
    wait_for has_events prompt 1
    arrives
    is "$(cat "$T/slow/said")" MC_REFUSED
    one_prompt
}

@test "a paste that comes between two pickups is given its Enter, and not pasted again" {
    add late --body "paint it blue"
    dies_at paste-buffer
    arrives
    is "$(cat "$T/slow/said")" MC_DONE
    expect 0 pickup
    one_prompt
}

@test "a text that is loaded after another pickup has sent" {
    add late --body "paint it blue"
    dies_at load-buffer
    expect 0 pickup
    wait_for has_events prompt 1
    arrives
    is "$(cat "$T/slow/said")" MC_REFUSED
    one_prompt
}

@test "a text that was loaded and never pasted" {
    add late --body "paint it blue"
    dies_at load-buffer
    arrives
    is "$(cat "$T/slow/said")" MC_DONE
    has "$(tmux_here list-buffers)" mc-MC_TICKET_TURN_1_
    is "$(events prompt)" 0
    expect 0 pickup
    one_prompt
}

@test "an Enter that comes after another pickup has pressed it" {
    add late --body "paint it blue"
    dies_at send-keys
    is "$(events prompt)" 0
    expect 0 pickup
    wait_for has_events prompt 1
    arrives
    is "$(cat "$T/slow/said")" MC_REFUSED
    one_prompt
}

@test "a session that is started after another pickup has started it" {
    settings '{"profiles": {"demo": {"first_turn": "argv"}}, "retry": {"backoff_s": 0}}'
    add late --body "paint it blue"
    dies_at new-session
    is "$(agents)" ""
    expect 0 pickup
    expect 0 pickup
    wait_for has_events prompt 1
    arrives
    has "$(cat "$T/slow/complaint")" "duplicate session"
    one_prompt
}

@test "a session that is started between two pickups that give its claim up: nothing is started in it" {
    settings '{"profiles": {"demo": {"first_turn": "argv"}}, "retry": {"backoff_s": 0}}'
    add late --body "paint it blue"
    dies_at new-session
    expect 0 pickup --heal-only
    ticket_is 1 todo
    arrives
    ended() { [ "$(tmux_here list-panes -t =mc-MC-1: -F '#{pane_dead}')" = 1 ]; }
    wait_for ended
    is "$(agents) $(events start)" " 0"
    expect 0 pickup
    expect 0 pickup
    one_prompt
}

# meets WORD: a pickup whose tmux client with this word waits until $T/slow/go is there; its report is in $T/report.
meets() {
    echo "$1" >"$T/slow/word"
    pickup --json >"$T/report" 2>"$T/errors" &
    PICKUP=$!
    wait_for test -e "$T/slow/entered"
}

client() {
    pgrep -P "$(pgrep -P "$PICKUP" -x mc-pickup)"
}

@test "another program in the agent's pane, before the paste: the turn is not given to it" {
    settings '{"profiles": {"demo": {"first_turn": "argv"}}}' --busy 0 --no-signal --ignore-hup
    start 1
    rows "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL"
    rows "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,created_at)
        VALUES(1,'tester','note','paint it blue','pending',1)"
    meets load-buffer
    tmux_here respawn-pane -k -t =mc-MC-1: "cat >$T/stranger"
    : >"$T/slow/go"
    wait "$PICKUP" || true
    output=$(cat "$T/report")
    is "$(cat "$T/slow/said")" MC_REFUSED
    # Not "busy": that agent is not at its prompt any more, nor will it be.
    grep -qE "worker_died|out_of_reach" "$T/errors"
    is "$(events prompt) $(events typed) $(cat "$T/stranger")" "1 0 "
}

@test "a client that ends without a word before it has pasted: nothing was sent, and its buffer goes" {
    add late --body "paint it blue"
    meets paste-buffer
    kill -KILL "$(client)"
    wait "$PICKUP" || true
    output=$(cat "$T/report")
    is "$(value send.class)" no_tmux
    ticket_is 1 todo
    rows_are "0" "SELECT attempts FROM tickets"
    is "$(tmux_here list-buffers 2>/dev/null)" ""
    is "$(events prompt)" 0
    rows "UPDATE tickets SET next_attempt_at=NULL"
    expect 0 pickup
    wait_for has_events prompt 1
    : >"$T/slow/go"
    sleep 0.5
    is "$(events prompt) $(events typed)" "1 0"
}

@test "a client that ends without a word after it has pasted: the turn goes on" {
    add late --body "paint it blue"
    meets paste-buffer
    : >"$T/slow/quiet"
    : >"$T/slow/go"
    wait_for test -e "$T/slow/left"
    kill -KILL "$(client)"
    wait "$PICKUP"
    output=$(cat "$T/report")
    is "$(value send.class)" sent
    one_prompt
}
