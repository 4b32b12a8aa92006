#!/usr/bin/env bats
# The breaker of each thing, and the place in the queue of what the world has failed (SPEC section 9).

setup() {
    load queue
    world
}

teardown() {
    world_end
}

@test "tickets whose agent is missing stop nobody else" {
    configure "$TWO"
    init
    for title in one two three; do add "$title" --profile gone; done
    add good
    minutes 0
    expect 69 pickup
    one_line
    has "$errors" "MC-1: no_agent: "
    expect 69 pickup
    expect 69 pickup
    one_line
    has "$errors" "tickets that need profile:gone wait until"
    expect 0 pickup --json
    is "$(value outcome) $(value ticket)" "dispatched MC-4"
    expect 0 pickup --json
    is "$(value outcome) $(value reason) $(value breaker)" "idle breaker profile:gone"
    rows_are "0" "SELECT sum(attempts) FROM tickets"
}

@test "one broken ticket goes behind the others, its wait grows, and it is said once" {
    local title
    configure '{"retry": {"backoff_s": 60}, "max_running": 9, "profiles": {"gone": {"command": ["no-such-agent"], "ready": "^>"}}}'
    init
    add broken --profile gone --priority critical
    for title in a b; do add "$title"; done
    expect 69 pickup
    one_line
    rows_are "1|todo|0|60000" "SELECT world_failures,status,attempts,next_attempt_at-updated_at FROM tickets WHERE id=1"
    minutes 2
    silent 69
    rows_are "2|120000" "SELECT world_failures,next_attempt_at-updated_at FROM tickets WHERE id=1"
    rows_are 1 "SELECT queued_at>(SELECT max(queued_at) FROM tickets WHERE id>1) FROM tickets WHERE id=1"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='terminal_state'"
    # Its third failure opens its profile's breaker, which concerns nobody else: silently.
    minutes 3
    silent 69
    is "$(breaker profile:gone openings) $(breaker profile:gone failures)" "1 3"
    expect 0 pickup --json
    is "$(value ticket)" MC-2
    # A person is told, and whoever asks for it by name.
    minutes 5
    expect 69 pickup --ticket MC-1
    one_line
    # A release begins anew.
    ticket block MC-1 "not now" >/dev/null
    ticket reopen MC-1 >/dev/null
    rows_are 0 "SELECT world_failures FROM tickets WHERE id=1"
}

@test "among equals the one that failed is last" {
    configure "$TWO"
    init
    add broken --profile gone
    add good
    expect 69 pickup
    rows "UPDATE tickets SET profile=NULL,next_attempt_at=NULL WHERE id=1"
    expect 0 pickup --json
    is "$(value ticket)" MC-2
    # A turn that was sent ends its row.
    rows_are 1 "SELECT world_failures FROM tickets WHERE id=1"
    expect 0 pickup --json
    is "$(value ticket)" MC-1
    rows_are 0 "SELECT world_failures FROM tickets WHERE id=1"
}

@test "one ticket's own place fails like the machine: the others go on, the breaker stays closed" {
    local i
    configure
    init
    add broken
    for i in a b; do add "$i"; done
    mkdir -m 700 "$STATE/work"
    touch "$STATE/work/MC-1"
    minutes 0
    expect 73 pickup
    one_line
    for i in 1 2 3 4; do
        minutes 9
        silent 73 --ticket MC-9 2>/dev/null || true
        rows "UPDATE tickets SET next_attempt_at=NULL WHERE id=1"
        rows "UPDATE tickets SET status='inbox' WHERE id IN(2,3)"
        silent 73
    done
    is "$(breaker machine failures)" none
    rows "UPDATE tickets SET status='todo' WHERE id IN(2,3)"
    expect 0 pickup
}

@test "six tickets whose own places are taken: each is said once, the good ones go on" {
    local i
    configure '{"retry": {"backoff_s": 60}}'
    init
    for i in 1 2 3 4 5 6 7 8; do add "$i"; done
    mkdir -m 700 "$STATE/work"
    for i in 1 2 3 4 5; do touch "$STATE/work/MC-$i"; done
    ln -s /tmp "$STATE/work/MC-6"
    minutes 0
    for i in 1 2 3 4 5 6; do
        expect 73 pickup
        one_line
        has "$errors" "MC-$i: cannot_create: $STATE/work/MC-$i: "
    done
    expect 0 pickup --json
    is "$(value ticket)" MC-7
    expect 0 pickup --json
    is "$(value ticket)" MC-8
    is "$(breaker machine failures)" none
    rows_are "1|1|0" "SELECT min(world_failures),max(world_failures),sum(attempts) FROM tickets WHERE id<7"
    minutes 2
    silent 73
    rows_are "2|120000" "SELECT world_failures,next_attempt_at-updated_at FROM tickets WHERE world_failures>1"
    rm "$STATE"/work/MC-[1-6]
    minutes 5
    expect 0 pickup
}

@test "what holds all places cannot be made: that is the machine's" {
    local i
    configure
    init
    for i in 1 2 3 4; do add "$i"; done
    touch "$STATE/work"
    minutes 0
    for i in 1 2 3; do expect 73 pickup; done
    has "$errors" "tickets that need machine wait until"
    silent 0
    is "$(breaker machine openings)" 1
}

@test "agents of three tickets that die before their turn are the profile's failure, not the tickets'" {
    configure '{"retry": {"backoff_s": 60}, "profiles": {"good": {"command": ["mc-demo-agent", "--log", "'"$LOG"'"], "ready": "^demo> *$", "startup_timeout_s": 120}}}' \
        --crash-after 0
    init
    for title in one two three four; do add "$title"; done
    add good --profile good
    minutes 0
    expect 69 pickup
    has "$errors" "MC-1: worker_died"
    # One of them alone has used up its attempts meanwhile.
    rows "UPDATE tickets SET attempts=2,next_attempt_at=NULL,queued_at=0 WHERE id=1"
    expect 69 pickup
    rows_are "blocked|3" "SELECT status,attempts FROM tickets WHERE id=1"
    expect 69 pickup
    rows_are "todo|1" "SELECT status,attempts FROM tickets WHERE id=2"
    expect 69 pickup
    one_line
    has "$errors" "tickets that need profile:demo wait until"
    rows_are "todo|1,todo|0,todo|0" "SELECT group_concat(s,',') FROM(SELECT status||'|'||attempts AS s FROM tickets
        WHERE id<4 ORDER BY id)"
    rows_are "moved" "SELECT kind FROM ticket_activity WHERE ticket_id=1 ORDER BY id DESC LIMIT 1"
    expect 0 pickup --json
    is "$(value ticket)" MC-5
    # One ticket tries when the pause is over, and its death is no attempt either.
    minutes 2
    silent 69
    rows_are 0 "SELECT sum(attempts) FROM tickets WHERE id>1"
}

@test "agents of three tickets whose prompt is never seen are the profile's failure, and what is said names what shows it" {
    configure '{"retry": {"backoff_s": 60}, "profiles": {"demo": {"ready": "^never$", "startup_timeout_s": 1}}}'
    init
    for title in one two three four; do add "$title"; done
    minutes 0
    expect 75 pickup
    has "$errors" "MC-1: starting: demo did not become ready"
    has "$errors" "; mc-ticket doctor --try demo shows its screen and the pattern that is wrong, mc-ticket log MC-1 what"
    expect 75 pickup
    rows_are "todo|1,todo|1,todo|0,todo|0" "SELECT group_concat(s,',') FROM(SELECT status||'|'||attempts AS s FROM tickets
        ORDER BY id)"
    expect 75 pickup
    has "$errors" "tickets that need profile:demo wait until"
    rows_are 0 "SELECT sum(attempts) FROM tickets"
    expect 0 ticket breaker
    has "$output" "next    mc-ticket doctor --try demo shows its screen"
    # No fourth ticket is spent on it.
    silent 0
    rows_are "" "SELECT failure_reason FROM tickets WHERE id=4"
}

@test "a success of the profile in between begins the row anew" {
    configure '{}' --crash-after 0
    init
    for title in one two three; do add "$title"; done
    expect 69 pickup --ticket MC-1
    expect 69 pickup --ticket MC-2
    configure
    add good
    expect 0 pickup --ticket MC-4
    is "$(breaker profile:demo failures)" none
    configure '{}' --crash-after 0
    expect 69 pickup --ticket MC-3
    no has "$errors" "tickets that need"
    rows_are 3 "SELECT sum(attempts) FROM tickets"
}

@test "one ticket whose agent dies three times is blocked as ever" {
    configure '{}' --crash-after 0
    init
    add one
    expect 69 pickup
    expect 69 pickup
    expect 69 pickup
    rows_are "blocked|3" "SELECT status,attempts FROM tickets"
    is "$(breaker profile:demo failures)" 1
}

@test "one ticket tries when the pause is over; the others wait for it" {
    configure "$TWO"
    init
    for title in one two three four; do add "$title" --profile gone; done
    minutes 0
    for _ in 1 2 3; do expect 69 pickup; done
    is "$(breaker profile:gone openings)" 1
    minutes 2
    silent 69
    is "$(breaker profile:gone openings)" 2
    minutes 1
    silent 0
    minutes 2
    silent 69
    is "$(breaker profile:gone openings)" 3
    rows_are 0 "SELECT sum(attempts) FROM tickets"
}

@test "mc-ticket breaker shows it and closes it" {
    configure "$TWO"
    init
    expect 0 ticket breaker
    is "$output" "no breaker: nothing has failed since its last success"
    expect 0 ticket breaker --json
    is "$output" '{"schema":1,"breakers":[]}'
    for title in one two three; do add "$title" --profile gone; done
    expect 69 pickup
    expect 0 ticket breaker
    has "$output" "profile:gone  1 failure that counts, not open"
    expect 69 pickup
    expect 69 pickup
    expect 0 ticket breaker
    has "$output" "profile:gone  3 failures that count, open until 20"
    has "$output" "no_agent, of MC-1, MC-2, MC-3"
    has "$output" "seen    profile gone: command no-such-agent was not found"
    has "$output" 'next    install it, or add its folder to "path" in the configuration'
    expect 0 ticket breaker --json
    is "$(value breakers.0.thing) $(value breakers.0.open) $(value breakers.0.tickets.2)" "profile:gone true MC-3"
    is "$(value breakers.0.detail)" "profile gone: command no-such-agent was not found"
    has "$(value breakers.0.next_action)" "install it, or add its folder"
    expect 64 ticket breaker open
    expect 66 ticket breaker close gone
    one_line
    has "$errors" "known: machine, endpoint, "
    has "$errors" ", profile:gone"
    expect 66 ticket breaker close profile:nobody
    rows "INSERT INTO settings(key,value) VALUES('breaker:profile:nobody','{\"failures\":1}')"
    expect 0 ticket breaker close profile:nobody
    has "$output" "1 breaker closed"
    expect 0 ticket breaker close endpoint
    is "$output" "nothing to close"
    expect 0 ticket breaker close profile:gone
    has "$output" "1 breaker closed"
    expect 69 pickup
    no has "$errors" "tickets that need"
    expect 0 ticket breaker close --json
    is "$output" '{"schema":1,"closed":1}'
}

@test "a claim that looks from behind full capacity, or sees what healing would free" {
    configure '{"max_running": 1}' --busy 6000000
    init
    add one
    # A pickup that has died right after its claim.
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,pickup_pid,pickup_start,pickup_boot,started_at)
        VALUES('00000000000000000000000000000001',1,1,'$(hostname)',1,1,'another boot',1)"
    rows "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,profile,spawned_at)
        VALUES('ticket:1:session',1,'00000000000000000000000000000001','$(hostname)','spawning','mc-MC-1','demo',1)"
    rows "UPDATE tickets SET status='in_progress',run_id='00000000000000000000000000000001',
        worker_host='$(hostname)'"
    expect 0 pickup --ticket MC-1 --dry-run --json
    is "$(value outcome) $(value plan.0.step)" "dispatched abandoned_claim"
    expect 0 pickup --dry-run --json
    is "$(value outcome)" dispatched
    expect 0 pickup --ticket MC-1 --json
    is "$(value outcome)" dispatched
}
