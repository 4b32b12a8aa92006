# What the page says of real work: its screen, its slot, how much it has changed.

setup() {
    load ../pool/pool
}

teardown() { world_end; }

# What of the page stands between these words and the next tag, one a line.
after() {
    tr '\n' ' ' <"$T/p.html" | grep -o "$1[^<]*" || true
}

@test "an agent that has delivered: branch, diffstat, slot, screen and summary" {
    pool_world 2 '{"profiles": {"demo": {"first_turn": "paste"}}}' --write GREETING --commit
    add 'Greet the newcomer'
    expect 0 pickup
    wait_for reaches 1 in_review
    expect 0 ticket page -o "$T/p.html"
    is "$output" "$T/p.html"
    has "$(after '<dt>Changed</dt><dd>')" '1 commit, 1 file, +1 −0 lines'
    has "$(after '<dt>Branch</dt><dd>')" 'mc-1-greet-the-newcomer-'
    has "$(after '<th scope="row">pool-1</th><td>')" 'claimed'
    has "$(after 'aria-label="Screen of MC-1">')" 'demo&gt;'
    has "$(after '<blockquote>')" 'bytes received'
}

@test "a branch that is gone, and a workspace that is not configured, are said in its place" {
    pool_world 2 '{"profiles": {"demo": {"first_turn": "paste"}}}' --write GREETING --commit
    add 'Greet the newcomer'
    expect 0 pickup
    wait_for reaches 1 in_review
    rows "UPDATE runs SET branch='nowhere'"
    expect 0 ticket page -o "$T/p.html"
    has "$(after '<dt>Changed</dt><dd>')" 'not known: its branch cannot be read just now'
    rows "UPDATE runs SET workspace='elsewhere'"
    expect 0 ticket page -o "$T/p.html"
    has "$(after '<dt>Changed</dt><dd>')" 'not known: workspace elsewhere is not configured any more'
    mv "$REPO" "$REPO.away"
    rows "UPDATE runs SET workspace='default'"
    expect 0 ticket page -o "$T/p.html"
    has "$(after '<dt>Changed</dt><dd>')" "not known: repository $REPO"
}
