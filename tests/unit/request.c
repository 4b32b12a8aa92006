#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/exits.h"
#include "base/text.h"
#include "rules/acts.h"
#include "rules/request.h"

static bool same(const struct request_for *a, const struct request_for *b) {
    char one[REQUEST_ACT_SIZE], other[REQUEST_ACT_SIZE];

    request_act(one, a);
    request_act(other, b);
    return strcmp(one, other) == 0;
}

static void another_act_is_another(void **state) {
    (void)state;
    static const char *const ab[] = {"a", "b", NULL}, *const a_b[] = {"ab", "", NULL}, *const none[] = {NULL};
    const struct request_for act = {"reject", 1, ab};

    assert_true(same(&act, &(struct request_for){"reject", 1, ab}));
    assert_false(same(&act, &(struct request_for){"answer", 1, ab}));
    assert_false(same(&act, &(struct request_for){"reject", 11, ab}));
    assert_false(same(&act, &(struct request_for){"reject", 1, a_b}));
    assert_false(same(&act, &(struct request_for){"reject", 1, none}));
    assert_true(same(&(struct request_for){"x", 1, NULL}, &(struct request_for){"x", 1, none}));
}

static void an_act_has_words(void **state) {
    (void)state;
    char act[REQUEST_ACT_SIZE];
    struct text words = {0};

    request_act(act, &(struct request_for){"send --queue", INT64_MAX, NULL});
    request_words(&words, act, "MC");
    assert_string_equal(text_str(&words), "send --queue MC-9223372036854775807");
    text_clear(&words);
    request_act(act, &(struct request_for){"add", 0, NULL});
    request_words(&words, act, "MC");
    assert_string_equal(text_str(&words), "add");
    text_clear(&words);
    request_words(&words, "odd", "MC");
    assert_string_equal(text_str(&words), "odd");
    text_release(&words);
}

static void one_that_was_used_is_refused(void **state) {
    (void)state;
    char act[REQUEST_ACT_SIZE];
    struct err err = {0};

    request_act(act, &(struct request_for){"answer", 7, NULL});
    assert_false(request_refuse("once", act, "MC", &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_string_equal(
        err.text,
        "request id once was used for answer MC-7, and this is another call; nothing is done, take a new one");
    err_release(&err);
    assert_false(request_refuse("once", NULL, "MC", &err)); /* an older program did not say for what */
    assert_string_equal(
        err.text,
        "request id once was used for something else, and this is another call; nothing is done, take a new one");
    err_release(&err);
}

static void who_may_do_what(void **state) {
    (void)state;
    static const char *const everybodys[] = {"add", "import", "list", "show", "signal", "reply", "log", ""};
    static const char *const persons[] = {"send",    "edit",   "promote", "approve", "reject", "answer",
                                          "block",   "reopen", "cancel",  "retry",   "pause",  "resume",
                                          "breaker", "pool",   "hosts",   "restore", "try"}; /* of mc-ticket(1) */
    struct argv may = {0};

    for (size_t i = 0; i < sizeof everybodys / sizeof *everybodys; i++) {
        assert_int_equal(act_whose(everybodys[i]), ACT_EVERYBODYS);
        assert_true(act_open_to_agents(everybodys[i], &may));
    }
    for (size_t i = 0; i < sizeof persons / sizeof *persons; i++) {
        assert_int_equal(act_whose(persons[i]), i < 2 ? ACT_OWN : ACT_PERSONS);
        assert_false(act_open_to_agents(persons[i], &may));
    }
    assert_int_equal(act_whose("note"), ACT_AT_WORK);
    assert_true(act_open_to_agents("note", &may));
    argv_add(&may, "approve");
    assert_true(act_open_to_agents("approve", &may));
    assert_false(act_open_to_agents("cancel", &may));
    argv_release(&may);
}

static void the_worst_of_two(void **state) {
    (void)state;
    assert_int_equal(exit_worse(MC_OK, MC_OK), MC_OK);
    assert_int_equal(exit_worse(MC_OK, MC_TEMPFAIL), MC_TEMPFAIL);
    assert_int_equal(exit_worse(MC_DATAERR, MC_TEMPFAIL), MC_DATAERR);
    assert_int_equal(exit_worse(MC_NOINPUT, MC_DATAERR), MC_NOINPUT);
    assert_int_equal(exit_worse(MC_IOERR, MC_CONFIG), MC_IOERR);
    for (int code = 0; code < 256; code++)
        if (exit_name(code))
            assert_int_equal(exit_worse((enum mc_exit)code, MC_OK), code);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_act_is_another),
        cmocka_unit_test(an_act_has_words),
        cmocka_unit_test(one_that_was_used_is_refused),
        cmocka_unit_test(who_may_do_what),
        cmocka_unit_test(the_worst_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
