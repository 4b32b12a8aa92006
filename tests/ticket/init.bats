#!/usr/bin/env bats
# mc-ticket init, and the command line itself.

setup() {
    load desk
    desk_setup
}

teardown() {
    desk_teardown
}

@test "init makes board and configuration, private, and says so" {
    expect 0 mc init
    has "$output" "made $DB"
    has "$output" "made $T/.config/mc-pickup/config.json"
    is "$(stat -c %a "$DB")" 600
    is "$(stat -c %a "$(dirname "$DB")")" 700
    is "$(stat -c %a "$T/.config/mc-pickup/config.json")" 600
}

@test "what it wrote is a configuration that reads back" {
    expect 0 mc init
    expect 0 mc --config "$T/.config/mc-pickup/config.json" list
}

@test "the agents found on PATH are named with absolute paths, and are found by their name later" {
    mkdir "$T/bin"
    printf '#!/bin/sh\n' >"$T/bin/codex"
    chmod 755 "$T/bin/codex"
    PATH=$T/bin:$PATH expect 0 mc init --json
    has "$output" "\"$T/bin/codex\""
    config=$T/.config/mc-pickup/config.json
    grep -q "// Found: codex, \"$T/bin/codex\"" "$config"
    grep -q '^  // "profiles": ' "$config"
    expect 0 mc list
    sed -i 's|// "profile": |"profile": |' "$config"
    mc add one >/dev/null
    expect 0 env -i HOME="$T" PATH=/usr/bin:/bin "$MC_BIN/mc-pickup" --dry-run
}

@test "path is this shell's PATH: what is absolute and there, once, in its order" {
    mkdir "$T/b\$x" "$T/a"
    ln -s a "$T/link"
    PATH="$T/b\$x:relative:$T/none:$T/a::$T/link:/usr/bin:$T/a:.:/bin:$T/z
z" expect 0 mc init
    is "$(sed -n '/^  "path": \[/,/^  \],/p' "$T/.config/mc-pickup/config.json" | tr -d ' \n')" \
        "\"path\":[\"$T/b\$\$x\",\"$T/a\",\"$T/link\",\"/usr/bin\",\"/bin\"],"
    expect 0 mc list
}

@test "a second init leaves everything alone" {
    expect 0 mc init
    mc add one
    before=$(rows)
    echo '// mine' >>"$T/.config/mc-pickup/config.json"
    sum=$(cksum <"$T/.config/mc-pickup/config.json")
    expect 0 mc init
    has "$output" "was there, left alone: $DB"
    has "$output" "was there, left alone: $T/.config/mc-pickup/config.json"
    is "$(cksum <"$T/.config/mc-pickup/config.json")" "$sum"
    is "$(rows)" "$before"
}

@test "what comes next is said, and that one of the profiles needs no account" {
    PATH=/usr/local/bin:/usr/bin:/bin expect 0 mc init
    has "$output" "agents         none found on this PATH"
    has "$output" "next           \${EDITOR:-vi} $T/.config/mc-pickup/config.json   to set \"profile\""
    no has "$output" "path  "
    has "$output" 'workspace      none: each agent begins in an empty folder of its own.'
    mkdir -p "$T/app/.git/refs" "$T/app/src"
    cd "$T/app/src"
    expect 0 mc init
    has "$output" "add to the configuration: \"workspace\": {\"repo\":\"$T/app\"}"
    cd "$T"
    # Installed later, where path does not look; then where it does.
    mkdir "$T/bin"
    printf '#!/bin/sh\n' >"$T/bin/codex"
    chmod 755 "$T/bin/codex"
    PATH=$T/bin:/usr/bin:/bin expect 0 mc init
    has "$output" "agent found    codex $T/bin/codex; its folder is not in \"path\""
    has "$output" "trust          codex asks once whether it may work in a folder: start codex in the repository"
    has "$output" '   to set "profile"'
    config=$T/.config/mc-pickup/config.json
    sed -i "s|\"/usr/local/bin\",\$|\"$T/bin\", &|; s|// \"profile\": |\"profile\": |" "$config"
    PATH=$T/bin:/usr/bin:/bin expect 0 mc init
    is "$(grep 'agent found' <<<"$output")" "agent found    codex $T/bin/codex"
    is "$(json "$(PATH=$T/bin:/usr/bin:/bin mc init --json)" agents.0.profile)" codex
    has "$(json "$(PATH=$T/bin:/usr/bin:/bin mc init --json)" agents.0.trust)" "start codex in the repository"
    is "$(grep '^next' <<<"$output" | cut -c16-)" "mc-ticket add TITLE
mc-pickup -v
mc-ticket list"
}

@test "a short path is told, and none is not called the shell's" {
    expect 0 env -i HOME="$T" PATH=/usr/bin:/bin "$MC_BIN/mc-ticket" init
    has "$output" "path           is short (2 folders): "
    has "$output" "run init in the shell you start agents from"
    rm -r "$T/.config"
    expect 0 env -i HOME="$T" "$MC_BIN/mc-ticket" init
    has "$output" "path           not set, because there is no PATH here"
    no grep -q "that init was run with" "$T/.config/mc-pickup/config.json"
    grep -q '^  // "path": ' "$T/.config/mc-pickup/config.json"
}

@test "init takes a board and a configuration elsewhere" {
    mkdir -p "$T/a"
    expect 0 mc init --db "$T/b/c/my.db" --config "$T/a/my.json"
    [ -f "$T/b/c/my.db" ]
    is "$(mc --config "$T/a/my.json" add one)" MC-1
    is "$(mc --db "$T/b/c/my.db" list | wc -l)" 2
}

@test "without HOME a named board and configuration are enough" {
    expect 0 env -i PATH=/usr/bin:/bin "$MC_BIN/mc-ticket" init --db "$T/my.db" --config "$T/my.json"
    expect 0 env -i PATH=/usr/bin:/bin "$MC_BIN/mc-ticket" add one --db "$T/my.db" --config "$T/my.json"
    expect 78 env -i PATH=/usr/bin:/bin "$MC_BIN/mc-ticket" init
}

@test "a wrong configuration is refused with file and line" {
    mkdir -p "$T/.config/mc-pickup"
    printf '{\n "max_runing": 4\n}\n' >"$T/.config/mc-pickup/config.json"
    expect 78 mc init
    has "$errors" "config.json:2"
    [ ! -e "$DB" ]
}

@test "no board: 66 and what to do" {
    expect 66 mc list
    has "$errors" "mc-ticket init"
    expect 66 mc add one
}

@test "a bad command line is 64 and changes nothing" {
    mc init >/dev/null
    before=$(rows)
    expect 64 mc
    expect 64 mc nothing
    expect 64 mc add
    expect 64 mc add one two
    expect 64 mc add one --nothing
    expect 64 mc add one --priority urgent
    expect 64 mc add one --body
    expect 64 mc add one --body a --body b
    expect 64 mc add one --body a --body-file b
    expect 64 mc add one --inbox --todo
    expect 64 mc add one --json=yes
    expect 64 mc list --status nothing
    expect 64 mc list --body a
    expect 64 mc show
    expect 64 mc show 4
    expect 64 mc show MC-0
    expect 64 mc show XX-1
    expect 64 mc reject MC-1
    expect 64 mc log MC-1 --lines 0
    expect 64 mc log MC-1 --raw --json
    expect 64 mc add one --by ''
    expect 64 mc add one --request-id ''
    is "$(rows)" "$before"
}

@test "what is next is typed for the board that was made" {
    expect 0 mc init --db "$T/new x/board.db" --config "$T/c.json"
    has "$output" "next           mc-ticket --config $T/c.json --db '$T/new x/board.db' add TITLE"
    has "$output" "next           mc-pickup -v --config $T/c.json --db '$T/new x/board.db'"
    expect 0 mc init
    has "$output" "next           mc-ticket add TITLE"
    grep -qx 'next           mc-pickup -v' <<<"$output"
}

@test "a text that begins with a dash" {
    mc init >/dev/null
    is "$(mc add "- mend the parser" --priority high)" MC-1
    is "$(mc add --label "a b" "--body=two words" -- -x)" MC-2
    is "$(json "$(mc list --json)" tickets.0.title)" "- mend the parser"
    is "$(json "$(mc show MC-2 --json)" body)" "two words"
    mc block MC-1 "--help is wrong" >/dev/null
    is "$(json "$(mc show MC-1 --json)" status)" blocked
    expect 64 mc add -x
    has "$errors" "unknown option -x; try mc-ticket add --help, or put -- before a text that begins so"
    expect 64 mc add "--tilte=a b"
    has "$errors" "unknown option --tilte=a b; try mc-ticket add --help"
    expect 64 mc add x --prio high
    has "$errors" "unknown option --prio (is --priority meant?); try mc-ticket add --help"
    expect 64 mc --jsno list
    has "$errors" "unknown option --jsno (is --json meant?); try mc-ticket list --help"
    expect 64 mc -x
    has "$errors" "unknown option -x; try mc-ticket --help"
    expect 64 mc aprove MC-1
    has "$errors" "unknown command aprove (is approve meant?); try mc-ticket --help"
    expect 64 mc help nix
    has "$errors" "unknown command nix; try mc-ticket --help"
    is "$(mc help)" "$(mc --help)"
    is "$(mc help list)" "$(mc list --help)"
}

@test "a failure with --json is an object too" {
    mc init >/dev/null
    expect 66 mc show MC-7 --json
    is "$(json "$output" error.exit)" 66
    is "$(json "$output" error.name)" NOINPUT
    has "$(json "$output" error.text)" MC-7
    for words in "list --bogus --json" "--json list --bogus" "list --status --db x --json y" "--json" "nothing --json"; do
        # shellcheck disable=SC2086
        expect 64 mc $words
        is "$(json "$output" error.exit)" 64
    done
    expect 64 mc list --bogus -- --json
    is "$output" ""
}

@test "help and version" {
    expect 0 mc --help
    has "$output" "signal DONE|REVIEW|QUESTION"
    expect 0 mc add --help
    has "$output" "--dedupe-key"
    expect 0 mc -h
    is "$output" "$(mc --help)"
    for command in $(mc --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
        expect 0 mc "$command" -h
        is "$output" "$(mc "$command" --help)"
    done
    expect 0 mc --version
    has "$output" "mc-ticket "
}

@test "closed standard streams and a full output are told apart" {
    mc init >/dev/null
    mc add one >/dev/null
    "$MC_BIN/mc-ticket" list <&- 2>&- >/dev/null
    expect 74 sh -c "'$MC_BIN/mc-ticket' list <&- >&- 2>&-"
    expect 74 sh -c "'$MC_BIN/mc-ticket' list >/dev/full"
}
