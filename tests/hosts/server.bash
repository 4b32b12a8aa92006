# A server of the test's own (server.py), which ends with it.

# server_begin FOLDER: starts it, its URI is DB. Skips, visibly, where there can be none: anything else that keeps one
# from starting fails the test.
server_begin() {
    local status=0
    DB=$("${MC_PYTHON:-python3}" "$BATS_TEST_DIRNAME/server.py" start "$1" --owner $$ 3>&-) || status=$?
    if [ "$status" -eq 77 ]; then
        echo "$DB" >&3
        skip "${DB#"# skipped: "}"
    fi
    return "$status"
}

server_end() {
    "${MC_PYTHON:-python3}" "$BATS_TEST_DIRNAME/server.py" stop "$1" --owner $$ >/dev/null 2>&1 || true
}
