#!/usr/bin/env bats
# Layout is decided by .clang-format, shell by shellcheck.

setup() {
    cd "${MC_SRC:-$BATS_TEST_DIRNAME/../..}" || return
}

missing() {
    echo "# skipped: $1 is not installed" >&3
    skip "$1 is not installed"
}

# Files with a first line that names bash or sh, and what bats loads.
shell_scripts() {
    find .ci cmd tests -type f ! -name '*.c' ! -name '*.h' ! -name '*.py' -print0 |
        LC_ALL=C xargs -0 awk 'FNR > 1 { nextfile }
            FILENAME ~ /\.(bats|bash|sh)$/ || /^#!.*[^a-z](ba)?sh$/ { printf "%s%c", FILENAME, 0 }'
}

# check_changed PROGRAM OPTION …: what it says of the files named on standard input, but for those that it has passed, as
# they are now and with the files ALSO, in an earlier run in this build folder: it takes half a minute for all.
check_changed() {
    local passed
    passed=${MC_BUILD:-$BATS_TEST_TMPDIR}/${1##*/}-$( ("$1" --version && echo "$@" && cat "${ALSO[@]}" /dev/null) | sha256sum | cut -c1-12)
    [ -e "$passed" ] || : >"$passed"
    xargs -0 sha256sum | LC_ALL=C sort >"$BATS_TEST_TMPDIR/now"
    LC_ALL=C comm -23 "$BATS_TEST_TMPDIR/now" "$passed" | cut -d' ' -f3- | tr '\n' '\0' | xargs -0r "$@" &&
        mv "$BATS_TEST_TMPDIR/now" "$passed"
}

@test "every C file is laid out by .clang-format" {
    # Other versions lay out a few things in another way.
    clang-format --version 2>/dev/null | grep -q 'version 14\.' || missing "clang-format 14"
    ALSO=(.clang-format)
    find lib cmd tests \( -name '*.c' -o -name '*.h' \) -print0 |
        check_changed clang-format --dry-run -Werror 2>"$BATS_TEST_TMPDIR/out" && return
    echo "to be laid out with clang-format -i:"
    sed -n 's/:[0-9]*:[0-9]*: error: .*//p' "$BATS_TEST_TMPDIR/out" | sort -u
    false
}

@test "shellcheck has nothing to say about the scripts" {
    command -v shellcheck >/dev/null || missing shellcheck
    [ "$(shell_scripts | tr -cd '\0' | wc -c)" -ge 5 ]
    shell_scripts | grep -zvE '\.(bats|bash)$' | xargs -0 shellcheck -x
    # It does not follow bats' load, and takes a status named done for the end of a loop.
    shell_scripts | grep -zE '\.(bats|bash)$' | check_changed shellcheck -S warning -e SC2154,SC2034,SC2030,SC2031,SC1010
}

@test "every Python file compiles" {
    find tests -name '*.py' -print0 | xargs -0 "${MC_PYTHON:-python3}" -c '
import sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        compile(file.read(), name, "exec")'
}

@test "no script has a trailing blank or a tab for indentation" {
    shell_scripts >"$BATS_TEST_TMPDIR/names"
    run xargs -0 -a "$BATS_TEST_TMPDIR/names" grep -nE $'[[:blank:]]$|^\t'
    echo "$output"
    [ -z "$output" ]
}
