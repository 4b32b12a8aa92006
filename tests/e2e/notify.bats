#!/usr/bin/env bats
# The person's own program is told, and nobody waits for it (SPEC section 12).

setup() {
    load support
    world
    TOLD=$T/told
    mkdir "$TOLD"
}

teardown() {
    world_end
    [ ! -d "$TOLD" ] || touch "$TOLD/over"
}

# teller [LINE …]: the program, which keeps each event in a file of its own, whole or not at all, after these lines.
teller() {
    printf '%s\n' '#!/bin/sh' "$@" "cat >$TOLD/\$\$.new" "mv $TOLD/\$\$.new $TOLD/\$(date +%s%N).json" >"$T/tell"
    chmod 755 "$T/tell"
}

told() {
    find "$TOLD" -name '*.json' | wc -l
}

told_so_many() {
    [ "$(told)" -ge "$1" ]
}

# event NUMBER: into $output, in the order in which they came.
event() {
    wait_for told_so_many "$1"
    output=$(cat "$(find "$TOLD" -name '*.json' | sort | sed -n "$1p")")
}

# asked [JSON]: MC-1, whose agent has asked its question.
asked() {
    configure "{\"notify\": [\"$T/tell\"]${1:+, $1}}" --busy 0 --signal QUESTION
    init
    add "a & b"
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets"
}

# left [COUNT]: as many events that a pickup has committed before it was killed.
left() {
    local i
    for ((i = 0; i < ${1:-1}; i++)); do
        rows "INSERT INTO notices(event,created_at,body) VALUES('failed',1,'{\"id\": \"$i\", \"event\": \"failed\"}')"
    done
}

# unheld COMMAND …: it ends, with 0, and long before a program that is told may be stopped for its slowness.
unheld() {
    local since=$SECONDS
    expect 0 "$@"
    [ $((SECONDS - since)) -lt 50 ]
}

@test "a question and a delivery, each once, with what a person needs" {
    teller
    asked
    event 1
    is "$(cat "$TOLD"/*.json | wc -l)" 1
    is "$(value schema) $(value event) $(value ticket) $(value status)" "1 needs_input MC-1 needs_input"
    is "$(value title) $(value board)" "a & b $MC_DB"
    is "$(value run)" "$(rows "SELECT run_id FROM tickets")"
    is "$(value text)" "$(rows "SELECT detail FROM runs"); to do: mc-ticket answer MC-1 TEXT"
    [ -n "$(value text)" ]
    is "$(value record) $(value breaker)" "null null"
    configure "{\"notify\": [\"$T/tell\"]}" --busy 0
    add two
    expect 0 pickup
    event 2
    is "$(value event) $(value ticket) $(value status)" "in_review MC-2 in_review"
    expect 0 pickup
    expect 0 ticket block MC-1
    expect 0 ticket approve MC-2
    sleep 0.5
    is "$(told)" 2 # what a person does needs no telling
    rows_are 0 "SELECT count(*) FROM notices"
}

@test "what failed is told with what to do, and the commands for it" {
    teller
    configure "{\"notify\": [\"$T/tell\"], \"retry\": {\"max_attempts\": 2}}" --crash-after 0
    init
    add one
    pickup 2>/dev/null || true
    event 1
    is "$(value event)" failed
    has "$(value text)" "; to do: mc-ticket log MC-1 shows its last output"
    has "$(value text)" "mc-ticket show MC-1"
    pickup 2>/dev/null || true
    event 2
    is "$(value event)" blocked
    has "$(value text)" "worker_died: "
    has "$(value text)" "; to do: mc-ticket log MC-1 shows its last output"
    has "$(value text)" "mc-ticket reopen MC-1"
}

@test "a dialog is told with its agent's name and the commands" {
    teller 'printf "%s\n" "$MC_TEXT" >'"$TOLD/text"
    configure "{\"notify\": [\"$T/tell\"]}" --dialog
    init
    add one
    expect 75 pickup
    event 1
    is "$(value event)" needs_input
    for output in "$(value text)" "$(cat "$TOLD/text")" "$errors"; do
        has "$output" "(profile demo) shows a dialog"
        has "$output" "mc-ticket attach MC-1"
        has "$output" "mc-ticket answer MC-1 TEXT"
        no grep -q KEY <<<"$output"
    done
}

@test "notify_on chooses; a word that is no event is refused" {
    teller
    asked '"notify_on": ["in_review", "host_silent", "quarantined", "breaker"]'
    configure "{\"notify\": [\"$T/tell\"], \"notify_on\": [\"in_review\"]}" --busy 0
    add two
    expect 0 pickup
    event 1
    is "$(value event)" in_review
    sleep 0.5
    is "$(told)" 1
    configure '{"notify_on": ["question"]}'
    expect 78 pickup
    has "$errors" "notify_on: must be of: needs_input, in_review, blocked, failed, breaker, host_silent, quarantined"
}

@test "what the program has: variables, no MC_RUN, no descriptor of ours, our caller's umask, signals as usual" {
    teller "tr '\\0' '\\n' </proc/\$\$/environ >$TOLD/environ" "ls /proc/self/fd >$TOLD/fds" "umask >$TOLD/umask" \
        "grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status >$TOLD/signals" "pwd >$TOLD/pwd" \
        "readlink /proc/\$\$/fd/2 >$TOLD/stderr" "ps -o pid=,pgid=,sid=,tty= -p \$\$ >$TOLD/ids"
    configure "{\"notify\": [\"$T/tell\"], \"send\": {\"token_env\": \"TOKEN\"}}" --busy 0
    init
    add "$(printf 'a\xc2\xa0title')"
    extra=(TOKEN=secret)
    umask 023
    expect 0 pickup
    event 1
    for one in MC_EVENT=in_review MC_TICKET=MC-1 "MC_DB=$MC_DB" "MC_TEXT=$(value text)"; do
        grep -qxF "$one" "$TOLD/environ"
    done
    no grep -E '^(MC_RUN|TOKEN)=' "$TOLD/environ"
    is "$(tr '\n' ' ' <"$TOLD/fds")" "0 1 2 3 " # 3: the folder that ls reads
    is "$(cat "$TOLD/umask" "$TOLD/pwd" "$TOLD/stderr" | tr '\n' ' ')" "0023 $STATE /dev/null "
    is "$(awk '/SigBlk|SigIgn/{printf "%s ", $2}' "$TOLD/signals")" "0000000000000000 0000000000000000 "
    has "$(cat "$TOLD/ids")" "?" # no terminal
    is "$(awk '{print ($1 == $2)}' "$TOLD/ids")" 1
}

@test "a program that hangs holds nobody up: no signal, no pickup, none of twenty failures" {
    teller "while [ ! -e $TOLD/over ]; do sleep 0.2; done"
    asked
    unheld ticket cancel MC-1 # mc-notify is no process of its agent's
    is "$errors" ""
    left 20
    unheld pickup
    rows_are 0 "SELECT count(*) FROM notices"
    is "$(told)" 0
    touch "$TOLD/over"
    wait_for told_so_many 21
}

@test "more than a pickup begins are told by the next ones" {
    teller
    configure "{\"notify\": [\"$T/tell\"]}"
    init
    left 40
    expect 0 pickup
    rows_are 8 "SELECT count(*) FROM notices"
    expect 0 pickup --heal-only
    rows_are 0 "SELECT count(*) FROM notices"
    wait_for told_so_many 40
}

@test "what a killed pickup left: told once by the next, by no dry run, dropped without a notify" {
    teller
    configure "{\"notify\": [\"$T/tell\"]}"
    init
    left
    expect 0 pickup --dry-run
    sleep 0.3
    is "$(told)" 0
    rows_are 1 "SELECT count(*) FROM notices"
    for _ in 1 2 3 4 5 6; do pickup & done
    wait
    event 1
    is "$(value id) $(value event)" "0 failed"
    sleep 0.5
    is "$(told)" 1
    left
    configure '{}'
    expect 0 pickup
    rows_are 0 "SELECT count(*) FROM notices"
    is "$(told)" 1
}

@test "a pickup killed between its commit and the telling: the next one tells, once" {
    teller
    cp -r "$MC_BIN" "$T/bin"
    printf '#!/bin/sh\nkill -KILL $PPID\n' >"$T/bin/mc-notify"
    configure "{\"notify\": [\"$T/tell\"]}" --crash-after 0
    init
    add one
    expect 137 bare "$T/bin/mc-pickup"
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
    rows_are "failed|1" "SELECT event,ticket_id FROM notices"
    rows "UPDATE tickets SET status='inbox'"
    expect 0 pickup
    event 1
    is "$(value event) $(value ticket) $(value status)" "failed MC-1 todo"
    expect 0 pickup
    sleep 0.3
    is "$(told)" 1
}

@test "a program that fails, is killed or is not there: said by the next pickup, once" {
    configure "{\"notify\": [\"$T/tell\"]}"
    init
    said() {
        left
        expect 0 pickup
        is "$errors" ""
        wait_for test -e "$STATE/notify-failed"
        is "$(stat -c %a "$STATE/notify-failed")" 600
        expect 0 pickup
    }
    said
    one_line
    has "$errors" "notify: $T/tell cannot be run: No such file or directory"
    has "$errors" "mend it, or \"notify\" in the configuration"
    no [ -e "$STATE/notify-failed" ]
    teller 'exit 3'
    said
    one_line
    has "$errors" "notify: $T/tell: ended with status 3"
    said
    is "$errors" "" # the same words within a day
    teller 'kill -KILL $$'
    said
    one_line
    has "$errors" "notify: $T/tell: was ended by signal 9"
    rm "$STATE/said-notify"
    said
    one_line
    expect 0 pickup
    is "$errors" ""
    teller
    left
    expect 0 pickup
    wait_for told_so_many 1
    sleep 0.3
    no [ -e "$STATE/notify-failed" ]
}

@test "a program that was changed is not what an agent of before tells by, and that is said" {
    asked
    wait_for test -e "$STATE/notify-failed.last"
    teller
    mv "$T/tell" "$T/other"
    sed -i "s|\"$T/tell\"|\"$T/other\"|" "$CONFIG"
    expect 69 ticket health
    has "$output" "notify fails, $T/tell cannot be run: No such file"
    has "$output" "(not $T/other of the configuration: an agent that is there already tells by what was \"notify\""
    expect 0 pickup
    has "$errors" "when its run began"
}

@test "its time is over: its whole group is killed" {
    printf '%s\n' '#!/bin/sh' "trap '' TERM HUP" "sleep 1000.25 & echo \$\$ \$! >$TOLD/pids" wait >"$T/tell"
    chmod 755 "$T/tell"
    expect 0 bare "$MC_BIN/mc-notify" "$T/failed" 500 "$T/tell"
    wait_for test -s "$TOLD/pids"
    wait_for test -e "$T/failed"
    has "$(cat "$T/failed")" "$T/tell: did not end within 0 s and was stopped"
    gone() { for one in $(cat "$TOLD/pids"); do dead "$one" || return; done; }
    wait_for gone
    unheld bare "$MC_BIN/mc-notify" "$T/failed" 60000 /bin/sleep 60 # it lets go of its caller's streams
    expect 64 bare "$MC_BIN/mc-notify" "$T/failed" 0 "$T/tell"
}

@test "it has a minute" {
    teller "ps -o args= -p \$PPID >$TOLD/order"
    configure "{\"notify\": [\"$T/tell\", \"an arg\"]}"
    init
    left
    expect 0 pickup
    event 1
    has "$(cat "$TOLD/order")" "/mc-notify $STATE/notify-failed 60000 $T/tell an arg"
}

@test "without mc-notify nothing is lost: it is said, and told later" {
    teller
    cp -r "$MC_BIN" "$T/bin"
    rm "$T/bin/mc-notify"
    configure "{\"notify\": [\"$T/tell\"]}"
    init
    left
    expect 0 bare "$T/bin/mc-pickup"
    expect 0 bare "$T/bin/mc-pickup"
    one_line
    has "$errors" "mc-notify cannot be run"
    no grep -q "when its run began" <<<"$errors"
    expect 0 bare "$T/bin/mc-pickup"
    is "$errors" ""
    rows_are 1 "SELECT count(*) FROM notices"
    expect 0 pickup
    event 1
}

@test "two boards in a folder: each tells its own, to its own file" {
    local second=$STATE/second.db
    printf '#!/bin/sh\nexit 3\n' >"$T/tell"
    chmod 755 "$T/tell"
    configure "{\"notify\": [\"$T/tell\"]}" --busy 0
    init
    expect 0 ticket --db "$second" init
    expect 0 ticket --db "$second" add two
    expect 0 pickup --db "$second"
    wait_for test -e "$STATE/second.db.notify-failed"
    no [ -e "$STATE/notify-failed" ]
    expect 0 pickup
    is "$errors" ""
    expect 0 pickup --db "$second"
    one_line
    teller
    add one
    expect 0 pickup
    event 1
    is "$(value board)" "$MC_DB"
    expect 0 ticket --db "$second" add three
    expect 0 pickup --db "$second"
    event 2
    is "$(value board)" "$second"
}

@test "the manual's example works" {
    mkdir "$T/bin"
    printf '#!/bin/sh\nprintf "%%s|" "$@" >%s\ncat >>%s\nmv %s %s\n' "$T/mail.new" "$T/mail.new" "$T/mail.new" \
        "$T/mail" >"$T/bin/mail"
    sed -n '/^#!\/bin\/sh/,/^\.Ed/p' "$MC_SRC/man/mc-pickup.conf.5" | sed '/^\.Ed/d' >"$T/tell"
    chmod 755 "$T/tell" "$T/bin/mail"
    grep -q 'mail -s' "$T/tell"
    extra=(LOGNAME=ann "PATH=$T/bin:$CLEAN_PATH")
    configure "{\"notify\": [\"$T/tell\"], \"notify_on\": [\"needs_input\", \"in_review\", \"blocked\", \"breaker\"]}" \
        --busy 0
    init
    add 'one $(id) `id`'
    expect 0 pickup
    wait_for test -s "$T/mail"
    is "$(head -n 1 "$T/mail")" '-s|MC-1 in_review|ann|one $(id) `id`'
    is "$(tail -n 1 "$T/mail")" "$(rows "SELECT detail FROM runs")"
}

@test "a pickup with nothing to tell makes no file and starts nothing" {
    teller
    configure "{\"notify\": [\"$T/tell\"], \"notify_on\": [\"blocked\"]}" --crash-after 0
    init
    expect 0 pickup
    add one
    expect 69 pickup
    sleep 0.3
    no [ -e "$STATE/notifying" ]
    is "$(told)" 0
}
