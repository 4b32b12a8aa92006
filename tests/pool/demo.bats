#!/usr/bin/env bats
# What the demo agent changes where it works, as a real one would.

setup() {
    load ../e2e/support
    world
    mkdir "$T/tree"
    git init -q -b main "$T/tree"
    cd "$T/tree" || return
}

teardown() {
    world_end
}

@test "a turn writes its line and commits it" {
    expect 0 bare env MC_TICKET=MC-7 "$MC_BIN/mc-demo-agent" --no-signal --busy 0 --write notes.txt --commit \
        $'MC-7 turn 1\nMend the parser\nmore'
    is "$(cat notes.txt)" "MC-7 turn 1: Mend the parser"
    is "$(git log --format='%an %s')" "mc-demo-agent MC-7: turn 1"
    is "$(git status --porcelain)" ""
}

@test "without --commit it is left as it is; what git says is on the screen" {
    expect 0 bare "$MC_BIN/mc-demo-agent" --no-signal --busy 0 --write notes.txt 'turn'
    is "$(git status --porcelain)" "?? notes.txt"
    cd "$T" || return
    expect 0 bare "$MC_BIN/mc-demo-agent" --no-signal --busy 0 --commit 'turn'
    has "$output" "git add: fatal: not a git repository"
}
