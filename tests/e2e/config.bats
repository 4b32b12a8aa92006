#!/usr/bin/env bats
# The configuration (SPEC section 13): every error names file, line and key, and stops everything before it begins.

setup() {
    load support
    world
    configure
    init
    add one --profile demo
}

teardown() {
    world_end
}

write() {
    printf '%s' "$1" >"$CONFIG"
}

# What was said a minute ago is not said again: as if nothing had been.
unsaid() {
    rm -f "$STATE/said-refusal"
}

# wrong JSON LINE WORDS …: 78 from both programs, one line that begins with file and line and has all the words.
wrong() {
    local line=$2 program
    write "$1"
    shift 2
    for program in pickup ticket; do
        unsaid
        if [ "$program" = pickup ]; then expect 78 pickup; else expect 78 ticket list; fi
        one_line
        has "$errors" "$CONFIG:$line: "
        for words; do has "$errors" "$words"; done
        is "$output" ""
    done
}

@test "what is not JSON, and what is more than JSON" {
    wrong '{' 1
    wrong $'{\n"max_running": 3,\n"profile" "demo"\n}' 3
    wrong $'{\n/* never closed\n' 2
    wrong '[]' 1 "object"
    wrong $'{\n"max_running": 3,\n"max_running": 4\n}' 3 "max_running" "twice"
    write $'// ours\n{ /* four */ "max_running": 4, "profile": "demo" // the end\n}\n'
    expect 0 pickup --dry-run
}

@test "unknown keys, wrong types, values out of range: file, line, key" {
    wrong $'{\n\n"max_runing": 3}' 3 "max_runing" "unknown key"
    wrong $'{\n"tmux": {\n"widht": 3}}' 3 "tmux.widht"
    wrong $'{"profiles": {\n"demo": {\n"comand": ["x"]}}}' 3 "profiles.demo.comand"
    wrong $'{\n"max_running": "3"}' 2 "max_running" "whole number from 1"
    wrong $'{\n"max_running": 0}' 2 "max_running"
    wrong $'{\n"max_running": 1001}' 2 "max_running"
    wrong $'{\n"max_running": 1.5}' 2 "max_running"
    wrong $'{\n"on_done": "maybe"}' 2 "on_done" "in_review" "done"
    wrong $'{"profiles": {"demo": {\n"command": "mc-demo-agent"}}}' 2 "profiles.demo.command" "list of"
    wrong $'{"profiles": {"demo": {\n"command": []}}}' 2 "profiles.demo.command"
    wrong $'{"profiles": {"demo": {\n\n"ready": "("}}}' 3 "profiles.demo.ready" "regular expression"
    wrong $'{"profiles": {"demo": {\n"env": {"MC_RUN": "x"}}}}' 2 "profiles.demo.env" "MC_RUN"
    wrong $'{\n"ticket_prefix": "mc"}' 2 "ticket_prefix"
    wrong $'{\n"profile": "nobody"}' 2 "profile" "nobody" "claude"
    wrong $'{"send": {\n"transport": "http"}}' 1 "send.url"
    wrong $'{"send": {\n"transport": "pigeon"}}' 2 "send.transport"
    wrong $'{\n"database": "$NO_SUCH_NAME/board.db"}' 2 "database" "NO_SUCH_NAME"
}

@test "nothing is begun with a configuration that is wrong" {
    write '{"bogus": 1}'
    picture "$T/state" "$T/config" >"$T/before"
    for arguments in "" --dry-run "--ticket MC-1" --heal-only; do
        # shellcheck disable=SC2086
        expect 78 pickup $arguments
    done
    expect 78 ticket add two
    unsaid
    picture "$T/state" "$T/config" >"$T/after"
    diff "$T/before" "$T/after"
}

@test "a file that others may write is refused, whoever names it" {
    chmod 620 "$CONFIG"
    for arguments in "" "--config $CONFIG"; do
        unsaid
        # shellcheck disable=SC2086
        expect 77 pickup $arguments
        one_line
        has "$errors" "chmod"
    done
    chmod 602 "$CONFIG"
    expect 77 pickup
    chmod 644 "$CONFIG"
    expect 0 pickup --dry-run
}

@test "missing where it was named: 66; missing where it may be: the defaults" {
    expect 66 pickup --config "$T/none.json"
    one_line
    has "$errors" "mc-ticket init --config $T/none.json"
    expect 66 ticket list --config "$T/none.json"
    one_line
    rm "$CONFIG"
    expect 66 pickup
    one_line
    expect 66 pickup --config "$T"
    one_line
    has "$errors" "configuration: $T: is a directory; name a file"
    mkfifo -m 600 "$T/pipe"
    expect 77 pickup --config "$T/pipe"
    one_line
    has "$errors" "not a regular file"
    without_config() { env -i PATH="$CLEAN_PATH" HOME="$T" MC_DB="$MC_DB" "$MC_BIN/mc-pickup" --dry-run; }
    if [ ! -e /etc/mc-pickup/config.json ]; then
        expect 0 without_config
        has "$output" "would claim MC-1"
    fi
}

@test "where it is looked for, and what goes before what" {
    named() { env -i PATH="$CLEAN_PATH" HOME="$T/home" "$@" "$MC_BIN/mc-pickup" --dry-run --db "$MC_DB"; }
    mkdir -p "$T/home/.config/mc-pickup" "$T/xdg/mc-pickup"
    echo '{"home": 1}' >"$T/home/.config/mc-pickup/config.json"
    echo '{"xdg": 1}' >"$T/xdg/mc-pickup/config.json"
    echo '{"variable": 1}' >"$T/variable.json"
    chmod 600 "$T/variable.json" "$T/xdg/mc-pickup/config.json" "$T/home/.config/mc-pickup/config.json"
    expect 78 named
    has "$errors" "home: unknown"
    expect 78 named XDG_CONFIG_HOME="$T/xdg"
    has "$errors" "xdg: unknown"
    expect 78 named XDG_CONFIG_HOME="$T/xdg" MC_PICKUP_CONFIG="$T/variable.json"
    has "$errors" "variable: unknown"
    expect 0 env -i MC_PICKUP_CONFIG="$T/variable.json" "$MC_BIN/mc-pickup" --dry-run --db "$MC_DB" --config "$CONFIG"
}

@test "where the board is looked for, and what goes before what" {
    board_of() { env -i PATH="$CLEAN_PATH" HOME="$T/home" MC_PICKUP_CONFIG="$CONFIG" "$@"; }
    expect 66 board_of "$MC_BIN/mc-pickup"
    has "$errors" "$T/home/.local/state/mc-pickup/board.db"
    expect 66 board_of XDG_STATE_HOME="$T/xdg" "$MC_BIN/mc-pickup"
    has "$errors" "$T/xdg/mc-pickup/board.db"
    configure '{"database": "~/configured.db"}'
    expect 66 board_of "$MC_BIN/mc-pickup"
    has "$errors" "$T/home/configured.db"
    expect 66 board_of MC_DB="$T/variable.db" "$MC_BIN/mc-pickup"
    has "$errors" "$T/variable.db"
    expect 66 board_of MC_DB="$T/variable.db" "$MC_BIN/mc-pickup" --db "$T/option.db"
    has "$errors" "$T/option.db"
}

@test "what init writes is a configuration that works once a profile is chosen" {
    rm -rf "$T/config" "$STATE"
    mkdir "$T/bin"
    for name in claude codex; do
        printf '#!/bin/sh\n' >"$T/bin/$name"
        chmod 755 "$T/bin/$name"
    done
    CLEAN_PATH=$T/bin:/usr/bin:/bin
    expect 0 ticket init
    has "$output" "$T/bin/claude"
    is "$(stat -c %a "$CONFIG" "$MC_DB" "$STATE" | tr '\n' ' ')" "600 600 700 "
    grep -q "$T/bin/codex" "$CONFIG"
    add one
    expect 78 pickup
    one_line
    has "$errors" claude
    expect 0 ticket init
    has "$output" "left alone"
    add two --profile demo
    expect 0 pickup --json
    is "$(value ticket) $(value outcome)" "MC-2 dispatched"
}

@test "a byte order mark at the beginning is none of its words" {
    init
    add one
    { printf '\357\273\277' && cat "$CONFIG"; } >"$T/marked"
    chmod 600 "$T/marked"
    expect 0 pickup --dry-run --config "$T/marked"
}

@test "a folder in which others may put another configuration in its place is refused, one like /tmp is not" {
    chmod 777 "$T/config"
    expect 77 pickup
    one_line
    has "$errors" "$CONFIG: others may write in $T/config"
    has "$errors" "run: chmod go-w $T/config"
    expect 77 ticket list
    chmod 1777 "$T/config"
    expect 0 ticket list
    chmod 755 "$T/config"
    expect 0 pickup
    mkdir "$T/config/below"
    mv "$CONFIG" "$T/config/below/config.json"
    CONFIG=$T/config/below/config.json
    chmod 777 "$T/config"
    expect 77 pickup
    has "$errors" "others may write in $T/config"
}
