#!/usr/bin/env bats
# The tools of the tests are no condition for building, nor is the library of servers.

setup() {
    src=${MC_SRC:-$BATS_TEST_DIRNAME/../..}
    B=$BATS_TEST_TMPDIR
}

# configure [OPTION …]: where bats is not to be found.
configure() {
    run "${MC_CMAKE:-cmake}" -S "$src" -B "$B/build" -G Ninja -DBATS=BATS-NOTFOUND \
        -DCMAKE_PROGRAM_PATH= -DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF -DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF \
        -DPKG_CONFIG_EXECUTABLE="$(command -v pkg-config)" -DCMAKE_C_COMPILER="$(command -v cc)" \
        -DCMAKE_MAKE_PROGRAM="$(command -v ninja)" "$@"
    echo "$output"
}

@test "without them: built without tests, and said" {
    configure
    [ "$status" -eq 0 ]
    [[ $output == *"No tests: cmocka, bats or python3 is missing"* ]]
    [ ! -e "$B/build/tests" ]
}

@test "asked for: refused" {
    configure -DBUILD_TESTING=ON
    [ "$status" -ne 0 ]
    [[ $output == *BATS* ]]
}

# without_libpq [OPTION …]: where pkg-config finds all but that one.
without_libpq() {
    local file folder
    mkdir -p "$B/found"
    for folder in $(pkg-config --variable=pc_path pkg-config | tr : ' '); do
        for file in "$folder"/*.pc; do
            case $file in
            */libpq.pc | */\*.pc) ;;
            *) ln -sf "$file" "$B/found/" ;;
            esac
        done
    done
    PKG_CONFIG_LIBDIR=$B/found configure "$@"
}

@test "without libpq: built without boards on servers, and said in one line" {
    without_libpq
    [ "$status" -eq 0 ]
    [[ $output == *"No boards on PostgreSQL servers: for these install libpq-dev"* ]]
    [ "$(grep -ci "libpq" <<<"$output")" -eq 1 ]
    without_libpq -DMC_POSTGRES=ON
    [ "$status" -ne 0 ]
    [[ $output == *"MC_POSTGRES: libpq is missing: install libpq-dev"* ]]
}
