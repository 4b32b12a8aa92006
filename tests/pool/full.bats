#!/usr/bin/env bats
# A disk that is full in the middle of a checkout, and in the middle of keeping what an agent has left.

setup() {
    load pool
    pool_world 2
    need_mounts
}

teardown() {
    world_end
}

# Two megabytes that no compression makes smaller, on main.
large() {
    head -c 2000000 /dev/urandom >"$REPO/large"
    git_in "$REPO" add large
    git_in "$REPO" commit -q -m "Large"
}

@test "full in the middle of a checkout: said with what to do, the ticket waits uncounted; with room it goes on" {
    large
    pool_settings 1
    add "A ticket"
    mounted '
        before=$(main_digest)
        mkdir -m 700 -p "$POOL"
        mount -t tmpfs -o size=1m,mode=700 none "$POOL"
        expect 74 pickup --json
        is "$(value outcome) $(value send.class)" "failed disk_full"
        one_line
        has "$errors" "space"
        rows_are "todo|0" "SELECT status,attempts FROM tickets"
        is "$(agents)" ""
        main_untouched "$before"
        mount -o remount,size=64m "$POOL"
        ticket breaker close >/dev/null
        rows "UPDATE tickets SET next_attempt_at=NULL"
        expect 0 pickup
        wait_for reaches 1 in_review
        is "$(git_in "$POOL/pool-1" status --porcelain)" ""
        main_untouched "$before"
        agree'
}

@test "full in the middle of keeping: nothing lost, said once; with room it is kept and the slot free" {
    add "A ticket"
    mounted '
        cp -a "$REPO" "$T/copy"
        mount -t tmpfs -o size=1m,mode=700 none "$REPO"
        cp -a "$T/copy/." "$REPO"
        before=$(main_digest)
        expect 0 pickup
        wait_for reaches 1 in_review
        head -c 3000000 /dev/urandom >"$POOL/pool-1/large"
        printf small >"$POOL/pool-1/small"
        printf more >>"$POOL/pool-1/README"
        inventory "$T/before"
        ticket approve MC-1 >/dev/null
        status=0
        pickup --json >"$T/out" 2>"$T/errors" || status=$?
        errors=$(cat "$T/errors")
        echo "exit $status: $(cat "$T/out") $errors" >&2
        one_line
        has "$errors" "free some space"
        nothing_lost "$T/before"
        is "$(git_in "$POOL/pool-1" status --porcelain | sort | tr "\n" ";")" " M README;?? large;?? small;"
        slot_is 1 claimed
        main_untouched "$before"
        add "Another"
        expect 0 pickup --json
        is "$(value outcome) $(slot 2)" "dispatched claimed"
        is "$(cat "$T/errors")" ""
        mount -o remount,size=64m "$REPO"
        expect 0 pickup
        slot_is 1 free
        nothing_lost "$T/before"
        main_untouched "$before"
        agree'
}
