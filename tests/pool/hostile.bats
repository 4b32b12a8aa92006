#!/usr/bin/env bats
# What an agent writes into its repository's settings, hooks and attributes runs nothing under our git.

setup() {
    load pool
}

teardown() {
    world_end
}

# Each of these would leave a file $T/ran.NAME.
HOSTILE='
common=$(git rev-parse --git-common-dir)
program() { # a program that leaves its name, and does what is harmless; its path
    printf "#!/bin/sh\n: >%s/ran.%s\ncat\n" "$T" "$1" >"$T/do.$1"; chmod 755 "$T/do.$1"; echo "$T/do.$1"
}
git commit -q --allow-empty -m work
set_() { git config "$1" "$2"; }
set_ core.fsmonitor "$(program fsmonitor)"
set_ core.hooksPath "$T/hooks"
set_ filter.evil.clean "$(program clean)"
set_ filter.evil.smudge "$(program smudge)"
set_ filter.evil.process "$(program process)"
set_ filter.evil.required true
set_ diff.external "$(program external)"
set_ diff.evil.command "$(program command)"
set_ diff.evil.textconv "$(program textconv)"
set_ merge.evil.driver "$(program driver)"
set_ core.pager "$(program pager)"
set_ pager.diff "$(program pager)"
set_ core.editor "$(program editor)"
set_ core.askPass "$(program askpass)"
set_ core.sshCommand "$(program ssh)"
set_ credential.helper "!$(program credential)"
set_ commit.gpgSign true
set_ gpg.program "$(program gpg)"
set_ core.alternateRefsCommand "$(program alternate)"
for name in status add commit diff log fast-import cat-file switch checkout read-tree reset update-ref rev-parse; do
    set_ "alias.$name" "!$(program "alias-$name")"
done
set_ extensions.worktreeConfig true
git config --worktree core.fsmonitor "$(program worktree-fsmonitor)"
git config --worktree filter.other.clean "$(program worktree-clean)"
set_ include.path "$T/included"
git config -f "$T/included" core.fsmonitor "$(program included-fsmonitor)"
set_ remote.origin.receivepack "$(program receivepack)"
set_ remote.origin.uploadpack "$(program uploadpack)"
set_ protocol.ext.allow always
mkdir -p "$T/hooks" "$common/hooks"
for hook in post-checkout pre-commit post-commit reference-transaction post-index-change pre-push post-rewrite pre-auto-gc \
    fsmonitor-watchman prepare-commit-msg post-merge; do
    cp "$(program "hook-$hook")" "$T/hooks/$hook"
    cp "$(program "own-hook-$hook")" "$common/hooks/$hook"
done
printf "* filter=evil diff=evil merge=evil\n*.x filter=other\n" >.gitattributes
mkdir -p "$common/info"
printf "* filter=evil\n" >"$common/info/attributes"
printf dirt >dirt; printf x >file.x; printf more >>README
rm -f "$T"/ran.*
'

hostile_world() {
    pool_world 1
    works "T='$T'; $HOSTILE"
    git_in "$T" init -q --bare remote.git
    git_in "$REPO" remote add origin "$T/remote.git"
    works_settings 1 '{"workspace":{"push":"origin"}}'
    add "Does harm"
    expect 0 pickup
    wait_for reaches 1 in_review
    is "$(echo "$T"/ran.*)" "$T/ran.*"
}

@test "given back, and prepared again" {
    hostile_world
    ticket approve MC-1 >/dev/null
    bare "$MC_BIN/mc-pickup" >/dev/null 2>"$T/errors" || true
    is "$(echo "$T"/ran.*)" "$T/ran.*"
    slot_is 1 free
    works 'exit 0'
    ticket reopen MC-1 >/dev/null
    expect 0 pickup
    wait_for reaches 1 in_review
    is "$(echo "$T"/ran.*)" "$T/ran.*"
    is "$(cat "$POOL/pool-1/dirt" "$POOL/pool-1/file.x")" dirtx
    bare "$MC_BIN/mc-pickup" --dry-run >/dev/null
    is "$(echo "$T"/ran.*)" "$T/ran.*"
    agree
}

@test "what a person asks of it" {
    hostile_world
    ticket pool >/dev/null
    ticket diff MC-1 >"$T/diff"
    has "$(cat "$T/diff")" "dirt"
    ticket show MC-1 >/dev/null
    ticket list >/dev/null
    is "$(echo "$T"/ran.*)" "$T/ran.*"
}

@test "a remote that would run a program" {
    local url
    hostile_world
    for url in "ext::$T/do.ssh" "ssh://-oProxyCommand=$T%2fdo.ssh/x"; do
        git_in "$REPO" config remote.origin.url "$url"
        ticket reject MC-1 "once more" >/dev/null
        works 'exit 0'
        for _ in 1 2 3; do
            bare "$MC_BIN/mc-pickup" >/dev/null 2>&1 || true
            sleep 0.3
        done
        is "$url $(echo "$T"/ran.*)" "$url $T/ran.*"
    done
}

@test "a hook that leads the slot elsewhere: no agent is started there" {
    local before after
    pool_world 1
    printf '#!/bin/sh\ncd / && mv "%s" "%s" && ln -s "%s" "%s"\n' "$POOL/pool-1" "$POOL/aside" "$REPO" "$POOL/pool-1" >"$T/link"
    printf '#!/bin/sh\nexec git switch -q -c elsewhere\n' >"$T/switch"
    chmod 755 "$T/link" "$T/switch"
    add "A ticket"
    pool_settings 1 '{"workspace": {"hooks": {"before_run": ["'"$T/switch"'"]}}}'
    expect 69 pickup
    has "$errors" "slot pool-1 is not on its branch"
    rm -rf "$POOL/pool-1"
    expect 0 ticket pool release pool-1
    before=$(main_digest)
    pool_settings 1 '{"workspace": {"hooks": {"before_run": ["'"$T/link"'"]}}}'
    rows "UPDATE tickets SET next_attempt_at=NULL"
    expect 69 pickup
    after=$(main_digest)
    has "$errors" "slot pool-1 is not on its branch"
    is "$after" "$before"
    is "$(rows "SELECT count(*) FROM runtime_sessions WHERE pid IS NOT NULL")" 0
}
