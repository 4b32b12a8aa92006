#!/usr/bin/env bats
# The tools of the tests are no condition for building.

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
