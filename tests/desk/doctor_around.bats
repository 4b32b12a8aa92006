#!/usr/bin/env bats
# mc-ticket doctor on what stands around a board: what calls us, repositories and slots, profiles, the endpoint, a disk
# without a byte left.

setup() {
    load ../e2e/support
    load doctor
    doctor_world
    tool crontab 'echo "no crontab for you" >&2; exit 1'
    tool systemctl 'exit 1'
    configure
    init
    pickup
}

teardown() {
    [ -z "${SERVER:-}" ] || kill "$SERVER" 2>/dev/null || true
    world_end
}

repository() {
    empty_repository "$T/repo"
    configure "{\"workspace\": {\"repo\": \"$T/repo\"}}"
}

@test "nothing calls us: the command that is printed has cron do it" {
    expect 0 doctor
    line "warn  called by nothing" "run: (crontab -l 2>/dev/null; echo '* * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB') | crontab -"
    tool crontab "if [ \"\$1\" = -l ]; then cat '$T/table' 2>/dev/null; else cat >'$T/table'; fi"
    bare bash -c "$(sed -n 's/^warn  called by nothing.*; run: //p' <<<"$output")"
    expect 0 doctor
    line "ok    called by cron (crontab -l): * * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB"
}

@test "a variable that is empty names nothing for cron either" {
    MC_DB='' CONFIG='' doctor >"$T/out" || true
    output=$(cat "$T/out")
    line "warn  called by nothing" "run: (crontab -l 2>/dev/null; echo '* * * * * $MC_BIN/mc-pickup') | crontab -"
}

@test "the crontab's own PATH counts" {
    mkdir "$T/agents"
    cp /bin/true "$T/agents/mine"
    configure '{"profiles": {"mine": {"command": ["mine"], "ready": "^x$"}}}'
    expect 78 doctor
    line "bad   profile mine: its command mine is not on the PATH cron has (/usr/bin:/bin)"
    cron_calls "PATH=$T/agents:/usr/bin:/bin
* * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB"
    expect 0 doctor
    line "ok    profile mine: $T/agents/mine"
}

@test "a timer that is active, with and without linger; one that sleeps; nothing that could tell" {
    tool systemctl '[[ "$*" == *--user*list-units* ]] && echo "mc-pickup.timer loaded active waiting"'
    tool loginctl 'echo yes'
    expect 0 doctor
    line "ok    called by the timer mc-pickup.timer"
    line "ok    linger: "
    tool loginctl 'echo no'
    expect 78 doctor
    line "bad   linger: is off" "run: loginctl enable-linger $(id -u)"
    tool systemctl '[[ "$*" == *--user*list-unit-files* ]] && echo "mc-pickup.timer disabled enabled"; exit 0'
    expect 78 doctor
    line "bad   called by nothing: the timer mc-pickup.timer is there and not active" \
        "run: systemctl --user enable --now mc-pickup.timer"
    tool systemctl 'sleep 900'
    tool crontab 'sleep 900'
    expect 0 bare timeout 300 "$MC_BIN/mc-ticket" doctor
    line "warn  called by: cannot tell"
}

@test "a repository that is none, a base that is none, a pool in which others may write" {
    repository
    expect 0 doctor
    line "ok    workspace default: $T/repo, from main"
    configure "{\"workspace\": {\"repo\": \"$T/repo\", \"base\": \"none\"}}"
    on_lines
    expect 78 doctor
    line "bad   workspace default: base none: there is no such branch or commit in $T/repo" "run: \${EDITOR:-vi} +$(grep -n '"base"' "$CONFIG" | cut -d: -f1) $CONFIG"
    mkdir -m 777 "$T/open"
    chmod 777 "$T/open"
    configure "{\"workspace\": {\"repo\": \"$T/repo\", \"base\": \"main\", \"pool\": \"$T/open/pool\"}}"
    expect 78 doctor
    line "bad   workspace default: its pool $T/open/pool: others may write in $T/open" "run: chmod go-w $T/open"
    rm -rf "$T/repo/.git"
    expect 78 doctor
    line "bad   workspace default: " "$T/repo"
}

@test "a remote to push to that the repository has not" {
    repository
    git -C "$T/repo" remote add origin "$T/away"
    configure "{\"workspace\": {\"repo\": \"$T/repo\", \"push\": \"origin\"}}"
    on_lines
    expect 0 doctor
    line "ok    workspace default"
    git -C "$T/repo" remote remove origin
    expect 78 doctor
    line "bad   workspace default: its \"push\" is origin, and $T/repo has no remote of that name" \
        "run: \${EDITOR:-vi} +$(grep -n '"push"' "$CONFIG" | cut -d: -f1) $CONFIG"
    configure "{\"workspace\": {\"repo\": \"$T/repo\", \"push\": \"$T/away\"}}"
    expect 0 doctor
}

@test "a slot in quarantine is told with what rescues it, one that is gone with a fresh look" {
    repository
    add one
    pickup
    wait_for has_events signal 1
    pickup
    tree=$(rows "SELECT path FROM worktree_slots")
    slot=$(rows "SELECT slot FROM worktree_slots")
    expect 0 doctor
    line "ok    slots of default: 1 made, 1 with an agent"
    rows "UPDATE worktree_slots SET state='quarantined',note='$slot: a rebase is under way in it'"
    expect 0 doctor
    line "warn  slot $slot: is in quarantine: $slot: a rebase is under way in it" "run: " "pool release $slot"
    rows "UPDATE worktree_slots SET state='claimed',note=NULL"
    mv "$tree" "$T/aside"
    expect 0 doctor
    line "warn  slot $slot: its worktree is not there any more, and the agent of MC-1 rests"
}

@test "profiles and workspaces that tickets name and the configuration has not" {
    configure '{"profiles": {"mine": {"command": ["true"], "ready": "^> +$"}}}'
    add one --profile mine
    expect 0 doctor
    line "warn  profile mine: its \"ready\" ends in a blank"
    configure
    expect 78 doctor
    line "bad   profile mine: MC-1 names it, and it is not configured"
}

@test "an endpoint that answers, one that does not; a token that is empty, or of several lines" {
    "${MC_PYTHON:-python3}" -S - "$T/port" "$T/asked" <<'END' &
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        open(sys.argv[2], "a").write(self.command + " " + self.path + str(self.headers.get("Authorization")) + "\n")
        self.send_response(404)
        self.end_headers()
    do_POST = do_GET = do_HEAD
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
open(sys.argv[1] + "~", "w").write(str(server.server_port))
import os; os.rename(sys.argv[1] + "~", sys.argv[1])
server.serve_forever()
END
    SERVER=$!
    wait_for test -f "$T/port"
    echo secret >"$T/token"
    chmod 600 "$T/token"
    send="\"transport\": \"http\", \"url\": \"http://127.0.0.1:$(cat "$T/port")/api/{number}/send\", \"token_file\": \"$T/token\""
    configure "{\"send\": {$send}}"
    expect 0 doctor
    line "ok    endpoint http://127.0.0.1:$(cat "$T/port")/: answers (404)"
    line "ok    token $T/token: is yours alone to read"
    is "$(cat "$T/asked")" "HEAD /None"
    kill "$SERVER"
    wait "$SERVER" || true
    : >"$T/token"
    expect 78 doctor
    line "bad   endpoint http://127.0.0.1:" "run: \${EDITOR:-vi} +" "$CONFIG"
    line "bad   token $T/token: its first line is empty"
    printf 'a\nb\n' >"$T/token"
    expect 78 doctor
    line "bad   token $T/token: more than one line stands in it"
    rm "$T/token"
    expect 78 doctor
    line "bad   token $T/token: cannot be read"
}

@test "a disk without a byte left, and one that is another machine's" {
    need_mounts
    private_mounts "$(declare -f has)
        mkdir $T/small
        mount -t tmpfs -o size=2m,mode=700 none $T/small
        cp $MC_DB $T/small/board.db
        dd if=/dev/zero of=$T/small/filler bs=4k 2>/dev/null || true
        rm $STATE/board.db
        MC_DB=$T/small/board.db ticket doctor >$T/out || true
        cat $T/out
        grep -q '^bad   disk of $T/small: full, 0 KiB free' $T/out
        grep -q '^ok    tmux ' $T/out"
}

@test "an older copy of the board was put back: agents whose runs it does not know are named" {
    cp "$MC_DB" "$T/older"
    add one
    pickup
    run=$(rows "SELECT run_id FROM runs")
    expect 0 doctor
    no grep -q '^warn  session' <<<"$output"
    rm -f "$MC_DB"*
    cp "$T/older" "$MC_DB"
    expect 0 doctor
    line "warn  session mc-MC-1: an agent is at work in it whose run $run the board does not know" \
        "an older copy put back" "run: tmux -S $STATE/tmux.sock attach -t =mc-MC-1:"
    # That of a trial has none, and is ended by whoever tries.
    rows "INSERT INTO settings(key,value) VALUES('new_trial','{\"run\":\"$run\"}')"
    expect 0 doctor
    no grep -q '^warn  session' <<<"$output"
}
