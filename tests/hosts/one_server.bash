# One server for all tests of a file, with a database for each (server_begin of server.bash). Load it outside of functions.

load server

setup_file() {
    export ONE_SERVER
    ONE_SERVER=$(server_py start "$BATS_FILE_TMPDIR" --owner $$ 3>&-) || ONE_SERVER= # each test says why
}

teardown_file() {
    server_end "$BATS_FILE_TMPDIR"
}
