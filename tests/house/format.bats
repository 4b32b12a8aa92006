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
        while IFS= read -r -d '' file; do
            case $file in
            *.bats | *.bash | *.sh) printf '%s\0' "$file" ;;
            *) if head -n 1 "$file" | grep -aqE '^#!.*\b(ba)?sh$'; then printf '%s\0' "$file"; fi ;;
            esac
        done
}

@test "every C file is laid out by .clang-format" {
    # Other versions lay out a few things in another way.
    clang-format --version 2>/dev/null | grep -q 'version 14\.' || missing "clang-format 14"
    find lib cmd tests \( -name '*.c' -o -name '*.h' \) -print0 | xargs -0 clang-format --dry-run 2>"$BATS_TEST_TMPDIR/out"
    echo "to be laid out with clang-format -i:"
    sed -n 's/:[0-9]*:[0-9]*: warning: .*//p' "$BATS_TEST_TMPDIR/out" | sort -u
    [ ! -s "$BATS_TEST_TMPDIR/out" ]
}

@test "shellcheck has nothing to say about the scripts" {
    command -v shellcheck >/dev/null || missing shellcheck
    [ "$(shell_scripts | tr -cd '\0' | wc -c)" -ge 5 ]
    shell_scripts | grep -zvE '\.(bats|bash)$' | xargs -0 shellcheck -x
    # It does not follow bats' load, and takes a status named done for the end of a loop.
    shell_scripts | grep -zE '\.(bats|bash)$' | xargs -0 shellcheck -S warning -e SC2154,SC2034,SC2030,SC2031,SC1010
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
