/* A lock that outlives its maker for as long as somebody has its descriptor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/lock.h"
#include "refused.h"

REFUSABLE(flock, int, -1, (int fd, int how), (fd, how))

struct place {
    char dir[32];
    char *file;
};

static int setup(void **state) {
    struct place *place = xcalloc(1, sizeof *place);

    memcpy(place->dir, "/tmp/mc-lock-XXXXXX", sizeof "/tmp/mc-lock-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    place->file = xasprintf("%s/.pool-1.lock", place->dir);
    *state = place;
    return 0;
}

static int teardown(void **state) {
    struct place *place = *state;

    unlink(place->file);
    rmdir(place->dir);
    free(place->file);
    free(place);
    return 0;
}

static enum lock_found try(const char *path, int *fd) {
    struct err err = {0};
    enum lock_found found = lock_take(path, fd, &err);

    assert_true((err.text != NULL) == (found == LOCK_FAILED));
    err_release(&err);
    return found;
}

static void one_has_it(void **state) {
    const struct place *place = *state;
    struct stat seen;
    int first, second;

    assert_int_equal(try(place->file, &first), LOCK_TAKEN);
    assert_int_equal(stat(place->file, &seen), 0);
    assert_int_equal(seen.st_mode & 0777, 0600);
    assert_int_equal(try(place->file, &second), LOCK_BUSY);
    assert_int_equal(second, -1);
    lock_leave(&first);
    lock_leave(&first);
    assert_int_equal(try(place->file, &second), LOCK_TAKEN);
    lock_leave(&second);
}

static void a_child_goes_on_holding_it(void **state) {
    const struct place *place = *state;
    int gate[2];
    int first, second;
    char byte;
    pid_t child;

    assert_int_equal(pipe(gate), 0);
    assert_int_equal(try(place->file, &first), LOCK_TAKEN);
    child = fork();
    if (child == 0) {
        close(gate[1]);
        _exit(read(gate[0], &byte, 1) == 0 ? 0 : 1);
    }
    lock_leave(&first);
    assert_int_equal(try(place->file, &second), LOCK_BUSY);
    close(gate[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(try(place->file, &second), LOCK_TAKEN);
    lock_leave(&second);
    close(gate[0]);
}

static void a_link_is_not_followed(void **state) {
    const struct place *place = *state;
    int fd;

    assert_int_equal(symlink("/etc/passwd", place->file), 0);
    assert_int_equal(try(place->file, &fd), LOCK_FAILED);
    assert_int_equal(fd, -1);
}

static void what_the_kernel_refuses(void **state) {
    const struct place *place = *state;
    struct err err = {0};
    int fd, other;

    refuse("flock", ENOLCK, 0, 1);
    assert_int_equal(lock_take(place->file, &fd, &err), LOCK_FAILED);
    assert_int_equal(fd, -1);
    assert_int_equal(err.code, MC_OSERR);
    assert_non_null(strstr(err.text, ".pool-1.lock: cannot be locked: No locks available"));
    err_release(&err);
    refuse("flock", EINTR, 0, 1);
    assert_int_equal(try(place->file, &fd), LOCK_TAKEN);
    assert_true(refuse_over());
    assert_int_equal(try(place->file, &other), LOCK_BUSY);
    lock_leave(&fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_has_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_child_goes_on_holding_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_link_is_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_kernel_refuses, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
