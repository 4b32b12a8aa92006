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
#include "base/text.h"
#include "host/files.h"
#include "rules/key.h"
#include "run/host_id.h"
#include "run/site.h"

struct place {
    char base[64];
    char *folder, *file;
    struct site site;
    struct err err;
};

static int place_open(void **state) {
    struct place *p = xcalloc(1, sizeof *p);

    text_copy(p->base, sizeof p->base, "/tmp/mc-host-XXXXXX");
    if (!mkdtemp(p->base))
        return 1;
    p->folder = xasprintf("%s/state", p->base);
    p->file = xasprintf("%s/host-id", p->folder);
    p->site.folder = p->folder;
    *state = p;
    return 0;
}

static int place_close(void **state) {
    struct place *p = *state;

    files_remove(p->file);
    rmdir(p->folder);
    rmdir(p->base);
    free(p->folder);
    free(p->file);
    err_release(&p->err);
    free(p);
    return 0;
}

static void made_once(void **state) {
    struct place *p = *state;
    char *none = host_id(&p->site, false, &p->err), *first, *again, *wanted;
    char machine[33] = "";
    struct stat seen;

    assert_null(none);
    assert_null(p->err.text);
    assert_false(files_exists(p->folder));
    first = host_id(&p->site, true, &p->err);
    again = host_id(&p->site, true, &p->err);
    assert_non_null(first);
    assert_string_equal(first, again);
    free(again);
    again = host_id(&p->site, false, &p->err);
    assert_string_equal(first, again);
    files_head("/etc/machine-id", machine, sizeof machine - 1);
    wanted = xasprintf("%s-", key_run_ok(machine) ? machine : "0");
    assert_int_equal(strncmp(first, wanted, strlen(wanted)), 0);
    free(wanted);
    assert_int_equal(strlen(strchr(first, '-') + 1), 32);
    assert_int_equal(stat(p->file, &seen), 0);
    assert_int_equal(seen.st_mode & 0777, 0600);
    free(again);
    files_remove(p->file); /* another folder is another machine */
    again = host_id(&p->site, true, &p->err);
    assert_string_not_equal(first, again);
    free(first);
    free(again);
}

/* All of them say what the file says in the end. */
static void several_at_once_make_one(void **state) {
    struct place *p = *state;
    enum { MANY = 16 };
    int ends[2];
    char said[MANY][128], *id;

    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < MANY; i++)
        if (fork() == 0) {
            char line[128] = "";

            id = host_id(&p->site, true, &p->err);
            text_copy(line, sizeof line, id ? id : "none");
            _exit(write(ends[1], line, sizeof line) == (ssize_t)sizeof line ? 0 : 1);
        }
    for (int i = 0; i < MANY; i++)
        assert_int_equal(read(ends[0], said[i], sizeof said[i]), (ssize_t)sizeof said[i]);
    while (wait(NULL) > 0)
        continue;
    id = host_id(&p->site, false, &p->err);
    assert_non_null(id);
    for (int i = 0; i < MANY; i++)
        assert_string_equal(said[i], id);
    free(id);
    close(ends[0]);
    close(ends[1]);
}

static void what_is_none_of_ours(void **state) {
    struct place *p = *state;
    static const char *const wrong[] = {"", "abc\n", "0123456789abcdef0123456789abcdef",
                                        "0123456789ABCDEF0123456789ABCDEF\n", "0123456789abcdef0123456789abcdef\nx"};

    assert_int_equal(mkdir(p->folder, 0700), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_true(files_write(p->file, wrong[i], strlen(wrong[i]), &p->err));
        assert_null(host_id(&p->site, true, &p->err));
        assert_int_equal(p->err.code, MC_CONFIG);
        assert_non_null(strstr(p->err.text, p->file));
        err_release(&p->err);
    }
    assert_true(files_write(p->file, "0123456789abcdef0123456789abcdef\n", 33, &p->err));
    assert_int_equal(chmod(p->file, 0644), 0); /* whoever reads it could pass for this machine */
    assert_null(host_id(&p->site, true, &p->err));
    assert_int_equal(p->err.code, MC_NOPERM);
    err_release(&p->err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(made_once, place_open, place_close),
        cmocka_unit_test_setup_teardown(several_at_once_make_one, place_open, place_close),
        cmocka_unit_test_setup_teardown(what_is_none_of_ours, place_open, place_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
