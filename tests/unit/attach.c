/* A person's own client: which words it is given, and whose the signals are while it has the terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/attach.h"
#include "host/files.h"
#include "host/tmux.h"

#include "descriptors_open.h"

static char folder[] = "/tmp/mcXXXXXX";
static struct tmux tmux;
static const struct tmux_pane named = {.session = "mc-MC-1", .pane_id = "%7"},
                              renamed = {.session = "a b", .pane_id = "%7"},
                              moved = {.session = "work", .pane_id = "%7", .moved = true};

/* In the place of tmux: what it does as a client, and what it says of its server. */
static void write_program(const char *client) {
    char *script =
        xasprintf("#!/bin/sh\ncase \"$*\" in *switch-client*) ;; *) echo no server running on /s >&2; exit 1;; "
                  "esac\n%s\n",
                  client);
    struct err err = {0};
    assert_true(files_write(tmux.program, script, strlen(script), &err));
    assert_int_equal(chmod(tmux.program, 0700), 0);
    free(script);
}

static int set_up(void **state) {
    struct err err = {0};
    (void)state;
    assert_non_null(mkdtemp(folder));
    tmux = (struct tmux){
        .program = xasprintf("%s/tmux", folder), .socket = xasprintf("%s/s", folder), .timeout_ms = 60000};
    assert_true(files_write(tmux.socket, "", 0, &err));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    unlink(tmux.program);
    unlink(tmux.socket);
    tmux_release(&tmux);
    return rmdir(folder);
}

/* By another spelling than ours. */
static void be_inside(bool inside) {
    char *value = xasprintf("%s/./s,4711,0", folder);
    if (inside)
        setenv("TMUX", value, 1);
    else
        unsetenv("TMUX");
    free(value);
}

static void words_are(const struct attach *attach, const char *wanted) {
    struct argv words = {0};
    struct text line = {0};
    attach_words(attach, &words);
    assert_string_equal(words.items[0], tmux.program);
    for (size_t i = 1; i < words.count; i++)
        text_addf(&line, "<%s>", words.items[i]);
    assert_string_equal(text_str(&line), wanted);
    argv_release(&words);
    text_release(&line);
}

static void words_for_each_visitor(void **state) {
    struct attach attach = {.tmux = &tmux, .pane = &named};
    char *path = tmux.socket, own[] = "own", here[] = "here";
    (void)state;
    be_inside(false);
    tmux.socket = own;
    words_are(&attach, "<-u><-L><own><attach-session><-t><=mc-MC-1:><-f><ignore-size>");
    attach.read_only = true;
    attach.pane = &renamed;
    words_are(&attach, "<-u><-L><own><attach-session><-t><%7><-f><ignore-size,read-only>");
    attach.pane = &moved;
    words_are(&attach, "<-u><-L><own><attach-session><-t><%7><-f><ignore-size,read-only>");
    tmux.socket = path;
    write_program("exit 0");
    setenv("TMUX", tmux.program, 1); /* another's */
    char *wanted = xasprintf("<-u><-S><%s><attach-session><-t><%%7><-f><ignore-size,read-only>", path);
    words_are(&attach, wanted);
    free(wanted);
    be_inside(true);
    attach = (struct attach){.tmux = &tmux, .pane = &named};
    wanted = xasprintf("<-u><-S><%s><switch-client><-t><=mc-MC-1:>", path);
    words_are(&attach, wanted);
    free(wanted);
    attach.read_only = true;
    wanted = xasprintf("<-u><-S><%s><if-shell><-F><#{client_readonly}><switch-client -t =mc-MC-1:><switch-client -r -t "
                       "=mc-MC-1:>",
                       path);
    words_are(&attach, wanted);
    free(wanted);
    tmux.socket = here;
    words_are(&attach, "<-u><-L><here><attach-session><-t><=mc-MC-1:><-f><ignore-size,read-only>");
    tmux.socket = path;
}

static void visit(const char *client, const char *says) {
    const struct attach attach = {.tmux = &tmux, .pane = &named};
    static const int numbers[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    struct err err = {0};
    int before = descriptors_open();
    write_program(client);
    bool done = attach_visit(&attach, &err);
    if (done != !says || (says && (err.code != MC_UNAVAILABLE || strcmp(err.text, says) != 0)))
        fail_msg("%s: %s", client, err.text ? err.text : "no fault");
    assert_int_equal(descriptors_open(), before);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_true(signal(numbers[i], SIG_DFL) == SIG_DFL);
    err_release(&err);
}

/* Its keys are the guest's, which ends us not, and who ends us ends it, as often as he likes. */
static void signals_of_the_guest(void **state) {
    static const char *const words[] = {"TERM", "HUP"};
    (void)state;
    be_inside(true);
    for (size_t i = 0; i < 2; i++) {
        char *client = xasprintf("heard=0\ntrap 'heard=$((heard + 1))' %s\nkill -INT $PPID\nkill -QUIT $PPID\n"
                                 "for n in 1 2; do\nkill -%s $PPID\n"
                                 "while [ $heard -lt $n ]; do sleep 0.01; done\ndone",
                                 words[i], words[i]);
        visit(client, NULL);
        free(client);
    }
}

static void what_did_not_stay(void **state) {
    (void)state;
    be_inside(true);
    signal(SIGXFSZ, SIG_IGN); /* ours alone */
    visit("grep -q 'SigIgn:.0000000000000000$' /proc/$$/status", NULL);
    signal(SIGXFSZ, SIG_DFL);
    visit("echo lost; echo it is lost >&2; echo and more >&2; exit 1",
          "tmux did not stay: it is lost; mc-ticket runtimes shows what is there");
    visit("exit 1", "the tmux server ended; mc-ticket runtimes shows what is left");
    visit("kill -9 $$", "the tmux server ended; mc-ticket runtimes shows what is left");
    visit("sed -i 's/no server running/no word/' \"$0\"; exit 3",
          "tmux did not stay: it gave no reason; mc-ticket runtimes shows what is there");
    visit("sed -i 's/exit 1;;/exit 0;;/' \"$0\"; exit 3",
          "tmux did not stay: it gave no reason; mc-ticket runtimes shows what is there");
    visit("sleep 1000 >/dev/null </dev/null & echo $! >\"$0.pid\"; exit 1", /* holds the other end of its words */
          "the tmux server ended; mc-ticket runtimes shows what is left");
    visit("kill $(cat \"$0.pid\"); rm \"$0.pid\"", NULL);
}

/* Stopped by its own key, it stops us, and goes on with us. */
static void one_that_is_stopped(void **state) {
    int status;
    (void)state;
    be_inside(true);
    write_program("kill -STOP $$; exit 0");
    pid_t pid = fork();
    if (pid == 0) {
        const struct attach attach = {.tmux = &tmux, .pane = &named};
        struct err err = {0};
        _exit(attach_visit(&attach, &err) ? 5 : 6);
    }
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 5);
}

static void no_terminal_to_lend(void **state) {
    const struct attach attach = {.tmux = &tmux, .pane = &named};
    struct err err = {0};
    int input = dup(STDIN_FILENO), null = open("/dev/null", O_RDONLY);
    (void)state;
    be_inside(false);
    assert_int_equal(dup2(null, STDIN_FILENO), STDIN_FILENO);
    assert_false(attach_visit(&attach, &err));
    assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
    close(input);
    close(null);
    assert_int_equal(err.code, MC_USAGE);
    assert_string_equal(err.text, "there is no terminal to show it on; run it in one, or take the command of --print");
    err_release(&err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_for_each_visitor), cmocka_unit_test(signals_of_the_guest),
        cmocka_unit_test(what_did_not_stay),      cmocka_unit_test(one_that_is_stopped),
        cmocka_unit_test(no_terminal_to_lend),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
