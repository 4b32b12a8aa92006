#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/tmux.h"
#include "host/tmux_command.h"
#include "host/tmux_view.h"

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

/* As 3.5a prints what an agent has put into its session's options: longer than it says. */
static void what_a_newer_one_escapes_is_no_tag(void **state) {
#define RUN "0123456789abcdef0123456789abcdef"
#define BOARD "fedcba9876543210"
    static const char lines[] =
        "%0 4711 0 - - 0 0 1700000000 32 9 16 0 10 7 " RUN "\\033]0;evil\\a" BOARD "1700000000mc-MC-1\n"
        "%1 4712 1 7 - 1 1 1700000001 32 4 16 0 10 7 " RUN "MC-2" BOARD "1700000000mc-MC-2\n";
    static const char plain[] = "%0 4711 0 - - 0 0 1700000000 0 5 0 0 0 2 a\\b\nc"
                                "mc\n";
    static const char cut[] = "%0 4711 0 - - 0 0 1700000000 0 1 0 0 0 9 \\033mc\n";
    static const char shown[] = "0 1 4711 3 1 0 5 4 ab\\033cdname\n> \n";
    static const char titled[] = "0 1 4711 3 1 0 4 3 turna\\033b\n> \n";
    struct tmux_panes panes = {0};
    struct tmux_view view = {0};

    (void)state;
    assert_true(tmux_panes_read(&panes, lines, sizeof lines - 1));
    assert_int_equal(panes.count, 2);
    assert_string_equal(panes.items[0].session, "mc-MC-1");
    assert_int_equal(panes.items[0].pid, 4711);
    assert_string_equal(panes.items[0].run, RUN);
    assert_string_equal(panes.items[0].ticket, "");
    assert_string_equal(panes.items[0].board, BOARD);
    assert_int_equal(panes.items[0].looked, 1700000000000);
    assert_string_equal(panes.items[1].run, RUN);
    assert_string_equal(panes.items[1].ticket, "MC-2");
    assert_string_equal(panes.items[1].session, "mc-MC-2");
    assert_true(panes.items[1].dead);
    tmux_panes_release(&panes);
    assert_true(tmux_panes_read(&panes, plain, sizeof plain - 1)); /* as 3.3a prints it */
    assert_string_equal(panes.items[0].ticket, "a\\b\nc");
    assert_string_equal(panes.items[0].session, "mc");
    tmux_panes_release(&panes);
    assert_false(tmux_panes_read(&panes, cut, sizeof cut - 1));
    assert_false(tmux_panes_read(&panes, lines, sizeof lines - 2)); /* a line has its end */
    tmux_panes_release(&panes);
    assert_true(tmux_view_read(&view, shown, sizeof shown - 1));
    assert_string_equal(view.turn, "");
    assert_string_equal(text_str(&view.title), "name");
    assert_string_equal(text_str(&view.screen), "> \n");
    assert_int_equal(view.pid, 4711);
    tmux_view_release(&view);
    assert_true(tmux_view_read(&view, titled, sizeof titled - 1));
    assert_string_equal(view.turn, "turn");
    assert_string_equal(text_str(&view.title), "a\\033b");
    assert_string_equal(text_str(&view.screen), "> \n");
    tmux_view_release(&view);
    assert_false(tmux_view_read(&view, "0 1 4711 3 1 0 5 4 a\nb", 22));
    tmux_view_release(&view);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_tell_whether_a_server_is_there),
        cmocka_unit_test(what_is_not_known_says_why),
        cmocka_unit_test(what_a_newer_one_escapes_is_no_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
