#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_batch.h"
#include "host/git_commit.h"
#include "host/git_index.h"
#include "host/git_listing.h"
#include "host/git_record.h"

#define A "587be6b4c3f93f93c489c0111bba5596147a26cb"
#define B "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

static bool record(void *context, const struct git_record *record, struct err *err) {
    struct text *seen = context;
    (void)err;
    text_addf(seen, "%s>%s %s %s|", record->before, record->mode, record->oid, record->path);
    return true;
}

/* In pieces of so many bytes; what was seen, as a new string, "!" behind it where it was no listing. */
static char *listed(bool differences, const char *bytes, size_t n, size_t piece) {
    struct text seen = {0}, held = {0};
    struct err err = {0};
    struct git_listing listing = {.differences = differences, .record = record, .context = &seen, .held = &held};
    bool good = true;
    for (size_t at = 0; good && at < n; at += piece)
        good = git_listing_take(&listing, bytes + at, n - at < piece ? n - at : piece, &err);
    if (!good || !git_listing_end(&listing, &err)) {
        assert_int_equal(err.code, MC_UNAVAILABLE);
        text_addc(&seen, '!');
    }
    err_release(&err);
    text_release(&held);
    return text_take(&seen);
}

static void expect(bool differences, const char *bytes, size_t n, const char *seen) {
    for (size_t piece = 1; piece < 90; piece++) {
        char *found = listed(differences, bytes, n, piece);
        assert_string_equal(found, seen);
        free(found);
    }
}
#define EXPECT(differences, bytes, seen) expect(differences, bytes, sizeof(bytes) - 1, seen)

static void test_entries(void **state) {
    (void)state;
    EXPECT(false,
           "100644 blob " A "\ta\n\"b\\\xff\0"
           "120000 blob " B "\t-l \t\0",
           ">100644 " A " a\n\"b\\\xff|>120000 " B " -l \t|");
    EXPECT(false, "", "");
}

static void test_differences(void **state) {
    (void)state;
    EXPECT(true,
           ":100644 100755 " A " " B " M\0:a\n\0"
           ":000000 120000 " B " " A " A\0c\0",
           "100644>100755 " B " :a\n|000000>120000 " A " c|");
}

static void test_what_is_no_listing(void **state) {
    (void)state;
    EXPECT(false, "100644 blob " A "\ta", "!");
    EXPECT(false, "100644 blob " A "\t\0", "!");
    EXPECT(false, "100644 blob 1234\ta\0", "!");
    EXPECT(false, "warning\0", "!");
    EXPECT(false, "1006440 blob " A "\ta\0", ">1006440 " A " a|");
    EXPECT(false, "10064400 blob " A "\ta\0", "!");
    EXPECT(false, " blob " A "\ta\0", "!");
    EXPECT(false, "100644 blob " A " a\0", "!");
    EXPECT(false, "100644 blob " A A "\ta\0", "!");
    EXPECT(true, ":100644 100755 " A " 1234 M\0a\0", "!");
    EXPECT(true, ":100644 100755 1234 " A " M\0a\0", "!");
    EXPECT(true, ":100644 100755 " A " " B "\0a\0", "!");
    EXPECT(true, ":100644 100755 " A " " B " M0000000\0a\0", "!");
    EXPECT(true, ":100644 100755 " A " " B " M\0", "!");
    EXPECT(true, ":100644 100755 " A " " B " M\0\0", "!");
    EXPECT(true, "100644 100755 " A " " B " M\0a\0", "!");
}

static void test_paths(void **state) {
    struct git_change items[] = {{.path = (char[]){"b/x"}, .kind = CHANGE_UNTRACKED},
                                 {.path = (char[]){"a"}, .kind = CHANGE_UNTRACKED},
                                 {.path = (char[]){"a"}, .kind = CHANGE_TRACKED, .in_head = true},
                                 {.path = (char[]){"\xff"}, .kind = CHANGE_TRACKED}};
    struct git_changes changes = {.items = items, .count = 4};
    struct git_paths paths;
    (void)state;
    git_paths_of(&paths, &changes);
    assert_int_equal(paths.count, 3);
    assert_ptr_equal(paths.items[0], &items[2]);
    assert_int_equal(git_paths_find(&paths, "b/x"), 1);
    assert_int_equal(git_paths_find(&paths, "\xff"), 2);
    assert_int_equal(git_paths_find(&paths, "b"), 3);
    git_paths_release(&paths);
}

/* The blobs that come, each as "SIZE:BYTES;". */
static bool begin(void *context, int64_t size, struct err *err) {
    (void)err;
    return text_addf(context, "%d:", (int)size);
}
static bool bytes_come(void *context, const char *bytes, size_t n, struct err *err) {
    (void)err;
    return text_addn(context, bytes, n);
}
static bool finish(void *context, struct err *err) {
    (void)err;
    return text_addc(context, ';');
}

static void expect_batch(const char *printed, const char *seen) {
    const char *const oids[] = {A, B};
    for (size_t piece = 1; piece < 70; piece++) {
        struct text got = {0};
        struct err err = {0};
        struct git_batch batch = {
            .oids = oids, .count = 2, .begin = begin, .bytes = bytes_come, .end = finish, .context = &got};
        struct git_batch_reading reading = {.batch = &batch};
        size_t n = strlen(printed);
        bool good = true;
        for (size_t at = 0; good && at < n; at += piece)
            good = git_batch_take(&reading, printed + at, n - at < piece ? n - at : piece, &err);
        if (!good)
            text_addc(&got, '!');
        assert_string_equal(text_str(&got), seen);
        err_release(&err);
        text_release(&got);
    }
}

static void test_batch(void **state) {
    (void)state;
    expect_batch(A " blob 3\na\nb\n" B " blob 0\n\n", "3:a\nb;0:;");
    expect_batch(A " missing\n", "!");
    /* a header of 126 bytes, and of one more */
#define ZEROS                                                                                                          \
    "0000000000000000000000000000000000000000"                                                                         \
    "000000000000000000000000000000000000000"
    expect_batch(A " blob " ZEROS "3\nabc\n", "3:abc;");
    expect_batch(A " blob " ZEROS "03\nabc\n", "!");
    expect_batch(A " blob -1\n", "!");
    expect_batch(A " blob x\n", "!");
    expect_batch(B " blob 3\nabc\n", "!"); /* another one than was asked for */
    expect_batch(A " tree 3\nabc\n", "!");
    expect_batch(A " blob 0\n\n" B " blob 0\n\n" B " blob 0\n\n", "0:;0:;!");
}

static bool take_nothing(void *context, const char *bytes, size_t n, struct err *err) {
    (void)context;
    (void)bytes;
    (void)n;
    return err_set(err, MC_IOERR, "no room at all");
}

static bool finish_nothing(void *context, struct err *err) {
    (void)context;
    return err_set(err, MC_IOERR, "no room");
}

static void test_a_batch_that_nobody_wants_any_more(void **state) {
    static const char printed[] = A " blob 3\nabc\n" B " blob 0\n\n";
    struct text got = {0};
    struct err err = {0};
    struct git_batch batch = {.oids = (const char *const[]){A, B},
                              .count = 2,
                              .begin = begin,
                              .bytes = bytes_come,
                              .end = finish_nothing,
                              .context = &got};
    struct git_batch_reading reading = {.batch = &batch};
    (void)state;
    assert_false(git_batch_take(&reading, printed, sizeof printed - 1, &err));
    assert_string_equal(err.text, "no room");
    assert_string_equal(text_str(&got), "3:abc");
    assert_int_equal(reading.done, 1);
    err_release(&err);
    err = (struct err){0};
    batch.bytes = take_nothing;
    reading = (struct git_batch_reading){.batch = &batch};
    assert_false(git_batch_take(&reading, printed, sizeof printed - 1, &err));
    assert_string_equal(err.text, "no room at all");
    err_release(&err);
    text_release(&got);
}

static void test_a_listing_over_its_ceiling(void **state) {
    static const char printed[] = "100644 blob " A "\tabc\0"
                                  "100644 blob " A "\tab\0";
    (void)state;
    for (size_t piece = 1; piece < sizeof printed; piece++)
        for (size_t short_by = 0; short_by < 2; short_by++) {
            struct text seen = {0}, held = {.max = strlen(printed) - short_by};
            struct err err = {0};
            struct git_listing listing = {.record = record, .context = &seen, .held = &held};
            bool good = true;
            for (size_t at = 0; good && at < sizeof printed - 1; at += piece)
                good = git_listing_take(&listing, printed + at,
                                        sizeof printed - 1 - at < piece ? sizeof printed - 1 - at : piece, &err);
            assert_int_equal(good, short_by == 0);
            assert_int_equal(err.code, good ? 0 : MC_UNAVAILABLE);
            err_release(&err);
            text_release(&held);
            text_release(&seen);
        }
}

static void test_a_difference_over_its_ceiling(void **state) {
    static const char printed[] = ":100644 100755 " A " " B " M\0a";
    enum { N = sizeof printed };
    (void)state;
    for (size_t max = 1; max < N + 2; max++) {
        struct text seen = {0}, held = {.max = max};
        struct err err = {0};
        struct git_listing listing = {.differences = true, .record = record, .context = &seen, .held = &held};
        bool good = git_listing_take(&listing, printed, N, &err);
        assert_int_equal(good, max >= N - 1);
        assert_int_equal(err.code, good ? 0 : MC_UNAVAILABLE);
        err_release(&err);
        text_release(&held);
        text_release(&seen);
    }
}

/* At most `want` are taken. */
struct taken {
    size_t count, want, last;
};
static bool take_record(void *context, const char *record, struct err *err) {
    struct taken *taken = context;
    taken->last = strlen(record);
    return ++taken->count <= taken->want || err_set(err, MC_DATAERR, "enough");
}

static void test_records(void **state) {
    enum { MOST = 65536 };
    struct taken taken = {.want = 2};
    struct git_records records = {.each = take_record, .context = &taken};
    struct err err = {0};
    char *bytes = xcalloc(1, MOST + 2);
    (void)state;
    memset(bytes, 'x', MOST + 1);
    assert_true(git_records_take(&records, bytes, MOST, &err));
    assert_true(git_records_take(&records, "\0y\0z", 4, &err));
    assert_int_equal(taken.count, 2);
    assert_int_equal(taken.last, 1);
    assert_false(git_records_take(&records, "\0a", 2, &err));
    assert_string_equal(err.text, "enough");
    err_release(&err);
    git_records_release(&records);
    assert_false(git_records_take(&records, bytes, MOST + 1, &err));
    assert_int_equal(err.code, MC_UNAVAILABLE);
    assert_string_equal(err.text, "git has printed a name longer than 65536 bytes");
    err_release(&err);
    git_records_release(&records);
    free(bytes);
}

/* What is read of a commit with these parents and this last line: head, index, earlier; "!": it is none. */
static void expect_commit(const char *lines, const char *last, const char *read) {
    struct git_kept_commit commit = {0};
    char *text = xasprintf("tree " B "\n%sauthor x <y> 1 +0000\n\nwords\n%s", lines, last);
    char *seen = git_commit_parse(text, &commit)
                     ? xasprintf("%.4s %.4s %.4s %.4s", commit.tree, commit.head, commit.index, commit.earlier)
                     : xstrdup("!");
    assert_string_equal(seen, read);
    free(text);
    free(seen);
}

#define C "0123456789abcdef0123456789abcdef01234567"

static void test_commit(void **state) {
    struct git_kept_commit none = {0};
    (void)state;
    expect_commit("parent " A "\n", "\nKept: tree\n", "e69d 587b  ");
    expect_commit("parent " A "\n", "Kept: tree\n", "e69d 587b  ");
    expect_commit("parent " A "\nparent " C "\n", "\nKept: tree index\n", "e69d 587b 0123 ");
    expect_commit("parent " A "\nparent " C "\n", "\nKept: tree earlier\n", "e69d 587b  0123");
    expect_commit("parent " A "\nparent " B "\nparent " C "\n", "\nKept: tree index earlier\n", "e69d 587b e69d 0123");
    expect_commit("parent " A "\nparent " B "\nparent " C "\n", "\nKept: tree earlier index\n", "!");
    expect_commit("parent " A "\n", "\nKept: tree index\n", "!");
    expect_commit("parent " A "\n", "\nKept: tree earlier\n", "!");
    expect_commit("parent " A "\nparent " B "\n", "\nKept: tree index earlier\n", "!");
    expect_commit("parent 1234\n", "\nKept: tree\n", "!");
    expect_commit("", "\nKept: tree\n", "!");
    expect_commit("parent " A "\n", "\nKept: tree\nmore\n", "!");
    expect_commit("parent " A "\n", "\nKept: tree", "!");
    expect_commit("parent " A "\n", "Not Kept: tree\n", "!");
    expect_commit("parent " A "\n", "", "!");
    expect_commit("parent " A "\nparent " B "\n", "\nKept: tree\n", "!");
    expect_commit("parent " A "\nparent " B "\nparent " B "\n", "\nKept: tree index\n", "!");
    assert_false(git_commit_parse("", &none));
    assert_false(git_commit_parse("tre " A "\nparent " A "\n\nKept: tree\n", &none));
}

static void test_intents(void **state) {
    struct text paths = {0};
    (void)state;
    git_index_intents("index\n\nIntent-to-add: a\\012b\nIntent-to-add: \\134\\377\n Intent-to-add: x\nIntent-to-add: "
                      "\\08\\12\n\nKept: tree\n",
                      &paths);
    assert_int_equal(paths.len, 14);
    assert_memory_equal(paths.data, "a\nb\0\\\xff\0\\08\\12\0", 14);
    text_release(&paths);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_what_is_no_listing),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_batch),
        cmocka_unit_test(test_commit),
        cmocka_unit_test(test_intents),
        cmocka_unit_test(test_a_batch_that_nobody_wants_any_more),
        cmocka_unit_test(test_a_listing_over_its_ceiling),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_a_difference_over_its_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
