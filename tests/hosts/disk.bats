#!/usr/bin/env bats
# A file is for one machine: one on a network file system is refused (SPEC section 16). The board is on a tmpfs, which
# has no major number either; what statfs(2) says of it is a shim's word.

setup() {
    load ../e2e/support
    world
    shm=$(mktemp -d /dev/shm/mce.XXXXXX)
    STATE=$shm
    MC_DB=$STATE/board.db
    SOCKET=$STATE/tmux.sock
    configure
}

teardown() {
    world_end
    rm -rf "$shm" "${disk:-}"
}

# mounted TYPE: from now on its folder is said to be of that.
mounted() {
    extra=(LD_PRELOAD="$MC_STATFS_SHIM" MC_STATFS_TYPE="$1" MC_STATFS_LOG="$T/asked")
}

refuses() {
    expect 78 "${@:2}"
    one_line
    has "$errors" "board $MC_DB lies on a network file system ($1), where SQLite's locks cannot be trusted: keep it on a"
    has "$errors" "or use PostgreSQL for several machines (mc-pickup-hosts(7))"
}

@test "on NFS, CIFS, 9P and their kind none is made, and nothing is left there" {
    local row
    for row in 6969=NFS ff534d42=CIFS fe534d42=SMB2 517b=SMB 1021997=9P c36400=Ceph 5346414f=AFS 6b414653=AFS; do
        mounted "${row%=*}"
        refuses "${row#*=}" ticket init
    done
    is "$(ls -A "$STATE")" ""
}

@test "one that is there is read and exported, and neither worked on nor changed" {
    init
    add "a title"
    mounted 6969
    refuses NFS pickup
    refuses NFS ticket add another
    refuses NFS ticket init --own
    expect 0 ticket list
    has "$output" "a title"
    expect 0 ticket export
    has "$output" "a title"
    expect 78 ticket doctor
    has "$output" "board $MC_DB: is on a network file system (NFS)"
}

@test "the folder of a machine that works on a server's board is to be its own" {
    mounted 6969
    expect 78 ticket doctor --db service=none
    has "$output" "warn  disk of $T/.local/state/mc-pickup: is a network's (NFS), and each machine"
}

@test "of a program's own file system the doctor warns, for it may be sshfs" {
    init
    mounted 65735546
    expect 0 ticket add "a title"
    output=$(ticket doctor 2>&1) || true
    has "$output" "warn  board $MC_DB: is on a file system that a program keeps (FUSE)"
}

@test "an idle run asks once where the disk might be a network's, and never on a disk with a number" {
    init
    pickup
    extra=(LD_PRELOAD="$MC_STATFS_SHIM" MC_STATFS_LOG="$T/asked")
    pickup
    is "$(cat "$T/asked")" "$STATE"
    rm "$T/asked"
    [ "$(stat -c %Hd /tmp)" -ne 0 ] || skip "/tmp has no major number here"
    disk=$(mktemp -d /tmp/mce.XXXXXX)
    MC_DB=$disk/board.db
    init
    pickup
    rm -f "$T/asked"
    pickup
    [ ! -e "$T/asked" ]
}
