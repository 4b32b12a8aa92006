# For the tests of mc-ticket doctor.

doctor() {
    ticket doctor "$@"
}

# line WORDS …: the one line of $output that has all of them.
line() {
    local found=$output word
    for word in "$@"; do
        found=$(grep -F -- "$word" <<<"$found") || {
            printf 'no line with %s in: %s\n' "$word" "$output" >&2
            return 1
        }
    done
    is "$(wc -l <<<"$found")" 1
}
