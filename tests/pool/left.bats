#!/usr/bin/env bats
# What agents leave in their slots: kept whole and found again by the ticket's next run, or set aside with a word on how
# to rescue it. Never a byte lost.

setup() {
    load pool
}

teardown() {
    world_end
}

# What is left by kind, and what becomes of the slot: free, or quarantined for this reason's words.
KINDS=(
    "clean|free|"
    "plain|free|"
    "names|free|"
    "rename|free|"
    "staged|free|"
    "folders|free|"
    "twins|free|"
    "ignored|free|"
    "ignore_gone|free|"
    "ignore_self|free|"
    "stash|free|"
    "assume|free|"
    "skip|free|"
    "skip_gone|free|"
    "sparse|free|"
    "lock|free|"
    "fifo|free|"
    "intent|free|"
    "pipe|quarantined|git would be held up by a pipe"
    "merge|quarantined|a merge is under way"
    "rebase|quarantined|a rebase is under way"
    "cherry|quarantined|a cherry-pick is under way"
    "revert|quarantined|a revert is under way"
    "am|quarantined|patches are being applied"
    "bisect|quarantined|a bisect is under way"
    "unmerged|quarantined|it has conflicts"
    "nested|quarantined|a repository of its own"
    "submodule|quarantined|a submodule holds"
    "detached|quarantined|its commits are on no branch"
    "foreign|quarantined|none of its ticket's"
    "unborn|quarantined|"
)

WORK='
exec 2>&1
conflict() { # two commits on two branches that change the same line; HEAD on the second
    git switch -q -c "side-$MC_TICKET"; echo side >README; git commit -qam side
    git switch -q -; echo ours >README; git commit -qam ours
}
snapshot() {
    "$PYTHON" -S "$CLERK" snapshot . >"$T/$1.$MC_TICKET"
}
kind=$(cat "$T/kind.$MC_TICKET")
if [ -e "$T/left.$MC_TICKET" ]; then snapshot found; exit 0; fi
case $kind in
clean) ;;
plain)
    printf "committed\n" >committed; git add committed; git commit -qm "The work"
    printf "no newline" >>README; rm src/run.sh; chmod 755 src/main.c; rm link; ln -s /nowhere link
    mkdir -p "deep/er folder"; printf "new\n" >"deep/er folder/new file"; printf "\0binary\xff" >bytes; chmod 700 bytes
    ln -s README to; : >empty
    ;;
names)
    printf 1 >"$(printf "\377\376 not utf-8")"; printf 2 >"$(printf "two\nlines")"; printf 3 >"$(printf "tab\there")"
    printf 4 >"-f"; printf 5 >"\"quoted\""; printf 6 >"ünïcode ✓"; printf 7 >":(top)x"; printf 8 >"*"; printf 9 >" blank "
    ;;
rename) git mv README LISEZMOI; git mv src/main.c src/haupt.c; printf more >>src/haupt.c ;;
staged) printf a >new; git add new; printf b >>new; printf c >>README; git add README; rm README; git rm -q --cached link ;;
folders) mkdir -p e/m/p/t/y; rm -r src; printf file >src; rm README; mkdir README; printf in >README/in ;;
twins) printf 1 >Readme; printf 2 >readme; printf 3 >README ;;
ignored) mkdir build; printf cache >build/cache; printf o >main.o; printf x >>README ;;
ignore_gone) mkdir build; printf cache >build/cache; rm .gitignore ;;
ignore_self) mkdir -p a/b; printf x >a/b/x; git add a; git commit -qm x
    for one in src a; do printf "*\n" >$one/.gitignore; printf n >$one/new; done ;;
stash) printf x >>README; printf n >new; git add new; git stash -q ;;
assume) git update-index --assume-unchanged README; printf hidden >>README ;;
skip) git update-index --skip-worktree src/main.c; printf hidden >>src/main.c ;;
skip_gone) git update-index --skip-worktree src/main.c; git update-index --assume-unchanged link; rm src/main.c link ;;
sparse) snapshot left; git sparse-checkout set nothing; exit ;;
lock) printf x >>README; : >"$(git rev-parse --git-dir)/index.lock" ;;
fifo) mkfifo pipe; printf x >>README ;;
intent) printf x >new; git add -N new ;;
pipe) snapshot left; mkfifo src/.gitignore; exit ;;
merge) conflict; git merge -q "side-$MC_TICKET" ;;
rebase) conflict; git rebase -q "side-$MC_TICKET" ;;
cherry) conflict; git cherry-pick "side-$MC_TICKET" ;;
revert) conflict; printf again >README; git commit -qam again; git revert HEAD~1 ;;
am) conflict; git format-patch -q -1 --stdout "side-$MC_TICKET" >"$T/patch.$MC_TICKET"; git am -q "$T/patch.$MC_TICKET" ;;
bisect) git bisect start ;;
unmerged) conflict; git merge -q "side-$MC_TICKET"; rm "$(git rev-parse --git-dir)/MERGE_HEAD" ;;
nested) git init -q inner; printf mine >inner/mine ;;
submodule) git init -q "$T/sub"; git -C "$T/sub" -c user.name=n -c user.email=e commit -q --allow-empty -m sub
    git -c protocol.file.allow=always submodule --quiet add "$T/sub" sub; git commit -qm sub; printf mine >sub/mine ;;
detached) git switch -q --detach; printf x >x; git add x; git commit -qm lonely ;;
foreign) git switch -q -c elsewhere; printf x >x ;;
unborn) git switch -q --orphan nothing; printf x >x ;;
esac
[ -z "$(git rev-parse -q --verify HEAD)" ] || snapshot left
'

# Each ticket one kind, all at once, and approved.
leave_all() {
    local kind id=0
    pool_world "${#KINDS[@]}"
    works "T='$T'; CLERK='$CLERK'; PYTHON='$MC_PYTHON'; $WORK"
    works_settings "${#KINDS[@]}"
    for kind in "${KINDS[@]}"; do
        id=$((id + 1))
        echo "${kind%%|*}" >"$T/kind.MC-$id"
        add "Leaves ${kind%%|*}"
    done
    pickups "${#KINDS[@]}"
    for ((id = 1; id <= ${#KINDS[@]}; id++)); do
        wait_for reaches "$id" in_review
    done
}

# What became of each slot, in the form of KINDS.
became() {
    local kind id=0 state words
    for kind in "${KINDS[@]}"; do
        id=$((id + 1))
        IFS='|' read -r kind _ words <<<"$kind"
        state=$(rows "SELECT state FROM worktree_slots WHERE path=(SELECT cwd FROM runtime_sessions WHERE ticket_id=$id)")
        if [ "$state" = quarantined ]; then
            has "$(rows "SELECT note FROM worktree_slots WHERE path=(SELECT cwd FROM runtime_sessions
                WHERE ticket_id=$id)")" "$words" || state="quarantined for another reason"
        fi
        echo "$kind|$state|$words"
    done
}

# found ID found|left: what was seen then; a mark on a file hides its change from git only as long as the mark is there.
found() {
    cat "$T/kind.MC-$1"
    case $(cat "$T/kind.MC-$1") in
    assume | skip | skip_gone) grep -v "^b' [MD] " "$T/$2.MC-$1" ;;
    *) cat "$T/$2.MC-$1" ;;
    esac
}

@test "kept whole and found again, or set aside" {
    local before id free
    leave_all
    take_stock
    for ((id = 1; id <= ${#KINDS[@]}; id++)); do
        ticket approve "MC-$id" >/dev/null
    done
    expect 0 pickup
    is "$(became)" "$(printf '%s\n' "${KINDS[@]}")"
    is "$(find "$POOL" -path '*/src/new' -o -path '*/a/new')" "" # ignore_self
    nothing_lost "$T/before"
    main_untouched "$before"
    agree
    free=$(rows "SELECT r.ticket_id FROM runtime_sessions r JOIN worktree_slots s ON s.path=r.cwd WHERE s.state='free'")
    for id in $free; do
        ticket reopen "MC-$id" >/dev/null
    done
    pickups "$(wc -w <<<"$free")"
    for id in $free; do
        wait_for reaches "$id" in_review
        is "$(found "$id" found)" "$(found "$id" left)"
    done
    nothing_lost "$T/before"
    main_untouched "$before"
    agree
}
