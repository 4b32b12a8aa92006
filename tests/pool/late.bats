#!/usr/bin/env bats
# What was read of a slot is looked at again once the slot is in our hands.

setup() {
    load pool
}

teardown() {
    world_end
}

@test "a slot that has got its run again since it was seen is left to it" {
    pool_world 2
    add "The first"
    expect 0 pickup
    wait_for reaches 1 in_review
    add "The second"
    expect 0 pickup
    wait_for reaches 2 in_review
    # While slot 1 is given back the second ticket takes its run up again.
    cat >"$T/hook" <<EOF
#!/bin/sh
[ "\$MC_TICKET" = MC-1 ] || exit 0
exec sqlite3 "$STATE/board.db" "UPDATE tickets SET status='in_progress',run_id=(SELECT run_id FROM worktree_slots WHERE number=2)WHERE id=2"
EOF
    chmod 755 "$T/hook"
    pool_settings 2 '{"workspace": {"hooks": {"before_remove": ["'"$T/hook"'"]}}}'
    ticket approve MC-1 >/dev/null
    ticket approve MC-2 >/dev/null
    echo mine >"$POOL/pool-2/anew"
    expect 0 pickup
    slot_is 1 free
    status_is 2 in_progress
    slot_is 2 claimed
    is "$(cat "$POOL/pool-2/anew")" mine
}
