# The key `page`: every pickup that changed something writes it, after its work.

setup() {
    load ../e2e/support
    world
    PAGE=$T/page.html
    configure "{\"page\": \"$PAGE\"}" --signal QUESTION
    init
}

teardown() { world_end; }

stamp() {
    stat -c '%i %Y %y' "$PAGE"
}

asks() {
    [ "$(ticket list --status needs_input --json | grep -c '"MC-1"')" = 1 ]
}

@test "a pickup that dispatched writes it, and one after a question that no pickup has seen" {
    add 'Choose a colour'
    expect 0 pickup
    has "$(cat "$PAGE")" 'Choose a colour'
    is "$(stat -c %a "$PAGE")" 600
    wait_for asks
    expect 0 pickup
    has "$(cat "$PAGE")" " answer MC-1 &#39;TEXT&#39;"
    ticket answer MC-1 'Blue' >/dev/null
    expect 0 pickup
    no grep -q ' answer MC-1' "$PAGE"
}

@test "one that has nothing to do looks at three files, and without the key at none" {
    expect 0 pickup
    expect 0 pickup
    before=$(stamp)
    sleep 0.1
    bare strace -f -e trace=file,desc -o "$T/calls" "$MC_BIN/mc-pickup"
    is "$(grep -c 'page.html\|said-page' "$T/calls")" 1
    is "$(stamp)" "$before"
    configure
    bare strace -f -e trace=file,desc -o "$T/calls" "$MC_BIN/mc-pickup"
    no grep -q 'page.html\|said-page' "$T/calls"
}

@test "the mode of one that is there is kept" {
    : >"$PAGE"
    chmod 644 "$PAGE"
    add 'Choose a colour'
    expect 0 pickup
    has "$(cat "$PAGE")" 'Choose a colour'
    is "$(stat -c %a "$PAGE")" 644
}

@test "a dry run writes none" {
    add 'Choose a colour'
    expect 0 pickup --dry-run
    no test -e "$PAGE"
}

@test "where it cannot be written the pickup is as good, and says so once a day" {
    configure '{"page": "/nowhere/page.html", "max_running": 9}' --busy 600000
    add 'One'
    add 'Two'
    add 'Three'
    expect 0 pickup
    one_line
    has "$errors" 'mc-pickup: page: /nowhere/page.html: cannot be made'
    expect 0 pickup
    is "$errors" ''
    configure "{\"page\": \"$PAGE\", \"max_running\": 9}" --busy 600000
    expect 0 pickup
    is "$errors" ''
    has "$(cat "$PAGE")" 'Three'
    configure '{"page": "/nowhere/page.html", "max_running": 9}' --busy 600000
    add 'Four'
    expect 0 pickup
    one_line
}

@test "a symbolic link in its place is left alone" {
    echo kept >"$T/other"
    ln -s "$T/other" "$PAGE"
    add 'Choose a colour'
    expect 0 pickup
    one_line
    has "$errors" 'it is a symbolic link'
    is "$(cat "$T/other")" kept
    [ -L "$PAGE" ]
}
