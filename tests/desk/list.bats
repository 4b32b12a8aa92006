#!/usr/bin/env bats
# Lists for people and for scripts.

load ../ticket/desk
load ../ticket/terminal

setup() {
    desk_setup
    new
    configure '{"profile": "demo", "profiles": {"demo": {"command": ["true"]}, "codex": {"command": ["true"]}}}'
}

teardown() {
    desk_teardown
}

configure() {
    printf '%s\n' "$1" >"$T/.config/mc-pickup/config.json"
}

# The keys that a list shows, in its order.
keys() {
    mc list "$@" --json >"$T/list" || return
    "$PY" -S -c 'import json, sys; print(*[t["ticket"][3:] for t in json.load(open(sys.argv[1]))["tickets"]])' "$T/list"
}

six() {
    for title in one two three four five six; do mc add "$title" >/dev/null; done
}

@test "the newest change last, and each filter" {
    six
    sql "UPDATE tickets SET status='done' WHERE id IN(1,2)" "UPDATE tickets SET status='cancelled' WHERE id=3" \
        "UPDATE tickets SET updated_at=updated_at+100000 WHERE id=4" "UPDATE tickets SET labels='red,blue' WHERE id=5" \
        "UPDATE tickets SET profile='codex',body='100% Sure',labels='redder' WHERE id=6"
    is "$(keys)" "1 2 3 5 6 4"
    is "$(keys --open)" "5 6 4"
    is "$(keys --status done)" "1 2"
    is "$(keys --status done,cancelled)" "1 2 3"
    is "$(keys --status done --status cancelled)" "1 2 3"
    is "$(keys --label red)" 5
    is "$(keys --label red --label blue)" 5
    is "$(keys --label red --label redder)" ""
    is "$(keys --label '')" "1 2 3 4"
    is "$(keys --label '' --label red)" ""
    is "$(keys --profile codex)" 6
    expect 0 mc list --profile none
    is "$output$errors" "mc-ticket: --profile none: no profile is configured by this name, and no such ticket names it"
    expect 0 mc list --workspace none --json
    is "$errors" "mc-ticket: --workspace none: no workspace is configured by this name, and no such ticket names it"
    expect 0 mc list --profile codex --status done
    is "$output$errors" ""
    is "$(keys --profile demo --open)" "5 4" # the configuration's
    is "$(keys --search 'SURE')" 6
    is "$(keys --search '0%')" 6
    is "$(keys --search '%')" 6
    is "$(keys --search '_')" ""
    is "$(keys --search OUR)" 4
    is "$(keys --limit 2)" "6 4"
    is "$(keys --limit 0)" "1 2 3 5 6 4"
}

@test "a bad option is one line, 64, and nothing is listed" {
    six
    for options in "--status x" "--status todo,x" "--status ," "--limit x" "--limit -1" "--order last" "--search=" \
        "--open --status todo" "--order next --status done" "--every 3" "more words"; do
        # shellcheck disable=SC2086
        expect 64 mc list $options
        one_line
        is "$output" ""
    done
    expect 64 mc list --status x
    has "$errors" "--status x: give inbox, todo, in_progress"
    expect 0 mc list --
    expect 64 mc list -- --open
    one_line
}

@test "a list has an end, and says how much there is beyond it" {
    sql "WITH RECURSIVE n(i)AS(VALUES(1)UNION ALL SELECT i+1 FROM n WHERE i<350)INSERT INTO tickets(title,status,
         created_at,updated_at)SELECT 't','todo',1,i FROM n"
    expect 0 mc list
    is "$(wc -l <<<"$output")" 202
    is "$(tail -1 <<<"$output")" "… and 150 more: --limit 0 shows all"
    has "$output" "MC-350 "
    no has "$output" "MC-150 "
    expect 0 mc list --json
    is "$(json "$output" total)|$(json "$output" more)|$(json "$output" tickets.0.ticket)" "350|true|MC-151"
    expect 0 mc list --search t --json
    is "$(json "$output" total)|$(json "$output" more)" "null|true"
    expect 0 mc list --search t
    is "$(tail -1 <<<"$output")" "… and more: --limit 0 shows all"
    expect 0 mc list --limit 0 --json
    is "$(json "$output" total)|$(json "$output" more)|$(json "$output" tickets.349.ticket)" "350|false|MC-350"
    expect 0 mc list --limit 0
    is "$(wc -l <<<"$output")" 351
    expect 0 mc list --status done --json
    is "$(json "$output" total)|$(json "$output" more)" "0|false"
}

@test "what each waits for" {
    local later soon
    six
    later=$((($(date +%s) + 600) * 1000))
    configure '{"profile": "demo", "max_running": 1, "profiles": {"demo": {"command": ["true"]},
        "codex": {"command": ["true"]}}}'
    mc add "needs another" --after MC-1 >/dev/null
    sql "UPDATE tickets SET next_attempt_at=$later,failure_reason='starting: slow' WHERE id=2" \
        "UPDATE tickets SET profile='codex' WHERE id=3" "UPDATE tickets SET profile='gone' WHERE id=4" \
        "INSERT INTO settings VALUES('breaker:profile:codex','{\"failures\":3,\"openings\":1,\"open_until\":$later}')"
    expect 0 mc list
    grep -qx 'MC-2 .*  two *due in [0-9]* min; starting: slow' <<<"$output"
    grep -qx 'MC-3 .*  three *waits for profile:codex until .*' <<<"$output"
    grep -qx 'MC-4 .*  four *profile gone is not configured' <<<"$output"
    grep -qx 'MC-7 .*  needs another  waits for MC-1' <<<"$output"
    grep -qx 'MC-1 .*  one' <<<"$output"
    agent 5
    expect 0 mc list
    grep -qx 'MC-1 .*  one *waits for one of the 1 at work (max_running)' <<<"$output"
    sql "INSERT INTO settings VALUES('paused','lunch')"
    expect 0 mc list --json
    is "$(json "$output" tickets.0.waits)" "the board is paused: lunch"
    mc cancel MC-1 >/dev/null
    expect 0 mc list
    grep -qx 'MC-7 .*  waits for MC-1, which was cancelled' <<<"$output"
}

@test "--order next: what would be claimed, the next one first" {
    local later
    six
    later=$((($(date +%s) + 600) * 1000))
    sql "UPDATE tickets SET priority='critical' WHERE id=5" "UPDATE tickets SET priority='low' WHERE id=1" \
        "UPDATE tickets SET next_attempt_at=$later WHERE id=2" "UPDATE tickets SET profile='gone' WHERE id=4" \
        "UPDATE tickets SET status='inbox' WHERE id=3"
    mc add "needs another" --after MC-1 >/dev/null
    is "$(keys --order next)" "5 6 1 2"
    is "$(keys --order next --limit 2)" "5 6"
    is "$(keys --order next --search 'o')" "1 2"
    is "$(keys --order next --status todo)" "5 6 1 2"
    expect 0 "$MC_BIN/mc-pickup" --dry-run --json
    is "$(json "$output" ticket)" MC-5
}

@test "colours are for a terminal, and not with NO_COLOR or a dumb one" {
    six
    no has "$(mc list)" $'\033'
    has "$(TERM=xterm on_terminal 80 24 "$MC_BIN/mc-ticket" list)" $'\033[2mKEY\033[0m'
    no has "$(TERM=xterm NO_COLOR=1 on_terminal 80 24 "$MC_BIN/mc-ticket" list)" $'\033'
    no has "$(TERM=dumb on_terminal 80 24 "$MC_BIN/mc-ticket" list)" $'\033'
    is "$(on_terminal 80 24 "$MC_BIN/mc-ticket" list --status done)" "no tickets like that"
    is "$(mc list --status done)" ""
}

@test "hostile titles are text in their own cell" {
    sql "INSERT INTO tickets(title,status,created_at,updated_at)VALUES(char(27)||'[2J'||char(10)||'MC-9 '||
         char(8238)||'x'||char(155)||'31m','todo',1,1)"
    expect 0 mc list
    is "$(wc -l <<<"$output")" 2
    no has "$output" $'\033'
    no has "$output" $'\u202e'
    has "$output" "[2J MC-9 x31m"
}

@test "100,000 tickets: a list costs what one of 1,000 does, in time and memory" {
    local small large
    fill 1000
    mc list >/dev/null
    small=$(cost)
    fill 100000
    large=$(cost)
    echo "pages: $small, $large"
    [ "$small" -gt 100 ]
    [ "$large" -le $((small * 2)) ] # an index is a level deeper, and what it leads to lies further apart
    "$PY" -S -c '
import resource, subprocess, sys
for options in ([], ["--open"], ["--status", "todo"], ["--order", "next"], ["--limit", "0"], ["--search", "none"]):
    subprocess.run([sys.argv[1], "list", *options], stdout=subprocess.DEVNULL, check=True)
assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 16 * 1024' "$MC_BIN/mc-ticket"
}

fill() {
    sql "WITH RECURSIVE n(i)AS(SELECT 1+count(*)FROM tickets UNION ALL SELECT i+1 FROM n WHERE i<$1)INSERT INTO
         tickets(title,status,labels,created_at,updated_at,queued_at,body)SELECT 'title '||i,
         CASE i%4 WHEN 0 THEN 'done' WHEN 1 THEN 'todo' WHEN 2 THEN 'in_review' ELSE 'needs_input' END,'red',1,i/9,i,
         'body' FROM n"
}

# Pages that are read, summed over the kinds of list that read no more than they show: a busy machine does not bend that.
cost() {
    "$PY" -S -c '
import re, subprocess, sys
sum = 0
for options in ([], ["--open"], ["--status", "todo,done"], ["--label", "red"], ["--order", "next"], ["--json"]):
    out = subprocess.run(["strace", "-f", "-c", "-e", "trace=pread64", sys.argv[1], "list", *options],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True).stderr.decode()
    sum += int(re.search(r"(\d+)\s+total", out).group(1))
print(sum)' "$MC_BIN/mc-ticket"
}
