#!/usr/bin/env bats
# What man/mc-pickup-hosts.7 says to type and to write is typed and written, in a world where db.example.org is a server
# of the test's own.
# shellcheck disable=SC2034,SC2153,SC2154

# One server for all: it is the same for each, and so are the authority and its certificates.
setup_file() {
    load page
    T=$BATS_FILE_TMPDIR
    authority
    database_server
}

teardown_file() {
    touch "$BATS_FILE_TMPDIR/stop"
}

setup() {
    load hosts
    load page
    T=$(mktemp -d "${MC_WORLDS:-/tmp}/mcm.XXXXXX")
    if grep -q "^# skipped" "$BATS_FILE_TMPDIR/server.log"; then
        echo "# skipped: PostgreSQL is not installed" >&3
        skip "PostgreSQL is not installed"
    fi
    # shellcheck disable=SC1091
    . "$BATS_FILE_TMPDIR/server"
    TLS=$BATS_FILE_TMPDIR/tls
    CLEAN_PATH=/usr/local/bin:/usr/bin:/bin
    extra=()
    names=()
    DB=service=mc
    mkdir -m 700 "$T/admin"
    owner
}

teardown() {
    [ -z "${BOUNCER_PID:-}" ] || kill "$BOUNCER_PID" || true
    machines_end
    if [ -n "${PORT:-}" ]; then
        super -q -c "DROP DATABASE IF EXISTS mc WITH(FORCE)" -c "DROP ROLE IF EXISTS mc_owner, mc_worker"
    fi
}

# The page's three commands, in a folder of the authority's.
authority() {
    mkdir "$T/tls"
    (cd "$T/tls" && typed "\$ openssl req -x509" | bash -e) >"$T/said" 2>&1
}

# A server with the page's certificate, settings and door; it ends when $T/stop is there, or with this file.
database_server() {
    example "hostssl" | sed 's|192.0.2.0/24|127.0.0.0/8|' >"$T/hba"
    example "listen_addresses" | sed -e "s|'\*'|'127.0.0.1'|" -e 's|/etc/postgresql/15/main/||' >"$T/settings"
    "${MC_PYTHON:-python3}" - "$BATS_TEST_DIRNAME" "$T" 3>&- >"$T/server.log" 2>&1 <<'END' &
import os, sys, time
sys.path.insert(0, sys.argv[1])
import server
folder, parent = sys.argv[2], os.getppid()
server.need()
settings = dict((part.strip().strip("'") for part in line.split("=")) for line in open(folder + "/settings"))
with server.Server(tcp=True, tls=(folder + "/tls/server.crt", folder + "/tls/server.key"), settings=settings,
                   hba=open(folder + "/hba").read().splitlines()) as one:
    with open(folder + "/server.new", "w") as file:
        file.write(f"PORT={one.port}\nPLACE={one.place}\nPGBIN={one.bin}\nDATA={one.data}\n")
    os.rename(folder + "/server.new", folder + "/server")
    while not os.path.exists(folder + "/stop") and os.getppid() == parent:
        time.sleep(0.05)
END
    SERVER_PID=$!
    until server_is_known; do sleep 0.1; done
}

server_is_known() {
    [ -e "$T/server" ] || ! kill -0 "$SERVER_PID" 2>/dev/null
}

super() {
    "$PGBIN/psql" -X -h "$PLACE" -p "$PORT" -U mc -d postgres -v ON_ERROR_STOP=1 "$@"
}

# libpq FOLDER USER PASSWORD SERVICE: the page's files in that home, for this role; only the address is ours.
libpq() {
    mkdir -p "$1/.postgresql"
    cp "$TLS/ca.crt" "$1/.postgresql/root.crt"
    example "[mc]" | sed -e "s/^\[mc\]/[$4]/" -e "s/mc_worker/$2/" >"$1/.pg_service.conf"
    printf 'hostaddr=127.0.0.1\nport=%s\n' "$PORT" >>"$1/.pg_service.conf"
    example "db.example.org:5432" | sed -e "s/:5432:/:$PORT:/" -e "s/mc_worker/$2/" -e "s/the worker's password/$3/" \
        >"$1/.pgpass"
    chmod 600 "$1/.pgpass"
}

# Both roles, by the page's lines; passwords are asked for twice each.
owner() {
    example "CREATE ROLE mc_owner" | sed -e '/^\\password mc_owner/a once\nonce' -e '/^\\password mc_worker/a twice\ntwice' \
        >"$T/roles"
    setsid "$PGBIN/psql" -X -h "$PLACE" -p "$PORT" -U mc -d postgres -v ON_ERROR_STOP=1 <"$T/roles" >"$T/said" 2>&1
    libpq "$T/admin" mc_owner once mc-owner
    typed "\$ mc-ticket init --db service=mc-owner" >"$T/init"
    admin bash -e "$T/init" >"$T/said" 2>&1
}

# A program of the administrator's.
admin() {
    env -i PATH="$MC_BIN:$PGBIN:$CLEAN_PATH" HOME="$T/admin" "$@" </dev/null 3>&-
}

# joins NAME: a machine by the page: libpq's files, its configuration with a repository, a demo agent instead of claude.
joins() {
    names+=("$1")
    be "$1"
    mkdir -p "$MACHINE/.config/mc-pickup"
    chmod 700 "$MACHINE"
    CONFIG=$MACHINE/.config/mc-pickup/config.json
    libpq "$MACHINE" mc_worker twice mc
    if [ ! -d "$T/origin.git" ]; then
        git init -q --bare -b main "$T/origin.git"
        empty_repository "$T/first"
        git -C "$T/first" push -q "$T/origin.git" main
    fi
    git clone -q "$T/origin.git" "$MACHINE/src/app"
    git -C "$MACHINE/src/app" config user.name "$1"
    git -C "$MACHINE/src/app" config user.email "$1@example.org"
    configure "$(example "{")" "{\"host\": \"$1\", \"profile\": \"demo\", \"linger_s\": 0}" --busy 0 --write notes.txt --commit
    ln "$CONFIG" "$MACHINE/config.json"
}

# As cron runs the page's line.
cron() {
    local line
    line=$(example "* * * * * ")
    env -i HOME="$MACHINE" PATH="$MC_BIN:$CLEAN_PATH" /bin/sh -c "${line#"* * * * * "}" </dev/null 3>&-
}

worded() {
    cron
    [ "$(super -d mc -qAtc "SELECT status FROM mc_pickup.tickets WHERE id=$1")" = in_review ]
}

@test "set up from nothing: the first ticket is worked on another machine than it was added" {
    joins mill
    joins forge
    be mill
    typed "\$ mc-ticket doctor" | sed '/show MC-1/q' >"$T/first.sh"
    env -i PATH="$MC_BIN:$CLEAN_PATH" HOME="$MACHINE" bash "$T/first.sh" >"$T/said" 2>&1 </dev/null 3>&-
    has "$(cat "$T/said")" "Say hello in the README"
    has "$(cat "$T/said")" "mill"
    be forge
    cron
    wait_for worded 1
    is "$(super -d mc -qAtc "SELECT host FROM mc_pickup.runs")" forge
    # What the working role may not do.
    for what in "CREATE SCHEMA x" "CREATE TABLE mc_pickup.x(a int)" "DROP TABLE mc_pickup.tickets" \
        "ALTER TABLE mc_pickup.runs ADD x int" "DELETE FROM mc_pickup.ticket_activity"; do
        no env -i HOME="$MACHINE" "$PGBIN/psql" -X -q service=mc -c "$what" 2>/dev/null
    done
    # Another authority's word is none.
    (cd "$TLS" && typed "\$ openssl req -x509" 's/ca\./other./g' | head -3 | bash -e) >/dev/null 2>&1
    cp "$TLS/other.crt" "$MACHINE/.postgresql/root.crt"
    expect 69 pickup
    has "$errors" "certificate"
    has "$errors" ": see TLS in mc-pickup-hosts(7)"
    one_line
    rm "$MACHINE/.postgresql/root.crt"
    expect 69 pickup
    has "$errors" "root.crt\" does not exist: see TLS in mc-pickup-hosts(7)"
    no has "$errors" "disable"
    one_line
}

@test "a host that is gone is given up" {
    joins kiln
    cron
    joins mill
    add "One"
    super -q -d mc -c "UPDATE mc_pickup.hosts SET seen_at=seen_at-3600000 WHERE host='kiln'"
    typed "\$ mc-ticket hosts retire" >"$T/retire"
    here bash -e "$T/retire" >"$T/said"
    has "$(cat "$T/said")" kiln
    is "$(super -d mc -qAtc "SELECT host FROM mc_pickup.hosts WHERE retired_at IS NOT NULL")" kiln
}

@test "settings that wait for a standby are ones" {
    example "synchronous_standby_names" >"$PLACE/wait.conf"
    printf "include '%s/wait.conf'\n" "$PLACE" >>"$DATA/postgresql.conf"
    super -q -c "SELECT pg_reload_conf()" >/dev/null
    wait_for waits_for_a_standby
    sed -i '$d' "$DATA/postgresql.conf"
    super -q -c "SELECT pg_reload_conf()" >/dev/null
}

waits_for_a_standby() {
    [ "$(super -qAtc "SHOW synchronous_standby_names") $(super -qAtc "SHOW synchronous_commit")" = "ANY 1 (*) on" ]
}

@test "backup: the dump is put back, and the working role works again" {
    joins mill
    add "One"
    typed "\$ pg_dump" >"$T/lines"
    (cd "$T/admin" && admin bash -ec "$(sed -n '1p' "$T/lines")")
    super -q -d mc -c "DROP SCHEMA mc_pickup CASCADE" 2>/dev/null
    expect 66 ticket list
    (cd "$T/admin" && admin bash -ec "$(sed -n '2,$p' "$T/lines")")
    admin bash -e "$T/init" >/dev/null
    expect 0 ticket list
    has "$output" One
    cron
    wait_for worded 1
}

@test "pgbouncer between, by its page's file" {
    command -v pgbouncer >/dev/null || {
        echo "# skipped: pgbouncer is not installed" >&3
        skip "pgbouncer is not installed"
    }
    local as=() port folder=$PLACE/bouncer
    port=$("${MC_PYTHON:-python3}" -B -c 'import sys; sys.path.insert(0, sys.argv[1]); import server; print(server.free_port())' \
        "$BATS_TEST_DIRNAME")
    mkdir "$folder"
    joins mill
    cp "$TLS/server.crt" "$TLS/server.key" "$TLS/ca.crt" "$folder"
    typed "\$ sudo -u postgres psql" "s|sudo -u postgres psql -AtX mc|$PGBIN/psql -AtX -h $PLACE -p $PORT -U mc mc|" |
        bash -e >"$folder/userlist.txt"
    # to an address of ours, for which the certificate has no name
    example "[databases]" | sed -e "s|/etc/pgbouncer|$folder|" -e "s/host=db.example.org port=5432/host=127.0.0.1 port=$PORT/" \
        -e "s/= \*/= 127.0.0.1/" -e "s/= 6432/= $port/" -e 's/= verify-full/= verify-ca/' >"$folder/pgbouncer.ini"
    printf 'unix_socket_dir =\nlogfile = %s/log\n' "$folder" >>"$folder/pgbouncer.ini"
    if [ "$(id -u)" -eq 0 ]; then
        chown -R nobody "$folder"
        as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    fi
    chmod -R go= "$folder"
    "${as[@]}" pgbouncer -q "$folder/pgbouncer.ini" 3>&- &
    BOUNCER_PID=$!
    sed -i "s/^port=.*/port=$port/" "$MACHINE/.pg_service.conf"
    sed -i "s/:$PORT:/:$port:/" "$MACHINE/.pgpass"
    wait_for ticket list
    add "One"
    cron
    wait_for worded 1
}

@test "a board is moved over, and back" {
    local line
    joins mill
    configure "$(example "{")" '{"host": "mill", "profile": "demo", "linger_s": 0, "database": "~/.local/state/mc-pickup/board.db"}' \
        --busy 0 --write notes.txt --commit
    typed "\$ mc-ticket pause" >"$T/pause"
    typed "\$ tmux -S" >"$T/rest"
    typed "\$ mc-ticket export -o board.jsonl" >"$T/both"
    typed "\$ mc-ticket doctor" | sed '1,/show MC-1/d' >"$T/again" # the second of them
    sed -n '1,/^mv/p' "$T/both" >"$T/move"
    sed -n '/^mv/,$p' "$T/both" | sed 1d >"$T/back"
    here mc-ticket init
    here mc-ticket add One
    here mc-ticket add Two
    cron
    wait_for here_is 1 in_review
    echo loose >"$STATE/pool/default/pool-1/loose.txt"
    here bash -e "$T/pause" >"$T/said"
    here bash -e "$T/rest" >"$T/said"
    wait_for rested
    # the owner's service is the administrator's own
    example "[mc]" | sed -e 's/^\[mc\]/[mc-owner]/' -e 's/mc_worker/mc_owner/' >>"$MACHINE/.pg_service.conf"
    printf 'hostaddr=127.0.0.1\nport=%s\n' "$PORT" >>"$MACHINE/.pg_service.conf"
    cat "$T/admin/.pgpass" >>"$MACHINE/.pgpass"
    here bash -e "$T/move" >"$T/said" 2>&1
    configure "$(example "{")" '{"host": "mill", "profile": "demo", "linger_s": 0}' --busy 0 --write notes.txt --commit
    here bash -e "$T/again" >"$T/said" 2>&1
    has "$(cat "$T/said")" "the board goes on"
    here mc-ticket reject MC-1 more >/dev/null
    cron
    wait_for worded 2
    cron
    wait_for worded 1
    is "$(cat "$STATE"/pool/default/pool-*/loose.txt)" loose
    here bash -e "$T/pause" >"$T/said"
    here bash -e "$T/rest" >"$T/said"
    wait_for rested
    here bash -e "$T/back" >"$T/said" 2>&1
    configure "$(example "{")" '{"host": "mill", "profile": "demo", "linger_s": 0, "database": "~/.local/state/mc-pickup/board.db"}' \
        --busy 0 --write notes.txt --commit
    here mc-ticket resume >/dev/null
    here mc-ticket reject MC-1 again >/dev/null
    cron
    wait_for here_is 1 in_review
    is "$(sqlite3 "$STATE/board.db" "SELECT count(*) FROM runs WHERE ticket_id=1")" 3
    is "$(cat "$STATE"/pool/default/pool-*/loose.txt)" loose
}

# A person's program at mill.
here() {
    (cd "$MACHINE" && env -i PATH="$MC_BIN:$CLEAN_PATH" HOME="$MACHINE" "$@" </dev/null 3>&-)
}

# What the page waits for: its agents are not always gone when their server is.
rested() {
    ! grep -q claimed "$T/said" && return
    here mc-pickup --heal-only
    here mc-ticket pool >"$T/said"
    return 1
}

here_is() {
    cron
    [ "$(sqlite3 "$STATE/board.db" "SELECT status FROM tickets WHERE id=$1")" = "$2" ]
}
