#!/usr/bin/env bats
# In a systemd unit (INVOCATION_ID) a new tmux server gets a scope of its own, or it would end with the unit (SPEC
# section 7). systemd-run is a stand-in that notes its arguments.

setup() {
    load support
    world
    configure '{}' --busy 600000
    init
    add one
    add two
    mkdir "$T/bin"
    CLEAN_PATH=$T/bin:$CLEAN_PATH
    extra=(INVOCATION_ID=7d5cf6b0a2ad4c9f8c5e0b0f3b1e9d11)
}

teardown() {
    world_end
}

# stand_in: systemd-run that notes its arguments and then does what is on standard input.
stand_in() {
    {
        printf '#!/bin/sh\necho "$@" >>%s/calls\n' "$T"
        cat
    } >"$T/bin/systemd-run"
    chmod 700 "$T/bin/systemd-run"
}

@test "the first server is started in a scope, the second session is not" {
    # shellcheck disable=SC2016
    stand_in <<<'while [ "$1" != -- ]; do shift; done; shift; exec "$@"'
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    is "$(wc -l <"$T/calls")" 1
    has "$(cat "$T/calls")" "--user --scope --collect"
    has "$(cat "$T/calls")" "tmux"
    expect 0 pickup --json
    is "$(value ticket) $(value outcome)" "MC-2 dispatched"
    is "$(wc -l <"$T/calls")" 1
}

@test "no scope to be had: 69 with what to do, a failure of the world" {
    stand_in <<<'echo "Failed to connect to bus: No medium found" >&2; exit 1'
    expect 69 pickup --json
    is "$(value send.class)" no_tmux
    one_line
    has "$errors" "no scope could be made"
    has "$errors" "said: Failed to connect to bus: No medium found;"
    has "$errors" "enable-linger"
    no grep -q "Install tmux" "$T/errors"
    rows_are "todo|0" "SELECT status,attempts FROM tickets WHERE id=1"
    is "$(sessions)" ""
}

@test "no systemd-run at all: 69 with what to do" {
    need_mounts
    without() {
        private_mounts 'for dir in /usr/local/bin /usr/bin /bin; do
            [ ! -e "$dir/systemd-run" ] || mount --bind /dev/null "$dir/systemd-run"; done
            pickup --json'
    }
    expect 69 without
    is "$(value send.class)" no_tmux
    has "$errors" "systemd-run"
    has "$errors" "cron"
    is "$(sessions)" ""
}

# notes_runtime_dir: systemd-run that says where it would look for the user's manager, and does not find it.
notes_runtime_dir() {
    # shellcheck disable=SC2016
    stand_in <<<'echo "in ${XDG_RUNTIME_DIR:-nothing}" >&2; exit 1'
}

@test "a unit with User= has no XDG_RUNTIME_DIR: the user's own is given where it is there" {
    need_mounts
    notes_runtime_dir
    there() {
        private_mounts "mount -t tmpfs none /run; mkdir -p /run/user/$(id -u) && $1
            pickup --json"
    }
    expect 69 there true
    has "$(value error)" "said: in /run/user/$(id -u); the ticket is todo"
    expect 69 there "chown 12345 /run/user/$(id -u)" || [ "$(id -u)" -ne 0 ]
    has "$(value error)" "said: in nothing; the ticket is todo"
    extra+=(XDG_RUNTIME_DIR=/elsewhere)
    expect 69 there true
    has "$(value error)" "said: in /elsewhere; the ticket is todo"
}

@test "outside of a unit it is not asked" {
    extra=()
    stand_in <<<'exit 1'
    expect 0 pickup
    [ ! -e "$T/calls" ]
}

@test "an empty INVOCATION_ID is no unit's" {
    stand_in <<<'exit 1'
    extra=(INVOCATION_ID=)
    expect 0 pickup --json
    is "$(value outcome)" dispatched
    [ ! -e "$T/calls" ]
}
