#!/usr/bin/env bats
# A board that is a file pays nothing for those on a server.

setup() {
    load ../e2e/support
    world
    configure
    init
}

teardown() {
    world_end
}

# opened PROGRAM …: the libraries and modules that it opens, one a line.
opened() {
    bare strace -f -qq -e trace=openat,open -e status=successful -o "$T/trace" "$@" >/dev/null
    sed -n 's/.*"\([^"]*\.so[^"]*\)".*/\1/p' "$T/trace" | sed 's,.*/,,; s/\.so.*//' | sort -u
}

@test "an idle run and a look open the libraries that they always did, and no module" {
    is "$(bare "$MC_BIN/mc-pickup")$?" 0
    if grep -q '^MC_SANITIZE:BOOL=ON' "$MC_BUILD/CMakeCache.txt"; then
        skip "a build with sanitizers has theirs"
    fi
    is "$(opened "$MC_BIN/mc-pickup" | grep -v '^ld$' | tr '\n' ' ')" "libc libcjson libm libsqlite3 "
    is "$(opened "$MC_BIN/mc-ticket" list | grep -v '^ld$' | tr '\n' ' ')" "libc libcjson libm libsqlite3 "
}

@test "no program is linked with a server's library, and the module with no file's" {
    local program needed
    for program in "$MC_BIN"/mc-*; do
        needed=$(readelf -d "$program")
        has "$needed" libc.so
        case $program in
        *.so) no has "$needed" libsqlite3 ;;
        *) no has "$needed" libpq ;;
        esac
    done
}

@test "an idle run connects to nothing, whatever a server's own variables say" {
    extra+=(PGHOST=/nowhere PGSERVICE=board PGDATABASE=board)
    bare strace -f -qq -e trace=connect,socket -o "$T/trace" "$MC_BIN/mc-pickup"
    is "$(cat "$T/trace")" ""
}
