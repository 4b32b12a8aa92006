#!/usr/bin/env bats
# What is advised is what helps: each case as the built program meets it.

setup() {
    load ../e2e/support
    world
}

teardown() {
    world_end
}

http() {
    configure "{\"send\": {\"transport\": \"http\", \"url\": \"http://127.0.0.1:1/x\", \"token_file\": \"$1\"}}"
}

@test "a token file: its mode where it is one, another file where it is none of ours to change" {
    echo secret >"$T/token"
    chmod 644 "$T/token"
    http "$T/token"
    init
    add one
    expect 77 pickup
    has "$errors" "$T/token: others may read it; run: chmod 600 $T/token"
    http /etc/passwd
    expect 77 pickup
    has "$errors" "/etc/passwd: others may read it; name a file of your own that holds nothing else"
    no has "$errors" "chmod"
    expect 78 ticket doctor
    has "$output" "bad   token /etc/passwd: others may read it; name a file of your own"
    no has "$output" "chmod 600 /etc/passwd"
}

@test "a read-only file system is not its owner's fault" {
    configure
    init
    need_mounts
    private_mounts "$(declare -f has no expect)
        cp -r $STATE $T/ro
        mount --bind $T/ro $T/ro
        mount -o remount,ro,bind $T/ro
        MC_DB=$T/ro/board.db
        for command in 'pickup' 'ticket add one' 'ticket list' 'ticket doctor'; do
            \$command >$T/out 2>&1 && [ \"\$command\" = 'ticket list' ] || true
            no grep -i 'as its owner\|check the owner' $T/out
        done
        ticket doctor >$T/out 2>&1 || true
        grep -F 'bad   disk of $T/ro: is mounted read-only; as root; run: mount -o remount,rw $T/ro' $T/out
        pickup >$T/out 2>&1 || true
        grep -F 'read-only' $T/out"
}

@test "an agent whose wrapper finds nothing to run: where it is looked for, and not to run it by hand" {
    mkdir "$T/bin"
    printf '%s\n' '#!/bin/sh' 'exec not-on-this-path' >"$T/bin/wrapper"
    chmod 755 "$T/bin/wrapper"
    configure "{\"profiles\": {\"demo\": {\"command\": [\"$T/bin/wrapper\"]}}}"
    init
    add one
    expect 69 pickup
    has "$errors" "status 127"
    has "$errors" "add its folder to \"path\""
    no has "$errors" "by hand"
    expect 78 ticket doctor --try demo
    has "$output" "status 127"
}

@test "an agent that is not where its profile says: no folder is looked through for it, so none is advised" {
    configure '{"profiles": {"demo": {"command": ["/nowhere/agent"]}}}'
    init
    add one
    expect 69 pickup
    has "$errors" "no_agent: profile demo: command /nowhere/agent is not there; "
    has "$errors" '; install it there, or correct "command" of that profile'
    no has "$errors" '"path"'
}
