/* What a tmux is told, and what is made of its answers: another program in its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/tmux.h"
#include "host/tmux_views.h"

static char folder[] = "/tmp/mcXXXXXX";
static struct tmux tmux;

static char *in(const char *name) {
    return xasprintf("%s/%s", folder, name);
}

/* Each call's words, and what it reads, are put into "told". */
#define NOTE "printf '<%s>' \"$@\" >>\"${0%/*}/told\"; echo >>\"${0%/*}/told\"\n"

static void write_script(const char *path, const char *script) {
    char *whole = xasprintf("#!/bin/sh\n%s\n", script), *told = in("told");
    struct err err = {0};
    assert_true(files_write(path, whole, strlen(whole), &err));
    assert_int_equal(chmod(path, 0700), 0);
    unlink(told);
    free(whole);
    free(told);
}

static void told_is(const char *wanted) {
    char *path = in("told");
    struct text told = {0};
    struct err err = {0};
    if (wanted[0] != '\0' || files_exists(path))
        assert_true(files_read(&told, path, TEXT_MAX, &err));
    assert_string_equal(text_str(&told), wanted);
    text_release(&told);
    free(path);
}

static int set_up(void **state) {
    (void)state;
    assert_non_null(mkdtemp(folder));
    tmux = (struct tmux){.program = in("tmux"), .socket = xstrdup("/nowhere/s"), .timeout_ms = 60000};
    unsetenv("INVOCATION_ID");
    return 0;
}

static int tear_down(void **state) {
    static const char *const names[] = {"tmux", "told", "systemd-run"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = in(names[i]);
        unlink(path);
        free(path);
    }
    tmux_release(&tmux);
    return rmdir(folder);
}

static void which_version_it_is(void **state) {
    static const struct {
        const char *script, *version;
        bool answers;
    } rows[] = {
        {"echo tmux 3.3a", "tmux 3.3a", true},
        {"printf 'tmux next-3.5'", "tmux next-3.5", true},
        {"echo \"$0 $@\" | sed 's:.*/::'; echo more", "tmux -V", true},
        {"echo a version that is longer than there is room", "a version that is longer than th", true},
        {"echo tmux 3.3a; exit 1", "tmux", false},
        {"echo tmux 3.3a; kill -9 $$", "tmux", false},
        {"exit 0", "tmux", false},
        {"echo tmux 3.3a >&2", "tmux", false},
    };
    char out[33];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_script(tmux.program, rows[i].script);
        if (tmux_version(&tmux, out, sizeof out) != rows[i].answers || strcmp(out, rows[i].version) != 0)
            fail_msg("%s: %s", rows[i].script, out);
    }
    unlink(tmux.program);
    assert_false(tmux_version(&tmux, out, sizeof out));
    assert_string_equal(out, "tmux");
}

/* A line @ of `answer` is the token's. */
static bool look_at(struct tmux_look *looks, size_t count, const char *answer, struct err *err) {
    char *script = xasprintf("read -r a b token\n{ echo $a $b @; cat; } | sed \"s/$token/@/\" >>\"${0%%/*}/told\"\n"
                             "sed \"s/@/$token/\" <<'X'\n%s\nX\n",
                             answer);
    write_script(tmux.program, script);
    free(script);
    return tmux_views(&tmux, looks, count, err);
}

#define VIEW "0 0 4711 3 1 0 0 5 title\n> \n"
#define MORE "0 0 4712 0 1 0 0 0 \n"

static void many_panes_in_one_call(void **state) {
    static const struct {
        const char *answer, *seen;
    } rows[] = {
        {"@\n" VIEW "@\nMC_REFUSED\n@\n" MORE, "Y 4711 title/> \n|N|Y 4712 /\n|"},
        {"@\n" VIEW "@\n@\n" MORE, "Y 4711 title/> \n|?|Y 4712 /\n|"},
        {"said before\n@\nMC_REFUSED\n@\n" VIEW, "N|Y 4711 title/> \n\n|?|"},
        {"@\nMC_REFUSE\n@\nMC_REFUSED\nmore\n@\nMC_REFUSEE", "?|?|?|"},
        {"no @\n@ no\n @\n", "?|?|?|"},
        {"@ no\n@\n" VIEW "more\n@\nMC_REFUSED\n@", "Y 4711 title/> \nmore\n|N|?|"},
        {"", "?|?|?|"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tmux_look looks[3] = {{.agent = {.pane_id = "%1", .run = "r-1", .board = "b"}},
                                     {.agent = {.pane_id = "%2", .run = "r-2", .board = "b"}},
                                     {.agent = {.pane_id = "%3", .run = "r-3", .board = "b"}}};
        struct text seen = {0};
        struct err err = {0};
        assert_true(look_at(looks, 3, rows[i].answer, &err));
        for (size_t at = 0; at < 3; at++) {
            const struct tmux_look *look = &looks[at];
            text_add(&seen, look->seen == SEEN_NO ? "N" : look->seen == SEEN_YES ? "Y" : "?");
            if (look->seen == SEEN_YES)
                text_addf(&seen, " %lld %s/%s", (long long)look->view.pid, text_str(&look->view.title),
                          text_str(&look->view.screen));
            text_add(&seen, "|");
            tmux_view_release(&looks[at].view);
        }
        assert_string_equal(text_str(&seen), rows[i].seen);
        text_release(&seen);
    }
}

static void what_is_asked_of_a_pane(void **state) {
    struct tmux_look looks[4] = {{.agent = {.pane_id = "%1", .run = "r-1", .board = "b", .pid = 7}},
                                 {.agent = {.run = "r-2", .board = "b"}, .seen = SEEN_YES},
                                 {.agent = {.pane_id = "3", .run = "r-3", .board = "b"}, .seen = SEEN_YES}};
    struct err err = {0};
    (void)state;
    text_add(&looks[0].view.screen, "what it was");
    assert_true(look_at(looks, 3, "@\n" MORE, &err));
    told_is(
        "display-message -p @\n"
        "if-shell -F -t %1 "
        "'#{||:#{?#{==:#{@mc_run},r-1},,#{?#{==:#{@mc_pane},r-1-b},#{?#{@mc_run},#{?#{S:#{?#{==:#{@mc_run},r-1},#{W:#{"
        "P:"
        "#{?#{==:#{pane_id},%1},1,}}},}},,1},},1}},#{!=:#{?#{@mc_board},#{@mc_board},b},b}}' 'display-message -p "
        "MC_REFUSED' \"display-message -p -t %1 '#{pane_dead} #{pane_in_mode} #{pane_pid} #{cursor_y} #{cursor_flag} "
        "#{pane_pipe} #{n:@mc_turn} #{n:pane_title} #{@mc_turn}#{pane_title}' ; capture-pane -p -t %1\"\n");
    assert_int_equal(looks[0].seen, SEEN_YES);
    assert_int_equal(looks[1].seen, SEEN_NO);
    assert_int_equal(looks[2].seen, SEEN_NO);
    write_script(tmux.program, NOTE "cat >/dev/null; echo 'lost server' >&2; exit 1");
    assert_false(tmux_views(&tmux, looks, 1, &err));
    told_is("<-u><-f></dev/null><-S></nowhere/s><source-file><->\n");
    assert_int_equal(looks[0].seen, SEEN_UNKNOWN);
    assert_int_equal(looks[0].view.screen.len, 0);
    assert_int_equal(err.code, MC_UNAVAILABLE);
    assert_non_null(strstr(err.text, "refused: lost server"));
    err_release(&err);
    write_script(tmux.program, NOTE);
    assert_true(tmux_views(&tmux, looks + 1, 2, &err));
    told_is(""); /* nobody is to be looked at */
}

static void so_many_at_once(void **state) {
    static const size_t counts[] = {250, 251, 501};
    struct tmux_look *looks = xcalloc(501, sizeof *looks);
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct text wanted = {0};
        for (size_t at = 0; at < counts[i]; at++)
            looks[at] = (struct tmux_look){.agent = {.pane_id = "%1", .run = "r-1", .board = "b"}};
        write_script(tmux.program, "read -r a b token\n{ echo; cat; } | grep -c if-shell >>\"${0%/*}/told\"\n"
                                   "yes \"$token\nMC_REFUSED\" | head -n 500");
        assert_true(tmux_views(&tmux, looks, counts[i], &err));
        for (size_t at = 0; at < counts[i]; at++)
            assert_int_equal(looks[at].seen, SEEN_NO);
        for (size_t left = counts[i]; left > 0; left -= left < 250 ? left : 250)
            text_addf(&wanted, "%zu\n", left < 250 ? left : 250);
        told_is(text_str(&wanted));
        text_release(&wanted);
    }
    free(looks);
}

/* A list that is cut is none, not one of those that came through; and nothing is asked again by a part of it. */
static void a_list_that_is_cut(void **state) {
    struct tmux_panes panes;
    struct err err = {0};
    (void)state;
    write_script(tmux.program, NOTE "echo '%0 1 1 - - 0 0 17 0 0 0 0 0 2 mc'; echo '%1 1 0 -'");
    assert_int_equal(tmux_list(&tmux, &panes, &err), SEEN_UNKNOWN);
    assert_int_equal(panes.count, 0);
    assert_true(err.text && strstr(err.text, "in a way that is not understood"));
    char *path = in("told");
    struct text told = {0};
    err_release(&err);
    assert_true(files_read(&told, path, TEXT_MAX, &err));
    assert_int_equal(told.len, strcspn(text_str(&told), "\n") + 1);
    text_release(&told);
    free(path);
}

static void what_is_noted_as_looked_at(void **state) {
    const struct tmux_looked noted[] = {{"%1", 1700000000999}, {"%22", 1700000001000}};
    (void)state;
    write_script(tmux.program, NOTE "cat >>\"${0%/*}/told\"; exit 1");
    tmux_note_looked(&tmux, noted, 0);
    told_is("");
    tmux_note_looked(&tmux, noted, 2);
    told_is("<-u><-f></dev/null><-S></nowhere/s><source-file><->\nset-option -p -t %1 @mc_looked 1700000000\n"
            "set-option -p -t %22 @mc_looked 1700000001\n");
}

static int waits;

void __wrap_clock_sleep(int64_t ms);
void __wrap_clock_sleep(int64_t ms) {
    char *told = in("told");
    assert_in_range(ms, 1, 1000);
    waits++;
    unlink(told); /* the server that was about to end has ended */
    free(told);
}

static enum tmux_start start(struct tmux_session session, struct tmux_started *started, struct err *err) {
    struct argv argv = {0};
    argv_adds(&argv, (const char *[]){"/bin/agent", "it's;", NULL});
    session.argv = session.argv ? session.argv : &argv;
    waits = 0;
    enum tmux_start how = tmux_start(&tmux, &session, started, err);
    argv_release(&argv);
    return how;
}

static const struct tmux_session plain = {
    .name = "mc-MC-1", .run = "r-1", .ticket = "MC-1", .board = "b", .width = 100, .height = 30};

#define CALLED "<-u><-f></dev/null><-S></nowhere/s>"
#define OF "<;><set-option><-t><=mc-MC-1:>"
#define OF_WINDOW "<;><set-option><-w><-t><=mc-MC-1:>"
#define NEW                                                                                                            \
    "<new-session><-d><-P><-F><#{pane_id} "                                                                            \
    "#{pane_pid}><-s><mc-MC-1><-x><100><-y><30><-c></a##b><--></bin/agent><it's\\;>" OF                                \
    "<destroy-unattached><off>" OF_WINDOW "<remain-on-exit><on>" OF_WINDOW "<window-size><manual>" OF                  \
    "<@mc_run><r-1>" OF "<@mc_ticket><MC-1>" OF "<@mc_board><b>" OF "<@mc_pane><->"                                    \
    "<;><set-option><-p><-t><=mc-MC-1:><@mc_pane><r-1-b>"

/* All in one call; what is half made is undone in a second. */
static void what_a_start_says(void **state) {
    struct tmux_session session = plain;
    struct tmux_started started;
    char log[] = "/l", none[] = "/nowhere";
    struct err err = {0};
    (void)state;
    session.cwd = "/a#b";
    session.log = (struct tmux_log){.path = log, .programs = none, .mib = 7};
    write_script(tmux.program,
                 NOTE "echo %5 4711; case \"$*\" in *new-session*) echo no such window >&2; exit 1;; esac");
    assert_int_equal(start(session, &started, &err), TMUX_START_FAILED);
    told_is(CALLED NEW "<;><pipe-pane><-t><=mc-MC-1:><exec 'cat' >>'/l'>\n" CALLED
                       "<if-shell><-F><-t><%5><#{==:#{pane_pid},4711}><kill-session -t %5>\n");
    assert_non_null(strstr(err.text, "refused: no such window"));
    assert_int_equal(err.code, MC_UNAVAILABLE);
    err_release(&err);
}

static void how_a_start_ends(void **state) {
    static const struct {
        const char *script;
        enum tmux_start how;
        int waits, pid;
        const char *says;
    } rows[] = {
        {"echo %5 4711", TMUX_STARTED, 0, 4711, ""},
        {"echo %5 2147483648", TMUX_START_FAILED, 0, 0, "it gave no reason"},
        {"echo %5 0", TMUX_START_FAILED, 0, 0, "it gave no reason"},
        {"echo %5", TMUX_START_FAILED, 0, 0, "it gave no reason"},
        {"echo 5 4711", TMUX_START_FAILED, 0, 0, "it gave no reason"},
        {"echo duplicate session: mc-MC-1 >&2; exit 1", TMUX_DUPLICATE, 0, 0, ""},
        {"echo no duplicate session >&2; exit 1", TMUX_START_FAILED, 0, 0, "no duplicate session"},
        {"echo server exited unexpectedly >&2; exit 1", TMUX_START_FAILED, 1, 0, "server exited unexpectedly"},
        {"[ ! -e \"${0%/*}/told\" ] && echo %5 1 && exit; echo lost server >&2; exit 1", TMUX_STARTED, 1, 1, ""},
        {"kill -9 $$", TMUX_START_FAILED, 0, 0, "tmux was ended by signal 9"},
    };
    struct tmux_started started;
    struct err err = {0};
    char *told = in("told");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_script(tmux.program, rows[i].script);
        assert_true(files_write(told, "", 0, &err));
        enum tmux_start how = start(plain, &started, &err);
        if (how != rows[i].how || waits != rows[i].waits || started.pid != rows[i].pid ||
            (rows[i].says[0] != '\0' ? !err.text || !strstr(err.text, rows[i].says) : err.text != NULL))
            fail_msg("%s: %d %d %s", rows[i].script, how, waits, err.text ? err.text : "no fault");
        err_release(&err);
    }
    free(told);
}

/* With nothing asked. */
static void what_may_not_be_started(void **state) {
    static const struct {
        struct tmux_session session;
        const char *says;
    } rows[] = {
        {{.name = "a b", .run = "r", .ticket = "T", .board = "b"}, "a tmux session cannot be named a b"},
        {{.name = "n", .run = "", .ticket = "T", .board = "b"}, "a tmux session cannot be named n"},
        {{.name = "n", .run = "r", .ticket = "T'", .board = "b"}, "a tmux session cannot be named n"},
        {{.name = "n", .run = "r", .ticket = "T", .board = "#b"}, "a tmux session cannot be named n"},
    };
    struct tmux_started started = {.pid = 1};
    struct err err = {0};
    (void)state;
    write_script(tmux.program, NOTE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(start(rows[i].session, &started, &err), TMUX_START_FAILED);
        assert_int_equal(err.code, MC_SOFTWARE);
        assert_string_equal(err.text, rows[i].says);
        assert_int_equal(started.pid, 0);
        err_release(&err);
    }
    told_is("");
}

static void a_scope_that_cannot_be_made(void **state) {
    static const char *const said[][2] = {{"exit 1", "nothing"},
                                          {"echo no bus >&2; echo at all >&2; exit 1", "no bus"}};
    char *systemd = in("systemd-run"), *path = xstrdup(getenv("PATH"));
    (void)state;
    setenv("INVOCATION_ID", "1", 1);
    for (size_t i = 0; i < 2; i++) {
        struct tmux_started started;
        struct err err = {0};
        char *front = xasprintf("%s:%s", folder, path);
        char *wanted =
            xasprintf("no scope could be made for a tmux server, which would end with this systemd unit without "
                      "one: %s --user --scope said: %s; let the user's manager run (loginctl enable-linger), or "
                      "run mc-pickup from cron",
                      systemd, said[i][1]);
        setenv("PATH", front, 1);
        write_script(systemd, said[i][0]);
        write_script(tmux.program, "echo no server running on /nowhere/s >&2; exit 1");
        assert_int_equal(start(plain, &started, &err), TMUX_START_FAILED);
        setenv("PATH", path, 1);
        assert_int_equal(err.code, MC_UNAVAILABLE);
        assert_string_equal(err.text, wanted);
        err_release(&err);
        free(front);
        free(wanted);
    }
    unsetenv("INVOCATION_ID");
    free(systemd);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_version_it_is),     cmocka_unit_test(many_panes_in_one_call),
        cmocka_unit_test(what_is_asked_of_a_pane), cmocka_unit_test(so_many_at_once),
        cmocka_unit_test(a_list_that_is_cut),      cmocka_unit_test(what_is_noted_as_looked_at),
        cmocka_unit_test(what_a_start_says),       cmocka_unit_test(how_a_start_ends),
        cmocka_unit_test(what_may_not_be_started), cmocka_unit_test(a_scope_that_cannot_be_made),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
