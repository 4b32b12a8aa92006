/* Lines of a file, or of what is piped: what cannot be opened, read or kept is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "folder.h"
#include "host/files.h"
#include "host/infile.h"
#include "host/volume.h"
#include "refused.h"

REFUSABLE(dup2, int, -1, (int from, int to), (from, to))
REFUSABLE(read, ssize_t, -1, (int fd, void *bytes, size_t n), (fd, bytes, n))
REFUSABLE(write, ssize_t, -1, (int fd, const void *bytes, size_t n), (fd, bytes, n))

/* How much of the disk is free (ld --wrap); 0: as it is here. */
static int64_t room;
bool __real_volume_look(const char *path, struct volume *volume);
bool __wrap_volume_look(const char *path, struct volume *volume);

bool __wrap_volume_look(const char *path, struct volume *volume) {
    bool seen = __real_volume_look(path, volume);

    volume->free_bytes = room > 0 ? room : volume->free_bytes;
    return seen;
}

enum { QUARTER = 256 * 1024 * 1024, LARGE = 16 * 1024 * 1024 + 1 };

static void put(const char *bytes) {
    struct err err = {0};

    assert_true(files_write("file", bytes, strlen(bytes), &err));
}

static void says(struct err *err, int code, const char *text) {
    assert_non_null(err->text);
    assert_string_equal(err->text, text);
    assert_int_equal(err->code, code);
    err_release(err);
    *err = (struct err){0};
}

static void begin(struct infile *in) {
    struct err err = {0};

    assert_true(infile_take("file", &err));
    infile_begin(in, "file");
}

static void what_cannot_be_opened(void **state) {
    struct err err = {0};

    (void)state;
    assert_false(infile_take("nowhere", &err));
    says(&err, MC_NOINPUT, "nowhere: cannot be opened: No such file or directory");
    assert_false(infile_take(".", &err));
    says(&err, MC_NOINPUT, ".: is a directory: name a file");
    put("one\n");
    refuse("dup2", EMFILE, 0, 1);
    assert_false(infile_take("file", &err));
    says(&err, MC_OSERR, "file: cannot be opened: Too many open files");
}

static void what_cannot_be_read(void **state) {
    struct infile *in = xcalloc(1, sizeof *in);
    struct text line = {.max = 5};
    struct err err = {0};
    int ends[2];

    (void)state;
    put("one\n\ntoo long\n");
    begin(in);
    refuse("read", EIO, 0, 1);
    assert_false(infile_next(in, &line, &err));
    says(&err, MC_IOERR, "file: cannot be read: Input/output error");
    refuse("read", EINTR, 0, 1);
    assert_true(infile_next(in, &line, &err));
    assert_string_equal(text_str(&line), "one");
    assert_false(infile_next(in, &line, &err));
    says(&err, MC_DATAERR, "file:3: the line is over 5 bytes");
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    assert_false(infile_go(in, &(struct infile_place){0, 1}, &err));
    says(&err, MC_IOERR, "file: cannot be read: Illegal seek");
    close(ends[0]);
    close(ends[1]);
    text_release(&line);
    free(in);
}

static void what_cannot_be_kept(void **state) {
    struct infile *in = xcalloc(1, sizeof *in);
    struct text line = {0};
    struct err err = {0};

    (void)state;
    put("one\ntwo\n");
    begin(in);
    assert_false(infile_spool(in, "nowhere", &err));
    says(&err, MC_CANTCREAT, "nowhere: no file can be made there: No such file or directory");
    refuse("write", ENOSPC, 0, 1);
    assert_false(infile_spool(in, ".", &err));
    says(&err, MC_IOERR, "file: cannot be kept in .: No space left on device");
    begin(in);
    refuse("dup2", EMFILE, 0, 1);
    assert_false(infile_spool(in, ".", &err));
    says(&err, MC_OSERR, "file: cannot be opened: Too many open files");
    begin(in);
    refuse("read", EIO, 0, 1);
    assert_false(infile_spool(in, ".", &err));
    says(&err, MC_IOERR, "file: cannot be read: Input/output error");
    begin(in);
    assert_true(infile_spool(in, ".", &err));
    assert_true(infile_next(in, &line, &err));
    assert_string_equal(text_str(&line), "one");
    text_release(&line);
    free(in);
}

/* Of a large one it is looked on the way; what others need of the disk stays free. */
static void what_there_is_no_room_for(void **state) {
    struct infile *in = xcalloc(1, sizeof *in);
    struct err err = {0};

    (void)state;
    put("");
    assert_int_equal(truncate("file", LARGE), 0);
    begin(in);
    room = QUARTER;
    assert_false(infile_spool(in, ".", &err));
    says(&err, MC_IOERR, "file: there is no room for it on the disk of .; 256 MiB are to stay free");
    room = QUARTER + 1;
    begin(in);
    assert_true(infile_spool(in, ".", &err));
    room = 0;
    free(in);
}

static int next_descriptor(void) {
    int fd = dup(STDIN_FILENO);

    close(fd);
    return fd;
}

#define MARK "\xEF\xBB\xBF"
enum { LONG_LINE = INFILE_BLOCK + 5, NUMBERS = 5 };

/* Where a line begins, its number, and what stands in it; NULL: the long one. */
static const struct wanted {
    int64_t start;
    size_t line;
    const char *text;
} lines[NUMBERS] = {
    {0, 1, "one"}, {11, 3, MARK "two "}, {19, 4, NULL}, {20 + LONG_LINE, 5, "x"}, {22 + LONG_LINE, 6, "last"}};

static void is_next(struct infile *in, struct text *line, const struct wanted *wanted) {
    struct err err = {0};

    assert_true(infile_next(in, line, &err));
    assert_int_equal(in->line, wanted->line);
    assert_int_equal(in->start, wanted->start);
    if (wanted->text)
        assert_string_equal(text_str(line), wanted->text);
    else
        assert_int_equal(line->len, LONG_LINE);
}

static void is_the_end(struct infile *in, struct text *line, size_t number) {
    struct err err = {0};

    assert_false(infile_next(in, line, &err));
    assert_null(err.text);
    assert_int_equal(in->line, number);
}

static void all_of_it(struct infile *in, struct text *line) {
    for (size_t i = 0; i < NUMBERS; i++)
        is_next(in, line, &lines[i]);
    is_the_end(in, line, 6);
}

/* A mark is one before the first alone, blank lines are counted and left out, and the last may be cut. */
static void lines_one_after_the_other(void **state) {
    struct infile *in = xcalloc(1, sizeof *in);
    struct text line = {0};
    struct err err = {0};
    char *bytes = xasprintf(MARK "one\n \t\r\n" MARK "two \n%*s\nx\nlast", LONG_LINE, "y");
    int next = next_descriptor();

    (void)state;
    put(bytes);
    begin(in);
    all_of_it(in, &line);
    begin(in);
    assert_true(infile_spool(in, ".", &err));
    all_of_it(in, &line);
    assert_true(infile_go(in, &(struct infile_place){11, 3}, &err));
    for (size_t i = 1; i < NUMBERS; i++)
        is_next(in, &line, &lines[i]);
    assert_true(infile_go(in, &(struct infile_place){0, 1}, &err));
    is_next(in, &line, &lines[0]);
    assert_true(infile_go(in, &(struct infile_place){11, 3}, &err));
    is_next(in, &line, &lines[1]);
    assert_true(infile_go(in, &(struct infile_place){19, 4}, &err)); /* where it stands */
    is_next(in, &line, &lines[2]);
    assert_int_equal(next_descriptor(), next);
    text_release(&line);
    free(bytes);
    free(in);
}

static void none_and_those_that_are_no_text(void **state) {
    struct infile *in = xcalloc(1, sizeof *in);
    struct text line = {0};
    struct err err = {0};

    (void)state;
    put("");
    begin(in);
    is_the_end(in, &line, 0);
    put("\n\n");
    begin(in);
    is_the_end(in, &line, 2);
    put(MARK "\nx\xFF\nz");
    begin(in);
    assert_false(infile_next(in, &line, &err));
    says(&err, MC_DATAERR, "file:2: the line is not UTF-8");
    is_next(in, &line, &(struct wanted){7, 3, "z"});
    text_release(&line);
    free(in);
}

static void standard_input_stays_as_it_is(void **state) {
    struct infile *in = xcalloc(1, sizeof *in);
    struct err err = {0};

    (void)state;
    put("");
    assert_true(infile_take("-", &err));
    assert_true(infile_take(NULL, &err));
    infile_begin(in, "-");
    assert_string_equal(in->name, "standard input");
    infile_begin(in, NULL);
    assert_string_equal(in->name, "standard input");
    infile_begin(in, "file");
    assert_string_equal(in->name, "file");
    free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_cannot_be_opened, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(what_cannot_be_read, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(what_cannot_be_kept, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(what_there_is_no_room_for, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(lines_one_after_the_other, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(none_and_those_that_are_no_text, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(standard_input_stays_as_it_is, folder_enter, folder_leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
