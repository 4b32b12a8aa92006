#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/note.h"

static char dir[32];

static int set_up(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/mcXXXXXX");
    return mkdtemp(dir) == NULL ? -1 : chdir(dir);
}

static int tear_down(void **state) {
    (void)state;
    (void)unlink("note");
    (void)unlink("kept");
    return chdir("/") != 0 || rmdir(dir) != 0;
}

static void keeps_a_line_and_its_size(void **state) {
    struct note note = {0};
    struct stat seen;
    (void)state;
    assert_true(note_take(&note, "note"));
    assert_string_equal(note.line, "");
    assert_false(note.room);
    note_leave(&note, "a line");
    for (int i = 0; i < 2; i++) {
        assert_true(note_take(&note, "note"));
        assert_string_equal(note.line, i ? "" : "a line");
        assert_true(note.room);
        note_leave(&note, "");
        assert_int_equal(stat("note", &seen), 0);
        assert_int_equal(seen.st_size, NOTE_SIZE);
        assert_int_equal(seen.st_mode & 07777, 0600);
    }
}

static void one_holds_it_at_a_time(void **state) {
    struct note note = {0};
    int status = -1;
    pid_t pid;
    (void)state;
    assert_true(note_take(&note, "note"));
    pid = fork();
    if (pid == 0) {
        struct note other = {0};
        _exit(note_take(&other, "note") ? 1 : 0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    note_leave(&note, NULL);
    assert_true(note_take(&note, "note"));
    note_leave(&note, NULL);
}

static void makes_anew_what_is_not_ours_alone(void **state) {
    struct note note = {0};
    struct stat seen;
    FILE *kept = fopen("kept", "w");
    (void)state;
    assert_non_null(kept);
    fputs("kept", kept);
    fclose(kept);
    assert_int_equal(symlink("kept", "note"), 0);
    assert_true(note_take(&note, "note"));
    note_leave(&note, "mine");
    assert_int_equal(stat("kept", &seen), 0);
    assert_int_equal(seen.st_size, 4);
    assert_int_equal(unlink("note"), 0);
    assert_int_equal(link("kept", "note"), 0);
    assert_true(note_take(&note, "note"));
    note_leave(&note, "mine");
    assert_int_equal(stat("kept", &seen), 0);
    assert_int_equal(seen.st_size, 4);
    assert_int_equal(chmod("note", 0644), 0);
    assert_true(note_take(&note, "note"));
    assert_string_equal(note.line, "");
    note_leave(&note, NULL);
    assert_false(note_take(&note, "nowhere/note"));
}

/* Whoever else could write it could say in it what was said. Only root can make one of another user's. */
static void makes_anew_what_is_anothers(void **state) {
    struct note note = {0};
    struct stat seen;
    (void)state;
    assert_true(note_take(&note, "note"));
    note_leave(&note, "theirs");
    if (geteuid() != 0 || chown("note", 65534, 65534) != 0)
        skip();
    assert_true(note_take(&note, "note"));
    assert_string_equal(note.line, "");
    note_leave(&note, NULL);
    assert_int_equal(stat("note", &seen), 0);
    assert_int_equal(seen.st_uid, geteuid());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_a_line_and_its_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_holds_it_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(makes_anew_what_is_not_ours_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(makes_anew_what_is_anothers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
