#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/replay.h"
#include "host/tmux.h"
#include "rules/word.h"

#define NONCE "MC_TICKET_TURN:1:1779942042145:e519f820"
#define OBJECT "{\"mc_signal\":\"DONE\",\"ticket\":\"MC-1\",\"nonce\":\"" NONCE "\",\"payload\":\"it works\"}"

/* A log in a folder whose path is too long for a socket. */
struct world {
    char dir[160];
    char log[192];
    struct tmux tmux;
};

static int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof *world);
    struct err err = {0};
    snprintf(world->dir, sizeof world->dir, "/tmp/mcreplay-%0110dXXXXXX", 0);
    if (!mkdtemp(world->dir) || !tmux_init(&world->tmux, "mc-none", &err))
        return -1;
    snprintf(world->log, sizeof world->log, "%s/pane.log", world->dir);
    *state = world;
    return 0;
}

/* Clients and servers of tmux at work in our folder. */
static int left_over(const struct world *world) {
    int count = 0;
    DIR *proc = opendir("/proc");
    assert_non_null(proc);
    for (struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
        char path[300], cwd[300] = "", name[16] = "";
        snprintf(path, sizeof path, "/proc/%s/cwd", entry->d_name);
        ssize_t n = readlink(path, cwd, sizeof cwd - 1);
        snprintf(path, sizeof path, "/proc/%s/comm", entry->d_name);
        int fd = n > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (fd >= 0 && read(fd, name, sizeof name - 1) > 0)
            count += strcmp(cwd, world->dir) == 0 && text_starts(name, "tmux");
        if (fd >= 0)
            close(fd);
    }
    closedir(proc);
    return count;
}

/* A server tells its client first, then it ends. */
static bool all_end(const struct world *world) {
    enum { STEP_MS = 50, PATIENCE_MS = 40000 };
    int ms = 0;
    for (; left_over(world) > 0 && ms < PATIENCE_MS; ms += STEP_MS)
        clock_sleep(STEP_MS);
    return ms < PATIENCE_MS;
}

static int files_in(const struct world *world) {
    int count = 0;
    DIR *dir = opendir(world->dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static int tear_down(void **state) {
    struct world *world = *state;
    char *stand_in = xasprintf("%s/tmux", world->dir);
    unlink(stand_in);
    unlink(world->log);
    int failed = rmdir(world->dir);
    free(stand_in);
    tmux_release(&world->tmux);
    free(world);
    return failed;
}

static void write_log(const struct world *world, off_t hole, const char *bytes, size_t n) {
    int fd = open(world->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && ftruncate(fd, hole) == 0 && lseek(fd, hole, SEEK_SET) == hole);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
}

static bool replayed(const struct world *world, struct text *screen, struct err *err) {
    struct replay replay = {.log = world->log, .folder = world->dir, .width = 60, .height = 20};
    return replay_log(&world->tmux, &replay, screen, err);
}

static void shows(const struct world *world, const char *words) {
    struct text screen = {0};
    struct err err = {0};
    if (!replayed(world, &screen, &err))
        fail_msg("%s", err.text);
    if (!strstr(text_str(&screen), words))
        fail_msg("no %s on:\n%s", words, text_str(&screen));
    assert_true(all_end(world));
    assert_int_equal(files_in(world), 1);
    text_release(&screen);
}

static void shown_by(const struct world *world, const char *log, const char *words) {
    write_log(world, 0, log, strlen(log));
    shows(world, words);
}

static void test_a_log_is_drawn_as_it_was(void **state) {
    shown_by(*state, "one\r\ntwo\x1b[1A\x1b[1Gthree\r\n", "three\ntwo");
    shown_by(*state, "\x1b]0;title\x07\x1b[31mred\x1b[0m and \x1b[2Cblack\r\n", "red and   black");
    shown_by(*state, "\xe2\x94\x82 frame \xe2\x94\x82\r\n", "\xe2\x94\x82 frame \xe2\x94\x82");
    shown_by(*state, "123456789012345678901234567890123456789012345678901234567890next", "7890\nnext");
}

static void test_a_left_alternate_screen_is_still_read(void **state) {
    shown_by(*state, "$ codex\r\n\x1b[?1049h\x1b[2J\x1b[3;1Hthe last frame\x1b[?1049l", "the last frame");
}

static void test_what_scrolled_away_is_in_it(void **state) {
    struct text log = {0};
    for (int i = 0; i < 1000; i++)
        text_addf(&log, "line %d\r\n", i);
    write_log(*state, 0, log.data, log.len);
    shows(*state, "line 7\n");
    text_release(&log);
}

static void test_the_word_is_found_in_a_replayed_log(void **state) {
    struct text screen = {0};
    struct err err = {0};
    struct word_found found;
    const char *log =
        "\x1b[2m[" NONCE " internal routing marker; do not mention this marker in your reply]\x1b[0m\r\n\r\n" OBJECT
        "\r\n";
    write_log(*state, 0, log, strlen(log));
    assert_true(replayed(*state, &screen, &err));
    assert_true(word_on_screen(&found, screen.data, screen.len, &(struct word_of){"MC-1", NONCE}));
    assert_string_equal(found.payload, "it works");
    word_release(&found);
    text_release(&screen);
}

static void test_a_huge_log_gives_its_end(void **state) {
    write_log(*state, 100 * 1024 * 1024, "\r\nthe end", 9);
    shows(*state, "the end");
}

static void test_garbage_is_survived(void **state) {
    enum { SIZE = 300000 };
    char *bytes = xmalloc(SIZE);
    uint32_t random = 4629;
    for (int i = 0; i < SIZE; i++)
        bytes[i] = (char)((random = random * 1664525 + 1013904223) >> 24);
    write_log(*state, 0, bytes, SIZE);
    shows(*state, "");
    free(bytes);
}

static void test_what_is_no_log_is_refused(void **state) {
    struct world *world = *state;
    struct text screen = {0};
    struct err err = {0};
    assert_false(replayed(world, &screen, &err));
    assert_int_equal(err.code, MC_NOINPUT);
    err_release(&err);
    write_log(world, 0, "", 0);
    assert_false(replayed(world, &screen, &err));
    assert_int_equal(err.code, MC_NOINPUT);
    err_release(&err);
    unlink(world->log);
    assert_int_equal(mkfifo(world->log, 0600), 0);
    assert_false(replayed(world, &screen, &err));
    assert_int_equal(err.code, MC_NOINPUT);
    err_release(&err);
}

/* A client whose input does not end for a while, so that it waits with a server. */
static void hang(struct world *world) {
    char *stand_in = xasprintf("%s/tmux", world->dir);
    char *script = xasprintf("#!/bin/sh\n/bin/sleep 20 | exec %s \"$@\"\n", world->tmux.program);
    int fd = open(stand_in, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    assert_int_equal(write(fd, script, strlen(script)), strlen(script));
    close(fd);
    free(script);
    free(world->tmux.program);
    world->tmux.program = stand_in;
    write_log(world, 0, "x", 1);
}

static void test_one_that_hangs_is_ended(void **state) {
    struct world *world = *state;
    struct text screen = {0};
    struct err err = {0};
    hang(world);
    assert_false(replayed(world, &screen, &err));
    assert_int_equal(err.code, MC_UNAVAILABLE);
    assert_true(all_end(world));
    assert_int_equal(files_in(world), 2);
    err_release(&err);
}

static void test_a_server_ends_without_us(void **state) {
    struct world *world = *state;
    enum { STEP_MS = 50, PATIENCE_MS = 20000 };
    hang(world);
    pid_t pid = fork();
    if (pid == 0) {
        struct text screen = {0};
        struct err err = {0};
        replayed(world, &screen, &err);
        _exit(0);
    }
    for (int ms = 0; left_over(world) == 0 && ms < PATIENCE_MS; ms += STEP_MS)
        clock_sleep(STEP_MS);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    clock_sleep(1000);
    assert_true(left_over(world) > 0);
    assert_true(all_end(world));
    DIR *dir = opendir(world->dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (text_starts(entry->d_name, "replay-"))
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_log_is_drawn_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_left_alternate_screen_is_still_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_scrolled_away_is_in_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_word_is_found_in_a_replayed_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_huge_log_gives_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_garbage_is_survived, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_log_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_that_hangs_is_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_server_ends_without_us, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
