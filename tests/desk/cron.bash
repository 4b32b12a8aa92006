# What stands for cron in a test of the doctor: its daemon, and a crontab of one line.

# cron_runs: something that is called cron lives as long as this world.
cron_runs() {
    cp /bin/sleep "$T/bin/cron"
    (bare "$T/bin/cron" 600 &)
}

# cron_calls [LINE]: what crontab -l prints; without one a line that calls this board every minute.
cron_calls() {
    printf '%s\n' "${1-* * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB}" >"$T/table"
    printf '#!/bin/bash\n%s\n' "if [ \"\$1\" = -l ]; then cat '$T/table'; else cat >'$T/table~' && mv '$T/table~' '$T/table'; fi" >"$T/bin/crontab"
    chmod 755 "$T/bin/crontab"
}
