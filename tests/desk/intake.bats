#!/usr/bin/env bats
# Tickets from lines of JSON: all of them are checked before one is added, and the same file may come again.

setup() {
    load ../e2e/support
    world
    configure
    init
    NL=$'\n'
}

teardown() {
    world_end
}

# lines LINE …: into $T/in.
lines() {
    printf '%s\n' "$@" >"$T/in"
}

@test "everything of a line is in its ticket" {
    lines '{"title":"first","dedupe_key":"a"}' \
        '{"title":"sécond\u0020 two","body":"l1\r\n\tl2 \u0001 😀","labels":["x y","b","b"],"priority":"high","profile":"demo","status":"inbox","after":["c","MC-1"],"dedupe_key":"b"}' \
        '' '{"title":"third","labels":"p, q","after":"a","dedupe_key":"c","body":null,"priority":null}'
    add zero
    expect 0 ticket import "$T/in" --by anna
    is "$output" "3 added, 0 were there already"
    rows_are "MC-2|first||todo|medium||||a${NL}MC-3|sécond two|6C310D0A096C32200120F09F9880|inbox|high|demo|x y,b||b${NL}MC-4|third||todo|medium||p,q||c" \
        "SELECT 'MC-'||id,title,hex(body),status,priority,profile,labels,workspace,dedupe_key FROM tickets WHERE id>1"
    rows_are "3-1 3-4 4-2" "SELECT group_concat(ticket_id||'-'||needs_id,' ') FROM(SELECT * FROM ticket_needs ORDER BY 1,2)"
    rows_are "created|anna|3" "SELECT kind,author,count(*) FROM ticket_activity WHERE ticket_id>1 GROUP BY 1,2"
    expect 0 ticket import "$T/in"
    is "$output" "0 added, 3 were there already"
    rows_are 4 "SELECT count(*) FROM tickets"
}

@test "it is read from standard input, a pipe of its own, with a mark, and by lines that end as on Windows" {
    one='{"title":"t"}'
    is "$(echo "$one" | "${MC_BIN}/mc-ticket" import --db "$MC_DB" --config "$CONFIG")" "1 added, 0 were there already"
    is "$(echo "$one" | "${MC_BIN}/mc-ticket" import - --db "$MC_DB" --config "$CONFIG")" "1 added, 0 were there already"
    is "$("${MC_BIN}/mc-ticket" import --db "$MC_DB" --config "$CONFIG" <(echo "$one"))" "1 added, 0 were there already"
    printf '\xef\xbb\xbf%s\r\n \r\n%s' "$one" "$one" >"$T/in"
    expect 0 ticket import "$T/in" --inbox --json
    is "$(value added) $(value there) $(value dry_run)" "2 0 false"
    is "$(value tickets.0) $(value tickets.1.line)" '{"line":1,"ticket":"MC-4","added":true} 3'
    rows_are "inbox|2${NL}todo|3" "SELECT status,count(*) FROM tickets GROUP BY 1"
}

@test "what is wrong is named with its line, and nothing is added" {
    add old
    refused() { # WORDS LINE …: the last line is the wrong one
        local words=$1 status=${code:-65}
        shift
        lines "$@"
        expect "$status" ticket import "$T/in"
        one_line
        has "$errors" "$T/in:$#: "
        has "$errors" "$words"
        rows_are "1|1|0" "SELECT count(*),(SELECT count(*) FROM ticket_activity),(SELECT count(*) FROM ticket_needs) FROM tickets"
        expect 65 ticket import "$T/in" --dry-run
    }
    good='{"title":"good"}'
    refused '"title": it is missing' "$good" '{"body":"x"}'
    refused '"title": it is missing' "$good" '{"title":null}'
    refused '"title": it is no text' '{"title":5}'
    refused '"title": the title is empty' '{"title":" \u200b "}'
    refused '"title": the title ' "$good" "$good" '{"title":"two\nlines"}'
    refused '"title": the title ' '{"title":"bell \u0007"}'
    refused 'has 1001 bytes' "{\"title\":\"$(printf '%01001d' 0)\"}"
    refused '"state": unknown' '{"title":"t","state":"open"}'
    refused '"title": it stands there twice' '{"title":"t","title":"t"}'
    refused '"labels": it is neither' '{"title":"t","labels":{"name":"bug"}}'
    refused '"labels": what stands in the list is no text' '{"title":"t","labels":[{"name":"bug"}]}'
    refused 'has a comma' '{"title":"t","labels":["a,b"]}'
    refused '"priority": give critical' '{"title":"t","priority":"urgent"}'
    refused '"status": give inbox or todo' '{"title":"t","status":"done"}'
    refused '"profile": nobody: no such profile' '{"title":"t","profile":"nobody"}'
    refused '"workspace": workspace web is not configured; add it to "workspaces" in' '{"title":"t","workspace":"web"}'
    refused '"after": MC-2 is neither' "$good" '{"title":"t","after":"MC-2"}'
    refused '"after": nix is neither' '{"title":"t","after":["nix"]}'
    refused '"after": by what the lines wait for' '{"title":"t","after":["self"],"dedupe_key":"self"}'
    refused 'it is a list' '[{"title":"t"}]'
    refused 'no JSON object' '{"title":"t"'
    refused 'no JSON object' '{"title":"t"} {"title":"t"}'
    refused 'no JSON object' '"title"'
    refused 'no JSON object' '{"title":"t","body":"\u0000"}'
    refused 'the text has more than 1000000 bytes' "{\"title\":\"t\",\"body\":\"$(head -c 1000001 /dev/zero | tr '\0' x)\"}"
    lines '{"title":"a","dedupe_key":"a","after":"b"}' '{"title":"b","dedupe_key":"b","after":"c"}' \
        '{"title":"c","dedupe_key":"c","after":"a"}'
    expect 65 ticket import "$T/in"
    has "$errors" "waits for itself"
    printf '{"title":"\xff"}\n' >"$T/in"
    expect 65 ticket import "$T/in"
    has "$errors" "$T/in:1: the line is not UTF-8"
    printf '{"title":"\0"}\n' >"$T/in"
    expect 65 ticket import "$T/in"
    has "$errors" "$T/in:1: "
    expect 66 ticket import "$T/none"
    expect 66 ticket import "$T"
    expect 64 ticket import "$T/in" --inbox --todo
    expect 64 ticket import "$T/in" "$T/in"
    rows_are 1 "SELECT count(*) FROM tickets"
}

@test "where, by whom and how urgent is what the command line says of lines that do not; its labels are every line's" {
    mkdir "$T/app" "$T/site"
    git init -q "$T/app"
    git init -q "$T/site"
    configure '{"workspaces": {"app": {"repo": "'"$T/app"'"}, "site": {"repo": "'"$T/site"'"}},
        "profiles": {"other": {"command": ["other"], "ready": "^>"}}}'
    lines '{"title":"a","labels":["x","y"]}' \
        '{"title":"b","workspace":"site","profile":"demo","priority":"low","status":"todo"}'
    expect 65 ticket import "$T/in"
    has "$errors" "$T/in:1: \"workspace\": it names no workspace, and none of those configured is the default; name one of \
app, site there, or with --workspace for all such lines"
    expect 65 ticket import "$T/in" --workspace nix
    has "$errors" "--workspace nix: no such workspace; give one of app, site, or add it"
    expect 65 ticket import "$T/in" --profile nix --workspace app
    expect 64 ticket import "$T/in" --priority urgent --workspace app
    expect 64 ticket import "$T/in" --restore --workspace app
    has "$errors" "without --workspace"
    expect 65 ticket import "$T/in" --label 'p,q' --workspace app
    expect 0 ticket import "$T/in" --workspace app --profile other --priority high --label y --label 'z z' --inbox \
        --request-id r
    rows_are "a|app|other|high|x,y,z z|inbox${NL}b|site|demo|low|y,z z|todo" \
        "SELECT title,workspace,profile,priority,labels,status FROM tickets ORDER BY id"
    expect 65 ticket import "$T/in" --workspace site --request-id r
}

@test "what a dry run says is what then happens" {
    lines '{"title":"a","dedupe_key":"a"}' '{"title":"b","after":"a"}' '{"title":"a again","dedupe_key":"a"}'
    expect 0 ticket import "$T/in" --dry-run
    is "$output" "2 would be added, 1 were there already"
    expect 0 ticket import "$T/in" --dry-run --json
    is "$(value tickets.0.ticket) $(value tickets.2.ticket) $(value tickets.2.added)" "null null false"
    rows_are 0 "SELECT count(*) FROM tickets"
    expect 0 ticket import "$T/in"
    is "$output" "2 added, 1 were there already"
}

@test "a request id does it once, and is for the same lines only" {
    lines '{"title":"a"}' '{"title":"b","after":"MC-9"}'
    expect 65 ticket import "$T/in" --request-id r
    lines '{"title":"a"}' '{"title":"b"}'
    for i in 1 2; do
        expect 0 ticket import "$T/in" --request-id r
        is "$output" "2 added, 0 were there already"
    done
    expect 0 ticket import "$T/in" --request-id r --json
    is "$(value added) $(value tickets)" "2 []"
    rows_are 2 "SELECT count(*) FROM tickets"
    lines '{"title":"a"}' '{"title":"c"}'
    expect 65 ticket import "$T/in" --request-id r
    has "$errors" "request id r was used for import"
    expect 65 ticket add a --request-id r
    expect 64 ticket import "$T/in" --dry-run --request-id r
}

@test "an agent may add what it finds, as itself, and may not put a board back" {
    lines '{"title":"a"}'
    extra=(MC_RUN=0123456789abcdef0123456789abcdef MC_TICKET=MC-7)
    expect 0 ticket import "$T/in"
    rows_are agent "SELECT author FROM ticket_activity"
    expect 77 ticket import --restore "$T/in"
}

@test "a ticket in the archive is seen, and is over for those that wait for it" {
    rows "INSERT INTO archived_keys VALUES('old',77)"
    expect 0 ticket add again --dedupe-key old
    is "$output" MC-77
    expect 0 ticket add again --dedupe-key old --json
    is "$(value ticket) $(value changed)" "MC-77 false"
    lines '{"title":"x","dedupe_key":"old"}' '{"title":"y","after":["old"],"dedupe_key":"y"}'
    expect 0 ticket import "$T/in" --json
    is "$(value tickets.0.ticket) $(value tickets.0.added) $(value tickets.1.ticket)" "MC-77 false MC-1"
    rows_are "1|0" "SELECT count(*),sum(waits) FROM tickets"
}

@test "who waits for a cancelled ticket is told of" {
    add gone --dedupe-key gone
    ticket cancel MC-1 >/dev/null
    lines '{"title":"t","after":"gone"}'
    expect 0 ticket import "$T/in"
    has "$errors" "MC-2 waits for MC-1, which was cancelled"
}

@test "10000 lines are taken, and more are not" {
    seq 1 10000 | sed 's/.*/{"title":"t &","dedupe_key":"&"}/' >"$T/in"
    expect 0 ticket import "$T/in"
    is "$output" "10000 added, 0 were there already"
    echo '{"title":"one more"}' >>"$T/in"
    expect 65 ticket import "$T/in"
    has "$errors" "$T/in:10001: more than 10000 tickets"
    rows_are 10000 "SELECT count(*) FROM tickets"
    { printf '{"title":"t","body":"'; head -c 1000000 /dev/zero | tr '\0' x; echo '"}'; } >"$T/one"
    for ((i = 0; i < 68; i++)); do cat "$T/one"; done >"$T/in"
    expect 65 ticket import "$T/in"
    has "$errors" "$T/in:68: more than 10000 tickets or 64 MiB"
}

# example NAME: the lines of mc-ticket(1) that begin with this program, as they are printed there.
example() {
    mandoc -T ascii -O width=200 "$MC_SRC/man/mc-ticket.1" | sed 's/.\x08//g' |
        sed -n "/^ *\\$ $1 /,/import --inbox/{s/^ *\\$ //;p}"
}

# A program of this name that prints a recording, filtered as gh does it itself.
stub() {
    mkdir -p "$T/bin"
    ln -sf "$MC_BIN/mc-ticket" "$T/bin/mc-ticket"
    cat >"$T/bin/$1" <<END
#!/bin/bash
echo "\$*" >"$T/asked"
while [ \$# -gt 1 ] && [ "\$1" != --jq ]; do shift; done
if [ "\$1" = --jq ]; then exec jq -c -S "\$2" <"$MC_SRC/tests/desk/$2"; fi
exec cat "$MC_SRC/tests/desk/$2"
END
    chmod 700 "$T/bin/$1"
}

@test "the manual's line fills a board from GitHub's own tool" {
    stub gh gh-issues.json
    CLEAN_PATH=$T/bin:$CLEAN_PATH
    [ -n "$(example gh)" ]
    expect 0 bare bash -c "$(example gh)"
    is "$output" "5 added, 0 were there already"
    has "$(cat "$T/asked")" "issue list --limit 1000 --json title,body,labels,url"
    rows_are "Crash when the \"config\" <file> & its folder are gone|bug,good first issue,needs triage|https://github.com/octo/demo/issues/12${NL}Löschen schlägt fehl 🙂👍🏽||https://github.com/octo/demo/issues/9" \
        "SELECT title,labels,dedupe_key FROM tickets WHERE id<3"
    rows_are "inbox|5" "SELECT status,count(*) FROM tickets GROUP BY 1"
    rows_are "${NL}${NL}https://github.com/octo/demo/issues/9" "SELECT body FROM tickets WHERE id=2"
    has "$(rows "SELECT body FROM tickets WHERE id=1")" '```sh'
    expect 0 bare bash -c "$(example gh)"
    is "$output" "0 added, 5 were there already"
}

@test "the manual's line fills a board from GitLab's own tool" {
    stub glab glab-issues.json
    CLEAN_PATH=$T/bin:$CLEAN_PATH
    [ -n "$(example glab)" ]
    expect 0 bare bash -c "$(example glab)"
    is "$output" "4 added, 0 were there already"
    has "$(cat "$T/asked")" "issue list --per-page 100 --output json"
    rows_are "Pipeline hängt <sporadisch>|backend,prio::1|https://gitlab.example.com/group/sub/project/-/issues/42" \
        "SELECT title,labels,dedupe_key FROM tickets WHERE id=1"
    expect 0 bare bash -c "$(example glab)"
    is "$output" "0 added, 4 were there already"
}
