/* An agent's reply in its run's folder, and as much of it as stands in the story. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/uproot.h"
#include "run/reply.h"
#include "run/site.h"
#include "worlds.h"

#define RUN "0123456789abcdef0123456789abcdef"
#define NONCE "MC_TICKET_TURN:1:1779942042145:e519f820"

static char top[64];
static struct site site = {.folder = top};

static int begin(void **state) {
    struct err err = {0};
    char *dir;
    bool made;

    (void)state;
    snprintf(top, sizeof top, "%s/mc-reply-XXXXXX", worlds());
    if (!mkdtemp(top))
        return 1;
    dir = site_run_dir(&site, RUN);
    made = files_make_dir(dir, &err);
    free(dir);
    return !made;
}

static int end(void **state) {
    (void)state;
    return !uproot(top, INT64_MAX);
}

static void names(const char *run_id, const char *nonce, const char *rest) {
    char *file = reply_file(&site, &(struct reply){.run_id = run_id, .nonce = nonce}),
         *wanted = rest ? xasprintf("%s/%s", top, rest) : NULL;

    if (wanted)
        assert_string_equal(file, wanted);
    else
        assert_null(file);
    free(wanted);
    free(file);
}

static void a_file_for_each_turn(void **state) {
    (void)state;
    names(RUN, NONCE, "run/" RUN "/reply-1779942042145-e519f820.md");
    names(RUN, NULL, NULL);
    names(RUN, "MC_TICKET_TURN:1:../../x", NULL);
    names("../../x", NONCE, NULL);
}

/* What it reads as; NULL: there is none, and it is said so in these words. */
static void reads(const char *wanted, const char *fault) {
    struct text out = {0};
    struct err err = {0};
    bool ok = reply_read(&site, &(struct reply){.run_id = RUN, .nonce = fault && !*fault ? NULL : NONCE}, &out, &err);

    assert_int_equal(ok, wanted != NULL);
    if (wanted)
        assert_string_equal(text_str(&out), wanted);
    else
        assert_int_equal(err.code, MC_NOINPUT);
    if (fault && !*fault)
        assert_string_equal(err.text, "there is no turn yet whose reply could be read");
    err_release(&err);
    text_release(&out);
}

static void keeps(const char *bytes, enum reply_rank rank, bool now) {
    struct err err = {0};
    bool kept = !now;

    assert_true(reply_keep(
        &site, &(struct reply){.run_id = RUN, .nonce = NONCE, .bytes = bytes, .n = strlen(bytes), .rank = rank}, &kept,
        &err));
    assert_int_equal(kept, now);
}

/* The first of a rank stays, the best is read, and what is read is not kept twice. */
static void one_is_kept_and_read(void **state) {
    static const char *const all[] = {"all of it", "quiet", "early", "seen"};
    struct err err = {0};
    bool kept = true;

    (void)state;
    reads(NULL, NULL);
    reads(NULL, "");
    for (int rank = REPLY_SEEN; rank >= REPLY_FINAL; rank--) {
        keeps(all[rank], (enum reply_rank)rank, true);
        keeps("later", (enum reply_rank)rank, false);
        keeps(all[rank], REPLY_FINAL, false);
        reads(all[rank], NULL);
    }
    for (int rank = REPLY_FINAL; rank <= REPLY_SEEN; rank++) {
        reads(all[rank], NULL);
        reply_drop(&site, &(struct reply){.run_id = RUN, .nonce = NONCE, .rank = (enum reply_rank)rank});
    }
    reads(NULL, NULL);
    reply_drop(&site, &(struct reply){.run_id = RUN});
    assert_true(reply_keep(
        &site, &(struct reply){.run_id = "fedcba9876543210fedcba9876543210", .nonce = NONCE, .bytes = "x", .n = 1},
        &kept, &err)); /* without a folder of ours nothing is */
    assert_false(kept);
    kept = true;
    assert_true(
        reply_keep(&site, &(struct reply){.run_id = RUN, .nonce = "no turn", .bytes = "x", .n = 1}, &kept, &err));
    assert_false(kept);
}

/* So many bytes before what is told of the rest; all of it: nothing is. */
static void tells(const char *bytes, size_t n, size_t fits) {
    struct text out = {0}, wanted = {0};

    reply_story(&out, bytes, n);
    text_addn(&wanted, bytes, fits);
    if (fits < n)
        text_addf(&wanted, "\n… (%zu of %zu bytes; mc-ticket reply shows all)", fits, n);
    assert_string_equal(text_str(&out), text_str(&wanted));
    text_release(&wanted);
    text_release(&out);
}

static void as_much_as_the_story_holds(void **state) {
    size_t border = REPLY_STORY_MAX - 100;
    char *bytes = xmalloc(REPLY_STORY_MAX + 1);
    struct text out = {0};

    (void)state;
    memset(bytes, 'x', REPLY_STORY_MAX + 1);
    tells(bytes, 5, 5);
    tells(bytes, REPLY_STORY_MAX, REPLY_STORY_MAX);
    tells(bytes, REPLY_STORY_MAX + 1, border);
    memcpy(bytes + border - 2, "…", 3);
    tells(bytes, REPLY_STORY_MAX + 1, border - 2);
    memset(bytes, 0xBF, REPLY_STORY_MAX + 1);
    reply_story(&out, bytes, REPLY_STORY_MAX + 1);
    assert_non_null(strstr(text_str(&out), "… (0 of "));
    text_release(&out);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_for_each_turn),
        cmocka_unit_test(one_is_kept_and_read),
        cmocka_unit_test(as_much_as_the_story_holds),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
