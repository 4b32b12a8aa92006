#!/usr/bin/env bats
# Several tickets at once: each by itself, a line each, the exit code of the worst (SPEC section 17).

setup() {
    load ../ticket/desk.bash
    desk_setup
    new
    for title in one two three; do mc add "$title" --inbox >/dev/null; done
}

teardown() {
    desk_teardown
}

@test "a line each, one that is given twice is moved once" {
    expect 0 mc promote MC-1 MC-3 MC-1
    is "$output" "MC-1 inbox -> todo
MC-3 inbox -> todo"
    is "$(sql "SELECT id,status FROM tickets ORDER BY id")" "1|todo
2|inbox
3|todo"
    is "$(sql "SELECT count(*) FROM ticket_activity WHERE kind='moved'")" 2
}

@test "what fails is said, the others move, and the worst is the exit code" {
    sql "UPDATE tickets SET status='done' WHERE id=2"
    expect 66 mc promote MC-1 MC-2 MC-9 MC-3
    is "$output" "MC-1 inbox -> todo
MC-3 inbox -> todo"
    has "$errors" "mc-ticket: MC-2 is done; promote goes from inbox or blocked"
    has "$errors" "mc-ticket: MC-9: no such ticket"
    is "$(wc -l <"$T/errors")" 2
    expect 65 mc approve MC-1 MC-2
}

@test "one object for several, the same as ever for one" {
    sql "UPDATE tickets SET status='done' WHERE id=2"
    expect 65 mc promote MC-1 MC-2 --json
    is "$(json "$output" schema)" 1
    is "$(json "$output" results.0.ticket) $(json "$output" results.0.to)" "MC-1 todo"
    is "$(json "$output" results.1.ticket) $(json "$output" results.1.error.exit)" "MC-2 65"
    is "$(wc -l <<<"$output")" 1
    expect 0 mc promote MC-3 MC-3 --json
    is "$(json "$output" ticket)" MC-3
}

@test "a word that is no key: nothing is done" {
    before=$(rows)
    expect 64 mc promote MC-1 nonsense
    one_line
    expect 64 mc promote MC-1 XY-2
    expect 64 mc note MC-1 not quoted
    has "$errors" "quote a text"
    expect 64 mc note
    is "$(rows)" "$before"
}

@test "the last word is the text for each" {
    sql "UPDATE tickets SET status='in_review'"
    expect 0 mc reject MC-1 MC-2 "again, please"
    is "$output" "MC-1 in_review -> todo, the remark goes with its next run
MC-2 in_review -> todo, the remark goes with its next run"
    is "$(sql "SELECT ticket_id,body FROM ticket_messages")" "1|again, please
2|again, please"
    printf 'from a file' >"$T/text"
    expect 0 mc note MC-1 MC-3 --body-file "$T/text"
    is "$(sql "SELECT count(*) FROM ticket_messages WHERE body='from a file'")" 2
    expect 64 mc note MC-1 text --body-file "$T/text"
}

@test "a text that could be a key is never taken for one" {
    sql "UPDATE tickets SET status='in_review'"
    before=$(rows)
    expect 64 mc reject MC-1 MC-2 MC-3
    has "$errors" "is MC-3 a ticket, or the text?"
    expect 64 mc reject MC-1 MC-2
    has "$errors" "is MC-2 a ticket, or the text?"
    expect 64 mc note MC-1 MC-2
    expect 64 mc reject MC-1
    expect 64 mc block MC-1 MC-2
    has "$errors" "is MC-2 a ticket, or the reason?"
    expect 64 mc block MC-1 MC-2 ' '
    is "$(rows)" "$before"
    printf MC-2 >"$T/text"
    expect 0 mc reject MC-1 --body-file "$T/text"
    is "$(sql "SELECT ticket_id,body FROM ticket_messages")" "1|MC-2"
    expect 0 mc block MC-2 MC-3 "not before May"
    is "$(sql "SELECT failure_reason FROM tickets WHERE id>1")" "not before May
not before May"
}

@test "a request id of several acts on each once, and on nothing else" {
    expect 0 mc promote MC-1 MC-2 --request-id r1
    first=$output
    before=$(rows)
    expect 0 mc promote MC-1 MC-2 --request-id r1
    is "$output" "$first"
    expect 65 mc promote MC-1 MC-3 --request-id r1
    expect 65 mc cancel MC-1 MC-2 --request-id r1
    expect 65 mc promote MC-3 --request-id r1
    has "$errors" "was used for promote"
    is "$(rows)" "$before"
}

@test "killed between two of them, the same command goes on where it was" {
    expect 0 mc promote MC-1 MC-2 --request-id r1
    sql "UPDATE tickets SET status='inbox' WHERE id=2" "DELETE FROM requests WHERE id=char(114,49,31,50)"
    expect 0 mc promote MC-1 MC-2 --request-id r1
    is "$(sql "SELECT status FROM tickets WHERE id<3")" "todo
todo"
    is "$(sql "SELECT count(*) FROM ticket_activity WHERE kind='moved' AND ticket_id=1")" 1
}
