/* Patterns of a configuration that would eat the memory of whoever compiles them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rules/dialect.h"
#include "rules/pattern.h"
#include "rules/screen.h"

static void heavy(void **state) {
    static const char *const rows[] = {
        "a++++++++++++++++++++++++++++++",
        "((((((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+",
        "a{1,255}{1,255}{1,255}",
        "((a{100}){100}){100}",
        "([[:alpha:]]{100}){300}",
        "x|(y{30000})",
        "[]a]{99}{99}{99}",
        "\\+{200}{200}",
        "(a*)\\1",
        "x|(.)(.)\\2",
        "[[.].]x]{99}{99}{99}",
        "[[:x:]y]{99}{99}{99}",
        "[[=]=]x]{99}{99}{99}",
        "[^]a]{99}{99}{99}",
        "a{30000}",
        "a{0,30000}",
        "a?{30000}",
        "a*{30000}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *reason = screen_pattern_error(rows[i]);

        if (!pattern_is_heavy(rows[i]))
            fail_msg("%s", rows[i]);
        assert_string_equal(reason, pattern_heavy_words);
        free(reason);
    }
}

static void of_an_answer(void **state) {
    struct dialect dialect = {0};
    char *reason;

    (void)state;
    dialect_from_builtin(&dialect, 0);
    assert_null(dialect_error(&dialect));
    xreplace(&dialect.status_busy, "a++++++++++++++++++++++++++++++");
    reason = dialect_error(&dialect);
    assert_non_null(strstr(reason, pattern_heavy_words));
    assert_null(strchr(pattern_heavy_words, '\\')); /* a failure is printed with each twice */
    free(reason);
    dialect_release(&dialect);
}

static void light(void **state) {
    static const char *const rows[] = {
        "",
        "^> *$",
        "a********************************",
        "(a|b)+$",
        "[[:alpha:]+]+[]+++++++++++++++++]x",
        "a{3,200}",
        "\\++\\{+",
        "\\\\1[\\1]\\.2",
        "(((((((((a)))))))))+",
        "{x",
        "a{",
        "[a",
        "(",
        ")+",
        "[[:alpha",
        "[[a]{3}",
        "[[:]]",
        "[a[.]x",
        "a?????????????????????????????????",
        "a{2",
        "a{2,x}++++",
        "a{2}{2}{2}{2}",
        "a{0}",
        "[a]]]]]++++",
        "a\\",
        "\\",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (pattern_is_heavy(rows[i]))
            fail_msg("%s", rows[i]);
}

static void deep(void **state) {
    enum { MANY = 100000 };
    char *groups = xcalloc(MANY + 1, 1);

    (void)state;
    memset(groups, '(', MANY);
    assert_true(pattern_is_heavy(groups));
    free(groups);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heavy),
        cmocka_unit_test(of_an_answer),
        cmocka_unit_test(light),
        cmocka_unit_test(deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
