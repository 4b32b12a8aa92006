#!/usr/bin/env bats
# mc-ticket add, list, show.

setup() {
    load desk
    desk_setup
    new
}

teardown() {
    desk_teardown
}

@test "a ticket is todo and medium, and its key is printed" {
    is "$(mc add "Fix the roof")" MC-1
    is "$(mc add "Paint it" --inbox)" MC-2
    is "$(sql "SELECT status,priority,title FROM tickets ORDER BY id")" "$(printf 'todo|medium|Fix the roof\ninbox|medium|Paint it')"
}

@test "everything of a ticket is stored" {
    mc add first >/dev/null
    expect 0 mc add second --body "what to do" --priority high --profile demo --label a --label b --after MC-1 \
        --dedupe-key k --by bob
    is "$output" MC-2
    is "$(sql "SELECT title,body,priority,profile,labels,dedupe_key FROM tickets WHERE id=2")" \
        "second|what to do|high|demo|a,b|k"
    is "$(sql "SELECT kind,author FROM ticket_activity WHERE ticket_id=2")" "created|bob"
    has "$(mc show MC-2)" "MC-1 (todo)"
}

@test "a body comes from a file or from standard input, byte for byte" {
    printf 'l1\n\tl2 $(x) "q" \\ \xf0\x9f\x98\x80\n' >"$T/body"
    mc add one --body-file "$T/body" >/dev/null
    "$MC_BIN/mc-ticket" add two --body-file - <"$T/body" >/dev/null
    is "$(sql "SELECT count(DISTINCT body), hex(min(body)) FROM tickets")" \
        "1|$(od -An -tx1 "$T/body" | tr -d ' \n' | tr a-f A-F)"
}

@test "a body from a descriptor that the caller hands over; every other one stays closed" {
    mc add one --body-file <(echo "by process substitution") >/dev/null
    echo "by number" >"$T/body"
    mc add two --body-file /dev/fd/7 7<"$T/body" >/dev/null
    mc add three --body-file=/proc/self/fd/7 7<"$T/body" >/dev/null
    is "$(sql "SELECT body FROM tickets ORDER BY id")" "by process substitution

by number

by number"
    # while it waits for a locked board
    "$PY" -S -c '
import os, sqlite3, sys, time
board = sqlite3.connect(sys.argv[1], isolation_level=None)
board.execute("BEGIN IMMEDIATE")
open(sys.argv[2], "w").close()
while not os.path.exists(sys.argv[3]):
    time.sleep(0.05)' "$DB" "$T/locked" "$T/over" 3>&- &
    wait_for test -e "$T/locked"
    "$MC_BIN/mc-ticket" add four --body-file /dev/fd/7 7<"$T/body" 8>"$T/lock" >/dev/null 3>&- &
    local pid=$!
    opened() { readlink "/proc/$pid/fd/"* | grep -qF "$DB"; }
    wait_for opened
    no grep -F "$T/" <(readlink "/proc/$pid/fd/"* | grep -vF "$DB")
    touch "$T/over"
    wait "$pid"
}

@test "a body of a million bytes is taken, one byte more is refused before anything changes" {
    head -c 1000000 /dev/zero | tr '\0' x >"$T/body"
    expect 0 mc add one --body-file "$T/body"
    before=$(sql "SELECT count(*) FROM tickets")
    printf x >>"$T/body"
    expect 65 mc add two --body-file "$T/body"
    has "$errors" 1000000
    is "$(sql "SELECT count(*) FROM tickets")" "$before"
}

@test "NUL, an empty title and titles of two lines are refused" {
    before=$(rows)
    printf 'a\0b' >"$T/body"
    expect 65 mc add one --body-file "$T/body"
    has "$errors" NUL
    expect 65 mc add ""
    expect 65 mc add "$(printf 'a\nb')"
    expect 65 mc add "$(printf 'a\033[31mb')"
    expect 65 mc add "$(printf 'a\377b')"
    expect 65 mc add one --label a,b
    expect 65 mc add one --profile nobody
    expect 66 mc add one --body-file "$T/nothing"
    expect 66 mc add one --body-file "$T"
    [[ "$errors" == *"$T is a directory; name the file"* ]]
    expect 66 mc add one --after MC-9
    expect 64 mc add one --after 9
    is "$(rows)" "$before"
}

@test "a title that looks like an option goes after --" {
    is "$(mc add -- --json)" MC-1
    is "$(sql "SELECT title FROM tickets")" --json
}

@test "the same dedupe key prints the first one's key and adds nothing" {
    is "$(mc add one --dedupe-key k)" MC-1
    before=$(rows)
    is "$(mc add other --dedupe-key k)" MC-1
    is "$(rows)" "$before"
    expect 0 mc add other --dedupe-key k --json
    is "$(json "$output" changed)" false
}

@test "the same request id adds once and answers the same" {
    first=$(mc add one --request-id r1 --json)
    before=$(rows)
    is "$(mc add one --request-id r1 --json)" "$first"
    is "$(mc add one --request-id r1)" MC-1
    is "$(rows)" "$before"
    is "$(mc add one --request-id r2)" MC-2
}

@test "twenty at a time: twenty keys, one a request id" {
    for i in $(seq 20); do
        mc add "t$((i % 10))" --request-id "r$((i % 10))" >"$T/key.$i" 2>&1 &
    done
    wait
    is "$(sql "SELECT count(*) FROM tickets")" 10
    is "$(cat "$T"/key.* | sort | uniq -c | awk '{print $1}' | sort -u)" 2
}

@test "list shows all or one status, as lines or as an object" {
    mc add one >/dev/null
    mc add two --inbox >/dev/null
    is "$(mc list | wc -l)" 3 # with its header
    has "$(mc list --status inbox)" two
    is "$(mc list --status done)" ""
    expect 0 mc list --json
    is "$(json "$output" tickets.0.ticket)" MC-1
    is "$(json "$output" tickets.1.status)" inbox
    is "$(json "$(mc list --status done --json)" tickets)" "[]"
}

@test "show tells all of a ticket" {
    mc add one --body "$(printf 'line 1\nline 2')" --label x >/dev/null
    out=$(mc show MC-1)
    has "$out" "MC-1  todo  one"
    has "$out" "  line 2"
    has "$out" "created"
    expect 0 mc show MC-1 --json
    is "$(json "$output" body)" "$(printf 'line 1\nline 2')"
    is "$(json "$output" runtime)" null
    is "$(json "$output" activity.0.kind)" created
}

@test "nothing of a ticket reaches the terminal as a control sequence" {
    mc add one >/dev/null
    sql "UPDATE tickets SET title='a'||char(27)||'[31mb'||char(155)||'c', body='x'||char(27)||']0;t'||char(7)||char(13),
         failure_reason=char(27)||'c', labels=char(8)"
    sql "INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at) VALUES(1,char(27)||'[2J','k'||char(7),
         'l'||char(27)||'[1m'||char(10)||char(27)||'c',1)"
    mc list >"$T/out"
    mc show MC-1 >>"$T/out"
    no env LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$T/out"
    no env LC_ALL=C grep -q "$(printf '\302\233')" "$T/out"
}

@test "looking leaves no byte and no name behind" {
    mc add one >/dev/null
    before=$(cd "$(dirname "$DB")" && ls -A && cksum ./*)
    mc list >/dev/null
    mc show MC-1 >/dev/null
    mc runtimes >/dev/null
    is "$(cd "$(dirname "$DB")" && ls -A && cksum ./*)" "$before"
}

@test "--json: a new ticket came from nowhere, one that was there stays where it is" {
    for _ in 1 2; do
        expect 0 mc add one --request-id A --dedupe-key K --json
        is "$(json "$output" from) $(json "$output" to) $(json "$output" changed)" "null todo true"
    done
    expect 0 mc add one --dedupe-key K --json
    is "$(json "$output" from) $(json "$output" to) $(json "$output" changed)" "todo todo false"
}
