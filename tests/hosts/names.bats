#!/usr/bin/env bats
# Names of boards that lead to a server (SPEC section 16), as far as no server is needed for it.

setup() {
    load ../e2e/support
    world
    own=$T/own
    configure
}

teardown() { world_end; }

# as NAME=VALUE … -- PROGRAM …: with a user's environment and these; what it says, on either stream, is in $output.
as() {
    local -a set=()
    local status=0 wanted=$1
    shift
    while [ "$1" != -- ]; do
        set+=("$1")
        shift
    done
    shift
    output=$(env -i HOME="$T" XDG_STATE_HOME="$own" PATH="$MC_BIN:$CLEAN_PATH" "${set[@]}" "$@" </dev/null 2>&1 3>&-) ||
        status=$?
    [ "$status" -eq "$wanted" ] || {
        printf 'exit %s, wanted %s: %s\n%s\n' "$status" "$wanted" "$*" "$output" >&2
        return 1
    }
}

silent_of_it() {
    no has "$output" hunter2
    no has "$output" wilma
}

refused() {
    as 78 "$@"
    has "$output" "a password in its name would stand in every list of processes: put it into ~/.pgpass"
    silent_of_it
}

names=(postgresql://wilma:hunter2@db1/board "postgres://db1/board?user=wilma&password=hunter2"
    "service=team user=wilma password = 'hunter2'" "host=db1 user=wilma password=hunter2" mysql://wilma:hunter2@db1/x)

@test "a password in --db or MC_DB: 78, and nothing of the name is shown" {
    local name
    for name in "${names[@]}"; do
        refused -- mc-pickup --config "$CONFIG" --db "$name" --json
        refused MC_DB="$name" -- mc-pickup --config "$CONFIG" --dry-run
        refused MC_DB="$name" -- mc-ticket list --config "$CONFIG"
        refused -- mc-ticket init --json --config "$CONFIG" --db "$name"
        refused MC_DB="$name" -- mc-ticket doctor --config "$CONFIG"
        refused -- mc-ticket doctor --json --config "$CONFIG" --db "$name"
    done
    [ ! -e "$own" ]
}

@test "a password in the configuration: 78 with its line, and nothing of the name is shown" {
    local name
    for name in "${names[@]}"; do
        configure "{\"database\": \"$name\"}"
        refused -- mc-pickup --config "$CONFIG"
        has "$output" "config.json:"
        refused -- mc-ticket add --config "$CONFIG" "a title"
        refused -- mc-ticket doctor --config "$CONFIG"
        configure "{\"agents_database\": \"$name\"}"
        refused -- mc-pickup --config "$CONFIG"
        has "$output" ": agents_database: "
    done
}

@test "a password where no name belongs is not said back" {
    as 64 -- mc-pickup "${names[0]}"
    silent_of_it
    as 64 -- mc-pickup --database="${names[0]}"
    silent_of_it
    as 64 -- mc-ticket "${names[0]}"
    silent_of_it
    as 64 -- mc-ticket --database="${names[0]}" list
    silent_of_it
}

@test "what libpq would not take is said by us, for it says back what it reads" {
    local name
    for name in "service=team hunter2" "postgresql://db1/b?hunter2" postgresql:hunter2; do
        as 64 -- mc-ticket list --config "$CONFIG" --db "$name"
        has "$output" "this is no name of a board on a server"
        silent_of_it
        configure "{\"database\": \"$name\"}"
        as 78 -- mc-ticket list --config "$CONFIG"
        has "$output" "this is no name of a board on a server"
        silent_of_it
        configure
    done
}

@test "such a refusal is said once a day under cron" {
    local name=${names[0]}
    mkdir -m 700 "$own" "$own/mc-pickup"
    refused MC_DB="$name" -- mc-pickup --config "$CONFIG"
    as 78 MC_DB="$name" -- mc-pickup --config "$CONFIG"
    is "$output" ""
    no grep -r -e hunter2 "$own"
}

@test "what is kept of a board on a server is in the user's state folder, made 0700" {
    local folder=$own/mc-pickup
    output=$(as 0 -- mc-ticket list --config "$CONFIG" --db service=team 2>&1) || true
    [ ! -e "$own" ]
    as 0 -- mc-pickup --config "$CONFIG" --db service=team 2>/dev/null || true
    is "$(stat -c %a "$folder")" 700
    [ ! -e "$folder/board.db" ]
    chmod g+w "$folder"
    as 77 -- mc-ticket add --config "$CONFIG" --db service=team "a title"
    has "$output" "others may write here; run: chmod go-w $folder"
    as 77 -- mc-ticket list --config "$CONFIG" --db service=team
    as 78 HOME= XDG_STATE_HOME= -- mc-ticket list --config "$CONFIG" --db service=team
    has "$output" "board service=team: HOME is not set, so there is no place"
}

@test "advice and the crontab's line name a server as it was named" {
    as 78 -- mc-ticket doctor --config "$CONFIG" --db "service=team host=db1"
    has "$output" "--db 'service=team host=db1'"
    no has "$output" "/service=team"
}

@test "a spool is no board" {
    local command
    for command in list init health export pause; do
        as 77 MC_DB="spool:$own" -- mc-ticket "$command" --config "$CONFIG"
        has "$output" "board spool:$own: this agent's board is on a server, which agents do not reach"
    done
    as 77 -- mc-pickup --config "$CONFIG" --db "spool:$own"
    [ ! -e "$own" ]
    as 64 -- mc-ticket list --config "$CONFIG" --db spool:
}
