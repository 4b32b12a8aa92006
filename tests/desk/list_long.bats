#!/usr/bin/env bats
# A list of 1,000,000 tickets: as long as of 1,000, in little memory, and what looks through all of them ends.

load ../ticket/desk

setup() {
    desk_setup
    mc init >/dev/null
    printf '{"profile": "demo", "profiles": {"demo": {"command": ["true"]}}}\n' >"$T/.config/mc-pickup/config.json"
}

teardown() {
    desk_teardown
}

fill() {
    sql "PRAGMA synchronous=OFF" "WITH RECURSIVE n(i)AS(SELECT 1+count(*)FROM tickets UNION ALL SELECT i+1 FROM n WHERE
         i<$1)INSERT INTO tickets(title,status,labels,created_at,updated_at,queued_at,next_attempt_at,body)SELECT
         'title '||i,CASE i%5 WHEN 0 THEN 'done' WHEN 1 THEN 'todo' WHEN 2 THEN 'todo' WHEN 3 THEN 'in_review' ELSE
         'needs_input' END,CASE i WHEN 7 THEN 'rare' ELSE 'red' END,1,i/9,i,CASE i%5 WHEN 2 THEN 2000000000000+i END,
         'a body of some words' FROM n"
}

# The least milliseconds of several, and the most KiB, of each kind of list.
cost() {
    "$PY" -S -c '
import resource, subprocess, sys, time
for options in sys.argv[3:]:
    took = []
    for _ in range(int(sys.argv[2])):
        begin = time.monotonic()
        subprocess.run([sys.argv[1], "list", *options.split()], stdout=subprocess.DEVNULL, check=True)
        took.append(time.monotonic() - begin)
    print(round(min(took) * 1000, 2), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, options)' \
        "$MC_BIN/mc-ticket" "$@"
}

@test "1,000,000 tickets" {
    local quick=("" --open "--status todo" "--label red" "--search title" "--order next" --json)
    fill 1000
    cost 15 "${quick[@]}" >"$T/small"
    fill 1000000
    cost 15 "${quick[@]}" >"$T/large"
    cost 1 "--label rare" "--search nowhere" "--limit 0" "--order next --limit 0" "--json --limit 0" >"$T/whole"
    cat "$T/small" "$T/large" "$T/whole"
    "$PY" -S -c '
import sys
small, large, whole = ([line.split(None, 2) for line in open(name)] for name in sys.argv[1:])
for one, million in zip(small, large):
    assert float(million[0]) <= 1.5 * float(one[0]) + 2, (one, million)
for row in large + whole:
    assert int(row[1]) <= 16 * 1024, row
for row in whole[:2]:
    assert float(row[0]) < 20000, row' "$T/small" "$T/large" "$T/whole"
    mc list --limit 0 >"$T/all"
    is "$(wc -l <"$T/all")" 1000001
    is "$(mc list --label rare --json | grep -o '"ticket":"[^"]*"')" '"ticket":"MC-7"'
}
