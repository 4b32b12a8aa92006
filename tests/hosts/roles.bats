#!/usr/bin/env bats
# Roles of a server (mc-board(5), ROLES): an owner makes the board and says who works on it; a worker works, and does
# nothing else there. Who may not is told what is to be done.

load one_server

setup() {
    load hosts
    machines
    NAME=$(name_of "$DB")
    if [ "$(rows "SELECT count(*) FROM pg_roles WHERE rolname='boss'")" = 0 ]; then
        rows "CREATE ROLE boss LOGIN; CREATE ROLE \"hard worker\" LOGIN"
    fi
    rows "GRANT CREATE ON DATABASE $NAME TO boss"
    SERVER=$DB
    OWNER=${DB/mc@/boss@}
    WORKER=${DB/mc@/hard%20worker@}
    DB=$WORKER
    machine a
}

teardown() {
    machines_end
}

# sql URI TEXT: as this role, by hand.
sql() {
    bare psql -X -q -t -A -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

init_as() {
    ticket init --db "$1" "${@:2}" >/dev/null
}

# denied TEXT: not for the worker.
denied() {
    expect 1 sql "$WORKER" "$1"
    has "$errors" "ERROR:"
    case $errors in
    *"permission denied"* | *"must be owner"*) ;;
    *)
        printf 'not for a want of rights: %s: %s\n' "$1" "$errors" >&2
        return 1
        ;;
    esac
}

@test "the owner makes the board, a worker works a ticket to its end and archives it, and may do nothing else" {
    expect 77 init_as "$WORKER"
    one_line
    has "$errors" 'the role "hard worker" may make no schema in the database '"$NAME"': let the board'"'"'s owner run mc-ticket init and init --worker'
    has "$errors" 'GRANT CREATE ON DATABASE '"$NAME"' TO "hard worker"'
    expect 66 ticket list
    one_line
    has "$errors" "its server has none yet: let its owner make it with mc-ticket init --db NAME"
    init_as "$OWNER"
    # made, but not for everybody
    expect 77 ticket list
    one_line
    has "$errors" "this role may not: let the board's owner run mc-ticket init --worker ROLE"
    expect 77 init_as "$WORKER"
    one_line
    has "$errors" 'the role "hard worker" may not work on it: let its owner, boss, run mc-ticket init --worker "hard worker"'
    expect 77 init_as "$WORKER" --worker "hard worker"
    has "$errors" "it is for its owner, boss, to say who works on it"
    expect 0 ticket init --db "$OWNER" --worker "hard worker"
    is "$output" "worker         hard worker may work on $OWNER, and do nothing else there"
    expect 0 ticket init --db "$OWNER" --worker "hard worker" --json
    is "$(value worker)" "hard worker"
    expect 0 init_as "$WORKER" # it is there
    configure '{"host": "a", "database": "'"$WORKER"'", "retention": {"closed_days": 1, "runs_days": 1}}' --signal DONE
    add one
    add two --after MC-1 --inbox
    pickup -v
    wait_for is_in_review 1
    ticket approve MC-1 >/dev/null
    is "$(sql "$WORKER" "SELECT status,waits FROM mc_pickup.tickets ORDER BY id")" $'done|0\ninbox|0'
    ticket edit MC-2 --no-after MC-1 >/dev/null
    ticket promote MC-2 >/dev/null
    wait_for is_in_review 2
    sql "$WORKER" "UPDATE mc_pickup.tickets SET updated_at=1 WHERE id=1; UPDATE mc_pickup.runs SET ended_at=2 WHERE ticket_id=1"
    add three --inbox # the newest number stays
    wait_for archived
    is "$(sql "$WORKER" "SELECT count(*) FROM mc_pickup.ticket_activity WHERE ticket_id=1")" 0
    ticket import --restore "$STATE"/archive/*.jsonl >/dev/null
    is "$(sql "$WORKER" "SELECT status FROM mc_pickup.tickets WHERE id=1")" "done"

    denied "ALTER TABLE mc_pickup.tickets ADD COLUMN x int"
    denied "CREATE TABLE mc_pickup.x(i int)"
    denied "CREATE SCHEMA x"
    denied "DROP TABLE mc_pickup.ticket_activity"
    denied "TRUNCATE mc_pickup.ticket_counts"
    denied "TRUNCATE mc_pickup.ticket_activity"
    denied "UPDATE mc_pickup.ticket_activity SET body='x'"
    denied "UPDATE mc_pickup.ticket_needs SET needs_id=1"
    denied "ALTER TABLE mc_pickup.ticket_activity DISABLE TRIGGER ALL"
    denied "DROP TRIGGER activity_no_delete ON mc_pickup.ticket_activity"
    denied "CREATE OR REPLACE FUNCTION mc_pickup.activity_no_delete()RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'"
    denied "COMMENT ON SCHEMA mc_pickup IS 'mine'"
    denied "GRANT SELECT ON mc_pickup.tickets TO PUBLIC; SELECT passwd FROM pg_shadow"
    expect 1 sql "$WORKER" "DELETE FROM mc_pickup.ticket_activity"
    has "$errors" "ticket_activity is append only"
    # and a stranger reads nothing
    sql "$SERVER" "CREATE ROLE stranger LOGIN"
    expect 1 sql "${SERVER/mc@/stranger@}" "SELECT * FROM mc_pickup.tickets"
    has "$errors" "permission denied for schema mc_pickup"
}

is_in_review() {
    pickup >/dev/null 2>&1 || true
    [ "$(sql "$WORKER" "SELECT status FROM mc_pickup.tickets WHERE id=$1")" = in_review ]
}

archived() {
    local last
    for last in "$STATE"/*last-keeping; do
        [ ! -e "$last" ] || keeping_due "$last"
    done
    find "$STATE/run" "$STATE/work" -exec touch -d "9 days ago" {} +
    pickup >/dev/null 2>&1 || true
    [ "$(sql "$WORKER" "SELECT count(*) FROM mc_pickup.tickets WHERE id=1")" = 0 ]
}

# What a role has there, in words that do not depend on who granted it.
rights() {
    sql "$SERVER" "SELECT c.relname,x.privilege_type,x.is_grantable FROM pg_class c,LATERAL aclexplode(c.relacl)x
        WHERE c.relnamespace='mc_pickup'::regnamespace AND x.grantee='$1'::regrole
        UNION ALL SELECT nspname,x.privilege_type,x.is_grantable FROM pg_namespace,LATERAL aclexplode(nspacl)x
        WHERE nspname='mc_pickup' AND x.grantee='$1'::regrole
        UNION ALL SELECT proname,x.privilege_type,x.is_grantable FROM pg_proc,LATERAL aclexplode(proacl)x
        WHERE pronamespace='mc_pickup'::regnamespace AND x.grantee='$1'::regrole ORDER BY 1,2"
}

@test "what init --worker grants is what mc-board(5) has to be typed, and what a role had besides is taken away" {
    init_as "$OWNER"
    sql "$SERVER" "CREATE ROLE worker"
    sed -n '/^REVOKE ALL ON SCHEMA/,/^\.Ed/p' "$MC_SRC/man/mc-board.5" | sed '/^\.Ed/d' >"$T/grants.sql"
    bare psql -X -q -v ON_ERROR_STOP=1 -d "$OWNER" -f "$T/grants.sql"
    sql "$OWNER" "GRANT ALL ON ALL TABLES IN SCHEMA mc_pickup TO \"hard worker\" WITH GRANT OPTION"
    sql "$OWNER" "GRANT ALL ON SCHEMA mc_pickup TO \"hard worker\""
    init_as "$OWNER" --worker "hard worker"
    rights worker >"$T/typed"
    rights '"hard worker"' >"$T/granted"
    [ -s "$T/typed" ]
    diff "$T/typed" "$T/granted"
    init_as "$OWNER" --worker "hard worker"
    is "$(rights '"hard worker"')" "$(cat "$T/typed")"
}

@test "a role that is none, or that may do everything anyway, is not let work; nor is one let work on a file" {
    init_as "$OWNER"
    for role in nobody-here public PUBLIC none '' 'x"; DROP SCHEMA mc_pickup CASCADE; --'; do
        expect 64 ticket init --db "$OWNER" --worker "$role"
        one_line
    done
    for role in boss mc; do
        expect 64 ticket init --db "$OWNER" --worker "$role"
        has "$errors" "$role may do there whatever its owner boss may"
    done
    is "$(rights boss | wc -l | tr -d ' ')" "$(rights boss | grep -c .)"
    sql "$OWNER" "SELECT count(*) FROM mc_pickup.tickets"
    expect 64 ticket init --db "$OWNER" --worker "hard worker" --own
    expect 64 ticket init --db "$OWNER" --own
    has "$errors" "is on a server, and no copy of a file"
    expect 64 ticket init --db "$T/board.db" --worker "hard worker"
    has "$errors" "init --worker is for a board on a server"
    extra=(MC_RUN=00000000000000000000000000000000)
    expect 77 ticket init --db "$OWNER" --worker "hard worker"
    extra=()
    # a name that has to be quoted
    sql "$SERVER" 'CREATE ROLE "a ""b"" É"'
    expect 0 ticket init --db "$OWNER" --worker 'a "b" É'
}

@test "what stands in the board's place, or is of another version, is left alone" {
    sql "$OWNER" "CREATE SCHEMA mc_pickup; CREATE TABLE mc_pickup.mine(i int)"
    expect 78 init_as "$OWNER"
    one_line
    has "$errors" "its database $NAME has a schema mc_pickup that is no board: take another database"
    is "$(sql "$OWNER" "SELECT count(*) FROM pg_class WHERE relnamespace='mc_pickup'::regnamespace")" 1
    sql "$OWNER" "DROP SCHEMA mc_pickup CASCADE"
    init_as "$OWNER"
    init_as "$OWNER" --worker "hard worker"
    sql "$OWNER" "COMMENT ON SCHEMA mc_pickup IS 'mc-pickup board, version 4'"
    expect 78 pickup
    one_line
    has "$errors" "is of version 4, this program's is 5: run mc-ticket init as boss, its owner"
    expect 78 ticket add x
    expect 78 init_as "$OWNER"
    has "$errors" "which no program has made"
    sql "$OWNER" "COMMENT ON SCHEMA mc_pickup IS 'mc-pickup board, version 6'"
    expect 78 ticket list
    has "$errors" "newer than this program's 5: update mc-pickup"
    expect 78 init_as "$OWNER"
    is "$(sql "$OWNER" "SELECT count(*) FROM mc_pickup.settings")" 1
    sql "$SERVER" "CREATE DATABASE old ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
    expect 78 init_as "${SERVER/@\/$NAME/@/old}"
    has "$errors" "its database old is in LATIN1"
}

@test "of several that make one board at once one does, and it is whole" {
    for i in 1 2 3 4 5 6; do
        ticket init --db "$OWNER" --json >"$T/made.$i" 2>"$T/err.$i" &
    done
    wait
    is "$(cat "$T"/err.*)" ""
    is "$(grep -l '"board_made":true' "$T"/made.* | wc -l)" 1
    is "$(sql "$OWNER" "SELECT key FROM mc_pickup.settings")" board
}
