#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/tmux.h"
#include "host/tmux_command.h"

/* What tmux prints when it refuses, in the versions that were read: only these words prove that no server is there. */
static void words_tell_whether_a_server_is_there(void **state) {
    static const struct {
        int status;
        const char *words;
        enum seen server;
    } rows[] = {
        {0, "", SEEN_YES},
        {-1, "", SEEN_UNKNOWN},
        {1, "no server running on /tmp/s", SEEN_NO},
        {1, "error connecting to /tmp/s (No such file or directory)", SEEN_NO},
        {1, "error connecting to /tmp/s (Connection refused)", SEEN_NO},
        {1, "error connecting to /tmp/s (Permission denied)", SEEN_UNKNOWN},
        {1, "error connecting to /tmp/s (Resource temporarily unavailable)", SEEN_UNKNOWN},
        {1, "no current target", SEEN_YES},
        {1, "server exited unexpectedly", SEEN_UNKNOWN},
        {1, "lost server", SEEN_UNKNOWN},
        {1, "protocol version mismatch (client 8, server 7)", SEEN_UNKNOWN},
        {1, "", SEEN_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tmux_call call = {.status = rows[i].status};
        text_add(&call.errors, rows[i].words);
        if (tmux_call_server(&call) != rows[i].server)
            fail_msg("%s", rows[i].words);
        tmux_call_release(&call);
    }
}

/* A server that cannot be asked is told in its own words. */
static void what_is_not_known_says_why(void **state) {
    struct tmux tmux = {.socket = xstrdup("/nowhere/s"), .timeout_ms = 10000};
    struct tmux_panes panes;
    struct err err = {0};
    char dir[] = "/tmp/mcXXXXXX";
    static const char script[] = "#!/bin/sh\necho 'protocol version mismatch (client 8, server 7)' >&2\nexit 1\n";
    (void)state;
    assert_non_null(mkdtemp(dir));
    tmux.program = xasprintf("%s/tmux", dir);
    assert_true(files_write(tmux.program, script, sizeof script - 1, &err));
    assert_int_equal(chmod(tmux.program, 0700), 0);
    assert_int_equal(tmux_list(&tmux, &panes, &err), SEEN_UNKNOWN);
    assert_int_equal(err.code, MC_UNAVAILABLE);
    char *wanted = xasprintf("tmux (%s) refused: protocol version mismatch (client 8, server 7)", tmux.program);
    assert_string_equal(err.text, wanted);
    free(wanted);
    err_release(&err);
    assert_true(files_write(tmux.program, "#!/bin/sh\nexit 1\n", 17, &err));
    assert_int_equal(chmod(tmux.program, 0700), 0);
    assert_int_equal(tmux_list(&tmux, &panes, &err), SEEN_UNKNOWN);
    assert_non_null(strstr(err.text, "refused: it gave no reason"));
    err_release(&err);
    unlink(tmux.program);
    rmdir(dir);
    tmux_release(&tmux);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_tell_whether_a_server_is_there),
        cmocka_unit_test(what_is_not_known_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
