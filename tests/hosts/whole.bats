#!/usr/bin/env bats
# A board on a server of which something was taken away: init and the doctor say what, before a pickup meets it.

load one_server

setup() {
    load hosts
    machines
    machine a
    ticket init >/dev/null
}

teardown() {
    machines_end
}

# lacks WORDS SQL UNDO
lacks() {
    rows "$2"
    expect 78 ticket init
    one_line
    has "$errors" "$1"
    rows "$3"
}

@test "init and the doctor name what is missing of the schema" {
    local of="its schema mc_pickup is not as it was made:"
    lacks "$of the trigger activity_no_delete on ticket_activity is disabled: restore it from a backup" \
        "ALTER TABLE mc_pickup.ticket_activity DISABLE TRIGGER activity_no_delete" \
        "ALTER TABLE mc_pickup.ticket_activity ENABLE TRIGGER activity_no_delete"
    lacks "$of the trigger need_met on tickets is missing" \
        "ALTER TRIGGER need_met ON mc_pickup.tickets RENAME TO x" "ALTER TRIGGER x ON mc_pickup.tickets RENAME TO need_met"
    lacks "$of the column result of tickets is missing" \
        "ALTER TABLE mc_pickup.tickets RENAME result TO x" "ALTER TABLE mc_pickup.tickets RENAME x TO result"
    lacks "$of the column turns of tickets is missing or of another type" \
        "ALTER TABLE mc_pickup.tickets ALTER turns TYPE int" "ALTER TABLE mc_pickup.tickets ALTER turns TYPE bigint"
    lacks "$of the index worktree_slots_of_run on worktree_slots is missing" \
        "ALTER INDEX mc_pickup.worktree_slots_of_run RENAME TO x" "ALTER INDEX mc_pickup.x RENAME TO worktree_slots_of_run"
    lacks "$of a constraint of runs is missing" "ALTER TABLE mc_pickup.runs DROP CONSTRAINT runs_owes_check" \
        "ALTER TABLE mc_pickup.runs ADD CONSTRAINT runs_owes_check CHECK(owes IN(0,1))"
    lacks "$of the table hosts is missing" "ALTER TABLE mc_pickup.hosts RENAME TO x" \
        "ALTER TABLE mc_pickup.x RENAME TO hosts"
    expect 0 ticket init
    rows "ALTER TABLE mc_pickup.tickets DISABLE TRIGGER USER"
    expect 78 ticket init
    has "$errors" " and 4 more: restore it"
    expect 78 ticket doctor
    has "$output" "$of the trigger counted_in on tickets is disabled, "
}

@test "a pickup that meets it does not say that there is no board" {
    ticket add one >/dev/null
    rows "ALTER TABLE mc_pickup.hosts RENAME TO x"
    expect 74 pickup
    one_line
    has "$errors" 'relation "mc_pickup.hosts" does not exist: a table of the board'"'"'s is missing: restore the board'
    rows "ALTER TABLE mc_pickup.x RENAME TO hosts; ALTER TABLE mc_pickup.tickets DROP result"
    expect 74 pickup
    one_line
    has "$errors" "a column of the board's is missing"
}

@test "what a role lacks is said before its pickup has started an agent" {
    rows 'CREATE ROLE worker LOGIN' >/dev/null
    ticket init --worker worker >/dev/null
    DB=${DB/mc@/worker@}
    MC_DB=$DB
    configure '{"host": "a", "database": "'"$DB"'"}'
    expect 0 ticket doctor
    local owner=${DB/worker@/mc@}
    revoke() {
        bare psql -X -q -d "$owner" -c "REVOKE $1 FROM worker"
        expect 78 ticket doctor
        has "$output" "this role lacks $2: let the board's owner run mc-ticket init --worker ROLE"
        expect 77 ticket init
        one_line
        ticket init --db "$owner" --worker worker >/dev/null
    }
    revoke "UPDATE ON mc_pickup.runs" "UPDATE on runs"
    revoke "INSERT ON mc_pickup.hosts" "INSERT on hosts"
    revoke "UPDATE ON SEQUENCE mc_pickup.notices_id_seq" "UPDATE on the sequence notices_id_seq"
}

@test "where the server lets nothing be changed, the plan and health say so" {
    rows "ALTER ROLE mc IN DATABASE $(name_of "$DB") SET default_transaction_read_only=on"
    for how in -v --dry-run; do
        expect 75 pickup "$how"
        one_line
        has "$errors" "the server takes no changes"
    done
    expect 69 ticket health
    has "$output" "its server takes no changes, because default_transaction_read_only is on there"
    expect 78 ticket doctor
    has "$output" "default_transaction_read_only is on there for mc, which so can change nothing"
}

@test "the doctor knows all that a new board is made of" {
    local known=$MC_SRC/lib/store/whole_postgres.c
    rows "SELECT relname FROM pg_class WHERE relnamespace='mc_pickup'::regnamespace AND relkind IN('r','i')
        UNION SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid=attrelid WHERE attnum>0 AND relkind='r'
        AND relnamespace='mc_pickup'::regnamespace UNION SELECT tgname FROM pg_trigger t JOIN pg_class c ON
        c.oid=tgrelid WHERE relnamespace='mc_pickup'::regnamespace AND NOT tgisinternal" >"$T/made"
    [ "$(wc -l <"$T/made")" -gt 100 ]
    grep -ow '[a-z_]*' "$known" | sort -u >"$T/known"
    is "$(sort "$T/made" | comm -23 - "$T/known")" ""
}
