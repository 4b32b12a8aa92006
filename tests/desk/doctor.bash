# For the tests of mc-ticket doctor: a world with programs of its own, what stands for cron in it, and what is said.

# doctor_world: its folder of programs is the first of the PATH, and something that is called cron lives as long as it.
doctor_world() {
    world
    mkdir -m 700 "$T/bin"
    CLEAN_PATH=$T/bin:$CLEAN_PATH
    cp /bin/sleep "$T/bin/cron"
    (bare "$T/bin/cron" 600 &)
    wait_for inhabited # by its own name and environment, or the end of a short test does not find it
}

inhabited() {
    [ -n "$(inhabitants)" ]
}

# tool NAME SCRIPT: a program of that world.
tool() {
    printf '#!/bin/bash\n%s\n' "$2" >"$T/bin/$1"
    chmod 755 "$T/bin/$1"
}

# cron_calls [LINE]: what crontab -l prints; without one a line that calls this board every minute.
cron_calls() {
    printf '%s\n' "${1-* * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB}" >"$T/table"
    tool crontab "if [ \"\$1\" = -l ]; then cat '$T/table'; else cat >'$T/table~' && mv '$T/table~' '$T/table'; fi"
}

# hold_lock: another process holds the board for writing, $HOLDER_PID.
hold_lock() {
    coproc HOLDER { sqlite3 "$MC_DB" 2>&1; }
    echo 'BEGIN IMMEDIATE; SELECT 1;' >&"${HOLDER[1]}"
    read -r _ <&"${HOLDER[0]}"
}

doctor() {
    ticket doctor "$@"
}

# line WORDS …: the one line of $output that has all of them.
line() {
    local found=$output word
    for word in "$@"; do
        found=$(grep -F -- "$word" <<<"$found") || {
            printf 'no line with %s in: %s\n' "$word" "$output" >&2
            return 1
        }
    done
    is "$(wc -l <<<"$found")" 1
}
