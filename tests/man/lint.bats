#!/usr/bin/env bats
# The pages are mdoc without a warning, and readable.

setup() {
    cd "${MC_SRC:-$BATS_TEST_DIRNAME/../..}/man" || return
    if ! command -v mandoc >/dev/null; then
        echo "# skipped: mandoc is not installed" >&3
        skip "mandoc is not installed"
    fi
}

@test "there are the six pages that are installed" {
    [ "$(echo *)" = "mc-board.5 mc-pickup-hosts.7 mc-pickup-proof.7 mc-pickup.1 mc-pickup.conf.5 mc-ticket.1" ]
}

@test "mandoc -T lint has no warning" {
    mandoc -T lint -W warning -- *
}

@test "no section is missing" {
    for page in mc-pickup.1 mc-ticket.1; do
        for section in NAME SYNOPSIS DESCRIPTION ENVIRONMENT FILES "EXIT STATUS" EXAMPLES "SEE ALSO" ASSUMPTIONS \
            CAVEATS; do
            grep -qx ".Sh $section" "$page" || {
                echo "$page lacks $section" >&2
                return 1
            }
        done
    done
}

@test "each page renders with its tables" {
    for page in *; do
        [ "$(mandoc -T utf8 -- "$page" | wc -l)" -gt 100 ]
    done
}

@test "no line is wider than a terminal" {
    for page in *; do
        mandoc -T ascii -- "$page" | sed 's/.\x08//g' | awk -v page="$page" \
            'length > 80 { print page ": " $0; wide = 1 } END { exit wide }'
    done
}
