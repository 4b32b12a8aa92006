#!/usr/bin/env bats
# Repositories whose attributes ask for other bytes than their commits hold: git calls what it has just checked out changed,
# and we go by the bytes.
# shellcheck disable=SC2154

setup() {
    load pool
}

teardown() {
    world_end
}

# unlike [SCRIPT]: a pool of one slot, for agents that do SCRIPT, of a repository that holds CRLF which its attributes
# would take away.
unlike() {
    pool_world 1
    works "${1:-:}"
    works_settings 1
    printf 'one\r\ntwo\r\n' >"$REPO/dos.txt"
    printf 'three\r\n' >"$REPO/other.txt"
    git_in "$REPO" add -A
    git_in "$REPO" commit -q -m "As they were written"
    printf '*.txt text\n' >"$REPO/.gitattributes"
    git_in "$REPO" add .gitattributes
    git_in "$REPO" commit -q -m "Attributes"
}

@test "a slot of a repository that git calls changed as soon as it is checked out is as good as any" {
    local base
    unlike 'printf "four\r\n" >>dos.txt; rm src/run.sh; echo new >new'
    add "The first"
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    expect 0 ticket approve MC-1
    has "$errors" "3 files are not committed"
    expect 0 pickup
    slot_is 1 free
    is "$(cat "$POOL/pool-1/dos.txt")" "$(printf 'one\r\ntwo\r\n')"
    works :
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    is "$(cat "$POOL/pool-1/dos.txt")" "$(printf 'one\r\ntwo\r\nfour\r\n')"
    is "$(cat "$POOL/pool-1/new")" new
    [ ! -e "$POOL/pool-1/src/run.sh" ]
    ticket approve MC-1 >/dev/null
    printf 'five\r\n' >>"$REPO/other.txt"
    git_in "$REPO" -c core.safecrlf=false commit -q -m "Made right" -a
    base=$(git_in "$REPO" rev-parse HEAD)
    add "The second"
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 2 in_review
    is "$(git_in "$POOL/pool-1" rev-parse HEAD)" "$base"
    agree
}

@test "a ticket whose own commit git checks out otherwise than it stands there is no other ticket's trouble" {
    # shellcheck disable=SC2016
    pool_of 1 '{}' '[ -e a.bat ] || { printf "a\r\nb\n" >a.bat; git add a.bat; git commit -qm bat
        printf "*.bat text eol=crlf\n" >.gitattributes; git add .gitattributes; git commit -qm attributes; }'
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    expect 0 pickup
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    is "$errors" ""
    wait_for reaches 1 in_review
    ticket approve MC-1 >/dev/null
    add "The second"
    expect 0 pickup --json
    is "$errors" ""
    wait_for reaches 2 in_review
    slot_is 1 claimed
    agree
}
