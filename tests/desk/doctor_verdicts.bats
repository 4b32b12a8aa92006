#!/usr/bin/env bats
# mc-ticket doctor: one verdict on each thing, and the command that is right for it.

setup() {
    load ../e2e/support
    load doctor
    doctor_world
    cron_calls
    configure
    init
}

teardown() {
    world_end
}

@test "a board that is a pipe is told as that, and no mode of it is mended" {
    mkfifo -m 644 "$STATE/pipe"
    expect 78 doctor --db "$STATE/pipe"
    line "bad   board $STATE/pipe is not a regular file"
    no grep -q chmod <<<"$output"
}

@test "a board that is empty, or no database, with the command for it" {
    : >"$STATE/empty.db"
    echo garbage garbage garbage >"$STATE/none.db"
    chmod 600 "$STATE"/*.db
    expect 78 doctor --db "$STATE/none.db"
    line "bad   board $STATE/none.db: is damaged or no database" "mv $STATE/none.db\$s $STATE/none.db.aside\$s"
    expect 78 doctor --db "$STATE/empty.db"
    line "bad   board $STATE/empty.db: is empty" "run: " "mc-ticket --db $STATE/empty.db init"
    bare bash -c "$(sed -n 's/^bad   board .*; run: //p' <<<"$output")" >/dev/null
    expect 0 doctor --db "$STATE/empty.db"
}

@test "what was left out because it is wrong is not called missing" {
    configure '{"profiles": {"mine": {"command": ["true"], "ready": "^x$"}}}'
    add one --profile mine
    configure '{"profiles": {"mine": {"command": ["true"], "ready": "^( $"}}}'
    expect 78 doctor
    line "profiles.mine.ready"
    no grep -q 'not configured' <<<"$output"
}

@test "one verdict on the configuration, and a last line that sums up" {
    pickup
    expect 0 doctor
    is "$(tail -1 <<<"$output" | sed 's/[0-9][0-9]*/N/g')" "ok    N of N checks are well"
    on_lines
    sed -i '/^ "profile":/d' "$CONFIG"
    expect 78 doctor
    is "$(grep -c ' configuration ' <<<"$output")" 1
    is "$(tail -1 <<<"$output" | sed 's/[0-9][0-9]* of [0-9]*/N/')" "bad   N checks are well, 1 bad"
}

@test "a socket whose folder is missing, or is no folder" {
    configure "{\"tmux\": {\"socket\": \"$T/none/such/sock\"}}"
    expect 78 doctor
    line "bad   tmux: no server can be started at $T/none/such/sock: there is no $T/none/such" "run: mkdir -p -m 700 $T/none/such"
    bash -c "$(sed -n 's/^bad   tmux: .*; run: //p' <<<"$output")"
    expect 0 doctor
    line "ok    tmux " "our server at $T/none/such/sock: not running"
    mkdir "$T/none/such/sock" # tmux takes a file away, and no folder
    expect 78 doctor
    line "bad   tmux: no server can be started at $T/none/such/sock: a folder stands in its place; move it away"
    bash -c "$(sed -n 's/^bad   tmux: .*; run: //p' <<<"$output")"
    expect 0 doctor
    rmdir "$T/none/such/sock.aside"
    rmdir "$T/none/such"
    : >"$T/none/such"
    expect 78 doctor
    line "bad   tmux: no server can be started" "is no directory" "run: \${EDITOR:-vi} +"
}

@test "a pattern of one's own is only known by a trial, and the line names it" {
    configure '{"profiles": {"mine": {"command": ["true"], "ready": "^x$"}}}'
    expect 0 doctor
    line "ok    profile mine: " "mc-ticket doctor --try mine tells whether its \"ready\" matches"
    no grep -q -- '--try demo' <<<"$output"
}

@test "a command with its folder is looked for nowhere else, and the line that names it is opened" {
    configure '{"profiles": {"mine": {"command": ["/opt/none/agent"], "ready": "^x$"}}}'
    on_lines
    at=$(grep -n '/opt/none/agent' "$CONFIG" | cut -d: -f1)
    expect 78 doctor
    line "bad   profile mine: there is no /opt/none/agent, its command; " "run: \${EDITOR:-vi} +$((at - 1)) $CONFIG"
    no grep -q '"path"' <<<"$output"
    configure '{"profiles": {"mine": {"command": ["/usr/bin"], "ready": "^x$"}}}'
    expect 78 doctor
    line "bad   profile mine: its command /usr/bin is a directory"
}

@test "a tmux and a git that hang are waited for some seconds, and named" {
    local begin=$SECONDS
    printf '#!/bin/sh\nexec sleep 900\n' | tee "$T/bin/tmux" >"$T/bin/git"
    chmod 755 "$T/bin/tmux" "$T/bin/git"
    configure "{\"path\": \"$T/bin:/usr/bin:/bin\", \"workspace\": {\"repo\": \"$T\"}}"
    expect 78 doctor
    line "bad   tmux: $T/bin/tmux does not say its version" "run: $T/bin/tmux -V"
    line "bad   git: $T/bin/git does not say its version" "run: $T/bin/git --version"
    [ $((SECONDS - begin)) -lt 300 ]
}
