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
        {-1, "no server running on /tmp/s", SEEN_UNKNOWN},
        {1, "tmux: (No such file or directory)", SEEN_UNKNOWN},
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

static void words_tell_what_a_server_has(void **state) {
    static const struct {
        int status;
        const char *words;
        bool none, ended;
    } rows[] = {
        {0, "no sessions", false, false},
        {-1, "no sessions", false, false},
        {1, "no sessions", true, false},
        {1, "no current target", true, false},
        {1, "no current session", true, false},
        {1, "no server running on /tmp/s", false, false},
        {1, "server exited", false, true},
        {1, "lost server", false, true},
        {0, "lost server", false, false},
        {-1, "server exited", false, false},
        {1, "", false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tmux_call call = {.status = rows[i].status};
        text_add(&call.errors, rows[i].words);
        if (tmux_call_no_session(&call) != rows[i].none || tmux_call_server_ended(&call) != rows[i].ended)
            fail_msg("%d %s", rows[i].status, rows[i].words);
        tmux_call_release(&call);
    }
}

static void is(char *got, const char *wanted) {
    assert_string_equal(got, wanted);
    free(got);
}

static char *word(const char *plain, bool timed) {
    struct text out = {0};
    tmux_add_word(&out, plain, timed);
    return text_take(&out);
}

#define NOT_ITS_RUN                                                                                                    \
    "#{?#{==:#{@mc_run},run},,#{?#{==:#{@mc_pane},run-board},#{?#{@mc_run},#{?#{S:#{?#{==:#{@mc_run},run},#{W:#{P:"    \
    "#{?#{==:#{pane_id},%3},1,}}},}},,1},},1}}"

/* What tmux, a shell and a date leave of each is the word itself. */
static void words_that_stay_as_they_are(void **state) {
    struct tmux_call call = {0};
    char run[] = "run", board[] = "board", here[] = "/nowhere", log[] = "/a'b #{x}%d";
    (void)state;
    is(word("a b;$(x)", true), "'a b;$(x)'");
    is(word("it's", false), "'it'\\''s'");
    is(word("#(x)#[y]", false), "'##''(x)##''[y]'");
    is(word("%d", true), "'%%d'");
    is(word("%d", false), "'%d'");
    tmux_call_add(&call, "a;b");
    tmux_call_add(&call, "a;");
    tmux_call_add(&call, ";");
    tmux_call_add(&call, "");
    assert_int_equal(call.argv.count, 4);
    assert_string_equal(call.argv.items[0], "a;b");
    assert_string_equal(call.argv.items[1], "a\\;");
    assert_string_equal(call.argv.items[2], "\\;");
    assert_string_equal(call.argv.items[3], "");
    tmux_call_release(&call);
    is(tmux_mark(run, board), "run-board");
    is(tmux_not_agents(&(struct tmux_agent){.pane_id = "%3", .run = run, .board = board}),
       "#{||:" NOT_ITS_RUN ",#{!=:#{?#{@mc_board},#{@mc_board},board},board}}");
    is(tmux_not_agents(&(struct tmux_agent){.pane_id = "%3", .run = run, .board = board, .pid = 1}),
       "#{||:#{!=:#{pane_pid},1},#{||:" NOT_ITS_RUN ",#{!=:#{?#{@mc_board},#{@mc_board},board},board}}}");
    is(tmux_not_marked(&(struct tmux_agent){.pane_id = "%3", .run = run, .board = board}),
       "#{||:#{!=:#{@mc_pane},run-board}," NOT_ITS_RUN "}");
    is(tmux_log_command(&(struct tmux_log){.path = log, .programs = here, .mib = 7}),
       "exec 'cat' >>'/a'\\''b ##''{x}%%d'");
}

static void tags_that_may_stand_in_a_condition(void **state) {
    const struct tmux_agent sound = {.run = "r-1", .board = "B_2", .pane_id = "%3"};
    struct tmux_agent agent = sound;
    (void)state;
    assert_true(tmux_agent_ok(&agent));
    agent.pane_id = NULL;
    assert_true(tmux_agent_ok(&agent));
    agent.pane_id = "3";
    assert_false(tmux_agent_ok(&agent));
    agent = sound;
    agent.run = NULL;
    assert_false(tmux_agent_ok(&agent));
    agent.run = "";
    assert_false(tmux_agent_ok(&agent));
    agent.run = "-r";
    assert_false(tmux_agent_ok(&agent));
    agent = sound;
    agent.board = "b}";
    assert_false(tmux_agent_ok(&agent));
}

/* In the place of tmux. */
struct stand_in {
    char dir[16];
    struct tmux tmux;
    struct tmux_call call;
    struct err err;
};

static bool runs(struct stand_in *in, const char *script) {
    char *whole = xasprintf("#!/bin/sh\n%s\n", script);
    struct err err = {0};
    err_release(&in->err);
    tmux_call_release(&in->call);
    assert_true(files_write(in->tmux.program, whole, strlen(whole), &err));
    assert_int_equal(chmod(in->tmux.program, 0700), 0);
    free(whole);
    tmux_call_init(&in->call, &in->tmux, NULL);
    argv_add(&in->call.argv, "a b");
    return tmux_call_run(&in->call, &in->tmux, &in->err);
}

static void refuses(struct stand_in *in, const char *script, const char *words) {
    char *wanted = xasprintf("%s%s -S /nowhere/s ls", words, in->tmux.program);
    assert_false(runs(in, script));
    assert_int_equal(in->err.code, MC_UNAVAILABLE);
    assert_memory_equal(in->err.text, wanted, strstr(words, "more than") ? strlen(words) : strlen(wanted));
    free(wanted);
}

#define SHOW "printf '<%s>' \"$@\"; echo; tr '\\0' ' ' <\"/proc/$$/environ\"; echo words >&2; exit 3"

static void what_it_is_given_and_how_it_ends(void **state) {
    struct stand_in in = {.dir = "/tmp/mcXXXXXX", .tmux = {.socket = xstrdup("/nowhere/s"), .timeout_ms = 60000}};
    static const char *const scoped[] = {"/bin/scope", "--user", "--scope", "--collect", "--quiet", "--"};
    char *path = xstrdup(getenv("PATH")), *wanted, *writer;
    (void)state;
    assert_non_null(mkdtemp(in.dir));
    in.tmux.program = xasprintf("%s/tmux", in.dir);
    setenv("HOME", "/h", 1);
    setenv("TMUX_TMPDIR", "/t", 1);
    setenv("XDG_RUNTIME_DIR", "/x", 1);
    setenv("DBUS_SESSION_BUS_ADDRESS", "d", 1);
    setenv("MC_RUN", "secret", 1);
    assert_true(runs(&in, SHOW));
    wanted = xasprintf("<-u><-f></dev/null><-S></nowhere/s><a b>\nPATH=%s HOME=/h TMUX_TMPDIR=/t XDG_RUNTIME_DIR=/x "
                       "DBUS_SESSION_BUS_ADDRESS=d SHELL=/bin/sh TERM=screen-256color LANG=C.UTF-8 LC_ALL=C.UTF-8 ",
                       path);
    assert_string_equal(text_str(&in.call.output), wanted);
    assert_string_equal(text_str(&in.call.errors), "words\n");
    assert_int_equal(in.call.status, 3);
    free(wanted);
    unsetenv("HOME");
    unsetenv("TMUX_TMPDIR");
    setenv("DBUS_SESSION_BUS_ADDRESS", "", 1);
    setenv("PATH", "", 1);
    xreplace(&in.tmux.socket, "own");
    assert_true(runs(&in, SHOW));
    assert_string_equal(text_str(&in.call.output),
                        "<-u><-f></dev/null><-L><own><a b>\nPATH=/usr/local/bin:/usr/bin:/bin HOME=/ "
                        "XDG_RUNTIME_DIR=/x SHELL=/bin/sh TERM=screen-256color LANG=C.UTF-8 LC_ALL=C.UTF-8 ");
    setenv("PATH", path, 1);
    xreplace(&in.tmux.socket, "/nowhere/s");
    assert_true(tmux_call_run(&in.call, &in.tmux, &in.err)); /* again: as if it were the first time */
    assert_string_equal(text_str(&in.call.errors), "words\n");
    assert_null(strstr(text_str(&in.call.output) + 1, "<-u>"));
    refuses(&in, "kill -TERM $$", "tmux was ended by signal 15; try it by hand: ");
    refuses(&in, "head -c 8388609 /dev/zero", "tmux on /nowhere/s printed more than 8388608 bytes");
    in.tmux.timeout_ms = 1;
    refuses(&in, "exec sleep 1000", "tmux on /nowhere/s gave no answer within 1 ms; look with: ");
    assert_int_equal(in.call.status, -1);
    tmux_call_release(&in.call);
    writer = xasprintf("%s/mc-log", in.dir);
    assert_int_equal(symlink(in.tmux.program, writer), 0);
    wanted = xasprintf("exec '%s' '/a%%%%d' 7", writer);
    is(tmux_log_command(&(struct tmux_log){.path = "/a%d", .programs = in.dir, .mib = 7}), wanted);
    unlink(writer);
    free(writer);
    free(wanted);
    tmux_call_init(&in.call, &in.tmux, "/bin/scope");
    for (size_t i = 0; i < sizeof scoped / sizeof scoped[0]; i++)
        assert_string_equal(in.call.argv.items[i], scoped[i]);
    assert_string_equal(in.call.argv.items[6], in.tmux.program);
    tmux_call_release(&in.call);
    err_release(&in.err);
    unlink(in.tmux.program);
    rmdir(in.dir);
    tmux_release(&in.tmux);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_tell_whether_a_server_is_there), cmocka_unit_test(what_is_not_known_says_why),
        cmocka_unit_test(what_a_newer_one_escapes_is_no_tag),   cmocka_unit_test(words_tell_what_a_server_has),
        cmocka_unit_test(words_that_stay_as_they_are),          cmocka_unit_test(tags_that_may_stand_in_a_condition),
        cmocka_unit_test(what_it_is_given_and_how_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
