#!/usr/bin/env bats
# What is changed of a ticket that is there (SPEC section 17).

setup() {
    load ../ticket/desk.bash
    load ../ticket/terminal
    desk_setup
    new
    mc add one --body "what to do" --label a --label b >/dev/null
    mc add two >/dev/null
    mc add three >/dev/null
}

teardown() {
    desk_teardown
}

story() {
    sql "SELECT body FROM ticket_activity WHERE ticket_id=$1 AND kind='edited' ORDER BY id"
}

# with_editor SCRIPT ARGUMENT …: mc-ticket on a terminal, with a program of these lines as its editor.
with_editor() {
    printf '#!/bin/sh\n%s\n' "$1" >"$T/editor"
    chmod 700 "$T/editor"
    EDITOR="$T/editor -x" on_terminal 80 24 "$MC_BIN/mc-ticket" "${@:2}"
}

@test "every part of it, each with its line in the story" {
    expect 0 mc edit MC-1 --title " new  title" --body "another thing" --priority critical --label c --label a \
        --no-label b --profile codex --by anna
    is "$output" "MC-1 todo: changed title, body, priority, labels, profile"
    is "$(sql "SELECT title,body,priority,labels,profile,urgency FROM tickets WHERE id=1")" \
        "new title|another thing|critical|a,c|codex|0"
    is "$(story 1)" "title: one -> new title
body: 10 -> 13 bytes
priority: medium -> critical
labels: a,b -> a,c
profile: - -> codex"
    is "$(sql "SELECT author FROM ticket_activity WHERE kind='edited'")" anna
    expect 0 mc edit MC-1 --profile "" --body "" --no-label a --no-label c --json
    is "$(json "$output" changed)" true
    is "$(sql "SELECT COALESCE(profile,'none'),body,COALESCE(labels,'none') FROM tickets WHERE id=1")" "none||none"
}

@test "what is the same already changes nothing" {
    before=$(rows)
    expect 0 mc edit MC-1 --title one --priority medium --label a --no-label x --body "what to do"
    is "$output" "MC-1 todo: nothing to change"
    expect 0 mc edit MC-1 --title one --json
    is "$(json "$output" changed)" false
    is "$(rows)" "$before"
}

@test "its place in the queue is by its priority, and else stays" {
    before=$(sql "SELECT queued_at FROM tickets WHERE id=3")
    expect 0 mc edit MC-3 --priority high
    is "$(sql "SELECT queued_at FROM tickets WHERE id=3")" "$before"
    is "$(sql "SELECT id FROM tickets WHERE status='todo' AND next_attempt_at IS NULL AND waits=0
               ORDER BY urgency,queued_at,id LIMIT 1")" 3
}

@test "what it waits for: added, taken away, and never a circle" {
    expect 0 mc edit MC-2 --after MC-1
    is "$(sql "SELECT waits FROM tickets WHERE id=2")" 1
    expect 0 mc edit MC-3 --after MC-2
    before=$(rows)$(sql "SELECT * FROM ticket_needs")
    expect 65 mc edit MC-1 --title no --after MC-3
    one_line
    has "$errors" "MC-1 would wait for itself: MC-1 after MC-3 after MC-2 after MC-1; nothing is changed"
    expect 65 mc edit MC-1 --after MC-1
    has "$errors" "MC-1 after MC-1"
    expect 66 mc edit MC-1 --after MC-9
    expect 64 mc edit MC-3 --no-after MC-1 --no-after MC-2 --after MC-1 --after MC-2
    has "$errors" "--after MC-1 and --no-after MC-1 contradict each other"
    expect 64 mc edit MC-3 --no-label b --no-label a --label c --label " a"
    has "$errors" "--label a and --no-label a contradict each other"
    is "$(rows)$(sql "SELECT * FROM ticket_needs")" "$before"
    expect 0 mc edit MC-3 --no-after MC-2 --after MC-1
    is "$(story 3)" "after: +MC-2
after: -MC-2 +MC-1"
    expect 0 mc edit MC-2 --no-after MC-1
    is "$(sql "SELECT id,waits FROM tickets ORDER BY id")" "1|0
2|0
3|1"
    expect 0 mc edit MC-1 --after MC-2
    mc cancel MC-2 >/dev/null 2>&1
    expect 0 mc edit MC-3 --after MC-2
    has "$errors" "waits for MC-2, which was cancelled"
}

@test "while an agent has it some of it counts from its next run on" {
    agent 1
    expect 0 mc edit MC-1 --profile codex --after MC-2
    has "$output" "count from its next run on"
    expect 0 mc edit MC-1 --title other
    has "$output" "its agent has read the old text"
    expect 0 mc edit MC-1 --priority low
    is "$output" "MC-1 in_progress: changed priority"
    is "$(sql "SELECT status FROM tickets WHERE id=1")|$(sql "SELECT status FROM runtime_sessions")" "in_progress|running"
}

@test "what is closed stays, and what cannot be is refused" {
    sql "UPDATE tickets SET status='done' WHERE id=2" "UPDATE tickets SET status='cancelled' WHERE id=3"
    before=$(rows)
    for key in MC-2 MC-3; do
        expect 65 mc edit "$key" --title x
        has "$errors" "mc-ticket reopen $key"
    done
    expect 65 mc edit MC-1 --title ' '
    expect 65 mc edit MC-1 --title "$(printf 'a\nb')"
    expect 65 mc edit MC-1 --label a,b
    expect 64 mc edit MC-1 --priority urgent
    expect 65 mc edit MC-1 --profile nobody
    expect 65 mc edit MC-1 --workspace nowhere
    expect 65 mc edit MC-1 --body "$(printf '\377')"
    expect 66 mc edit MC-9 --title x
    expect 64 mc edit MC-1
    has "$errors" "no terminal"
    is "$(rows)" "$before"
}

@test "a request id edits once, and belongs to that change" {
    expect 0 mc edit MC-1 --title new --request-id e1
    mc edit MC-1 --title newer >/dev/null
    expect 0 mc edit MC-1 --title new --request-id e1
    is "$output" "MC-1 todo: changed title"
    is "$(sql "SELECT title FROM tickets WHERE id=1")" newer
    expect 65 mc edit MC-1 --title other --request-id e1
    expect 65 mc edit MC-2 --title new --request-id e1
}

@test "an agent edits its own ticket and no other" {
    agent 1
    RUN=$(run_of 1)
    expect 0 env "MC_RUN=$RUN" MC_TICKET=MC-1 "$MC_BIN/mc-ticket" edit MC-1 --label found
    is "$(sql "SELECT author FROM ticket_activity WHERE kind='edited'")" "agent MC-1"
    expect 77 env "MC_RUN=$RUN" MC_TICKET=MC-2 "$MC_BIN/mc-ticket" edit MC-2 --label found
    is "$(story 2)" ""
}

@test "an editor gets title and body in a private file" {
    # shellcheck disable=SC2016
    expect 0 with_editor 'stat -c %a "$2" >'"$T/mode"'
cp "$2" '"$T/seen"'
printf "new title\n\nline 1\n\nline 3\n" >"$2"' edit MC-1
    is "$(cat "$T/mode") $(cat "$T/seen")" "600 one

what to do"
    is "$(sql "SELECT title,body FROM tickets WHERE id=1")" "new title|line 1

line 3"
    is "$(ls "$(dirname "$DB")/edit")" ""
    before=$(rows)
    expect 0 with_editor : edit MC-1
    has "$output" "nothing to change"
    is "$(rows)" "$before"
}

@test "what was typed is not lost" {
    before=$(rows)
    expect 69 with_editor 'exit 1' edit MC-1
    has "$output" "nothing is changed"
    is "$(ls "$(dirname "$DB")/edit")" ""
    # shellcheck disable=SC2016
    expect 65 with_editor 'printf "\n \n" >"$2"' edit MC-1
    has "$output" "MC-1 is left as it is: the file was emptied"
    is "$(ls "$(dirname "$DB")/edit")" ""
    # shellcheck disable=SC2016
    expect 69 with_editor 'echo typed >"$2"; exit 1' edit MC-1
    has "$output" "is kept in"
    # shellcheck disable=SC2016
    expect 65 with_editor 'printf "\n\nno title\n" >"$2"' edit MC-2
    has "$output" "is kept in"
    is "$(cat "$(dirname "$DB")"/edit/MC-2.*)" "

no title"
    is "$(rows)" "$before"
    # shellcheck disable=SC2016
    expect 65 with_editor 'echo mine >"$2"; "$MC_BIN/mc-ticket" edit MC-3 --body theirs' edit MC-3
    has "$output" "changed by somebody else meanwhile"
    is "$(cat "$(dirname "$DB")"/edit/MC-3.*)" mine
    is "$(sql "SELECT body FROM tickets WHERE id=3")" theirs
    VISUAL=/nowhere/vi expect 69 on_terminal 80 24 "$MC_BIN/mc-ticket" edit MC-3
    has "$output" "there is no such editor"
}

@test "what a killed edit leaves is told by the next one, by show and by the doctor" {
    folder=$(dirname "$(find "$T" -name board.db)")
    with_editor 'echo mine >"$2"; echo "$2" >"'"$T"'/path"; kill -9 $PPID; sleep 0.2' edit MC-1 || true
    left=$(cat "$T/path")
    is "$(cat "$left")" mine
    [ "$(dirname "$left")" = "$folder/edit" ]
    has "$(mc show MC-1)" "in an edit, and is not in the ticket, stands in $left; where no editor is open there any more, take from it what is wanted, then remove it"
    no grep -q "in an edit, " <<<"$(mc show MC-2)"
    has "$(mc doctor || true)" "stands in $left"
    expect 0 mc edit MC-1 --label z
    has "$errors" "stands in $left"
    expect 0 with_editor : edit MC-1
    has "$output" "stands in $left"
    is "$(grep -c "stands in" <<<"$output")" 1
    rm "$left"
    expect 0 mc edit MC-1 --label y
    is "$errors" ""
    no grep -q "in an edit, " <<<"$(mc show MC-1)"
}
