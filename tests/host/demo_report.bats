#!/usr/bin/env bats
# What mc-demo-agent tells the program of --report.

setup() {
    unset TMUX TMUX_PANE MC_RUN MC_DB
    T=$(mktemp -d "${MC_WORLDS:-/tmp}/mcXXXXXX")
    cat >"$T/told" <<'END'
#!/bin/sh
d=${0%/told}
printf '<%s>' "$@" >>"$d/words"
echo >>"$d/words"
cat >>"$d/events"
echo >>"$d/events"
END
    chmod 700 "$T/told"
}

teardown() {
    local socket
    for socket in "$T"/s*; do
        tmux -S "$socket" kill-server 2>/dev/null || :
    done
    rm -rf "$T"
}

# demo OPTION… : one turn, to its end
demo() {
    tmux -u -f /dev/null -S "$T/${socket:-s}" new-session -d -s a -x 100 -y 30 -e MC_RUN=0123 -e "MC_DB=$T/b.db" -- \
        "$MC_BIN/mc-demo-agent" --log "$T/log" --busy 10 --no-signal --report "$T/told" "$@" "do it"
    for _ in $(seq 1200); do
        if grep -q '"event":"ready"' "$T/log" 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    return 1
}

events() {
    [ "$(cat "$T/events")" = "$1" ]
}

started='{"event":"started","prompt":"do it"}'
over='{"event":"over","prompt":"do it","reply":"a \"b\" \\ c"}'

@test "start and end of a turn, with the run and the board" {
    demo --reply 'a "b" \ c'
    events "$started
$over"
    [ "$(sort -u "$T/words")" = "<turn-event><demo><--run><0123><--db><$T/b.db>" ]
}

@test "twice, without a start, never" {
    demo --reply 'a "b" \ c' --report-twice --report-no-start
    events "$over
$over"
    rm "$T/events" "$T/log"
    socket=s2 # another server: one that ends must not be met
    demo --report-never
    [ ! -e "$T/events" ]
}

@test "of another prompt" {
    demo --report-foreign
    run grep 'do it' "$T/events"
    [ "$status" = 1 ]
    [ "$(grep -c '"prompt":"a turn of the agent' "$T/events")" = 2 ]
}

@test "a fault, a question, work in the background" {
    demo --report-fault limit --report-detail 'resets 3pm' --report-waits 'May I?' --report-background 20
    events "$started
{\"event\":\"waits\",\"detail\":\"May I?\"}
{\"event\":\"over\",\"prompt\":\"do it\",\"reply\":\"Something still runs in the background.\",\"still_at_work\":true}
{\"event\":\"over\",\"prompt\":\"do it\",\"reply\":\"Read 5 bytes.\",\"fault\":\"limit\",\"detail\":\"resets 3pm\"}"
}

@test "late: its prompt is back before" {
    cat >>"$T/told" <<'END'
grep -q '"over"' "$d/events" || exit 0
for _ in $(seq 600); do
    if tmux -S "$d/s" capture-pane -p -t =a: | grep -q '^demo> *$'; then
        touch "$d/back"
        break
    fi
    sleep 0.1
done
END
    demo --report-late 300
    grep -q '"over"' "$T/events"
    [ -e "$T/back" ]
}
