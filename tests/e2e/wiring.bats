#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2154
# How agents are told to report their turns. The stand-ins note their arguments and environment, then are mc-demo-agent.

setup() {
    load support
    world
    mkdir -p "$T/bin"
    extra=("GEMINI_CLI_SYSTEM_SETTINGS_PATH=$T/none.json")
}

teardown() {
    world_end
}

# stand_in NAME VERSION
stand_in() {
    cat >"$T/bin/$1" <<END
#!/bin/bash
if [ "\$1" = --version ]; then
    echo asked >>"$T/asked"
    echo "$2"
    exit 0
fi
printf '%s\n' "\$0" "\$@" >"$T/argv"
env >"$T/env"
exec "$MC_BIN/mc-demo-agent" --log "$LOG" --report-never "\${@: -1}"
END
    chmod 755 "$T/bin/$1"
}

# profile NAME [JSON]: the built-in one with our stand-in, and more
profile() {
    local more=${2:-'{}'}
    configure "$("${MC_PYTHON:-python3}" - "$1" "$T/bin/$1" "$more" <<'END'
import json, sys
name, path, more = sys.argv[1:]
row = {"command": [path], "ready": "^demo> *$", "busy": "^\\[working\\]", "busy_title": "", "dialog": "^\\[question\\]",
       "box": "^demo> ", "limit": "", "interrupted": "", "startup_timeout_s": 120, "first_turn": "argv",
       "prompt_flag": []}
row.update(json.loads(more))
print(json.dumps({"profile": name, "profiles": {name: row}}))
END
)"
    [ -e "$MC_DB" ] || init
}

# dispatch: one ticket; leaves the agent's arguments in $T/argv, its environment in $T/env, the run in $run.
dispatch() {
    rm -f "$T/argv" "$T/env"
    add "a ticket"
    expect 0 pickup
    wait_for test -s "$T/env"
    run=$(sed -n 's/^MC_RUN=//p' "$T/env")
}

# follows WORD: the argument behind it
follows() {
    grep -xF -A1 -e "$1" "$T/argv" | tail -n 1
}

# json FILE EXPRESSION
json() {
    "${MC_PYTHON:-python3}" -c 'import json, sys; j = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$@"
}

called() {
    printf "'%s/mc-ticket' 'turn-event' '%s' '--run' '%s' '--db' '%s'" "$MC_BIN" "$1" "$run" "$MC_DB"
}

@test "claude: settings of its own in the run's folder, for the version that it is" {
    stand_in claude "2.1.9 (Claude Code)"
    profile claude
    dispatch
    file=$(follows --settings)
    is "$file" "$STATE/run/$run/agent-settings.json"
    is "$(stat -c %a "$file")" 600
    is "$(json "$file" 'j["hooks"]["StopFailure"][0]["hooks"][0]["command"]')" "$(called claude)"
    has "$(json "$file" 'j["permissions"]["allow"]')" "Bash($MC_BIN/mc-ticket signal *)"
    dispatch
    is "$(cat "$T/asked")" asked # once: it has not changed
    touch -d '2 days ago' "$STATE/version-claude"
    dispatch
    is "$(grep -c asked "$T/asked")" 2 # a wrapper may start another by now
    sleep 1
    stand_in claude "2.0.77 (Claude Code)"
    dispatch
    is "$(json "$(follows --settings)" 'sorted(j["hooks"])')" "['Notification', 'SessionEnd', 'Stop', 'UserPromptSubmit']"
}

@test "claude: the version by its package, without starting it" {
    mkdir -p "$T/lib/bin"
    stand_in claude "0.0.1"
    mv "$T/bin/claude" "$T/lib/bin/cli.js"
    echo '{"name":"@anthropic-ai/claude-code","version":"2.1.332"}' >"$T/lib/package.json"
    ln -s ../lib/bin/cli.js "$T/bin/claude"
    profile claude
    dispatch
    has "$(json "$(follows --settings)" 'sorted(j["hooks"])')" StopFailure
    [ ! -e "$T/asked" ]
}

@test "claude: a person's own --settings are in ours" {
    stand_in claude "2.1.9"
    profile claude "{\"command\": [\"$T/bin/claude\", \"--settings\", \"{\\\"hooks\\\":{\\\"Stop\\\":[{\\\"hooks\\\":[]}]},\\\"model\\\":\\\"m\\\"}\", \"--x\"]}"
    dispatch
    is "$(grep -c -e --settings "$T/argv")" 1
    is "$(json "$(follows --settings)" '(j["model"], len(j["hooks"]["Stop"]))')" "('m', 2)"
    echo '{"model":"of a file" // said
    }' >"$T/own.json"
    profile claude "{\"command\": [\"$T/bin/claude\", \"--settings=$T/own.json\"]}"
    dispatch
    file=$(sed -n 's/^--settings=//p' "$T/argv")
    is "$(json "$file" 'j["model"]')" "of a file"
    has "$(json "$file" 'sorted(j["hooks"])')" Stop
}

@test "what cannot be added to is left alone, and that is said once" {
    stand_in claude "2.1.9"
    echo '{"model":' >"$T/own.json"
    profile claude "{\"command\": [\"$T/bin/claude\", \"--settings\", \"$T/own.json\"]}"
    dispatch
    is "$(follows --settings)" "$T/own.json"
    has "$errors" "profile claude: its agent is not told to report its turns: $T/own.json: line 2"
    dispatch
    no has "$errors" "not told to report"
}

@test "reports: false leaves the command as it is" {
    stand_in claude "2.1.9"
    profile claude '{"reports": false}'
    dispatch
    no grep -q -e --settings "$T/argv"
    [ ! -e "$T/asked" ]
}

@test "codex: hooks; where the project has its own or codex is older, notify; never a person's notify replaced" {
    stand_in codex "codex-cli 0.169.0"
    profile codex
    dispatch
    grep -qxF -e --dangerously-bypass-hook-trust "$T/argv"
    has "$(grep '^hooks.Stop=' "$T/argv")" "\"$(called codex)\""
    stand_in codex "codex-cli 0.50.0"
    sleep 1
    dispatch
    no grep -q bypass "$T/argv"
    is "$(grep '^notify=' "$T/argv")" "notify=[\"$MC_BIN/mc-ticket\",\"turn-event\",\"codex\",\"--run\",\"$run\",\"--db\",\"$MC_DB\"]"
    mkdir "$T/.codex"
    printf 'model = "m"\n  notify = ["x"]\n' >"$T/.codex/config.toml"
    dispatch
    no grep -q 'notify=\|hooks\.' "$T/argv"
    has "$errors" "it has a notify of its own"
    rm "$T/.codex/config.toml"
    sleep 1
    stand_in codex "codex-cli 0.170.0"
    dispatch
    grep -q bypass "$T/argv"
    mkdir "$STATE/.codex" # above the place where it works
    dispatch
    no grep -q bypass "$T/argv"
    grep -q '^notify=' "$T/argv"
}

@test "gemini and qwen: the machine's own settings stay, ours beside them" {
    stand_in gemini 1
    profile gemini
    dispatch
    file=$(sed -n 's/^GEMINI_CLI_SYSTEM_SETTINGS_PATH=//p' "$T/env")
    is "$file" "$STATE/run/$run/agent-settings.json"
    is "$(json "$file" 'j["hooks"]["AfterAgent"][0]["hooks"][0]["command"]')" "$(called gemini)"
    echo '{"tools":{"exclude":["x"]},"hooks":{"AfterAgent":[1]}}' >"$T/machine.json"
    extra=("GEMINI_CLI_SYSTEM_SETTINGS_PATH=$T/machine.json")
    dispatch
    file=$(sed -n 's/^GEMINI_CLI_SYSTEM_SETTINGS_PATH=//p' "$T/env")
    is "$(json "$file" '(j["tools"]["exclude"], len(j["hooks"]["AfterAgent"]))')" "(['x'], 2)"
    echo 'no JSON' >"$T/machine.json"
    dispatch
    is "$(sed -n 's/^GEMINI_CLI_SYSTEM_SETTINGS_PATH=//p' "$T/env")" "$T/machine.json"
    has "$errors" "not told to report"
    stand_in qwen 1
    profile qwen
    dispatch
    file=$(sed -n 's/^QWEN_CODE_SYSTEM_SETTINGS_PATH=//p' "$T/env")
    is "$(json "$file" 'sorted(j["hooks"])')" "['Notification', 'SessionEnd', 'Stop', 'StopFailure', 'UserPromptSubmit']"
}

@test "pi and opencode: a file that they load, beside what a person has given" {
    stand_in pi 1
    profile pi
    dispatch
    file=$(follows -e)
    is "$file" "$STATE/run/$run/agent-reports.ts"
    is "$(sed -n 1p "$file")" "const WORDS = [\"$MC_BIN/mc-ticket\",\"turn-event\",\"pi\",\"--run\",\"$run\",\"--db\",\"$MC_DB\"];"
    stand_in opencode 1
    extra+=('OPENCODE_CONFIG_CONTENT={"plugin":["own"],"theme":"t"}')
    profile opencode
    dispatch
    content=$(sed -n 's/^OPENCODE_CONFIG_CONTENT=//p' "$T/env")
    is "$content" "{\"plugin\":[\"own\",\"file://$STATE/run/$run/agent-reports.js\"],\"theme\":\"t\"}"
    [ -s "$STATE/run/$run/agent-reports.js" ]
}
