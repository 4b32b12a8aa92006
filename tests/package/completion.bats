#!/usr/bin/env bats
# Completion: what `mc-ticket complete` offers, and what real shells make of it at the press of a key.

setup() {
    load ../e2e/support
    world
    configure '{"workspaces": {"web": {"repo": "/srv/web"}}}'
    init
}

teardown() {
    tmux -S "$T/shell" kill-server 2>/dev/null || true
    world_end
}

# offers WORD …: the candidates for the last word, in one line.
offers() {
    bare "$MC_BIN/mc-ticket" complete -- "$@" | cut -f1 | paste -sd' '
}

# One ticket in each status, MC-1 to MC-8, in the order of SPEC section 4.
tickets() {
    local status id=0
    for status in inbox todo in_progress in_review needs_input blocked "done" cancelled; do
        id=$((id + 1))
        add "ticket $id"
        rows "UPDATE tickets SET status='$status', updated_at=$id WHERE id=$id"
    done
}

@test "every command and every option of it, as --help has them" {
    local commands
    commands=$(ticket --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | paste -sd' ')
    is "$(offers mc-ticket '')" "$commands"
    for command in $commands; do
        is "$(offers mc-ticket "$command" -- | tr ' ' '\n' | sort)" \
            "$(ticket "$command" --help | sed -n 's/^  \(--[a-z-]*\) .*/\1/p' | sort)"
    done
    is "$(offers mc-pickup - | tr ' ' '\n' | sort)" \
        "$(pickup --help | sed -n 's/^  \(-h, \)\{0,1\}\(-[a-z-]*\) .*/\2/p' | sort)"
    bare "$MC_BIN/mc-ticket" complete -- mc-ticket li | grep -qx "list	$(ticket --help | sed -n 's/^  list  *//p')"
}

@test "the tickets for which a command makes sense, newest change first" {
    tickets
    is "$(offers mc-ticket show '')" "MC-8 MC-7 MC-6 MC-5 MC-4 MC-3 MC-2 MC-1"
    is "$(offers mc-ticket promote '')" "MC-1 MC-6"
    is "$(offers mc-ticket approve '')" "MC-4"
    is "$(offers mc-ticket reject '')" "MC-4"
    is "$(offers mc-ticket answer '')" "MC-5"
    is "$(offers mc-ticket reopen '')" "MC-6 MC-7 MC-8"
    is "$(offers mc-ticket cancel '')" "MC-1 MC-2 MC-3 MC-4 MC-5 MC-6"
    is "$(offers mc-ticket send '')" "MC-3 MC-4 MC-5"
    is "$(offers mc-ticket attach '')" "MC-3 MC-4 MC-5"
    is "$(offers mc-ticket add x --after '')" "MC-1 MC-2 MC-3 MC-4 MC-5 MC-6 MC-7"
    is "$(offers mc-pickup --ticket '')" "MC-2 MC-3"
    is "$(offers mc-ticket show MC-7)" "MC-7"
    is "$(offers mc-ticket --json show --db "$MC_DB" MC-7)" "MC-7"
    is "$(offers mc-ticket answer MC-5 '')" ""
    is "$(bare "$MC_BIN/mc-ticket" complete -- mc-ticket approve '')" "MC-4	in_review, ticket 4"
}

@test "values of options, from tables, configuration and board" {
    add one --label ui --label 'a b' --label 'x;y'
    is "$(offers mc-ticket list --status in)" "inbox in_progress in_review"
    is "$(offers mc-ticket list --status=in_p)" "--status=in_progress"
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('$(printf '%032d' 1)',1,1,'h',1)"
    rows "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('$(printf '%032d' 2)',1,2,'h',2)"
    is "$(offers mc-ticket log MC-1 --run '')" "2 1"
    is "$(offers mc-ticket list --status todo,in_)" "todo,in_progress todo,in_review"
    is "$(offers mc-ticket list --status=todo,do)" "--status=todo,done"
    is "$(offers mc-ticket add x --priority '')" "critical high medium low"
    has " $(offers mc-ticket add x --profile '') " " demo "
    is "$(offers mc-ticket add x --workspace '')" "web"
    is "$(offers mc-ticket add x --label '')" "ui" # the others are no words of a shell
    is "$(offers mc-ticket signal '')" "DONE REVIEW QUESTION"
    is "$(offers mc-ticket breaker '')" "close"
    is "$(bare "$MC_BIN/mc-ticket" complete -- mc-ticket add x --body-file '')" "	FILE"
    is "$(offers mc-ticket add x --body '')" ""
    expect 0 ticket complete --json -- mc-ticket list --status=inb
    is "$output" '{"schema":1,"offers":[{"word":"--status=inbox","help":""}],"files":false}'
    expect 0 ticket complete --json -- mc-ticket add x --body-file ''
    is "$output" '{"schema":1,"offers":[],"files":true}'
    # Once is enough; a label may be given again; behind -- there are no options.
    no has " $(offers mc-ticket add x --todo -) " " --todo "
    has " $(offers mc-ticket add x --label ui -) " " --label "
    is "$(offers mc-ticket add -- --)" ""
    is "$(offers mc-ticket bogus '')$(offers mc-ticket bogus -)" ""
}

@test "nothing there, nothing said, nothing changed" {
    local before
    tickets
    before=$(picture "$STATE" "$T/config")
    offers mc-ticket show ''
    expect 64 ticket complete -- mc-tickets ''
    has "$errors" "complete mc-tickets: PROGRAM is mc-ticket or mc-pickup"
    expect 0 bare "$MC_BIN/mc-ticket" complete -- mc-ticket show --db /nonexistent ''
    is "$output$errors" ""
    expect 0 bare "$MC_BIN/mc-ticket" complete -- mc-ticket show --config /nonexistent ''
    is "$output$errors" ""
    expect 0 bare "$MC_BIN/mc-ticket" complete mc-ticket
    is "$errors" ""
    is "$(picture "$STATE" "$T/config")" "$before"
    echo '{' >"$CONFIG"
    expect 0 bare "$MC_BIN/mc-ticket" complete -- mc-ticket add x --profile ''
    is "$output$errors" ""
}

@test "at most 200, however many there are" {
    rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<5000)
        INSERT INTO tickets(id,title,body,status,priority,created_at,updated_at)
        SELECT i,'ticket','','todo','medium',i,i FROM n"
    is "$(offers mc-ticket show '' | wc -w)" 200
    has "$(offers mc-ticket show MC-49)" "MC-4999"
    is "$(offers mc-ticket show MC-4999)" "MC-4999"
}

# One in review whose title and labels are a shell's nightmare; two more.
hostile() {
    # shellcheck disable=SC2016
    add '$(touch evil) `touch evil`; touch evil #"'\''%F{red}%(?.x.y)${(e):-$(touch evil)} \n' --label '$(touch evil)'
    add "second"
    add "third"
    # What no command takes, but a board may hold.
    rows "UPDATE tickets SET title=title||char(10)||char(27)||'[31m'||char(8238)||'touch evil', status='in_review',
        labels=labels||',\`touch evil\`' WHERE id=1"
}

@test "a title cannot put anything into the answer" {
    hostile
    bare "$MC_BIN/mc-ticket" complete -- mc-ticket show '' >"$T/answer"
    is "$(wc -l <"$T/answer")" 3
    is "$(cut -f1 "$T/answer" | sort | paste -sd' ')" "MC-1 MC-2 MC-3"
    is "$(tr -d '\t\n -~' <"$T/answer" | wc -c)" 0
    is "$(offers mc-ticket add x --label '')" ""
}

# shell PROGRAM [ARGUMENT …]: it runs on a terminal, with its prompt there.
shell() {
    if ! command -v "$1" >/dev/null; then
        echo "# skipped: $1 is not installed" >&3
        skip "$1 is not installed"
    fi
    "${MC_CMAKE:-cmake}" --install "${MC_BUILD:?}" --prefix "$T/prefix" >/dev/null
    mkdir "$T/here"
    echo 'set -g default-terminal screen-256color' >"$T/tmux.conf"
    (cd "$T/here" && env -i PATH="$MC_BIN:$CLEAN_PATH" HOME="$T" MC_DB="$MC_DB" MC_PICKUP_CONFIG="$CONFIG" \
        LC_ALL=C.UTF-8 PS1='ready> ' XDG_DATA_DIRS="$T/prefix/share" \
        tmux -u -S "$T/shell" -f "$T/tmux.conf" new-session -d -x 150 -y 40 "$@" 3>&-)
}

# types TEXT [KEY …]
types() {
    tmux -S "$T/shell" send-keys -l "$1"
    shift
    [ $# -eq 0 ] || tmux -S "$T/shell" send-keys "$@"
}

screen() {
    tmux -u -S "$T/shell" capture-pane -p | sed 's/ *$//'
}

shows() {
    screen | grep -qF -e "$1"
}

# Waits until it shows it; leaves what it shows in the test's output else.
expect_screen() {
    wait_for shows "$1" || {
        screen
        return 1
    }
}

# The same way in each: a command, a key, an option's value, a file.
press_tab() {
    types 'mc-ticket appr' Tab
    expect_screen 'mc-ticket approve'
    types 'MC' Tab
    expect_screen 'mc-ticket approve MC-1'
    types '' C-u
    types 'mc-pickup --tick' Tab
    expect_screen 'mc-pickup --ticket'
    types '' C-u
    types 'mc-ticket list --status in_r' Tab
    expect_screen 'mc-ticket list --status in_review'
    types '' C-u
    types 'mc-ticket list --status=needs' Tab
    expect_screen 'mc-ticket list --status=needs_input'
    types '' C-u
    echo >"$T/here/report-of-today.txt"
    types 'mc-ticket add x --body-file report-' Tab
    expect_screen 'mc-ticket add x --body-file report-of-today.txt'
    types '' C-u
    types 'mc-ticket show MC-' Tab Tab
    expect_screen 'MC-2'
    expect_screen 'MC-3'
}

untroubled() {
    types '' C-c
    types 'mc-ticket add x --label ' Tab Tab
    sleep 0.5
    screen
    is "$(ls "$T/here")" report-of-today.txt
}

@test "bash" {
    hostile
    shell bash --norc -i
    types ". $T/prefix/share/bash-completion/completions/mc-ticket" Enter
    press_tab
    untroubled
}

@test "zsh, with titles" {
    hostile
    shell zsh -f -i
    types "fpath=($T/prefix/share/zsh/site-functions \$fpath); autoload -U compinit; compinit -u -D; echo he''re" Enter
    expect_screen here
    press_tab
    # shellcheck disable=SC2016
    expect_screen 'in_review, $(touch evil) `touch evil`; touch evil #"'\''%F{red}%(?.x.y)${(e):-$(touch evil)}'
    untroubled
}

@test "fish, with titles" {
    hostile
    shell fish -i
    types 'function fish_prompt; echo "ready> "; end; set -g fish_autosuggestion_enabled 0; echo he''re' Enter
    expect_screen here
    press_tab
    # shellcheck disable=SC2016
    expect_screen 'in_review, $(touch evil) `touch evil`; touch evil #"'
    untroubled
}
