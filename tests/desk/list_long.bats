#!/usr/bin/env bats
# A list of 1,000,000 tickets, and one of them shown: as long as of 1,000, in little memory, and what looks through all of them ends.

load ../ticket/desk

setup() {
    desk_setup
    new
    printf '{"profile": "demo", "profiles": {"demo": {"command": ["true"]}}}\n' >"$T/.config/mc-pickup/config.json"
}

teardown() {
    desk_teardown
}

fill() {
    sql "WITH RECURSIVE n(i)AS(SELECT 1+count(*)FROM tickets UNION ALL SELECT i+1 FROM n WHERE
         i<$1)INSERT INTO tickets(title,status,labels,created_at,updated_at,queued_at,next_attempt_at,body)SELECT
         'title '||i,CASE i%5 WHEN 0 THEN 'done' WHEN 1 THEN 'todo' WHEN 2 THEN 'todo' WHEN 3 THEN 'in_review' ELSE
         'needs_input' END,CASE i WHEN 7 THEN 'rare' ELSE 'red' END,1,i/9,i,CASE i%5 WHEN 2 THEN 2000000000000+i END,
         'a body of some words' FROM n" \
        "INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at)SELECT id,'tester','created',title,1 FROM tickets
         WHERE id>(SELECT COALESCE(max(ticket_id),0)FROM ticket_activity)"
}

# The milliseconds of a processor that each kind of list takes on the board and on the one of 1,000 beside it (the least
# of several, by turns: what else the machine does is not counted), and the most KiB.
cost() {
    "$PY" -S -c '
import os, resource, subprocess, sys
ticket, small, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
def took(options, *more):
    words = options.split() if options.startswith("show") else ["list", *options.split()]
    child = subprocess.Popen([ticket, *words, *more], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0
    child.returncode = 0
    return (used.ru_utime + used.ru_stime) * 1000
for options in sys.argv[4:]:
    pairs = [(took(options), took(options, "--db", small)) for _ in range(rounds)]
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(*(round(min(side), 2) for side in zip(*pairs)), most, options)' "$MC_BIN/mc-ticket" "$T/small/board.db" "$@"
}

@test "1,000,000 tickets" {
    fill 1000
    mkdir -m 700 "$T/small"
    cp "$DB" "$T/small/board.db"
    fill 1000000
    cost 25 "" --open "--status todo" "--label red" "--search title" "--order next" --json "show MC-500" \
        "show MC-500 --json" >"$T/quick"
    cost 1 "--label rare" "--search nowhere" "--limit 0" "--order next --limit 0" "--json --limit 0" >"$T/whole"
    cat "$T/quick" "$T/whole"
    "$PY" -S -c '
import sys
quick, whole = ([line.split(None, 3) for line in open(name)] for name in sys.argv[1:])
for million, thousand, *what in quick:
    assert float(million) <= 1.5 * float(thousand), (million, thousand, what)
for row in quick + whole:
    assert int(row[2]) <= 16 * 1024, row
for row in whole[:2]:
    assert float(row[0]) < 20000, row' "$T/quick" "$T/whole"
    mc list --limit 0 >"$T/all"
    is "$(wc -l <"$T/all")" 1000001
    is "$(mc list --label rare --json | grep -o '"ticket":"[^"]*"')" '"ticket":"MC-7"'
}
