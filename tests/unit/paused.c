#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/text.h"
#include "rules/paused.h"

static void words_are(const char *value, const char *wanted) {
    struct paused paused;
    char *words;

    assert_true(paused_read(&paused, value));
    words = paused_words(&paused, "STAMP");
    assert_string_equal(words, wanted);
    free(words);
    paused_release(&paused);
}

static void every_value_pauses(void **state) {
    (void)state;
    struct paused paused;

    assert_false(paused_read(&paused, NULL));
    words_are("", "paused");
    words_are("{}", "paused");
    words_are("lunch\n\x1B[1m", "paused: lunch [1m");
    words_are("{\"at\":5,\"by\":\"anna\",\"reason\":\"a\\nb\"}", "paused by anna since STAMP: a b");
    words_are("{\"at\":-5,\"by\":7,\"reason\":null}", "paused");
    words_are("{\"at\":5", "paused: {\"at\":5");
    words_are("[1]", "paused: [1]");
    words_are("7", "paused: 7");
    words_are("{\"at\":0,\"by\":\"anna\"}", "paused by anna");
    words_are("{\"at\":1,\"by\":\"anna\"}", "paused by anna since STAMP");
}

static void what_is_written_is_read(void **state) {
    (void)state;
    struct paused again;
    struct text out = {0};

    paused_write(&out, 1779942042145, "anna", NULL);
    assert_true(paused_read(&again, text_str(&out)));
    assert_int_equal(again.at, 1779942042145);
    assert_string_equal(again.by, "anna");
    assert_null(again.reason);
    paused_release(&again);
    assert_null(again.by);
    text_clear(&out);
    paused_write(&out, 5, "anna", "lunch");
    assert_true(paused_read(&again, text_str(&out)));
    assert_string_equal(again.reason, "lunch");
    paused_release(&again);
    text_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_pauses),
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
