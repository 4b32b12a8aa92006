#!/usr/bin/env bats
# A new user's day: a board of 30 tickets over two workspaces, and everything that goes wrong on one. The doctor names
# each fault with the command that mends it; the commands are run as they are printed, and then all is ok.

setup() {
    load ../e2e/support
    load doctor
    doctor_world
    mkdir -m 700 "$T/agents" "$T/tokens"
    cron_calls
    extra=("EDITOR=$T/bin/editor" "DAY=$T")
    empty_repository "$T/web"
    empty_repository "$T/api"
    agent claude
    script notify.sh
    printf 'secret\n' >"$T/tokens/token"
    chmod 600 "$T/tokens/token"
    write_config "[\"$T/agents\", \"/usr/local/bin\", \"/usr/bin\", \"/bin\"]"
    tool editor "cp \"\$DAY/good.json\" \"\${!#}\""
    cp "$CONFIG" "$T/good.json"
    init
    tickets 3
    pickup -q --heal-only
}

teardown() {
    [ -z "${HOLDER_PID:-}" ] || kill "$HOLDER_PID" 2>/dev/null || true
    world_end
}

agent() {
    printf '%s\n' '#!/usr/bin/env bash' "exec $MC_BIN/mc-demo-agent --log $LOG" >"$T/agents/$1"
    chmod 755 "$T/agents/$1"
}

script() {
    printf '%s\n' '#!/bin/sh' 'cat >/dev/null' >"$T/agents/$1"
    chmod 755 "$T/agents/$1"
}

# write_config PATH-VALUE [READY [PROFILE]]
write_config() {
    printf '%s\n' '{' " \"path\": $1," ' "profile": "claude",' " \"notify\": [\"$T/agents/notify.sh\"]," \
        " \"workspaces\": {\"web\": {\"repo\": \"$T/web\", \"size\": 3}, \"api\": {\"repo\": \"$T/api\"}}," \
        " \"send\": {\"token_file\": \"$T/tokens/token\"}," \
        " \"profiles\": {\"mine\": {\"command\": [\"claude\"], \"ready\": \"${2:-^demo> *\$}\"}}" '}' >"$CONFIG"
    chmod 600 "$CONFIG"
}

# tickets LAST [FIRST]
tickets() {
    local i workspace priority more
    for ((i = ${2:-1}; i <= $1; i++)); do
        workspace=$([ $((i % 2)) -eq 0 ] && echo web || echo api)
        priority=$(sed -n "$((i % 4 + 1))p" <<<$'critical\nhigh\nmedium\nlow')
        more=()
        [ "$i" -le 20 ] || more+=(--after "MC-$((i - 20))")
        [ "$i" -ne 3 ] || more+=(--profile mine)
        add "ticket $i" --workspace "$workspace" --priority "$priority" --label "team-$((i % 3))" "${more[@]}"
    done
}

well() {
    expect 0 doctor
    is "$(grep -v '^ok ' <<<"$output")" ""
}

# The commands as they are printed, in a shell of this world's.
run_the_commands() {
    sed -n 's/^\(bad\|warn\) .*; run: //p' <<<"$output" | sort -u >"$T/commands"
    while read -r command; do
        bare bash -c "$command" >"$T/ran" 2>&1 || {
            printf 'failed: %s\n' "$command" >&2
            cat "$T/ran" >&2
            return 1
        }
    done <"$T/commands"
}

# mended WORDS …: the doctor says it on one bad line with a command, and after that all is ok.
mended() {
    local word found
    expect 78 doctor
    found=$(grep '^bad .*; run: ' <<<"$output")
    for word in "$@"; do
        found=$(grep -F -- "$word" <<<"$found") || {
            printf 'no bad line with %s in: %s\n' "$word" "$output" >&2
            return 1
        }
    done
    run_the_commands
    well
}

break_agent() {
    rm "$T/agents/claude"
    tool npm "[ \"\$*\" = 'install -g @anthropic-ai/claude-code' ] && cp \"\$DAY/bin/claude.npm\" \"\$DAY/agents/claude\""
    printf '%s\n' '#!/usr/bin/env bash' "exec $MC_BIN/mc-demo-agent --log $LOG" >"$T/bin/claude.npm"
    chmod 755 "$T/bin/claude.npm"
}

@test "a well day: all ok, also as cron sees it" {
    well
    expect 0 ticket --config "$CONFIG" --db "$MC_DB" doctor --cron
    has "$output" "ok    workspace api: $T/api, from main"
    has "$output" "ok    workspace web: $T/web, from main, 3 slots"
    has "$output" "ok    profile mine: $T/agents/claude"
    has "$output" "ok    token $T/tokens/token"
}

@test "an agent that is missing" {
    break_agent
    mended "profile claude: its command claude is not on \"path\"" "npm install -g @anthropic-ai/claude-code"
}

@test "cron's short PATH" {
    CLEAN_PATH=$T/agents:$CLEAN_PATH
    sed -i '/"path"/d' "$CONFIG"
    mended "profile claude: its command claude is not on the PATH cron has (/usr/bin:/bin)" \
        "add its folder to \"path\" in $CONFIG" "\${EDITOR:-vi} "
}

@test "a token file that others may read" {
    chmod 644 "$T/tokens/token"
    mended "token $T/tokens/token: others may read it" "run: chmod 600 $T/tokens/token"
}

@test "a pattern that can never match" {
    write_config "[\"$T/agents\", \"/usr/bin\", \"/bin\"]" '^demo> $'
    mended "$CONFIG:7: profiles.mine.ready: can never match" "run: \${EDITOR:-vi} +7 $CONFIG"
}

@test "a lock that is held" {
    hold_lock
    mended "(sqlite3) holds it for writing" "run: kill "
}

@test "a notify that is not there, not executable, run by nothing, failing" {
    mv "$T/agents/notify.sh" "$T/agents/notify"
    sed "s/notify.sh/notify/" "$CONFIG" >"$T/good.json"
    mended "notify: $T/agents/notify.sh is not there" "run: \${EDITOR:-vi} "
    chmod 644 "$T/agents/notify"
    mended "notify: $T/agents/notify is there and not executable" "run: chmod +x $T/agents/notify"
    sed -i '1s/.*/#!\/usr\/bin\/pyhton9/' "$T/agents/notify"
    tool editor 'sed -i "1s/.*/#!\/bin\/sh/" "${!#}"'
    mended "is run by /usr/bin/pyhton9" "run: \${EDITOR:-vi} +1 "
    echo "$T/agents/notify: ended with status 3" >"$STATE/notify-failed.last"
    mended "it failed last: $T/agents/notify: ended with status 3" "run: rm -f $STATE/notify-failed.last"
}

@test "a script whose first line names what is not there" {
    sed -i '1s/.*/#!\/opt\/none\/node/' "$T/agents/claude"
    tool editor 'sed -i "1s/.*/#!\/usr\/bin\/env bash/" "${!#}"'
    mended "$T/agents/claude is run by /opt/none/node" "run: \${EDITOR:-vi} +1 $T/agents/claude"
}

@test "a script whose interpreter env does not find on cron's PATH" {
    mkdir "$T/node"
    cp /bin/bash "$T/node/nodish"
    sed -i '1s/.*/#!\/usr\/bin\/env nodish/' "$T/agents/claude"
    sed "s|\"path\": \[|&\"$T/node\", |" "$CONFIG" >"$T/good.json"
    CLEAN_PATH=$T/node:$CLEAN_PATH
    mended "profile claude: nodish, which runs its command $T/agents/claude, is not on \"path\"" "run: \${EDITOR:-vi} " "$CONFIG"
}

@test "a full disk" {
    need_mounts
    private_mounts "$(declare -f expect is has doctor)
        mkdir $T/small
        mount -t tmpfs -o size=2000m,mode=700 none $T/small
        cp $MC_DB $T/small/board.db
        MC_DB=$T/small/board.db
        ticket init --own >/dev/null
        for part in 1 2; do fallocate -l 995m $T/small/filler-\$part; done
        expect 78 doctor
        has \"\$output\" 'bad   disk of $T/small: full'
        has \"\$output\" 'run: du -xh $T/small | sort -h | tail -20'
        bash -c 'du -xh $T/small | sort -h | tail -20' >/dev/null
        rm $T/small/filler-*
        expect 0 doctor
        has \"\$output\" 'ok    disk of $T/small'"
}

@test "all of it at once: each is named, and after the commands all is ok" {
    tickets 30 4
    break_agent
    chmod 644 "$T/tokens/token"
    rm "$T/agents/notify.sh"
    write_config "[\"$T/agents\", \"/usr/local/bin\", \"/usr/bin\", \"/bin\"]" '^demo> $'
    script notify
    sed "s/notify.sh/notify/" "$T/good.json" >"$T/better.json" && mv "$T/better.json" "$T/good.json"
    hold_lock
    expect 78 doctor
    for words in "profile claude: its command claude is not on" "token $T/tokens/token: others may read it" \
        "notify: $T/agents/notify.sh is not there" "profiles.mine.ready: can never match" "holds it for writing"; do
        grep -F -- "$words" <<<"$output" | grep -q '^bad .*; run: '
    done
    run_the_commands
    well
    expect 0 pickup --dry-run
}
