#!/usr/bin/env bats
# show: what matters first, then the story, through the pager where it is long.

setup() {
    load ../e2e/support
    load ../ticket/terminal
    world
}

teardown() {
    world_end
}

# seen ROWS [NAME=VALUE …] WORD …: mc-ticket on a terminal of so many, and its exit status as the last line.
seen() {
    local rows=$1 settings=() code=0
    shift
    while [[ $1 == *=* ]]; do
        settings+=("$1")
        shift
    done
    on_terminal 80 "$rows" env -i PATH="$T:$CLEAN_PATH" HOME="$T" TERM=xterm MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" \
        "${settings[@]}" "$MC_BIN/mc-ticket" "$@" || code=$?
    echo "$code"
}

# tell KIND BODY [COUNT]: rows of MC-1's story.
tell() {
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<${3:-1})
          INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at) SELECT 1,'mc-pickup','$1',$2,1 FROM n"
}

line() {
    sed -n "$1p" <<<"$output"
}

@test "a question comes first and whole, then what to type, then where the work is" {
    local long
    long=$(printf 'which of the %s ports, and why? ' {1..40})end
    configure --busy 0 --signal QUESTION
    init
    add one --label x --priority high --body "please do"
    expect 0 pickup
    wait_for rows_are needs_input "SELECT status FROM tickets"
    rows "UPDATE tickets SET result='$long'"
    expect 0 ticket show MC-1
    [[ "$(line 1)" =~ ^MC-1\ \ needs_input\ \ one\ \ \([0-9]+\ s\)$ ]]
    is "$(line 2)" "question   $long"
    is "$(line 3)" "next       mc-ticket answer MC-1 TEXT"
    is "$(line 5)" "directory  $STATE/work/MC-1"
    has "$output" "attach     mc-ticket attach MC-1"
    has "$output" "labels     x"
    rows "UPDATE tickets SET result='one'||char(10)||'two'"
    expect 0 ticket show MC-1
    is "$(line 2)" "question   one"
    is "$(line 3)" "           two"
    expect 0 ticket show MC-1 --json
    is "$(value next_action)" "mc-ticket answer MC-1 TEXT"
    is "$(value cwd)" "$STATE/work/MC-1"
}

@test "blocked: the failure, what to do, and no record twice" {
    configure '{"retry": {"max_attempts": 1}}' --crash-after 0
    init
    add one
    expect 69 pickup
    expect 0 ticket show MC-1
    has "$(line 2)" "failure    worker_died: pid "
    has "$(line 3)" "to do      mc-ticket log MC-1 shows its last output; mc-ticket doctor --try demo starts"
    is "$(line 4)" "next       when the cause is mended: mc-ticket reopen MC-1"
    is "$(grep -c 'terminal_state' <<<"$output")" 1
    has "$output" "terminal_state: blocked: worker_died"
    no grep -E 'json|root_cause|stop_condition' <<<"$output"
    has "$output" "      demo>"
}

@test "what is next, in every status" {
    configure
    init
    add one
    add two --after MC-1
    is_next() {
        has "$(ticket show "$1")" "next       $2"
    }
    is_next MC-1 "the next pickup with room for it takes it"
    is_next MC-2 "it goes on by itself when MC-1 is done: mc-ticket show MC-1"
    rows "UPDATE tickets SET next_attempt_at=unixepoch()*1000+600000 WHERE id=1"
    is_next MC-1 "it is taken by itself then; mc-ticket retry MC-1 makes it due now"
    has "$(ticket show MC-1)" "waiting    due in 9 min"
    rows "UPDATE tickets SET next_attempt_at=NULL WHERE id=1"
    rows "INSERT INTO settings VALUES('paused','x')"
    is_next MC-1 "mc-ticket resume"
    has "$(ticket show MC-1)" "waiting    the board is paused: x"
    ticket cancel MC-1 >/dev/null
    is_next MC-1 "nothing; mc-ticket reopen MC-1"
    is_next MC-2 "mc-ticket reopen MC-1, or mc-ticket cancel MC-2"
    rows "UPDATE tickets SET status='inbox' WHERE id=1"
    is_next MC-1 "mc-ticket promote MC-1"
    rows "UPDATE tickets SET status='in_review' WHERE id=1"
    is_next MC-1 "mc-ticket approve MC-1, or mc-ticket reject MC-1 TEXT"
    rows "UPDATE tickets SET status='needs_input',failure_reason='awaiting_human: x; mc-ticket attach MC-1' WHERE id=1"
    is_next MC-1 "mc-ticket answer MC-1 TEXT"
    rows "UPDATE tickets SET status='in_progress' WHERE id=1"
    is_next MC-1 "the next pickup sees to its agent"
}

@test "what is next is typed for the board that was named, and says how many come first" {
    configure
    init
    add last --priority low
    add first
    add second
    has "$(ticket show MC-2)" "next       the next pickup with room for it takes it"
    has "$(ticket show MC-1)" "next       it is taken in its turn, after 2 others: mc-ticket list --order next"
    ticket cancel MC-3 >/dev/null
    has "$(ticket show MC-3 --db "$MC_DB")" "next       nothing; mc-ticket --db $MC_DB reopen MC-3 takes it up again"
    cp "$CONFIG" "$T/a b.json"
    has "$(ticket show MC-1 --config "$T/a b.json")" "after 1 other: mc-ticket --config '$T/a b.json' list --order next"
}

@test "what a person holds has not failed" {
    configure
    init
    add one
    ticket block MC-1 "legal: waiting" >/dev/null
    has "$(ticket show MC-1)" "held       legal: waiting"
    ticket reopen MC-1 >/dev/null
    rows "UPDATE tickets SET status='blocked',failure_reason='worker_died: gone'"
    has "$(ticket show MC-1)" "failure    worker_died: gone"
}

@test "attempts that failed are called so, where there are any" {
    configure
    init
    add one
    no has "$(ticket show MC-1)" "in a row"
    rows "UPDATE tickets SET attempts=2"
    has "$(ticket show MC-1)" "failed     2 in a row"
}

@test "a slot whose agent is parked for the next ticket is waited for by nobody" {
    git init -q "$T/app"
    configure '{"workspace": {"repo": "'"$T/app"'", "size": 1}}'
    init
    add rests
    add next
    run=$(printf '%032d' 1)
    host=$(hostname)
    rows "UPDATE tickets SET status='in_review',run_id='$run' WHERE id=1;
        INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('$run',1,1,'$host',1);
        INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)
            VALUES('ticket:1:session',1,'$run','$host','idle',1);
        INSERT INTO worktree_slots(host,slot,workspace,number,path,state,run_id,ticket_id)
            VALUES('$host','pool-1','default',1,'/p','claimed','$run',1)"
    no has "$(ticket list)" "waits for a slot"
    no has "$(ticket show MC-2)" "waiting "
    rows "UPDATE runtime_sessions SET status='running'"
    has "$(ticket list)" "waits for a slot of workspace default"
    has "$(ticket show MC-2)" "waiting    for a slot of workspace default"
    expect 0 ticket show MC-2 --json
    is "$(value waits)" "waits for a slot of workspace default"
}

@test "several keys: each in its place, the worst code, one object" {
    configure
    init
    add one
    add two
    expect 66 ticket show MC-2 MC-9 MC-1
    is "$errors" "mc-ticket: MC-9: no such ticket on this board; mc-ticket list shows what is there"
    is "$(grep -oE '^(MC-[0-9]|----)' <<<"$output" | tr '\n' ' ')" "MC-2 ---- MC-1 "
    expect 66 ticket show MC-2 MC-9 MC-1 --json
    is "$(value results.0.ticket) $(value results.1.error.exit) $(value results.2.ticket)" "MC-2 66 MC-1"
    expect 64 ticket show MC-2 MC-1 x
    is "$output" ""
    one_line
    expect 66 ticket show MC-9
    is "$output" ""
    expect 66 ticket show MC-9 --json
    is "$(value error.exit)" 66
}

@test "what says the same in a row stands once; of a long story the end, and little memory" {
    configure
    init
    add one
    tell stalled "'no output for 5 min'" 3
    expect 0 ticket show MC-1
    is "$(grep -c stalled <<<"$output")" 1
    has "$output" "mc-pickup  stalled: no output for 5 min (3 times)"
    tell reply "'line'||char(10)||replace(hex(zeroblob(100)),'00','more'||char(10))"
    expect 0 ticket show MC-1
    has "$output" "      … 88 lines more: --json has all"
    tell reply "hex(randomblob(10000))" 1500
    peak() {
        "${MC_PYTHON:-python3}" -S -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)' "$MC_BIN/mc-ticket" "$@" --db "$MC_DB"
    }
    expect 0 ticket show MC-1
    has "$output" "  … 1405 earlier: --limit 0 shows them, --json has all"
    is "$(grep -c ' reply: ' <<<"$output")" 100
    [ "$(peak show MC-1)" -le 24 ]
    expect 0 ticket show MC-1 --limit 7
    is "$(grep -c ' reply: ' <<<"$output")" 7
    expect 0 ticket show MC-1 --limit 0
    is "$(grep -c ' reply: ' <<<"$output")" 1501
    no has "$output" " earlier"
    expect 64 ticket show MC-1 --limit x
    expect 0 ticket show MC-1 --json --limit 2
    is "$(value earlier)" 1503
    ticket show MC-1 --json >"$T/all"
    is "$(grep -o '"kind":"reply"' "$T/all" | wc -l)" 1501
}

@test "a long one goes through the pager, with its words split at blanks" {
    configure
    init
    add one --body "$(seq 50)"
    printf '#!/bin/sh\nprintf "%%s\\n" "$@" "LESS=$LESS" >%s/words\ncat >%s/text\n' "$T" "$T" >"$T/pg"
    printf '#!/bin/sh\nexit 3\n' >"$T/quits"
    echo "no program at all" >"$T/broken"
    chmod 755 "$T/pg" "$T/quits" "$T/broken"
    output=$(seen 24 "PAGER=pg  -a b;c" show MC-1)
    is "$output" 0
    is "$(cat "$T/words")" "-a
b;c
LESS=FRX"
    has "$(cat "$T/text")" $'\033[1mMC-1'
    rm "$T/text"
    output=$(seen 24 PAGER=pg LESS=x NO_COLOR=1 show MC-1)
    has "$(cat "$T/words")" LESS=x
    no grep -q $'\033' "$T/text"
    has "$(cat "$T/text")" story
    rm "$T/text"
    # one that fits, and who wants none
    output=$(seen 200 PAGER=pg show MC-1)
    has "$output" story
    for none in PAGER= PAGER=cat PAGER=broken "PAGER=no-such-pager -x" "PAGER= "; do
        output=$(seen 24 "$none" show MC-1)
        has "$output" story
        is "${output##*$'\n'}" 0
    done
    output=$(seen 24 PAGER=pg show MC-1 --no-pager)
    has "$output" story
    bare env PAGER="$T/pg" "$MC_BIN/mc-ticket" show MC-1 >"$T/out"
    has "$(cat "$T/out")" story
    [ ! -e "$T/text" ]
    # one that is left at once, of a text that no pipe holds
    tell reply "hex(randomblob(500))" 1000
    output=$(seen 24 PAGER=quits show MC-1 --limit 0)
    is "$output" 0
}

@test "without PAGER it is less, where there is one" {
    configure
    init
    add one --body "$(seq 50)"
    printf '#!/bin/sh\necho "this is less"\ncat >/dev/null\n' >"$T/less"
    chmod 755 "$T/less"
    has "$(seen 24 show MC-1)" "this is less"
}
