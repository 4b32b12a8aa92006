#!/usr/bin/env bats
# What an agent gets of the place and the shell that a pickup was started from (SPEC section 7, Surroundings).

setup() {
    load support
    world
    mkdir "$T/bin"
    configure '{}' --busy 0
    init
}

teardown() {
    chmod -R u+w "$T"
    world_end
}

# telling FILE: an agent that writes down what it gets and goes on as the demo agent.
telling() {
    mkdir -p "${1%/*}"
    cat >"$1" <<END
#!/bin/bash
{ umask; ulimit -n; ulimit -c; } >$T/attributes
tr '\\0' '\\n' </proc/\$\$/environ | sort >$T/environ
command -v mc-ticket >$T/ticket_program
exec $MC_BIN/mc-demo-agent "\$@"
END
    chmod 755 "$1"
}

# tells COMMAND [JSON]: the profile's command is this one.
tells() {
    local more=${2:-"{}"}
    configure "$more"
    "$MC_PYTHON" -c '
import json, sys
path, command, log = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    config = json.load(file)
config["profiles"]["demo"]["command"] = [command, "--log", log, "--busy", "0"]
with open(path, "w", encoding="utf-8") as file:
    json.dump(config, file)' "$CONFIG" "$1" "$LOG"
}

# script FILE LINE …
script() {
    printf '%s\n' "${@:2}" >"$1"
    chmod 755 "$1"
}

gets() {
    grep -qxF "$1" "$T/environ" || {
        printf 'no %s in:\n' "$1" >&2
        cat "$T/environ" >&2
        return 1
    }
}

lacks() {
    no grep -q "^$1=" "$T/environ"
}

signalled() {
    wait_for has_events signal "$1"
}

due() {
    rows "UPDATE tickets SET next_attempt_at=0" >/dev/null
}

@test "of the caller's environment only the list, and pass" {
    telling "$T/bin/agent"
    tells "$T/bin/agent" '{"profiles": {"demo": {"pass": ["MY_*"], "env": {"OWN": "1", "LANGUAGE": "fr"}}}}'
    extra=(GIT_DIR=/nowhere GIT_INDEX_FILE=/nowhere CLAUDECODE=1 TMUX="/x,1,0" TMUX_PANE=%1 NODE_OPTIONS=--bad
        VIRTUAL_ENV=/v AWS_SECRET_ACCESS_KEY=x MY_KEY=k HTTPS_PROXY=http://p LC_ALL=C LANG=de_DE LANGUAGE=de
        XDG_RUNTIME_DIR="$T/none" TERM=dumb MC_FOREIGN=1 TZ=Europe/Berlin)
    add one
    expect 0 pickup
    signalled 1
    for one in HOME="$T" MY_KEY=k OWN=1 LANGUAGE=fr HTTPS_PROXY=http://p TZ=Europe/Berlin LANG=C.UTF-8 \
        TERM=screen-256color MC_TICKET=MC-1 MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" "PWD=$STATE/work/MC-1"; do
        gets "$one"
    done
    for one in GIT_DIR GIT_INDEX_FILE CLAUDECODE NODE_OPTIONS VIRTUAL_ENV AWS_SECRET_ACCESS_KEY LC_ALL XDG_RUNTIME_DIR \
        MC_FOREIGN TMUX TMUX_PANE; do
        lacks "$one"
    done
}

@test "umask and limits are the caller's, whoever started the server" {
    telling "$T/bin/agent"
    tells "$T/bin/agent"
    tmux_here -f /dev/null new-session -d -s first -- sleep 1000
    started() {
        (
            umask "$1"
            ulimit -Sn "$2"
            ulimit -Sc "$3"
            pickup
        )
    }
    local n=0 mask
    for mask in 022 002 027; do
        n=$((n + 1))
        rm -f "$T/attributes"
        add "$n"
        expect 0 started "$mask" $((300 + n)) 0
        signalled "$n"
        is "$(tr '\n' ' ' <"$T/attributes")" "0$mask $((300 + n)) 0 "
    done
    is "$(find "$STATE" -perm /077 ! -type l ! -path "$STATE/work/*" -printf '%p %m\n')" ""
}

@test "env -i, cron's PATH: an agent of nvm's, whose interpreter stands beside it, is dispatched" {
    local nvm=$T/.nvm/versions/node/v1 bin
    bin=$nvm/bin
    mkdir -p "$bin" "$nvm/lib/agent"
    # not "node": this machine may have one; an interpreter's first argument is the script
    telling "$bin/nodeling"
    # shellcheck disable=SC2016
    sed -i 's/"\$@"$/"${@:2}"/' "$bin/nodeling"
    script "$nvm/lib/agent/cli.js" '#!/usr/bin/env nodeling' 'process.exit(3)'
    ln -s ../lib/agent/cli.js "$bin/agent"
    tells "$bin/agent"
    add one
    expect 0 env -i HOME="$T" PATH=/usr/bin:/bin "$MC_BIN/mc-pickup" --json --db "$MC_DB" --config "$CONFIG"
    is "$(value outcome)" dispatched
    signalled 1
    rows_are in_review "SELECT status FROM tickets"
    gets "PATH=/usr/bin:/bin:$bin:$MC_BIN"
    # a link to it elsewhere, as npm's prefix or a person makes
    ln -s "$bin/agent" "$T/bin/agent"
    tells "$T/bin/agent"
    add two
    expect 0 env -i HOME="$T" PATH=/usr/bin:/bin "$MC_BIN/mc-pickup" --json --db "$MC_DB" --config "$CONFIG"
    signalled 2
    gets "PATH=/usr/bin:/bin:$bin:$MC_BIN"
    # by its name, with path in the configuration: what is found there is not added
    tells agent '{"path": ["~/.nvm/versions/node/v1/bin", "/usr/bin", "/bin"]}'
    add three
    expect 0 env -i HOME="$T" PATH=/bin "$MC_BIN/mc-pickup" --json --db "$MC_DB" --config "$CONFIG"
    signalled 3
    gets "PATH=$bin:/usr/bin:/bin:$MC_BIN"
}

@test "what runs the agent is missing: no_agent before any spawn, and what to add to path" {
    script "$T/bin/agent" '#!/usr/bin/env nodeling'
    script "$T/bin/other" '#!/nowhere/interpreter'
    script "$T/bin/third" "#!$T/bin/other"
    tells "$T/bin/agent"
    add one
    expect 69 pickup --json
    is "$(value send.class)" no_agent
    one_line
    for word in "$T/bin/agent" nodeling '"path"'; do has "$errors" "$word"; done
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    for agent in other third; do
        tells "$T/bin/$agent"
        due
        expect 69 pickup --ticket MC-1 --json
        is "$(value send.class)" no_agent
        has "$errors" /nowhere/interpreter
    done
    is "$(sessions)" ""
    no compgen -G "$STATE/run/*/launch"
}

@test "127 and 126 before the turn are a failure of the world, another status is the ticket's" {
    local status
    tells "$T/bin/agent"
    add one
    for status in 127 126; do
        script "$T/bin/agent" '#!/bin/sh' "exit $status"
        due
        expect 69 pickup --ticket MC-1 --json
        is "$(value send.class)" no_agent
        has "$errors" "$status"
        rows_are "todo|0" "SELECT status,attempts FROM tickets"
    done
    script "$T/bin/agent" '#!/bin/sh' "exit 3"
    due
    expect 69 pickup --ticket MC-1 --json
    is "$(value send.class)" worker_died
    rows_are "todo|1" "SELECT status,attempts FROM tickets"
}

@test "shims win: the order of path is kept, and a mc-ticket of the user's is theirs" {
    telling "$T/bin/agent"
    mkdir "$T/shims"
    script "$T/shims/mc-ticket" '#!/bin/sh' "exec $MC_BIN/mc-ticket \"\$@\""
    tells agent '{"path": "~/shims:~/bin:/usr/bin:/bin"}'
    add one
    expect 0 pickup
    signalled 1
    gets "PATH=$T/shims:$T/bin:/usr/bin:/bin"
    is "$(cat "$T/ticket_program")" "$T/shims/mc-ticket"
    rm -r "$T/shims"
    add two
    expect 0 pickup
    signalled 2
    gets "PATH=$T/shims:$T/bin:/usr/bin:/bin:$MC_BIN"
    is "$(cat "$T/ticket_program")" "$MC_BIN/mc-ticket"
}

@test "a command that is not on the profile's own PATH: the one that was searched is named" {
    configure "{\"profiles\": {\"demo\": {\"command\": [\"nowhere\"], \"env\": {\"PATH\": \"$T/bin:/bin\"}}}}"
    init
    add one
    expect 69 pickup
    has "$errors" "profile demo: command nowhere was not found on PATH of its env ($T/bin:/bin), nor on \"path\""
    has "$errors" "add its folder to one of them"
    no has "$errors" "cron's PATH"
}

@test "a profile's own PATH: its command and mc-ticket are found" {
    telling "$T/bin/agent"
    tells agent '{"profiles": {"demo": {"env": {"PATH": "'"$T/bin"':/usr/bin:/bin"}}}}'
    add one
    expect 0 pickup
    signalled 1
    gets "PATH=$T/bin:/usr/bin:/bin:$MC_BIN"
    rows_are in_review "SELECT status FROM tickets"
}

@test "git commit's hook in a linked worktree starts a pickup: the agent's commit lands in its own place" {
    script "$T/bin/agent" '#!/bin/sh' "env | grep ^GIT_ >$T/git_variables" \
        'git init -q . && echo text >file && git add file &&' \
        '    git -c user.name=agent -c user.email=agent@example.org commit -q -m "by the agent" || exit 1' \
        "exec $MC_BIN/mc-demo-agent \"\$@\""
    tells "$T/bin/agent"
    add one
    mine() { git -C "$T/$1" -c user.name=me -c user.email=me@example.org "${@:2}" 3>&-; }
    git init -q -b main "$T/repo"
    mine repo commit -q --allow-empty -m first
    mine repo worktree add -q "$T/linked"
    script "$T/repo/.git/hooks/post-commit" '#!/bin/sh' "env >$T/hook_variables" \
        "exec env MC_DB=$MC_DB MC_PICKUP_CONFIG=$CONFIG $MC_BIN/mc-pickup"
    echo mine >"$T/linked/mine"
    mine linked add mine
    HOME=$T mine linked commit -q -m second
    signalled 1
    grep -q ^GIT_DIR= "$T/hook_variables"
    is "$(cat "$T/git_variables")" ""
    is "$(git -C "$STATE/work/MC-1" log --format=%s)" "by the agent"
    is "$(mine linked log --format=%s | tr '\n' ' ')" "second first "
    is "$(mine linked status --short)" ""
    is "$(mine repo log --format=%s)" first
}

@test "notify: the caller's environment without GIT_* and our token, path as PATH, the caller's umask" {
    script "$T/bin/tell" '#!/bin/sh' "cat >/dev/null" "tr '\\0' '\\n' </proc/\$\$/environ >$T/environ" \
        "umask >$T/umask"
    configure '{"notify": ["tell"], "path": "~/bin:/usr/bin:/bin", "send": {"token_env": "TOKEN"},
        "retry": {"max_attempts": 1}}' --crash-after 0
    extra=(GIT_DIR=/nowhere TOKEN=secret TOKENS=2 OTHER=1)
    add one
    started() {
        (
            umask 026
            pickup
        )
    }
    expect 69 started
    wait_for test -s "$T/umask"
    for one in OTHER=1 TOKENS=2 "PATH=$T/bin:/usr/bin:/bin"; do gets "$one"; done
    for one in GIT_DIR TOKEN; do lacks "$one"; done
    is "$(cat "$T/umask")" 0026
}

@test "relative names are absolute for the agent" {
    telling "$T/bin/agent"
    tells "$T/bin/agent"
    add one
    add two
    add three
    from() {
        (
            cd "$1"
            env -i HOME="$T" PATH="$CLEAN_PATH" "${@:2}" 3>&-
        )
    }
    expect 0 from "$STATE" "$MC_BIN/mc-pickup" --db board.db --config ../config/config.json
    signalled 1
    gets "MC_DB=$MC_DB"
    gets "MC_PICKUP_CONFIG=$CONFIG"
    expect 0 from "$T" MC_DB=./state/board.db MC_PICKUP_CONFIG=config/config.json "$MC_BIN/mc-pickup"
    signalled 2
    gets "MC_DB=$MC_DB"
    gets "MC_PICKUP_CONFIG=$CONFIG"
    mkdir -m 700 "$T/xdg" "$T/c"
    tmux_here kill-server
    mv "$STATE" "$T/xdg/mc-pickup"
    mv "$T/config" "$T/c/mc-pickup"
    STATE=$T/xdg/mc-pickup MC_DB=$T/xdg/mc-pickup/board.db SOCKET=$T/xdg/mc-pickup/tmux.sock
    expect 0 from "$T" XDG_STATE_HOME=xdg XDG_CONFIG_HOME=c "$MC_BIN/mc-pickup"
    signalled 3
    gets "MC_DB=$MC_DB"
    gets "MC_PICKUP_CONFIG=$T/c/mc-pickup/config.json"
    lacks XDG_STATE_HOME
    rows_are "3" "SELECT count(*) FROM tickets WHERE status='in_review'"
}

# spoil JSON COMMAND …: an agent works under this configuration, then the command changes it; leaves RUN.
spoil() {
    configure "$1" --no-signal
    add one
    expect 0 pickup
    wait_for has_events prompt 1
    RUN=$(rows "SELECT run_id FROM tickets WHERE id=1")
    is "$(stat -c %a "$STATE/run/$RUN/settings.json")" 600
    "${@:2}"
}

says_done() {
    expect 0 env -i HOME="$T" PATH="$CLEAN_PATH" MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" MC_RUN="$RUN" MC_TICKET=MC-1 \
        "$MC_BIN/mc-ticket" signal DONE "it is done"
    has "$output" MC-1
}

@test "a configuration that breaks, opens or goes while the agent works: its signal moves the ticket" {
    broken() { echo '{"nonsense": ' >"$CONFIG"; }
    spoil '{}' broken
    says_done
    rows_are in_review "SELECT status FROM tickets"
    rows "UPDATE tickets SET status='in_progress'" >/dev/null
    chmod 666 "$CONFIG"
    says_done
    rm "$CONFIG"
    says_done
}

@test "ticket_prefix and on_done that change while the agent works" {
    changed() { configure '{"ticket_prefix": "XY", "on_done": "in_review"}'; }
    spoil '{"on_done": "done", "path": "/usr/$$a:/usr/bin:/bin", "notify": ["/bin/$$x"]}' changed
    says_done
    rows_are done "SELECT status FROM tickets"
}

@test "without settings in its folder, or with such as cannot be read, a signal reads the configuration" {
    spoil '{}' eval 'rm "$STATE/run/$RUN/settings.json"'
    says_done
    rows_are in_review "SELECT status FROM tickets"
    (umask 077 && echo '{"ticket_prefix": "XY", "unknown": 1}' >"$STATE/run/$RUN/settings.json")
    says_done
}

@test "a place that its agent has opened to a group is worked in again" {
    add one
    expect 0 pickup
    signalled 1
    chmod 2775 "$STATE/work/MC-1"
    expect 0 ticket block MC-1 "once more, by another"
    expect 0 ticket reopen MC-1
    again() {
        pickup
        has_events signal 2
    }
    wait_for again
    rows_are "in_review|0" "SELECT status,attempts FROM tickets"
}

@test "a place that is a file or a link is refused" {
    add one
    mkdir -m 700 "$STATE/work"
    : >"$STATE/work/MC-1"
    expect 73 pickup --json
    is "$(value send.class)" cannot_create
    rm "$STATE/work/MC-1"
    ln -s "$T" "$STATE/work/MC-1"
    due
    expect 73 pickup --ticket MC-1 --json
    is "$(value send.class)" cannot_create
    has "$errors" "symbolic link"
    is "$(events start)" 0
}

@test "an order that nobody has read does not outlive its run" {
    spoil '{}' true
    (umask 077 && printf 'secret\0' >"$STATE/run/$RUN/launch")
    kill -KILL "$(agents)"
    ended() {
        pickup || true
        [ "$(rows "SELECT count(*) FROM runs WHERE run_id='$RUN' AND ended_at IS NOT NULL")" -eq 1 ]
    }
    wait_for ended
    [ ! -e "$STATE/run/$RUN/launch" ]
}
