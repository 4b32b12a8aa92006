#!/usr/bin/env bats
# The scripts of the house, run on stand-ins: nothing is installed or built here.

setup() {
    src=${MC_SRC:-$BATS_TEST_DIRNAME/../..}
    cd "$BATS_TEST_TMPDIR" || return
    mkdir tree tree/tests tree/.ci tree/cmd bin bare
    cp "$src/tests/run" tree/tests/run
    cp "$src/.ci/install" "$src/.ci/run" tree/.ci/
    cp "$src/cmd/quickstart" tree/cmd/
    for name in bash cat dirname env grep id; do
        ln -s "$(command -v "$name")" "bare/$name"
    done
}

# A program in bin/ that notes its arguments in calls and then does what is on standard input.
stand_in() {
    {
        echo '#!/bin/bash'
        echo "echo $1 \"\$@\" >>$BATS_TEST_TMPDIR/calls"
        cat
    } >"bin/$1"
    chmod +x "bin/$1"
}

suite() {
    echo 'exit 0' >tree/.ci/install
    stand_in cmake <<<'exit 0'
    PATH=$PWD/bin:$PATH run env -u MC_BUILD_DIR bash tree/tests/run "$@"
}

@test "install names what is missing and refuses" {
    PATH=$PWD/bare run bash tree/.ci/install --no-install build
    echo "$output"
    [ "$status" -eq 69 ]
    [[ $output == "missing: gcc libc6-dev cmake ninja-build pkg-config libsqlite3-dev libcjson-dev"* ]]
    [[ $output != *bats* ]]
    PATH=$PWD/bare run bash tree/.ci/install --no-install test
    [[ $output == *bats* && $output != *cmake* ]]
}

@test "install without apt-get says what to install" {
    PATH=$PWD/bare run bash tree/.ci/install build
    echo "$output"
    [ "$status" -eq 69 ]
    [[ $output == *"no apt-get here"* ]]
}

@test "install does nothing when nothing is missing" {
    stand_in apt-get <<<'exit 1'
    # A compiler that says yes and a pkg-config that knows everything.
    for name in cc cmake ninja pkg-config tmux git; do stand_in "$name" <<<'exit 0'; done
    PATH=$PWD/bin:$PWD/bare run bash tree/.ci/install build
    echo "$output"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    ! grep -q apt-get calls
}

@test "install installs only what is missing and looks again" {
    for name in cc cmake ninja pkg-config git; do stand_in "$name" <<<'exit 0'; done
    stand_in apt-cache <<<'exit 0'
    stand_in apt-get <<<"cp $PWD/bin/cc $PWD/bin/tmux"
    stand_in sudo <<<'exec "$@"'
    ln -s "$(command -v cp)" bare/cp
    PATH=$PWD/bin:$PWD/bare run bash tree/.ci/install build
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"installing tmux"* ]]
    grep -q '^apt-get -q -y install --no-install-recommends tmux$' calls
    ! grep -q 'apt-get.*update' calls
}

@test "install that did not help says so" {
    for name in cc cmake ninja pkg-config git; do stand_in "$name" <<<'exit 0'; done
    stand_in apt-cache <<<'exit 1'
    stand_in apt-get <<<'exit 0'
    stand_in sudo <<<'exec "$@"'
    PATH=$PWD/bin:$PWD/bare run bash tree/.ci/install build
    echo "$output"
    [ "$status" -eq 69 ]
    [[ $output == *"still missing after installing: tmux"* ]]
    grep -q 'apt-get.*update' calls
}

@test "what some tests do without is wished for, not needed" {
    # All that is needed is there: whatever the table has, but for PostgreSQL, which may be this machine's.
    sed -i -e '/^wish /d' -e 's,^package command lintian ,wish command no-such-server postgresql\n&,' tree/.ci/install
    sed -i '/^\(build\|test\)  *[a-z]* /d' tree/.ci/install
    run bash tree/.ci/install --no-install build test
    [ "$status" -eq 0 ]
    [ "$output" = "without postgresql (a Debian package): tests that take it are skipped" ]
    run bash tree/.ci/install --no-install build
    [ "$status $output" = "0 " ]
    stand_in apt-cache <<<'exit 0'
    stand_in apt-get <<<'exit 100'
    stand_in sudo <<<'exec "$@"'
    PATH=$PWD/bin:$PATH run bash tree/.ci/install test
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "without postgresql (a Debian package): tests that take it are skipped" ]
    grep -q '^apt-get -q -y install --no-install-recommends postgresql$' calls
}

@test "a suite that passes runs once" {
    stand_in ctest <<<'echo 100% tests passed'
    suite
    [ "$status" -eq 0 ]
    [ "$(grep -c ^ctest calls)" -eq 1 ]
    grep -q "^ctest --test-dir $PWD/tree/build/ci --no-tests=error -j [0-9]* --output-on-failure -LE ^long\\$" calls
    grep -q '^cmake .*-DMC_WERROR=ON' calls
}

@test "a failure is one: nothing is tried again" {
    stand_in ctest <<<'exit 8'
    suite
    [ "$status" -eq 8 ]
    [ "$(grep -c ^ctest calls)" -eq 1 ]
}

@test "--repeat runs it as often, and counts the failures by test" {
    stand_in ctest <<<'[[ " $* " != *" -N "* ]] || { sed -i \$d calls; exit; }
        [ "$(grep -c ^ctest calls)" -ne 2 ] || exit 0
        mkdir -p tree/build/ci/Testing/Temporary
        printf "%s\n" 7:one 12:two_words >tree/build/ci/Testing/Temporary/LastTestsFailed.log
        [ "$(grep -c ^ctest calls)" -lt 3 ] || sed -i 2d tree/build/ci/Testing/Temporary/LastTestsFailed.log
        exit 8'
    suite --repeat 3 -R x
    echo "$output"
    [ "$status" -eq 8 ]
    [ "$(grep -c '^ctest .* -R x$' calls)" -eq 3 ]
    [[ $output == *"3 times, 3 failures, by test:"* ]]
    [[ $output =~ 2\ one.*1\ two_words ]]
    stand_in ctest <<<'exit 0'
    suite --repeat 2
    [ "$status" -eq 0 ]
    [[ $output == *"2 times, 0 failures" ]]
}

@test "a machine that was started just now" {
    unshare -T true || skip "no time namespaces here"
    stand_in ctest <<<'cut -d. -f1 /proc/uptime >>calls'
    suite --awake 5000000
    [ "$status" -eq 0 ]
    [[ $(tail -1 calls) == 50000?? ]]
    suite --awake 5
    [ "$(tail -1 calls)" -lt 60 ]
}

@test "where each program comes late, and nowhere else" {
    unshare -m true || skip "no mount namespaces here"
    mkdir -p tree/build/ci/tests
    cp "${MC_LATE_SHIM:-$src/build/ci/tests/libmc_late_shim.so}" tree/build/ci/tests/libmc_late_shim.so
    stand_in ctest <<<'grep -c late.so /proc/self/maps >>calls; ls -d /tmp/mc-late.*'
    suite --late
    [ "$status" -eq 0 ]
    [ "$(tail -1 calls)" -gt 0 ]
    grep -q "^ctest .* -LE ^(long|exact)\\$" calls
    [ ! -e "$output" ] && [[ $output == /tmp/mc-late.* ]]
    no_late_here
}

no_late_here() {
    [ "$(grep -c late.so /proc/self/maps)" -eq 0 ]
}

refuses() {
    local why=$1
    shift
    suite "$@"
    echo "$output"
    [ "$status" -eq 64 ]
    [[ $output == "tests/run: $why"* ]]
}

@test "what it does not understand runs nothing, and is named" {
    stand_in ctest <<<'[ "$1" != --help ] || echo "  --no-compress-output         = Do not.
  -R <regex>, --tests-regex <regex>
  --timeout <seconds>          = So long."'
    refuses '--repeat: "often" is no number' --repeat often
    refuses '--awake: "" is no number' --awake
    refuses "--long and --package" --long --package
    for word in --bogus --time --compress-output; do
        refuses "$word: no such option" "$word"
    done
    for word in -R -L --tests-regex; do
        refuses "$word: its word is missing" "$word"
        refuses "$word: its word is missing" "$word" -j 2
    done
    [ "$(grep -c "^cmake\|test-dir" calls)" -eq 0 ]
    suite --timeout 9
    grep -q "^ctest .* --timeout 9$" calls
}

@test "a name that no test has runs nothing, and it is said how they are listed" {
    stand_in ctest <<<'[[ " $* " != *" -N "* ]] || echo "Total Tests: 0"'
    suite --repeat 2 -R nosuch
    echo "$output"
    [ "$status" -eq 64 ]
    [[ $output == "tests/run: -R nosuch: no such test (of those without --long); ctest --test-dir $PWD/tree/build/ci -N lists them all"* ]]
    [ "$(grep -c "^ctest.*--output-on-failure" calls)" -eq 0 ]
}

@test "another end of ctest is not tried again" {
    stand_in ctest <<<'exit 1'
    suite
    [ "$status" -eq 1 ]
    [ "$(grep -c ^ctest calls)" -eq 1 ]
}

@test "--long leaves nothing out, other words go to ctest" {
    stand_in ctest <<<'exit 0'
    suite --long -R house
    [ "$status" -eq 0 ]
    grep -q '^ctest .* -R house$' calls
    ! grep -q 'long' calls
}

@test "--package is for the package alone, and installs what that takes" {
    stand_in ctest <<<'exit 0'
    suite --package
    [ "$status" -eq 0 ]
    grep -q '^ctest --test-dir [^ ]* --no-tests=error -j [0-9]* --output-on-failure -R ^package_$' calls
    echo 'echo "$@" >"$BATS_TEST_TMPDIR/installs"' >tree/.ci/install
    PATH=$PWD/bin:$PATH run bash tree/tests/run --package --no-install
    [ "$(cat installs)" = "--no-install build test package" ]
}

@test "a build that fails ends it" {
    stand_in ctest <<<'exit 0'
    suite
    stand_in cmake <<<'exit 3'
    PATH=$PWD/bin:$PATH run bash tree/tests/run
    [ "$status" -eq 3 ]
    [ "$(grep -c ^ctest calls)" -eq 1 ]
}

@test "CI runs the suite from anywhere, with next to no environment" {
    echo 'echo "CI=$CI $*"; read -r line && echo "read $line"; exit 5' >tree/tests/run
    cd /
    run env -i PATH=/usr/bin:/bin bash "$BATS_TEST_TMPDIR/tree/.ci/run" --no-install </dev/null
    [ "$status" -eq 5 ]
    [ "$output" = "CI=true --no-install" ]
}

@test "each script says how it is used" {
    for script in cmd/quickstart tests/run .ci/install; do
        run bash "tree/$script" --help
        [ "$status" -eq 0 ]
        [[ $output == usage:* ]]
    done
    run bash tree/cmd/quickstart --bogus
    [ "$status" -eq 64 ]
    run bash tree/.ci/install bogus
    [ "$status" -eq 64 ]
}

@test "quickstart without what it needs names it" {
    PATH=$PWD/bare run bash tree/cmd/quickstart --no-install
    echo "$output"
    [ "$status" -eq 69 ]
    [[ $output == *"missing: gcc"* ]]
}

@test "speed is measured of a build of type Release" {
    mkdir build build/bin
    install -m 755 /dev/null build/bin/mc-pickup
    touch build/libmc_store.a
    echo CMAKE_BUILD_TYPE:STRING=RelWithDebInfo >build/CMakeCache.txt
    for script in run peers; do
        run "${MC_PYTHON:-python3}" "$src/tests/bench/$script" build
        echo "$output"
        [ "$status" -eq 64 ]
        [[ $output == "tests/bench/$script: the build in build is of type RelWithDebInfo and not Release; make one: cmake "* ]]
    done
}
