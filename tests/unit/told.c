/* What an agent has told, as it is left for later: whole where there is room, and cut where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/told.h"

#define RUN "0123456789abcdef0123456789abcdef"
#define BEGIN                                                                                                          \
    "{\"schema\":1,\"kind\":\"over\",\"run\":\"" RUN                                                                   \
    "\",\"tick\":5,\"boot\":\"boot-1\",\"nonce\":\"\",\"begun\":true,"                                                 \
    "\"last\":\"\",\"at\":7,\"fault\":\"limit\",\"until\":9,\"still_at_work\":true,\"reply\":"
#define CUT "\\n… (cut: the disk was full)"

static struct told told_of(const char *reply) {
    struct told told = {.begun = true,
                        .at = 7,
                        .tick = 5,
                        .fault = FAULT_LIMIT,
                        .until = 9,
                        .still_at_work = true,
                        .reply = xstrdup(reply),
                        .detail = xstrdup("why")};

    text_copy(told.run, sizeof told.run, RUN);
    text_copy(told.boot, sizeof told.boot, "boot-1");
    return told;
}

/* The reply, as it stands there in so many bytes; NULL: none. */
static void is(const char *reply, size_t max, const char *wanted) {
    struct told told = told_of(reply);
    struct text out = {0};
    char *whole =
        xasprintf(BEGIN "%s%s%s,\"detail\":\"why\"}", wanted ? "\"" : "", wanted ? wanted : "null", wanted ? "\"" : "");

    told_print(&told, max, &out);
    assert_string_equal(text_str(&out), whole);
    free(whole);
    text_release(&out);
    told_release(&told);
}

static size_t length_of(const char *reply) {
    struct told told = told_of(reply);
    struct text out = {0};
    size_t n;

    told_print(&told, 0, &out);
    n = out.len;
    text_release(&out);
    told_release(&told);
    return n;
}

#define EIGHTS "0123456701234567012345670123456701234567012345670123456701234567"

static void the_end_of_a_reply(void **state) {
    size_t n = length_of(EIGHTS), none = length_of("");

    (void)state;
    is(NULL, 0, NULL);
    is(NULL, 1, NULL);
    is("", 1, "");
    is(EIGHTS, 0, EIGHTS);
    is(EIGHTS, n, EIGHTS);
    is(EIGHTS, n - 1, "01234567012345670123456701234567" CUT);
    is(EIGHTS, none + 32 + sizeof CUT - 1, "01234567012345670123456701234567" CUT);
    is(EIGHTS, none + 32 + sizeof CUT - 2, "0123456701234567" CUT);
    is(EIGHTS, 1, CUT); /* no less than that */
}

static void a_signal(void **state) {
    const struct told told = {.kind = TELL_SIGNAL, .ticket = 3, .word = SIGNAL_QUESTION};
    struct text out = {0};

    (void)state;
    told_print(&told, 0, &out);
    assert_string_equal(text_str(&out),
                        "{\"schema\":1,\"kind\":\"signal\",\"run\":\"\",\"tick\":0,\"boot\":\"\",\"ticket\":3,"
                        "\"word\":\"QUESTION\",\"nonce\":\"\",\"begun\":false,\"last\":\"\",\"at\":0,"
                        "\"fault\":\"none\",\"until\":0,\"still_at_work\":false,\"reply\":null,\"detail\":null}");
    text_release(&out);
}

/* Its beginning is kept where that is its word: what it says stands there. */
static void a_word_at_its_beginning(void **state) {
    char *most = xasprintf("DONE: %0506d\nx", 0), *whole = xasprintf("DONE: %0506d\\n" CUT, 0),
         *longer = xasprintf("DONE: %0600d\nx", 0);

    (void)state;
    is("DONE: all of it\n" EIGHTS, 1, "DONE: all of it\\n" CUT);
    is("REVIEW: it", 1, "REVIEW: it\\n" CUT);
    is("They are done:\n" EIGHTS, 1, CUT);
    is(most, 1, whole);
    is(longer, 1, whole);
    free(longer);
    free(whole);
    free(most);
}

/* No character is left in half, neither at the cut nor in a line that is too long. */
static void characters_stay_whole(void **state) {
    char *middle = xasprintf("%031d…%032d", 0, 0), *end = xasprintf("%032d" CUT, 0);
    char *line = xasprintf("DONE: %0505d…", 0), *kept = xasprintf("DONE: %0505d\\n" CUT, 0);

    (void)state;
    is(middle, length_of(middle) - 1, end);
    is(line, 1, kept);
    free(kept);
    free(line);
    free(end);
    free(middle);
}

static void what_is_strange(void **state) {
    const struct tick now = {.ms = 100, .boot = "boot-1"};
    struct told told = {.tick = 100};

    (void)state;
    assert_null(told_strange(&told, RUN, &now));
    text_copy(told.run, sizeof told.run, RUN);
    text_copy(told.boot, sizeof told.boot, "boot-1");
    assert_null(told_strange(&told, RUN, &now));
    told.tick = 101;
    assert_string_equal(told_strange(&told, RUN, &now), "it is of a time to come");
    text_copy(told.boot, sizeof told.boot, "boot-0");
    assert_null(told_strange(&told, RUN, &now));
    told.tick = 0;
    assert_null(told_strange(&told, RUN, &now));
    told.tick = -1;
    assert_string_equal(told_strange(&told, RUN, &now), "it is of a time to come");
    assert_string_equal(told_strange(&told, "fedcba9876543210fedcba9876543210", &now), "it is of another run");
}

static bool reads(struct told *told, const char *json) {
    return told_parse(told, json, strlen(json));
}

#define SIGNAL(more)                                                                                                   \
    "{\"kind\":\"signal\",\"nonce\":\"\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"" more "}"
#define OVER(more) "{\"kind\":\"over\",\"nonce\":\"\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"" more "}"
#define NONCE "MC_TICKET_TURN:1:1000:00000001"

static void what_is_read(void **state) {
    struct told told;

    (void)state;
    assert_true(reads(&told, BEGIN "\"I did\",\"detail\":\"why\"}"));
    assert_int_equal(told.kind, TELL_OVER);
    assert_string_equal(told.run, RUN);
    assert_string_equal(told.boot, "boot-1");
    assert_int_equal(told.tick, 5);
    assert_int_equal(told.at, 7);
    assert_int_equal(told.until, 9);
    assert_int_equal(told.fault, FAULT_LIMIT);
    assert_true(told.begun && told.still_at_work);
    assert_string_equal(told.reply, "I did");
    assert_string_equal(told.detail, "why");
    told_release(&told);
    assert_true(reads(&told, OVER(""))); /* of an older program */
    assert_string_equal(told.run, "");
    assert_false(told.begun || told.still_at_work || told.reply || told.detail);
    told_release(&told);
    assert_true(reads(&told, SIGNAL(",\"word\":\"REVIEW\",\"ticket\":3,\"detail\":\"x\"")));
    assert_int_equal(told.word, SIGNAL_REVIEW);
    assert_int_equal(told.ticket, 3);
    assert_int_equal(told.kind, TELL_SIGNAL);
    told_release(&told);
    assert_true(reads(&told, "{\"kind\":\"signal\",\"nonce\":\"" NONCE "\",\"last\":\"\",\"at\":1,\"until\":0,"
                             "\"fault\":\"none\",\"word\":\"DONE\",\"ticket\":3,\"detail\":\"x\"}"));
    assert_int_equal(told.word, SIGNAL_DONE);
    assert_true(nonces_hold(&told.nonces, NONCE));
    told_release(&told);
    assert_true(reads(&told, "{\"kind\":\"waits\",\"nonce\":\"\",\"last\":\"" NONCE "\",\"at\":1,\"until\":0,"
                             "\"fault\":\"none\"}"));
    assert_int_equal(told.kind, TELL_WAITS);
    assert_true(nonces_hold(&told.last, NONCE));
    assert_false(nonces_hold(&told.nonces, NONCE));
    told_release(&told);
}

static void what_is_none(void **state) {
    static const char *const none[] = {
        "",
        "{}",
        "[]",
        OVER(",\"tick\":\"1\""),
        OVER(",\"run\":1"),
        OVER(",\"run\":\"" RUN "0\""),
        OVER(",\"boot\":\"0123456789012345678901234567890123456789\""),
        OVER(",\"boot\":null"),
        SIGNAL(",\"ticket\":3,\"detail\":\"x\""),
        SIGNAL(",\"word\":\"DOES\",\"ticket\":3,\"detail\":\"x\""),
        SIGNAL(",\"word\":\"DONE\",\"detail\":\"x\""),
        SIGNAL(",\"word\":\"DONE\",\"ticket\":3"),
        "{\"kind\":\"signal\",\"nonce\":\"" NONCE
        " MC_TICKET_TURN:1:1000:00000002\",\"last\":\"\",\"at\":1,\"until\":0,"
        "\"fault\":\"none\",\"word\":\"DONE\",\"ticket\":3,\"detail\":\"x\"}",
        "{\"kind\":\"all\",\"nonce\":\"\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"}",
        "{\"nonce\":\"\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"}",
        "{\"kind\":\"over\",\"nonce\":\"x\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"}",
        "{\"kind\":\"over\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"}",
        "{\"kind\":\"over\",\"nonce\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"}",
        "{\"kind\":\"over\",\"nonce\":\"\",\"last\":\"\",\"until\":0,\"fault\":\"none\"}",
        "{\"kind\":\"over\",\"nonce\":\"\",\"last\":\"\",\"at\":1,\"fault\":\"none\"}",
        "{\"kind\":\"over\",\"nonce\":\"\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"x\"}",
        OVER(",\"detail\":\"\xff\""),
    };
    struct told told;

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (reads(&told, none[i]))
            fail_msg("%s", none[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal),
        cmocka_unit_test(the_end_of_a_reply),
        cmocka_unit_test(a_word_at_its_beginning),
        cmocka_unit_test(characters_stay_whole),
        cmocka_unit_test(what_is_strange),
        cmocka_unit_test(what_is_read),
        cmocka_unit_test(what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
