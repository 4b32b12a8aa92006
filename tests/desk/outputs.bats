# What is written where somebody asks for it (-o, `page`) replaces nothing that the board lives by.

setup() {
    load ../e2e/support
    world
    configure
    init
    add 'to be kept'
}

teardown() { world_end; }

# to_file FILE: each command that writes one.
to_file() {
    "${@:2}" ticket page -o "$1"
    "${@:2}" ticket export -o "$1"
    "${@:2}" ticket health --metrics -o "$1"
}

kept() {
    is "$(ticket list --json | grep -c 'to be kept')" 1
}

@test "the board, its log and the configuration are not written over, by any name" {
    repo=$T/repo
    git init -q "$repo"
    git init -q --separate-git-dir "$T/inside" "$T/apart"
    mkdir "$T/disk"
    ln -s "$T/disk" "$STATE/archive"
    echo '{"ticket": 1}' >"$T/disk/2026-01.jsonl"
    ln -s "$STATE" "$T/state-link"
    ln "$MC_DB" "$T/hard"
    echo secret >"$T/token" && chmod 600 "$T/token"
    echo '{{title}}' >"$T/prompt"
    printf '#!/bin/sh\n' >"$T/tell" && chmod 700 "$T/tell"
    cp "$T/tell" "$T/after"
    cp "$T/tell" "$T/agent"
    mkdir -p "$STATE/run/x" "$STATE/edit"
    configure "{\"workspaces\": {\"app\": {\"repo\": \"$repo\", \"hooks\": {\"after_run\": [\"$T/after\"]}}}, \"notify\": [\"$T/tell\"],
        \"prompt_file\": \"$T/prompt\", \"profiles\": {\"own\": {\"command\": [\"$T/agent\"], \"ready\": \"^>\"}}, \"send\": {\"token_file\": \"$T/token\"}}"
    cp "$CONFIG" "$T/config.before"
    for place in "$MC_DB" "$MC_DB-wal" "$MC_DB-shm" "$MC_DB-journal" "$T/state-link/board.db" "$STATE/./board.db" \
        "$T/hard" "$CONFIG" "$T/token" "$T/prompt" "$T/tell" "$T/after" "$T/agent" "$STATE/run/x/pane.log" "$STATE/last-pickup" \
        "$T/state-link/edit/MC-1.md" "$STATE/work/MC-1/page.html" "$STATE/other.db.notify-failed" "$STATE/version-claude" "$STATE/host-id" \
        "$STATE/archive/2026-01.jsonl" "$T/disk/2026-01.jsonl" "$T/inside/HEAD" "$T/inside/config" "$T/apart/.git" \
        "$repo/.git/config" "$repo/.git/refs/heads/x" "$STATE/pool/app/pool-1/index.html"; do
        to_file "$place" expect 64
        has "$errors" "$place: "
        has "$errors" "; name another place"
    done
    cmp "$CONFIG" "$T/config.before"
    is "$(cat "$T/token")" secret
    is "$(cat "$T/disk/2026-01.jsonl")" '{"ticket": 1}'
    git -C "$T/apart" status >/dev/null
    kept
}

@test "nor is anything that a pickup has left beside it" {
    configure '{"notify": ["/bin/false"], "page": "'"$T/page.html"'"}'
    expect 0 pickup
    expect 0 pickup
    for file in "$STATE"/*; do
        expect 64 ticket export -o "$file"
        has "$errors" "; name another place"
        left+=" ${file##*/}"
    done
    has "$left" " last-pickup "
    has "$left" " run "
    kept
}

@test "an output without a name is none" {
    to_file '' expect 64
    has "$errors" '-o: name a file, or - for standard output'
}

@test "by a relative name, before there is a log, and another board" {
    cd "$STATE"
    to_file board.db expect 64
    to_file ./board.db-wal expect 64
    cp board.db "$T/other"
    to_file "$T/other" expect 64
    has "$errors" "a database is there"
    kept
}

@test "a page beside the board and files elsewhere are nobody's" {
    to_file "$STATE/page.html" expect 0
    to_file "$STATE/board.html" expect 0
    mkdir "$T/run"
    to_file "$T/run/work" expect 0
    to_file "$T/run/work" expect 0
}

@test "where the configuration has the page replace the board it is refused, and the doctor says it" {
    for place in "$MC_DB" "$CONFIG" "$STATE/run/page.html"; do
        configure "{\"page\": \"$place\"}"
        expect 78 ticket page
        has "$errors" "\"page\" in the configuration: $place: "
        expect 78 ticket doctor
        has "$output" "page: $place: "
        expect 0 pickup
        has "$errors" 'page: "page" in the configuration: '
        kept
        ticket add again >/dev/null
        rm "$STATE"/said-page
    done
}

@test "a symbolic link and another user's file are refused alike by all" {
    echo theirs >"$T/theirs"
    ln -s "$T/theirs" "$T/link"
    to_file "$T/link" expect 77
    mkdir "$T/dir"
    to_file "$T/dir" expect 73
    [ "$(id -u)" = 0 ] || skip "only root can make a file another's"
    chown nobody "$T/theirs"
    to_file "$T/theirs" expect 77
    is "$(cat "$T/theirs")" theirs
}
