# The examples of man/mc-pickup-hosts.7, as printed.

PAGE=${MC_SRC:-$BATS_TEST_DIRNAME/../..}/man/mc-pickup-hosts.7

# example FIRST: the block of the page whose first line begins so.
example() {
    awk -v first="$1" '/^\.Bd .*literal/ { block = 1; seen = 0; next }
        /^\.Ed/ { block = 0; next }
        block && !seen { seen = 1; shown = index($0, first) == 1 }
        block && shown' "$PAGE" | sed -e 's/\\e/\\/g' -e 's/\\(dq/"/g' -e "s/\\\\(aq/'/g" >"$T/example"
    [ -s "$T/example" ] || {
        printf 'no example begins with %s\n' "$1" >&2
        return 1
    }
    cat "$T/example"
}

# typed FIRST [SED-EXPRESSION …]: an example of lines behind "$ " as a script, with what the page has for others' names
# replaced.
typed() {
    local words=() word
    for word in "${@:2}"; do
        words+=(-e "$word")
    done
    example "$1" | sed -e 's/^\$ //' -e 's/^ \{4\}//' "${words[@]}"
}
