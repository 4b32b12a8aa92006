#!/usr/bin/env bats
# mc-ticket doctor on the crontabs that call us: whether their lines start anything, for this board, often enough.

setup() {
    load ../e2e/support
    load doctor
    doctor_world
    tool systemctl 'exit 1'
    configure
    init
    pickup
}

teardown() {
    world_end
}

@test "a line of the crontab that starts nothing is bad, and the command that is printed puts a right one in its place" {
    ours="--config $CONFIG --db $MC_DB"
    cron_calls "PATH=/usr/bin:/bin
* * * * * mc-pickup $ours"
    expect 78 doctor
    line "bad   called by nothing: of crontab -l: * * * * * mc-pickup" "mc-pickup is not on the PATH it has there (/usr/bin:/bin)"
    run_its_command
    is "$(tail -1 "$T/table")" "* * * * * $MC_BIN/mc-pickup $ours"
    expect 0 doctor
    line "ok    called by cron"
    cron_calls "*/30 * * * * /opt/none/mc-pickup --config /none
5 * * * * /usr/bin/true"
    expect 78 doctor
    line "bad   called by nothing: " "there is no /opt/none/mc-pickup"
    run_its_command
    is "$(cat "$T/table")" "5 * * * * /usr/bin/true
*/30 * * * * $MC_BIN/mc-pickup --config /none"
    expect 78 doctor
    line "bad   called by nothing: " "there is no /none, so every pickup fails"
    run_its_command
    expect 0 doctor
    line "ok    called by cron"
    # The right one among others is enough.
    cron_calls "* * * * * none-mc-pickup
* * * * * /none/mc-pickup
* * * * * $MC_BIN/mc-pickup $ours"
    expect 0 doctor
    line "ok    called by cron (crontab -l): * * * * * $MC_BIN/mc-pickup"
}

# The one of the line that says what calls us.
run_its_command() {
    bare bash -c "$(sed -n 's/^[a-z]*  *called by .*; run: //p' <<<"$output")"
}

@test "a line for another board, and one that comes too rarely" {
    cron_calls "* * * * * $MC_BIN/mc-pickup --config $CONFIG --db $T/other.db"
    expect 0 doctor
    line "warn  called by nothing: of crontab -l: " "that is for another configuration or board"
    run_its_command
    is "$(wc -l <"$T/table")" 2
    expect 0 doctor
    line "ok    called by cron"
    cron_calls "*/30 * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB"
    expect 0 doctor
    line "warn  called by cron (crontab -l): " "up to 30 min pass between two calls" "set it to 1800" "run: \${EDITOR:-vi} "
    cron_calls "* * * * 1 $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB"
    expect 0 doctor
    line "warn  called by cron (crontab -l): " "up to 6 d pass between two calls" "1 min; call it more often; run: crontab -e"
    cron_calls "*/30 * * * * $MC_BIN/mc-pickup --config $CONFIG --db $MC_DB"
    configure '{"cron_interval_s": 1800}'
    expect 0 doctor
    line "ok    called by cron"
}

@test "a line that hands out nothing by itself" {
    ours="$MC_BIN/mc-pickup --config $CONFIG --db $MC_DB"
    while IFS=: read -r call why; do
        cron_calls "$call"
        expect 78 doctor
        line "bad   called by nothing: of crontab -l: $call: $why"
        run_its_command
        is "$(cat "$T/table")" "* * * * * $ours"
    done <<END
@reboot $ours:it comes when the machine starts, and not again
61 * * * * $ours:cron knows no such times, so nothing is started
* * * * * root $ours:a line here names no user, and root is no program, so nothing is started
* * * * * $ours --dry-run:with --dry-run it does not hand out what comes next
* * * * * $ours --heal-only:with --heal-only it does not hand out what comes next
* * * * * $ours --ticket MC-1:with --ticket it does not hand out what comes next
END
    # Beside one that does.
    cron_calls "@reboot $ours
* * * * * $ours --heal-only
* * * * * nice $ours"
    expect 0 doctor
    line "ok    called by cron (crontab -l): * * * * * nice $ours"
    # What a shell makes something else of is not judged.
    cron_calls "* * * * * \$HOME/none/mc-pickup $ours"
    expect 0 doctor
    line "ok    called by cron (crontab -l): * * * * * \$HOME/none/mc-pickup"
}

@test "a crontab and no cron" {
    unshare -pf --mount-proc true 2>/dev/null || skip "no namespace of processes can be made here"
    cron_calls
    expect 0 bare unshare -pf --mount-proc "$MC_BIN/mc-ticket" doctor
    line "warn  called by cron: no cron runs here" "run: service cron start"
}

@test "a board on a server is told by its name, with cron's backslash before each %" {
    name='postgresql://none.invalid/b?user=a%20b'
    cron_calls ""
    expect 78 doctor --db "$name"
    line "called by nothing" 'user=a\%20b'
    cron_calls "* * * * * $MC_BIN/mc-pickup --config $CONFIG --db 'postgresql://none.invalid/b?user=a\%20b'"
    expect 78 doctor --db "$name"
    line "ok    called by cron"
    cron_calls "* * * * * $MC_BIN/mc-pickup --config $CONFIG --db '$name'"
    expect 78 doctor --db "$name"
    line "warn  called by nothing" "that is for another configuration or board"
}

@test "a password that somebody has put into the crontab is not shown" {
    cron_calls "* * * * * $MC_BIN/mc-pickup --config $CONFIG --db postgresql://wilma:hunter2@db1/b"
    expect 0 doctor
    line "warn  called by nothing" "* * * * * $MC_BIN/mc-pickup …"
    no has "$output$errors" hunter2
    expect 78 doctor --cron --db postgresql://wilma:hunter2@db1/b
    has "$errors" "a password in its name"
    no has "$output$errors" hunter2
}
