#!/usr/bin/env bats
# What a ticket's texts may be (SPEC sections 8, 13, 17).

setup() {
    load ../ticket/desk.bash
    desk_setup
    new
}

teardown() {
    desk_teardown
}

@test "a title is cleaned, and one that nobody can see is refused" {
    is "$(mc add "$(printf ' two\t  blanks\302\240here\342\200\213 ')")" MC-1
    is "$(sql "SELECT title FROM tickets")" "two blanks here"
    before=$(rows)
    for blank in ' ' $'\t' $'\u00a0' $'\u200b' $'\u202e' $'\u2028' $'\ufeff'; do
        expect 65 mc add "$blank"
        has "$errors" "nothing in it can be seen"
        one_line
    done
    expect 65 mc add "$(printf 'a\nb')"
    has "$errors" "several lines"
    is "$(rows)" "$before"
}

@test "a label given twice is there once" {
    mc add one --label a --label b --label ' a' >/dev/null
    is "$(sql "SELECT labels FROM tickets")" a,b
    expect 65 mc add two --label ''
    expect 65 mc add two --label a,b
    has "$errors" comma
}

@test "a text that says nothing is refused, and so are bytes that are no text" {
    mc add one >/dev/null
    sql "UPDATE tickets SET status='in_review'"
    before=$(rows)
    for blank in '' '   ' $'\n' $'\u200b' $'\u00a0'; do
        expect 64 mc reject MC-1 "$blank"
        expect 64 mc note MC-1 "$blank"
        one_line
    done
    expect 65 mc note MC-1 "$(printf 'a\377')"
    has "$errors" "no UTF-8"
    expect 65 mc add two --body "$(printf 'a\nb\344')"
    has "$errors" "--body: line 2"
    printf 'ok\n\344' >"$T/body"
    expect 65 mc note MC-1 --body-file "$T/body"
    has "$errors" "$T/body: line 2"
    is "$(rows)" "$before"
}

@test "an object holds no character that a terminal would obey" {
    mc add one --body "$(printf 'a\302\233b\342\200\256c\177d')" >/dev/null
    expect 0 mc show MC-1 --json
    no env LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]\|\302\233\|\342\200\256')" <<<"$output"
    has "$output" 'a\u009bb\u202ec\u007fd'
    is "$(json "$output" body)" "$(printf 'a\302\233b\342\200\256c\177d')"
}

@test "a configuration may begin with a byte order mark" {
    printf '\357\273\277{"ticket_prefix": "AB"}\n' >"$T/config.json"
    chmod 600 "$T/config.json"
    is "$(mc add one --config "$T/config.json")" AB-1
    printf '\357\273\277{\n"nothing": 1}\n' >"$T/config.json"
    expect 78 mc list --config "$T/config.json"
    has "$errors" "config.json:2: nothing"
}
