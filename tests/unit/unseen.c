#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "folder.h"
#include "host/files.h"
#include "host/unseen.h"
#include "refused.h"

REFUSABLE(open, int, -1, (const char *path, int flags, mode_t mode), (path, flags, mode))
REFUSABLE(flock, int, -1, (int fd, int how), (fd, how))

static int teardown(void **state) {
    unlink("file.mc-new");
    return folder_leave(state);
}

static void holds(const char *name, const char *bytes) {
    struct text text = {0};
    struct err err = {0};

    assert_true(files_read(&text, name, 100, &err));
    assert_string_equal(text_str(&text), bytes);
    text_release(&text);
}

typedef bool (*opening)(struct unseen *file, const char *path, struct err *err);
static const opening openings[] = {unseen_open, unseen_open_beside};

static void begin(opening open_it, struct unseen *file, const char *bytes) {
    struct err err = {0};

    if (!open_it(file, "file", &err))
        fail_msg("%s", err.text);
    assert_true(unseen_write(file, bytes, strlen(bytes)));
}

static void finish(struct unseen *file) {
    struct err err = {0};

    if (!unseen_place(file, &err))
        fail_msg("%s", err.text);
    unseen_close(file);
}

/* Killed while it writes. */
static void die_writing(opening open_it) {
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        struct unseen file;

        begin(open_it, &file, "half");
        (void)raise(SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

static void it_is_there_when_it_is_whole(void **state) {
    struct unseen file;
    mode_t mask = umask(0777);
    struct stat seen;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(openings[i], &file, "one");
        assert_false(files_exists("file"));
        finish(&file);
        holds("file", "one");
        assert_int_equal(stat("file", &seen), 0);
        assert_int_equal(seen.st_mode & 07777, 0600);
        begin(openings[i], &file, "two");
        holds("file", "one");
        finish(&file);
        holds("file", "two");
        begin(openings[i], &file, "three");
        unseen_close(&file);
        holds("file", "two");
        assert_int_equal(folder_names(), 1);
        unlink("file");
    }
    umask(mask);
}

static void nothing_is_left_of_a_dead_one(void **state) {
    int fd = unseen_scratch(".");
    bool nameless = fd >= 0 && folder_names() == 0;
    struct unseen file;

    (void)state;
    close(fd);
    assert_true(nameless);
    for (int i = 0; i < 3; i++)
        die_writing(unseen_open);
    assert_int_equal(folder_names(), 0);
    /* where it needs a name, one is left of all that died, and that until the next */
    for (int i = 0; i < 3; i++)
        die_writing(unseen_open_beside);
    assert_int_equal(folder_names(), 1);
    holds("file.mc-new", "half");
    for (size_t i = 0; i < 2; i++) {
        die_writing(unseen_open_beside);
        begin(openings[i], &file, "whole");
        finish(&file);
        assert_int_equal(folder_names(), 1);
        holds("file", "whole");
    }
}

static void one_that_is_alive_is_left_alone(void **state) {
    struct unseen first, second;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(unseen_open_beside, &first, "first");
        begin(openings[i], &second, "second");
        finish(&second);
        holds("file", "second");
        holds("file.mc-new", "first");
        finish(&first);
        holds("file", "first");
        assert_int_equal(folder_names(), 1);
    }
}

static void what_is_none_of_ours_is_left_alone(void **state) {
    struct unseen file;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(symlink("/dev/null", "file.mc-new"), 0);
        begin(openings[i], &file, "one");
        finish(&file);
        assert_int_equal(folder_names(), 2);
        assert_int_equal(unlink("file.mc-new"), 0);
        assert_int_equal(mkfifo("file.mc-new", 0600), 0);
        begin(openings[i], &file, "two");
        finish(&file);
        holds("file", "two");
        assert_int_equal(folder_names(), 2);
        assert_int_equal(unlink("file.mc-new"), 0);
    }
}

static void created_it_takes_nobodys_place(void **state) {
    struct unseen file;
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(openings[i], &file, "one");
        assert_true(unseen_create(&file, &err));
        unseen_close(&file);
        holds("file", "one");
        begin(openings[i], &file, "two");
        assert_false(unseen_create(&file, &err));
        assert_int_equal(err.code, MC_CANTCREAT);
        unseen_close(&file);
        holds("file", "one");
        assert_int_equal(folder_names(), 1);
        unlink("file");
    }
    err_release(&err);
}

/* Between its making and its lock; then it is made anew, or beside that. */
static void another_one_takes_it_for_a_dead_ones(void **state) {
    struct unseen file;

    (void)state;
    for (int times = 1; times <= 2; times++) {
        int before = dup(STDIN_FILENO), after;

        refuse("flock", EWOULDBLOCK, 0, times);
        begin(unseen_open_beside, &file, "whole");
        assert_true(refuse_over());
        assert_int_equal(folder_names(), times);
        finish(&file);
        holds("file", "whole");
        assert_int_equal(folder_names(), times); /* the other one's is its own affair */
        after = dup(STDIN_FILENO);
        assert_int_equal(after, before + 1);
        close(before);
        close(after);
        unlink("file");
    }
}

/* Where the file system has none without a name, it has one for a moment. */
static void scratch_without_a_name(void **state) {
    int fd;

    (void)state;
    refuse("open", EOPNOTSUPP, 0, 1);
    fd = unseen_scratch(".");
    assert_true(refuse_over());
    assert_true(fd >= 0);
    assert_int_equal(folder_names(), 0);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
    close(fd);
    assert_int_equal(unseen_scratch("nowhere"), -1);
    assert_int_equal(errno, ENOENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_there_when_it_is_whole, folder_enter, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_a_dead_one, folder_enter, teardown),
        cmocka_unit_test_setup_teardown(one_that_is_alive_is_left_alone, folder_enter, teardown),
        cmocka_unit_test_setup_teardown(what_is_none_of_ours_is_left_alone, folder_enter, teardown),
        cmocka_unit_test_setup_teardown(created_it_takes_nobodys_place, folder_enter, teardown),
        cmocka_unit_test_setup_teardown(another_one_takes_it_for_a_dead_ones, folder_enter, teardown),
        cmocka_unit_test_setup_teardown(scratch_without_a_name, folder_enter, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
