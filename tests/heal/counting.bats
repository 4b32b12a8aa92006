#!/usr/bin/env bats
# tmux's number of a pane is no proof: its server may count in another pid namespace, and tmux may be another program
# (SPEC sections 4, 7 and 15). All of it happens in a pid namespace of the test's own, in which the innocent live, too.

setup() {
    load heal
    unshare -p -f --mount-proc bash -c 'exit 0' 2>/dev/null || {
        skip "a pid namespace is not allowed here"
    }
}

teardown() {
    world_end
}

# What the scripts below share. contained SCRIPT: in a pid namespace below theirs, until it ends or they do.
common() {
    declare -f bare
    declare -p T STATE STATE_HOME MC_DB CONFIG LOG SOCKET CLEAN_PATH MC_BIN extra
    cat <<'COMMON'
until_true() { until "$@"; do sleep 0.05 3>&-; done; }
contained() { unshare -p -f --mount-proc --kill-child bash -c ". $T/common; $1"; }
innocents() { pgrep -c -x -f "sleep 1000"; }
of_ticket() { grep -l -s -z -x "MC_TICKET=$1" /proc/[0-9]*/environ | wc -l; }
pickup() { bare "$MC_BIN/mc-pickup" "$@"; }
ticket() { bare "$MC_BIN/mc-ticket" "$@"; }
cd /
COMMON
}

# boxed: the script on standard input in a pid namespace that ends with it.
boxed() {
    common >"$T/common"
    {
        echo ". $T/common"
        cat
    } >"$T/script"
    timeout -s KILL 100 unshare -p -f --mount-proc --kill-child bash "$T/script" 3>&- 7>&- 8>&-
}

@test "an agent of a container's tmux server is not the process that has its number here: that one lives" {
    heal_world
    add one
    add two
    boxed >"$T/told" <<'SCRIPT'
for _ in $(seq 150); do sleep 1000 & done
until [ "$(innocents)" = 150 ]; do sleep 0.05; done
contained 'pickup -q; touch "$T/up"; exec sleep 999' &
until_true test -e "$T/up"
pickup --json >"$T/second"
pid=$(tmux -S "$SOCKET" display-message -p -t =mc-MC-2: '#{pane_pid}')
echo "$(tr '\0' ' ' <"/proc/$pid/cmdline")."
pickup
ticket runtimes --json >"$T/runtimes"
echo "$(of_ticket MC-1) $(of_ticket MC-2)"
ticket cancel MC-2
echo "$(innocents) $(of_ticket MC-1) $(of_ticket MC-2)"
SCRIPT
    is "$(cat "$T/told")" "sleep 1000 .
1 1
MC-2 in_progress -> cancelled, its agent is ended
150 1 0"
    rows_are "closed|1" "SELECT r.status,r.pid_start>0 FROM runtime_sessions r WHERE ticket_id=2"
}

@test "what another container is told that it has ended has ended: the slot that it worked in is given on after that" {
    git init -q -b main "$BATS_TEST_TMPDIR/repo"
    git -C "$BATS_TEST_TMPDIR/repo" -c user.email=a@b -c user.name=a commit -q --allow-empty -m first
    heal_world "{\"linger_s\": 0, \"workspace\": {\"repo\": \"$BATS_TEST_TMPDIR/repo\", \"size\": 1}}" --busy 6000000 --ignore-hup
    add one
    add two
    boxed >"$T/told" <<'SCRIPT'
pickup -q
echo "$(of_ticket MC-1)"
mount --bind /bin/false "$MC_BIN/mc-launch" # where it cannot be asked for there, nothing is known
contained 'ticket cancel MC-1; pickup -v' 2>"$T/untold"
echo "$(of_ticket MC-1) in $(bare "$MC_BIN/mc-ticket" pool --json | grep -o '"ticket":"[^"]*"')"
umount "$MC_BIN/mc-launch"
contained 'pickup -v' 2>&1
echo "$(of_ticket MC-1)"
SCRIPT
    is "$(sed "s/, pid .*//" "$T/told")" "1
mc-pickup: tickets wait for a slot of workspace default (pool-1 MC-1); see mc-ticket pool
idle (pool)
1 in \"ticket\":\"MC-1\"
mc-pickup: healed MC-1: finished, cancelled -> cancelled
mc-pickup: MC-1: pool-1 is free again
dispatched MC-2
0"
    is "$(grep -c "session mc-MC-1: its agent is counted in another pid namespace, and was not seen to end there" "$T/untold")" 2
    has "$(cat "$T/untold")" "MC-1 was moved, but its agent is not ended yet (the next mc-pickup tries again)"
}

@test "whatever tmux says is the agent, it is not the first process, nor one that no server of ours has started" {
    heal_world '{"profiles": {"demo": {"startup_timeout_s": 1}}}'
    mkdir "$T/lies"
    cat >"$T/lies/tmux" <<TMUX
#!/bin/sh
case "\$*" in
*-V*) echo "tmux 3.3a" ;;
*new-session*mc-MC-1\ *) echo "%0 1" ;;
*new-session*) echo "%0 \$(cat "$T/lie")" ;;
esac
TMUX
    chmod 700 "$T/lies/tmux"
    CLEAN_PATH=$T/lies:$CLEAN_PATH
    add one
    add two
    boxed >"$T/told" <<'SCRIPT'
sleep 1000 &
echo $! >"$T/lie"
pickup -q 2>/dev/null &
one=$!
pickup -q 2>/dev/null
wait $one
innocents
SCRIPT
    is "$(cat "$T/told")" 1
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='spawned' AND body LIKE 'spawned pid 1 in session mc-MC-1 %'"
    rows_are 1 "SELECT count(*) FROM ticket_activity WHERE kind='spawned' AND body LIKE 'spawned pid $(cat "$T/lie") in %'"
}

@test "whatever a row says, nobody ends the first process, or what runs the program, unless that is the agent itself" {
    heal_world
    boxed >"$T/told" <<'SCRIPT'
cat >"$T/caller" <<'CALLER'
. "$T/common"
end() { "$MC_BIN/mc-launch" --end "$1" 100 "$2" "$T/answer" 2>&1 && sed 1q "$T/answer"; }
"$MC_BIN/mc-launch" --who $$ "$T/answer" && mine=$(cat "$T/answer")
end of-another "1:$(cut -d ' ' -f 22 /proc/1/stat):${mine#*:*:}"
end of-another "$mine"
echo alive
MC_RUN=its-own end its-own "$mine"
echo survived
CALLER
bash -c "T=$T; . $T/caller"
echo $?
SCRIPT
    is "$(cat "$T/told")" "ended
ended
alive
143"
}

@test "a send whose pickup ended with its container is finished by the others when its time is over" {
    heal_world '{"profiles": {"demo": {"first_turn": "paste"}}}' --signal QUESTION
    clocks 0
    add one
    mkdir "$T/slow"
    cat >"$T/slow/tmux" <<TMUX
#!/bin/sh
case "\$*" in *paste-buffer*) touch $T/there; exec sleep 999 ;; esac
exec $(command -v tmux) "\$@"
TMUX
    chmod 700 "$T/slow/tmux"
    boxed >"$T/told" <<'SCRIPT'
pickup -q
until ticket list | grep -q needs_input; do sleep 0.1; done
ticket answer MC-1 "go left" >/dev/null
contained 'CLEAN_PATH=$T/slow:$CLEAN_PATH; pickup -q & until_true test -e "$T/there"'
pickup -v
echo "0 299000" >"$T/offsets"
pickup -v
echo "0 400000" >"$T/offsets"
pickup -v 2>&1
grep -c prompt "$LOG"
SCRIPT
    is "$(cat "$T/told")" "idle (no_ticket)
idle (no_ticket)
mc-pickup: healed MC-1: interrupted_send, in_progress -> in_progress
mc-pickup: delivered to MC-1: sent
idle (no_ticket)
2"
}
