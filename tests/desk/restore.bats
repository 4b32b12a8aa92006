#!/usr/bin/env bats
# A board goes out as lines and comes back as it was, on a new board or from the archive; or nothing is changed.

setup() {
    load ../e2e/support
    world
    configure
    init
}

teardown() {
    world_end
}

export_to() {
    ticket export -o "$1" "${@:2}" >/dev/null
}

# restore FILE DB: onto a new board of that name.
restore_new() {
    mkdir -m 700 "${2%/*}"
    ticket init --db "$2" >/dev/null
    ticket import --restore "$1" --db "$2"
}

# All of the board but where it is.
all() {
    ticket export "$@" | grep -v '^{"mc_export'
}

# fill: a board on which something of everything has happened, with three real agents, one of which is at work.
fill() {
    empty_repository "$T/repo"
    configure '{"workspace": {"repo": "'"$T/repo"'", "size": 2}, "retry": {"max_attempts": 2}}' --signal DONE
    add "Löse das 🙂 \\ \"q\"" --body $'line\n\ttab\r\nend' --label a --label b --priority high --dedupe-key k-1
    add second --after MC-1 --request-id r-1 --by anna
    pickup -v
    wait_for is_in_review 1
    ticket reject MC-1 "once more" >/dev/null
    pickup
    ticket note MC-2 "mind the gap" >/dev/null
    configure '{"workspace": {"repo": "'"$T/repo"'", "size": 2}}'
    add third --priority critical --inbox
    ticket promote MC-3 >/dev/null
    pickup
    ticket cancel MC-2 >/dev/null
    add stuck --after MC-2
    pickup
}

is_in_review() {
    pickup --heal-only >/dev/null 2>&1 || true
    [ "$(rows "SELECT status FROM tickets WHERE id=$1")" = in_review ]
}

@test "a lively board comes back byte for byte, and the copy is refused while the first one stands" {
    fill
    rows_are 1 "SELECT count(*)>0 FROM runtime_sessions WHERE status IN('running','idle')"
    rows_are 1 "SELECT count(*)>0 FROM worktree_slots WHERE state='claimed'"
    export_to "$T/one"
    is "$(stat -c %a "$T/one")" 600
    mkdir -m 700 "$T/new"
    ticket init --db "$T/new/board.db" >/dev/null
    ticket pause "this one was" --db "$T/new/board.db" >/dev/null
    is "$(ticket import --restore "$T/one" --dry-run --db "$T/new/board.db")" \
        "4 would be restored, 0 were there already"
    is "$(ticket import --restore "$T/one" --db "$T/new/board.db")" "4 restored, 0 were there already"
    export_to "$T/two" --db "$T/new/board.db"
    cmp "$T/one" "$T/two"
    expect 78 ticket add x --db "$T/new/board.db"
    has "$errors" "is a copy of $MC_DB, which is still there"
    expect 78 pickup --db "$T/new/board.db"
    # once the first is away, it is that board, and its agents are known by it
    mv "$MC_DB" "$MC_DB.away"
    mv "$T/new/board.db" "$MC_DB"
    rm -f "$MC_DB"-wal "$MC_DB"-shm
    agents_before=$(agents | sort)
    expect 0 pickup
    is "$(agents | sort)" "$agents_before"
    rows_are "$(grep -c . <<<"$agents_before")" "SELECT count(*) FROM runtime_sessions WHERE status IN('running','idle')"
    rows_are 4 "SELECT sum(n) FROM ticket_counts"
}

@test "a board whose agents are gone is brought to order by the next pickups" {
    fill
    export_to "$T/one"
    tmux_ends kill-server
    rm -rf "$STATE"
    init
    ticket import --restore "$T/one" >/dev/null
    pickup || true
    pickup || true
    rows_are "" "SELECT id FROM tickets t WHERE status='in_progress' AND NOT EXISTS(SELECT 1 FROM runtime_sessions r
                 WHERE r.run_id=t.run_id AND r.status IN('spawning','idle','running'))"
}

@test "standard output is lines of JSON, also with --json; a file is in its place only when it is whole" {
    add one
    expect 0 ticket export --json
    is "$(jq -c 'keys' <<<"$output" | head -2)" $'["board","mc_export","place","schema"]\n["activity","ticket"]'
    expect 0 ticket export -o - --json
    is "$(tail -n +3 <<<"$output")" '{"mc_export_end":2}'
    expect 0 ticket export -o "$T/x" --json
    is "$(value tickets) $(value file)" "1 $T/x"
    expect 73 ticket export -o "$T/none/x"
    one_line
    expect 73 ticket export -o "$T"
    one_line
    ln -s "$T/x" "$T/link"
    expect 77 ticket export -o "$T/link"
    one_line
    expect 66 ticket export --db "$T/none.db"
    expect 74 bare bash -c "'$MC_BIN/mc-ticket' export >/dev/full"
    one_line
    # a board that cannot be read to its end leaves no file
    rows "DELETE FROM settings WHERE key='board'"
    expect 74 ticket export -o "$T/y"
    is "$(echo "$T"/y*)" "$T/y*"
}

@test "an export that was cut, or lacks a line, is restored in no part; one of version 1 had no end" {
    local all line
    for line in one two three; do add "$line"; done
    expect 0 ticket export -o "$T/all"
    all=$(wc -l <"$T/all")
    ticket init --db "$T/state/new.db" >/dev/null
    for line in $(seq 2 $((all - 1))); do
        head -n "$line" "$T/all" >"$T/part"
        expect 65 ticket import --restore "$T/part" --db "$T/state/new.db"
        has "$errors" "$T/part: the last line of an export is not there: lines of it are missing"
        sed "${line}d" "$T/all" >"$T/part"
        expect 65 ticket import --restore "$T/part" --db "$T/state/new.db"
        has "$errors" "$T/part:$((all - 1)): it ends an export of $((all - 1)) lines, and is behind $((all - 2))"
    done
    cat "$T/all" - >"$T/part" <<<'{"mc_export_end":1}'
    expect 65 ticket import --restore "$T/part" --db "$T/state/new.db"
    has "$errors" "$T/part:$((all + 1)): it belongs to a whole export"
    echo '{"mc_export_end":0}' >"$T/part"
    expect 65 ticket import --restore "$T/part" --db "$T/state/new.db"
    has "$errors" "belongs to a whole export"
    is "$(sqlite3 "$T/state/new.db" "SELECT count(*) FROM tickets")" 0
    sed -e '1s/"mc_export":2/"mc_export":1/' -e '$d' "$T/all" >"$T/part"
    expect 0 ticket import --restore "$T/part" --db "$T/state/new.db"
    has "$output" "3 restored"
}

@test "killed, an export and a page leave nothing beside what was there" {
    rows "INSERT INTO tickets(title,body,status,created_at,updated_at) WITH RECURSIVE n(i) AS(VALUES(1) UNION ALL
          SELECT i+1 FROM n WHERE i<20000) SELECT 't',printf('%1000d',i),'inbox',i,i FROM n"
    mkdir "$T/out"
    echo old >"$T/out/board"
    for i in 1 2 3 4 5; do
        bare timeout -s KILL "0.0$i" "$MC_BIN/mc-ticket" export -o "$T/out/board" >/dev/null || true
        bare timeout -s KILL "0.0$i" "$MC_BIN/mc-ticket" page -o "$T/out/board" --limit 20000 >/dev/null || true
        is "$(ls "$T/out")" board # old, or whole where it was quick
    done
    ticket export -o "$T/out/board"
    is "$(ls "$T/out") $(wc -l <"$T/out/board")" "board 20002"
}

@test "an export is the board of one moment, whoever writes meanwhile" {
    rows "INSERT INTO tickets(title,body,status,created_at,updated_at) WITH RECURSIVE n(i) AS(VALUES(1) UNION ALL
          SELECT i+1 FROM n WHERE i<500) SELECT 't',printf('%1000d',i),'inbox',i,i FROM n"
    mkfifo "$T/pipe"
    ticket export >"$T/pipe" 3>&- &
    exec 5<"$T/pipe"
    read -r line <&5
    has "$line" mc_export
    add late
    rows "UPDATE tickets SET title='changed' WHERE id=500"
    cat <&5 >"$T/rest"
    exec 5<&-
    wait
    is "$(wc -l <"$T/rest") $(grep -c 'late\|changed' "$T/rest")" "501 0"
}

@test "what does not fit leaves the board as it was, and says where" {
    add one --dedupe-key k
    export_to "$T/one"
    before=$(all)
    refused() { # LINE-NUMBER WORDS, the file is $T/bad
        expect 65 ticket import --restore "$T/bad" --db "${3:-$MC_DB}"
        one_line
        has "$errors" "$T/bad:$1"
        has "$errors" "$2"
    }
    cp "$T/one" "$T/bad"
    refused 1 "a whole export goes onto a board with nothing on it"
    sed -n 2p "$T/one" >"$T/bad"
    refused 1 "MC-1 is not closed"
    sed -n 2p "$T/one" | sed 's/"todo"/"done"/;s/"id":1/"id":2/g' >"$T/bad"
    refused 1 "tickets.dedupe_key"
    sed -n 2p "$T/one" | sed 's/"todo"/"done"/;s/"id":1/"id":2/g;s/"dedupe_key":"k",//;s/}}*$/&/;s/"activity"/"needs":[7],"activity"/' >"$T/bad"
    refused "" "MC-2 waits for MC-7, which is neither on the board nor in what was given"
    echo '{"setting":{"key":"paused","value":"x"}}' >"$T/bad"
    refused 1 "it belongs to a whole export"
    printf '\n \n' >"$T/bad"
    refused "" "there is nothing in it"
    head -c 5 "$T/one" >"$T/bad"
    refused 1 "it is no JSON object"
    mkdir -m 700 "$T/new"
    ticket init --db "$T/new/board.db" >/dev/null
    cat "$T/one" "$T/one" >"$T/bad"
    refused 4 "give the export first" "$T/new/board.db"
    longer() { # by a line before its end
        { sed '$d' "$T/one"; printf "$1\n"; echo '{"mc_export_end":3}'; } >"$T/bad"
    }
    longer '{"slot":1}'
    refused 3 "it is no object" "$T/new/board.db"
    longer '{"setting":{"key":"\xff","value":"x"}}'
    refused 3 "not UTF-8" "$T/new/board.db"
    is "$(all --db "$T/new/board.db")" ""
    is "$(all)" "$before"
    expect 66 ticket import --restore "$T/none"
    expect 66 ticket import --restore "$T"
    expect 64 ticket import --restore "$T/one" --inbox
    expect 64 ticket import --restore "$T/one" "$T/one"
}

@test "what the archive has taken comes back to the board, byte for byte, once" {
    for i in 1 2 3; do add "t $i" --dedupe-key "k$i"; done
    ticket cancel MC-1 >/dev/null
    ticket cancel MC-2 >/dev/null
    export_to "$T/before"
    grep -E '"id":[12],"title"' "$T/before" >"$T/archive"
    # as the archive does it
    rows "INSERT INTO settings VALUES('archiving','1'); DELETE FROM ticket_activity WHERE ticket_id=1;
          UPDATE settings SET value='2' WHERE key='archiving'; DELETE FROM ticket_activity WHERE ticket_id=2;
          DELETE FROM settings WHERE key='archiving'; DELETE FROM tickets WHERE id IN(1,2);
          INSERT INTO archived_keys VALUES('k1',1),('k2',2)"
    is "$(ticket import --restore "$T/archive")" "2 restored, 0 were there already"
    export_to "$T/after"
    cmp "$T/before" "$T/after"
    expect 0 ticket import --restore "$T/archive" --json
    is "$(value restored) $(value there) $(value whole)" "0 2 false"
    export_to "$T/after"
    cmp "$T/before" "$T/after"
}

@test "of a ticket that was archived twice the later state comes back, with what needs it" {
    add one
    add two --after MC-1
    ticket cancel MC-1 >/dev/null
    ticket cancel MC-2 >/dev/null
    all >"$T/old"
    ticket reopen MC-1 >/dev/null
    ticket cancel MC-1 >/dev/null
    export_to "$T/new"
    head -1 "$T/new" | sed 's/"mc_export":2/"mc_export":1/' >"$T/both"
    { cat "$T/old"; sed -n 2p "$T/new"; } >>"$T/both"
    restore_new "$T/both" "$T/b/board.db"
    is "$(all --db "$T/b/board.db")" "$(all)"
    # and in the other order
    { cat "$T/new"; cat "$T/old"; } >"$T/both"
    restore_new "$T/both" "$T/c/board.db"
    is "$(all --db "$T/c/board.db")" "$(all)"
}

@test "an export without --restore, and other lines with it: each says which it is" {
    add one
    ticket export >"$T/board"
    echo '{"title": "x"}' >"$T/lines"
    expect 65 ticket import "$T/board"
    has "$errors" "board:1: this is a board's export: import it with --restore"
    expect 65 ticket import --restore "$T/lines"
    has "$errors" "lines:1: \"title\" is in no export; other lines are imported without --restore"
}
