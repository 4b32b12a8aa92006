#!/usr/bin/env bats
# What monitoring is told of a board that runs unattended.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

health() {
    ticket health "$@"
}

# stale FILE: changed ten minutes ago.
stale() {
    touch -d '10 minutes ago' "$1"
}

@test "a board on which pickups run is well, and one line says so" {
    configure
    init
    expect 69 health
    has "$output" "pickup "
    has "$output" "no pickup has run on this board yet"
    expect 0 pickup
    expect 0 health
    is "$(wc -l <<<"$output")" 1
    has "$output" "ok "
    stale "$STATE/last-pickup"
    expect 69 health
    has "$output" "the last pickup was 10 min ago, and one is expected every 60 s"
    configure '{"cron_interval_s": 300}'
    expect 0 health
}

@test "each fault is a line, as people and as programs read it" {
    configure '{"wait_warn_s": 60, "notify": ["/bin/false"]}'
    init
    expect 0 pickup
    for title in late asks fails slow; do add "$title"; done
    rows "UPDATE tickets SET queued_at=1 WHERE id=1;
        UPDATE tickets SET status='needs_input' WHERE id=2;
        UPDATE tickets SET status='blocked' WHERE id=3;
        UPDATE tickets SET status='in_review',updated_at=1 WHERE id=4;
        INSERT INTO settings VALUES('paused','{}');
        INSERT INTO worktree_slots(host,slot,workspace,number,path,state) VALUES('h','pool-1','default',1,'/x','quarantined');
        INSERT INTO notices(event,created_at,body) VALUES('breaker',1,'{}');"
    expect 69 health --json
    is "$(value ok)" false
    for check in paused blocked needs_input review waiting slot notify; do
        has "$output" "\"check\":\"$check\""
    done
    has "$output" "1 ticket blocked (MC-3)"
    has "$output" "MC-4 has waited for its review for"
    is "$(value tickets.todo) $(value tickets.blocked) $(value untold_events)" "1 1 1"
    expect 69 health
    is "$(wc -l <<<"$output")" 7
}

@test "a ticket that nothing but a person can free is a fault, for the doctor too" {
    configure
    init
    expect 0 pickup
    for title in one two; do add "$title"; done
    add three --after MC-1
    ticket cancel MC-1 MC-2 >/dev/null
    expect 0 pickup
    expect 69 health
    has "$output" "stuck "
    has "$output" "no pickup can ever take MC-3 (waits for MC-1, which was cancelled): mc-ticket show KEY"
    expect 0 ticket doctor
    has "$output" "warn  ticket MC-3: waits for MC-1, which was cancelled"
    bare bash -c "$(sed -n 's/^warn  ticket MC-3: .*; run: //p' <<<"$output" | sed 's/^.*cancel this one too, or reopen that; run: //')" >/dev/null
    expect 0 health
    ticket cancel MC-1 MC-3 >/dev/null
    expect 0 health
    configure '{"profiles": {"gone": {"command": ["true"], "ready": "^x$"}}}'
    add four --profile gone
    configure
    expect 69 health
    has "$output" "no pickup can ever take MC-4 (profile gone is not configured)"
    expect 69 health --json
    has "$output" '"check":"stuck"'
}

@test "a notify that fails is a fault until one goes well" {
    configure '{"notify": ["/bin/false"]}' --signal REVIEW
    init
    add one
    expect 0 pickup
    wait_for rows_are in_review "SELECT status FROM tickets WHERE id=1"
    wait_for test -e "$STATE/notify-failed.last"
    expect 69 health
    has "$output" "notify fails, /bin/false: ended with status 1"
    configure '{"notify": ["/bin/true"]}' --signal REVIEW
    add two
    expect 0 pickup
    wait_for rows_are in_review "SELECT status FROM tickets WHERE id=2"
    wait_for test ! -e "$STATE/notify-failed.last"
    expect 0 health
}

@test "metrics say the same in numbers, and others may read their file" {
    configure
    init
    add 'one'
    expect 0 health --metrics --output "$T/mc.prom"
    is "$(stat -c %a "$T/mc.prom")" 644
    is "$(find "$T" -name 'mc.prom*' -printf x)" x
    has "$(tail -1 "$T/mc.prom")" "# EOF"
    has "$(cat "$T/mc.prom")" 'mc_tickets{status="todo"} 1'
    has "$(cat "$T/mc.prom")" 'mc_faults 1'
    # No name twice, and nothing but comments and samples.
    is "$(grep '^# TYPE' "$T/mc.prom" | sort | uniq -d)" ""
    is "$(grep -cvE '^(# (TYPE|HELP|EOF).*|mc_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+)$' "$T/mc.prom" || true)" 0
    expect 0 health --metrics --json
    is "$(value schema)" 1
    has "$(value metrics)" 'mc_tickets{status="todo"} 1'
    rm "$T/mc.prom"
    expect 0 health --metrics --json -o "$T/mc.prom"
    is "$(value file)" "$T/mc.prom"
    has "$(tail -1 "$T/mc.prom")" "# EOF"
    expect 64 health --output "$T/x"
    expect 73 health --metrics --output "$T/no/such/folder"
    expect 0 health --metrics -o -
    has "$output" "# EOF"
}
