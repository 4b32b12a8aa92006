#!/usr/bin/env bats
# mc-ticket doctor (SPEC section 17): each thing that would make a pickup fail is a line of its own with the command that
# mends it, whatever else is broken.

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

@test "all is well: every line is ok, the last pickup's once there was one, and nothing is changed by it" {
    pickup
    before=$(picture "$STATE" "$T/config")
    expect 0 doctor
    is "$(grep -vc '^ok ' <<<"$output")" 0
    line "ok    configuration $CONFIG"
    line "ok    board $MC_DB" whole
    line "ok    tmux " "our server at $SOCKET: not running"
    line "ok    profile demo: "
    line "ok    called by cron (crontab -l): * * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB"
    line "ok    last pickup 0 s ago"
    is "$errors" ""
    is "$(picture "$STATE" "$T/config")" "$before"
}

@test "as an object" {
    expect 0 doctor --json
    is "$(value schema) $(value state)" "1 warn"
    is "$(value checks.0.check) $(value checks.0.state) $(value checks.0.mend)" "configuration ok null"
    chmod 666 "$CONFIG"
    expect 78 doctor --json
    is "$(value state) $(value checks.0.mend)" "bad chmod go-w $CONFIG"
    expect 78 ticket --json doctor --cron --config "$CONFIG" --db "$MC_DB"
    is "$(value checks.0.mend)" "chmod go-w $CONFIG"
}

@test "all that is wrong with the configuration, each with its line, and the rest is looked at" {
    printf '%s\n' '{' ' "max_runing": 3,' ' "profile": "demo",' ' "max_live": "many",' \
        ' "profiles": {"demo": {"ready": "^demo> $"}}' '}' >"$CONFIG"
    expect 78 doctor
    line "bad   configuration $CONFIG:2: max_runing: unknown key" "run: \${EDITOR:-vi} +2 $CONFIG"
    line "$CONFIG:4: max_live:"
    line "$CONFIG:5: profiles.demo.ready: can never match"
    line "ok    board $MC_DB"
    line "ok    profile demo: "
    echo '{"profile": ' >"$CONFIG"
    expect 78 doctor
    line "bad   configuration $CONFIG:2: "
    line "ok    board $MC_DB"
}

@test "a byte order mark is no fault" {
    printf '\357\273\277%s' '{"profile": "demo"}' >"$CONFIG"
    expect 0 doctor
}

@test "a folder in which others may put another configuration in its place" {
    chmod 777 "$T/config"
    expect 78 doctor
    line "bad   configuration $CONFIG: others may write in $T/config" "run: chmod go-w $T/config"
    expect 77 pickup
    has "$errors" "run: chmod go-w $T/config"
    chmod 1777 "$T/config"
    expect 0 doctor
}

@test "nothing is there: no HOME, no board, no configuration, no tmux" {
    expect 78 env -i "$MC_BIN/mc-ticket" doctor
    line "bad   configuration: HOME is not set"
    line "bad   board: HOME is not set"
    line "ok    programs"
    mkdir "$T/empty"
    expect 78 env -i HOME="$T/empty" PATH=/usr/bin:/bin "$MC_BIN/mc-ticket" doctor
    line "bad   configuration $T/empty/.config/mc-pickup/config.json: there is none" "/mc-ticket init"
    line "bad   board $T/empty/.local/state/mc-pickup/board.db: there is none" "/mc-ticket init"
    is "$(find "$T/empty" | wc -l)" 1
}

@test "a board that others may read or write, one that is damaged, another's copy, another program's" {
    chmod 644 "$MC_DB"
    expect 0 doctor
    line "warn  board $MC_DB: others may read" "run: chmod go-rwx $MC_DB"
    chmod 666 "$MC_DB"
    expect 78 doctor
    line "bad   board $MC_DB is writable by others" "run: chmod 600 $MC_DB"
    chmod 600 "$MC_DB"
    chmod 777 "$STATE"
    expect 78 doctor
    line "bad   " "directory $STATE is writable by others" "run: chmod go-w $STATE"
    chmod 700 "$STATE"
    mkdir -m 700 "$T/copy"
    cp "$MC_DB" "$T/copy/board.db"
    # Whose slots are the first one's.
    sqlite3 "$T/copy/board.db" "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,note)
        VALUES('$(hostname)','pool-1','default',1,'/x','quarantined','work')"
    expect 78 doctor --db "$T/copy/board.db"
    no grep -q "pool release" <<<"$output"
    line "bad   board $T/copy/board.db: is a copy of $MC_DB" "init --own"
    eval "$(grep -o 'run: .*init --own.*' <<<"$output" | cut -c6-)"
    expect 0 doctor --db "$T/copy/board.db"
}

# damage THING: the first page of a table or an index of the board.
damage() {
    rows "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
    dd if=/dev/zero of="$MC_DB" bs=4096 seek="$(($(rows "SELECT rootpage FROM sqlite_schema WHERE name='$1'") - 1))" \
        count=1 conv=notrunc status=none
}

# advised: the command of the only line about a damaged board.
advised() {
    expect 78 doctor
    line "bad   board $MC_DB: is damaged" "where that fails nothing is changed" "run: "
    line "ok    tmux"
    advice=$(grep -o 'run: .* export .*' <<<"$output" | cut -c6-)
}

@test "a damaged board: what is advised loses nothing, or says so and changes nothing" {
    ticket add one >/dev/null
    ticket add two --after MC-1 >/dev/null
    ticket export | tail -n +2 >"$T/before"
    damage tickets_status
    advised
    bare sh -c "$advice" >/dev/null
    is "$(ticket export | tail -n +2)" "$(cat "$T/before")"
    [ -e "$MC_DB.aside" ]
    expect 0 doctor
    damage ticket_activity
    before=$(sum <"$MC_DB")
    rm "$MC_DB.aside"
    advised
    is "$(bare sh -c "$advice" >/dev/null 2>&1; echo $?)" 74
    is "$(sum <"$MC_DB")" "$before"
    [ ! -e "$MC_DB.aside" ]
}

@test "a program that holds the board for writing is named, and so is the command that ends it" {
    hold_lock
    expect 78 doctor
    line "bad   board $MC_DB: process " "(sqlite3) holds it for writing" "run: kill "
    bash -c "$(grep -o 'run: kill .*' <<<"$output" | cut -c6-)"
    wait "$HOLDER_PID" || true
    expect 0 doctor
}

@test "paused, and an open breaker" {
    rows "INSERT INTO settings VALUES('paused','{}')"
    expect 0 doctor
    line "warn  paused" "nothing is picked up; run: " "mc-ticket resume"
}

@test "a clock that went back behind the last ticket" {
    add one
    rows "UPDATE tickets SET updated_at=updated_at+86400000*400"
    expect 0 doctor
    line "warn  clock: says " "one of them is wrong"
}

@test "programs beside it: each that is missing" {
    cp -r "$MC_BIN" "$T/copy"
    rm "$T/copy/mc-http"
    chmod 644 "$T/copy/mc-notify"
    MC_BIN=$T/copy expect 78 doctor
    line "bad   program mc-http: is not in $T/copy"
    line "bad   program mc-notify: stands in $T/copy and may not be run" "run: chmod 755 $T/copy/mc-notify"
}

@test "a tmux that is too old, one that does not answer, a socket of another user's" {
    printf '%s\n' '#!/bin/sh' 'echo tmux 3.1c' >"$T/bin/tmux"
    chmod 755 "$T/bin/tmux"
    configure "{\"path\": \"$T/bin:/usr/bin:/bin\"}"
    expect 78 doctor
    line "bad   tmux 3.1c: is too old"
    rm "$T/bin/tmux"
    if [ "$(id -u)" -eq 0 ]; then
        tmux_here new-session -d sleep 60
        chown 65534 "$SOCKET"
        expect 78 doctor
        line "bad   tmux socket $SOCKET: it belongs to user 65534"
        expect 77 pickup
        has "$errors" "it belongs to user 65534"
        chown 0 "$SOCKET"
    fi
}
