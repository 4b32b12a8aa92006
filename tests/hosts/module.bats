#!/usr/bin/env bats
# The door to servers is a module, which may not be installed, or be of another version than the programs.
# shellcheck disable=SC2034,SC2154

load ../e2e/support

setup() {
    world
    configure
    mkdir "$T/bin"
    cp "$MC_BIN"/mc-* "$T/bin"
    MC_BIN=$T/bin
    MC_DB="postgresql://mc@/board?host=$T/nobody-listens"
    refused='board postgresql://mc@/board?host='
}

teardown() {
    world_end
}

# said CODE PART …: by every program, on one line.
said() {
    local part command words
    for command in pickup "ticket list" "ticket add x" "ticket init"; do
        read -ra words <<<"$command"
        expect "$1" "${words[@]}"
        one_line
        for part in "${@:2}"; do
            has "$errors" "$part"
        done
    done
}

@test "without the module: 69, and what to install; a board in a file is none the wiser" {
    rm -f "$T"/bin/mc-postgres.so
    said 69 "$refused" "the module for it cannot be loaded" "mc-postgres.so" "install mc-pickup-postgres"
    MC_DB=$T/board.db
    ticket init >/dev/null
    expect 0 pickup
    expect 0 ticket doctor
    no has "$output" postgres
}

@test "a module of another version is not let in, nor is a file that is none" {
    [ -f "$T/bin/mc-postgres.so" ] || skip "built without servers"
    local ours another
    said 69 "$refused" "its server cannot be had"
    ours=$(ticket --version | cut -d ' ' -f 2)
    another=${ours//[0-9]/9}
    LC_ALL=C sed -i "s/\x00$ours\x00/\x00$another\x00/" "$T/bin/mc-postgres.so"
    said 69 "mc-postgres.so is of version $another, these programs are of $ours: install both of one version"
    printf 'no module\n' >"$T/bin/mc-postgres.so"
    said 69 "$refused" "the module for it cannot be loaded" "install mc-pickup-postgres"
}
