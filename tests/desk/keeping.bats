#!/usr/bin/env bats
# What is long over does not stay for ever, and nothing else goes.

setup() {
    load ../e2e/support
    world
    configure '{"retention": {"closed_days": 30, "runs_days": 10}}'
    init
}

teardown() {
    world_end
}

# days N: Unix ms of N days ago.
days() {
    echo $((($(date +%s) - $1 * 86400) * 1000))
}

# closed N DAYS [STATUS]: N tickets that were closed so long ago, with a run, a message and a story each.
closed() {
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$1)
        INSERT INTO tickets(title,body,status,dedupe_key,attempts,created_at,updated_at)
        SELECT 'Ticket '||i,'Do it.','${3:-done}','${3:-key}-'||$2||'-'||i,1,1,$(days "$2") FROM n"
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome)
        SELECT printf('%032x',id),id,1,'h',1,updated_at,'delivered' FROM tickets
        WHERE NOT EXISTS(SELECT 1 FROM runs WHERE ticket_id=tickets.id)"
    rows "INSERT INTO ticket_messages(ticket_id,author,status,run_id,created_at,body)
        SELECT ticket_id,'anna','sent',run_id,1,'hello' FROM runs
        WHERE NOT EXISTS(SELECT 1 FROM ticket_messages m WHERE m.run_id=runs.run_id)"
    rows "INSERT INTO ticket_activity(ticket_id,run_id,kind,created_at,body) SELECT ticket_id,run_id,'signal',1,'done'
        FROM runs WHERE NOT EXISTS(SELECT 1 FROM ticket_activity a WHERE a.run_id=runs.run_id)"
}

# long_story ID N: so many notes of 20 kB.
long_story() {
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$2)
        INSERT INTO ticket_activity(ticket_id,kind,created_at,body) SELECT $1,'note',1,printf('%.20000c','x') FROM n"
}

# newest: a ticket, so that no other holds the newest numbers.
newest() {
    closed 1 0
}

folder_of() {
    echo "$STATE/run/$(rows "SELECT run_id FROM runs WHERE ticket_id=$1")"
}

# run_folder ID DAYS: with a log in it.
run_folder() {
    local folder
    folder=$(folder_of "$1")
    mkdir -p "$folder"
    echo hello >"$folder/pane.log"
    touch -d "@$(($(days "$2") / 1000))" "$folder"
}

keep() {
    keeping_due
    expect 0 pickup
    is "$output$errors" ""
    [ -n "$(find "$STATE/last-keeping" -mmin -60)" ]
}

archived() {
    cat "$STATE"/archive/*.jsonl 2>/dev/null | wc -l
}

tickets() {
    rows "SELECT group_concat(id,' ') FROM (SELECT id FROM tickets ORDER BY id)"
}

@test "closed tickets go to the archive with all that is theirs, and come back as they were" {
    closed 40 31
    newest
    ticket export >"$T/before"
    keep
    is "$(tickets)" 41
    is "$(archived)" 40
    for table in runs ticket_messages ticket_activity; do
        rows_are 1 "SELECT count(*) FROM $table"
    done
    rows_are "" "SELECT value FROM settings WHERE key='archiving'"
    is "$(stat -c %a "$STATE/archive" "$STATE"/archive/*.jsonl | tr '\n' ' ')" "700 600 "
    # Nobody's work is done twice.
    is "$(ticket add again --dedupe-key key-31-7)" MC-7
    is "$(tickets)" 41
    ticket import --restore "$STATE"/archive/*.jsonl >/dev/null
    ticket export >"$T/after"
    cmp <(grep -v '^{"mc_export"' "$T/before") <(grep -v '^{"mc_export"' "$T/after")
}

@test "what is younger, or not over, stays" {
    closed 12 31
    closed 1 29 # 13
    closed 1 31 cancelled
    newest # 15
    rows "UPDATE tickets SET status='blocked' WHERE id=1"
    rows "INSERT INTO tickets(title,status,created_at,updated_at)VALUES('waits','blocked',1,1)" # 16
    rows "INSERT INTO ticket_needs VALUES(16,2)"
    rows "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id) VALUES('h','p','w',1,'/p','free',3)"
    rows "UPDATE ticket_messages SET status='pending' WHERE ticket_id=5"
    rows "UPDATE runs SET owes=1 WHERE ticket_id=7"
    rows "UPDATE runs SET ended_at=NULL WHERE ticket_id=8"
    rows "UPDATE runs SET ended_at=$(days 1) WHERE ticket_id=9"
    rows "INSERT INTO effects(run_id,kind,state,at) SELECT run_id,'send','done',1 FROM runs WHERE ticket_id=10"
    rows "UPDATE runs SET host='elsewhere'"
    keep
    is "$(tickets)" "1 2 3 5 7 8 9 10 13 15 16"
    is "$(archived)" 5
}

@test "each goes to the file of the month in which it was closed" {
    closed 3 31
    closed 4 75
    newest
    keep
    is "$(archived)" 7
    is "$(wc -l <"$STATE/archive/$(date -u -d "@$(($(days 31) / 1000))" +%Y-%m).jsonl")" 3
    is "$(wc -l <"$STATE/archive/$(date -u -d "@$(($(days 75) / 1000))" +%Y-%m).jsonl")" 4
}

@test "two pickups do not keep at once" {
    closed 3 31
    newest
    keeping_due
    (exec 9>>"$STATE/keeping" && flock 9 && exec sleep 1000 3>&-) &
    wait_for locked
    expect 0 pickup
    is "$output$errors" ""
    is "$(archived)" 0
    kill $!
    wait $! || true
    keep
    is "$(archived)" 3
}

locked() {
    [ -e "$STATE/keeping" ] && ! flock -n "$STATE/keeping" true
}

@test "the one with the newest number of anything stays" {
    closed 3 31
    keep
    is "$(tickets)" 3
    is "$(ticket add next)" MC-4
}

@test "a chain of needs goes from its end" {
    closed 30 31
    newest
    rows "INSERT INTO ticket_needs SELECT id+1,id FROM tickets WHERE id<30"
    keep
    is "$(tickets)" 31
    ticket import --restore "$STATE"/archive/*.jsonl >/dev/null
    rows_are 29 "SELECT count(*) FROM ticket_needs"
}

@test "once a day, and only by a pickup that has nothing else to do" {
    keep
    [ ! -e "$STATE/work" ]
    closed 3 31
    newest
    expect 0 pickup
    is "$(archived)" 0
    touch -d '25 hours ago' "$STATE/last-keeping"
    add work
    expect 0 pickup
    is "$(archived)" 0
    expect 0 pickup --dry-run
    is "$(archived)" 0
    wait_for kept
    touch -d 'tomorrow' "$STATE/last-keeping"
    closed 3 31
    closed 1 1
    expect 0 pickup
    is "$(archived)" 6
}

kept() {
    pickup && [ "$(archived)" = 3 ]
}

@test "a line that was cut short is taken away, and the ticket is written anew" {
    local file
    closed 3 31
    newest
    mkdir -m 700 "$STATE/archive"
    file=$STATE/archive/$(date -u -d "@$(($(days 31) / 1000))" +%Y-%m).jsonl
    printf '{"whole":1}\n{"ticket":1,"cut' >"$file"
    chmod 600 "$file"
    keep
    is "$(archived)" 4
    is "$(head -1 "$file")" '{"whole":1}'
    no grep -q cut "$file"
}

@test "killed between the archive and the board it is in both, and once when it comes back" {
    local file
    closed 5 31
    newest
    ticket export | grep -v '^{"mc_export"' >"$T/before"
    keeping_due
    # The lines are on the disk, with their folder; the commit does not come.
    bare strace -f -o "$T/trace" -e trace=fsync,fdatasync -e inject=fsync,fdatasync:signal=KILL:when=2 \
        "$MC_BIN/mc-pickup" >/dev/null 2>&1 || true
    is "$(archived)" 5
    is "$(tickets)" "1 2 3 4 5 6"
    rows "UPDATE tickets SET title='changed',updated_at=updated_at+1 WHERE id=2"
    keep
    is "$(tickets)" 6
    is "$(archived)" 10
    ticket import --restore "$STATE"/archive/*.jsonl >/dev/null
    ticket export | grep -v '^{"mc_export"' >"$T/after"
    is "$(diff "$T/before" "$T/after" | grep -c '^>')" 1
    rows_are changed "SELECT title FROM tickets WHERE id=2"
    rows_are "6|0" "SELECT (SELECT count(*) FROM tickets),(SELECT count(*) FROM archived_keys)"
}

@test "an archive that cannot be written loses nothing, and is said once a day" {
    closed 3 31
    newest
    echo >"$STATE/archive"
    keeping_due
    expect 0 pickup
    one_line
    has "$errors" "retention: "
    is "$(tickets)" "1 2 3 4"
    expect 0 pickup
    is "$errors" ""
}

# traced CALLS: keeps under strace, these calls in $T/trace.
traced() {
    keeping_due
    bare strace -f -o "$T/trace" -e "trace=$1" "$MC_BIN/mc-pickup"
}

# holds CALLS: for each time that the board's write lock was held (a byte of its -shm), how many calls like these.
holds() {
    awk -v calls="$1" '/F_WRLCK.*l_start=120, l_len=1/ { held = 1; n = 0 }
        held && $0 ~ calls { n++ }
        held && /F_UNLCK.*l_start=120, l_len=1/ { held = 0; print n }' "$T/trace"
}

@test "the board is held for one ticket at a time, and never while the archive is written" {
    closed 50 31
    newest
    traced fcntl,openat,fsync,fdatasync
    is "$(archived)" 50
    is "$(tickets)" 51
    # No file of the archive is opened, and nothing is waited for until it is on the disk,
    holds 'openat.*archive/|sync[(]' >"$T/holds"
    [ "$(wc -l <"$T/holds")" -ge 50 ]
    # but for the begin of a new write-ahead log.
    [ "$(grep -cv '^0$' "$T/holds")" -le 2 ]
    # And the archive is not waited for with each.
    [ "$(grep -c 'openat.*archive/' "$T/trace")" -le 10 ]
}

@test "a long story is taken away without being written once more" {
    closed 1 31
    newest
    long_story 1 45
    closed 1 1
    traced fcntl,pwrite64
    is "$(tickets)" "2 3"
    # Its 225 pages and more are let go as they are.
    [ "$(holds pwrite64 | sort -n | tail -1)" -le 200 ]
}

# slow: keeps, and is stopped with its lines on their way to the disk. goes_on: it does.
slow() {
    keeping_due
    bare strace -f -o "$T/trace" -e trace=fsync -e inject=fsync:delay_enter=1500000:when=1 "$MC_BIN/mc-pickup" \
        >"$T/out" 2>&1 3>&- &
    SLOW=$!
    wait_for lines_there
    kill -STOP "$(keeper)"
}

goes_on() {
    kill -CONT "$(keeper)"
}

keeper() {
    local pid
    for pid in $(inhabitants); do
        [ "$(cat "/proc/$pid/comm")" != mc-pickup ] || echo "$pid"
    done
}

is_locked() {
    no sqlite3 -batch -init /dev/null "$MC_DB" "BEGIN IMMEDIATE; ROLLBACK"
}

lines_there() {
    [ "$(archived)" = 8 ]
}

@test "rows go only as they were written" {
    closed 8 31
    newest
    rows "INSERT INTO tickets(title,status,created_at,updated_at)VALUES('waits','blocked',1,1)" # 10
    slow
    rows "UPDATE tickets SET title='changed' WHERE id=2"
    rows "UPDATE ticket_messages SET body='hallo' WHERE ticket_id=3" # as long as it was
    rows "INSERT INTO ticket_activity(ticket_id,kind,created_at,body) VALUES(4,'note',1,'new')"
    rows "INSERT INTO ticket_needs VALUES(10,5)" # which is no row of 5
    # And what is written while its transaction waits to begin; the look whether it is locked locks it for a moment, too.
    {
        echo ".timeout 60000"
        echo "BEGIN IMMEDIATE; UPDATE tickets SET title='changed' WHERE id=1;"
        wait_for is_locked
        goes_on
        sleep 3
        echo "COMMIT;"
    } | sqlite3 "$MC_DB" 3>&-
    wait "$SLOW"
    is "$(cat "$T/out")" ""
    is "$(tickets)" "1 2 3 4 5 9 10"
    is "$(archived)" 8
}

# refused: as one that the board itself keeps from going.
refused() {
    rows "CREATE TRIGGER refused BEFORE DELETE ON tickets WHEN OLD.id IN($1) BEGIN
        SELECT RAISE(ABORT,'FOREIGN KEY constraint failed');END"
}

@test "what cannot go is passed over, written once, and keeps nothing else" {
    closed 60 31
    newest
    refused 2,30,60
    keep
    is "$(tickets)" "2 30 60 61"
    is "$(archived)" 60
    is "$(sort "$STATE"/archive/*.jsonl | uniq -d | wc -l)" 0
    rows_are "" "SELECT value FROM settings WHERE key='archiving'"
    rows_are 0 "SELECT count(*) FROM archived_keys WHERE ticket_id IN(2,30,60)"
    rows "DROP TRIGGER refused"
    keep
    is "$(tickets)" 61
}

@test "a ticket with a very long story stays, and its like beside it goes" {
    closed 3 31
    newest
    long_story 2 60
    closed 1 1
    keep
    is "$(tickets)" "2 4 5"
    is "$(archived)" 2
    rows_are 61 "SELECT count(*) FROM ticket_activity WHERE ticket_id=2"
}

# at_work: a ticket in review whose agent lives, all of it long ago.
at_work() {
    add live
    expect 0 pickup
    wait_for has_events signal 1
    rows "UPDATE runs SET ended_at=$(days 11)"
    rows "UPDATE tickets SET updated_at=$(days 11)"
}

@test "folders of runs that ended long ago are removed, and no other" {
    local stay
    at_work
    closed 6 11 # 2 to 7
    for id in 1 2 3 4 5 6 7; do
        run_folder "$id" 11
    done
    rows "UPDATE runs SET ended_at=NULL,host='elsewhere' WHERE ticket_id=2"
    rows "UPDATE runs SET ended_at=$(days 9) WHERE ticket_id=3"
    touch "$(folder_of 4)" # was written lately
    sleep 1000 3>&- &
    rows "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,pid,pid_start,boot_id)
        SELECT 'ticket:5:session',5,run_id,'h','dead',1,$!,$(awk '{print $22}' "/proc/$!/stat"),
        '$(cat /proc/sys/kernel/random/boot_id)' FROM runs WHERE ticket_id=5"
    mkdir -p "$STATE/run/ffffffffffffffffffffffffffffffff" "$STATE/run/mine" "$STATE/run/.gone-1/a"
    touch -d '20 days ago' "$STATE/run/ffffffffffffffffffffffffffffffff"
    mkdir "$T/old" && touch -d '20 days ago' "$T/old"
    rm -r "$(folder_of 6)" && ln -s "$T/old" "$(folder_of 6)"
    keep
    kill $!
    stay=$(for id in 1 2 3 4 5 6; do basename "$(folder_of "$id")"; done)
    is "$(find "$STATE/run" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)" \
        "$(printf '%s\nffffffffffffffffffffffffffffffff\nmine' "$stay" | sort)"
    [ -e "$CONFIG" ]
}

@test "a launch file that was left is removed when its run is over" {
    closed 2 0
    run_folder 1 0
    run_folder 2 0
    touch "$(folder_of 1)/launch" "$(folder_of 2)/launch"
    rows "UPDATE runs SET ended_at=NULL,host='elsewhere' WHERE ticket_id=2"
    keep
    [ ! -e "$(folder_of 1)/launch" ] && [ -e "$(folder_of 2)/launch" ] && [ -e "$(folder_of 1)/pane.log" ]
}

@test "private work goes with its closed ticket, and of an open one only where it holds nothing" {
    at_work
    closed 6 11 # 2 to 7
    rows "INSERT INTO tickets(title,status,created_at,updated_at)VALUES('no run yet','blocked',1,1)" # 8
    rows "UPDATE tickets SET status='blocked' WHERE id IN(2,3)"
    rows "UPDATE tickets SET updated_at=$(days 1) WHERE id=4"
    for id in 2 3 4 5 6 7 8; do
        mkdir -p "$STATE/work/MC-$id/.mc-pickup"
    done
    for id in 2 4 5 6; do
        echo precious >"$STATE/work/MC-$id/file"
    done
    # What an agent may leave: what is shut, what is deep, what leads away.
    mkdir -p "$STATE/work/MC-6/shut/in" "$STATE/work/MC-6/$(printf 'd/%.0s' $(seq 300))" "$T/outside"
    echo outside >"$T/outside/file"
    ln -s "$T/outside" "$STATE/work/MC-6/away"
    chmod 500 "$STATE/work/MC-6/shut"
    (cd "$STATE/work/MC-5" && exec sleep 1000 3>&-) &
    mkdir -p "$STATE/work/MC-99/x" "$STATE/work/other"
    keep
    kill $!
    is "$(find "$STATE/work" -mindepth 1 -maxdepth 1 ! -name .board -printf '%f ' | tr ' ' '\n' | sort | tr '\n' ' ')" \
        "MC-1 MC-2 MC-4 MC-5 MC-8 MC-99 other "
    is "$(cat "$T/outside/file")" outside
}

@test "a ticket stays until its folders have gone" {
    closed 4 31
    newest
    mkdir -p "$STATE/work/MC-2/.mc-pickup"
    (cd "$STATE/work/MC-2" && exec sleep 1000 3>&-) &
    run_folder 3 31
    touch "$(folder_of 3)"
    keep
    is "$(tickets)" "2 3 5"
    kill $!
    touch -d '31 days ago' "$(folder_of 3)"
    keep
    is "$(tickets)" 5
    [ ! -e "$STATE/work/MC-2" ]
    is "$(find "$STATE/run" -mindepth 1)" ""
}

@test "request ids are forgotten when nobody repeats them any more" {
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<50)
        INSERT INTO requests(id,answer,created_at,act) SELECT 'old-'||i,'x',$(days 11),'a' FROM n"
    rows "INSERT INTO requests(id,answer,created_at,act)VALUES('a',1,$(days 9),'a'),('z',1,$(days 9),'a')"
    keep
    rows_are "a z" "SELECT group_concat(id,' ') FROM requests"
}

# clocks WALL BOOT: how many days each is ahead for the programs from now on.
clocks() {
    extra=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
    echo "$(($1 * 86400000)) 0 $(($2 * 86400000))" >"$T/offsets"
}

# stands: nothing has gone.
stands() {
    expect 0 pickup
    is "$output$errors" ""
    is "$(tickets)" "$1"
    [ -e "$STATE/work/MC-1/result" ]
    is "$(ticket add one --request-id R1)" MC-5
}

@test "a wall clock that was set far ahead removes nothing before it has stood so for a day" {
    closed 3 0
    closed 1 1
    mkdir -p "$STATE/work/MC-1"
    echo result >"$STATE/work/MC-1/result"
    ticket add one --request-id R1
    ticket cancel MC-5 >/dev/null
    rows "UPDATE runs SET ended_at=$(days 0)"
    clocks 100 0
    stands "1 2 3 4 5" # the first look ever
    clocks 0 0
    stands "1 2 3 4 5" # back again
    clocks 1 1
    expect 0 pickup
    clocks 101 1
    stands "1 2 3 4 5" # set while it was up
    clocks 102 1
    stands "1 2 3 4 5" # a day later by itself alone
    clocks 102 2
    expect 0 pickup
    is "$(tickets)" "4 5" # which has the newest message
    [ ! -e "$STATE/work/MC-1" ]
    is "$(ticket add one --request-id R1)" MC-6
}
