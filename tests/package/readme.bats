#!/usr/bin/env bats
# The lines of the README, as printed, from the state that the quick start leaves: a user's home with a repository in
# it, and no more programs than that.

setup() {
    load ../e2e/support
    world
    HERE=$T/tree
    mkdir -p "$HERE/build" "$T/src/app" "$T/bin"
    ln -s "${MC_BUILD:?}" "$HERE/build/quickstart"
    git init -q -b main "$T/src/app"
    git -C "$T/src/app" -c user.name=You -c user.email=you@localhost commit -q --allow-empty -m 'The beginning'
    MC_DB=$T/.local/state/mc-pickup/board.db
    SOCKET=$T/.local/state/mc-pickup/tmux.sock
    # What a person does there: chooses the demo agent and pastes the README's workspace, which is pushed nowhere here.
    {
        echo '#!/bin/sh'
        echo "exec sed -i '/^  \\/\\/ \"profile\": /s|.*|\"profile\": \"demo\", $(lines '"workspace"' | sed 's/, "push": "origin"//')|' \"\$1\""
    } >"$T/bin/editor"
    chmod +x "$T/bin/editor"
}

teardown() {
    world_end
}

# lines TEXT: the indented block of the README that has TEXT in it, without its indentation.
lines() {
    TEXT=$1 awk '/^    / { block = block substr($0, 5) "\n"; next }
        { if (index(block, ENVIRON["TEXT"])) { printf "%s", block; exit } block = "" }' "${MC_SRC:?}/README.md"
}

# The user's shell, in the tree, with nothing else known to it.
user() {
    (cd "$HERE" && env -i HOME="$T" PATH=/usr/local/bin:/usr/bin:/bin EDITOR="$T/bin/editor" LC_ALL=C.UTF-8 \
        bash -e -x 3>&-)
}

is_status() {
    rows_are "$1" "SELECT status FROM tickets WHERE id=1"
}

@test "the first real use: five lines, then the last word" {
    is "$(lines 'cmake --install' | wc -l)" 5
    no grep -q sudo <(lines 'cmake --install')
    lines 'cmake --install' | user
    wait_for is_status in_review
    # Nobody can attach without a terminal; the rejected ticket goes to its agent by the next pickup, which is cron's.
    {
        echo 'PATH=~/.local/bin:$PATH'
        lines 'mc-ticket reject' | sed -e '/attach/d' -e '/approve/d'
        echo 'mc-pickup -v'
    } | user
    wait_for is_status in_review
    {
        echo 'PATH=~/.local/bin:$PATH'
        lines 'mc-ticket reject' | grep approve
        lines '* * * * *' | sed -n 's/^\* \* \* \* \* //p'
    } | user
    is_status "done"
    is "$(git -C "$T/src/app" branch --list 'mc-1-fix-the-login-page-*' | wc -l)" 1
}

@test "what it names is there" {
    local word
    for word in $(grep -o '`[a-z.]*/[a-z./]*`' "$MC_SRC/README.md" | tr -d '`' | sort -u); do
        [ -e "$MC_SRC/$word" ] || {
            echo "not there: $word"
            false
        }
    done
    for word in $(sed -n 's/.*](\(.*\)).*/\1/p' "$MC_SRC/README.md"); do
        [ -s "$MC_SRC/$word" ]
        [ "$(wc -c <"$MC_SRC/$word")" -le 150000 ]
    done
    for word in $(grep -oE 'mc-ticket [a-z-]+' "$MC_SRC/README.md" | cut -d' ' -f2 | sort -u); do
        ticket "$word" --help >/dev/null
    done
}
