# A server of the test's own (server.py), which ends with it; or one for all tests of a file, with a database for each
# (one_server.bash).

server_py() {
    "${MC_PYTHON:-python3}" -S "$BATS_TEST_DIRNAME/server.py" "$@"
}

# Debian's is a script, which takes longer to find the program than that takes for most of what is asked here.
psql() {
    local found=(/usr/lib/postgresql/*/bin/psql)
    if [ -x "${found[-1]}" ]; then
        "${found[-1]}" "$@"
    else
        command psql "$@"
    fi
}

# server_begin FOLDER: DB is the URI of a database of the test's own. Skips, visibly, where there can be none: anything
# else that keeps a server from starting fails the test.
server_begin() {
    local status=0
    if [ -n "${ONE_SERVER:-}" ]; then
        DB=$(MC_TEST_DB=$ONE_SERVER "${MC_PYTHON:-python3}" -S "$BATS_TEST_DIRNAME/board.py" make)
        return
    fi
    DB=$(server_py start "$1" --owner $$ 3>&-) || status=$?
    if [ "$status" -eq 77 ]; then
        echo "$DB" >&3
        skip "${DB#"# skipped: "}"
    fi
    return "$status"
}

# name_of URI: the database's.
name_of() {
    local name=${1##*/}
    printf '%s' "${name%%\?*}"
}

# server_end FOLDER: of server_begin; one for the whole file goes on.
server_end() {
    [ -z "${ONE_SERVER:-}" ] || [ "$1" = "$BATS_FILE_TMPDIR" ] || return 0
    server_py stop "$1" --owner $$ >/dev/null 2>&1 || true
}
