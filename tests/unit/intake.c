/* Lines of JSON that tickets are made of: which wait for which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "rules/intake_list.h"

/* KEY or KEY>KEY…: one line that waits for those. */
static void line(struct intake_list *list, const char *says) {
    struct intake one = {.title = xstrdup("t")};
    const char *wait = strchr(says, '>');
    if (*says != '>')
        one.dedupe_key = xstrndup(says, strcspn(says, ">"));
    for (; wait; wait = strchr(wait + 1, '>'))
        argv_addf(&one.after, "%.*s", (int)strcspn(wait + 1, ">"), wait + 1);
    one.line = list->count + 1;
    intake_list_add(list, &one);
}

/* The number of a line that is in a circle; 0: none is. */
static size_t circle(const char *const *lines) {
    struct intake_list list = {0};
    for (; *lines; lines++)
        line(&list, *lines);
    intake_list_sort(&list);
    const struct intake *found = intake_list_circle(&list, "MC");
    size_t number = found ? found->line : 0;
    intake_list_release(&list);
    return number;
}
#define CIRCLE(...) circle((const char *const[]){__VA_ARGS__, NULL})

static void test_circles(void **state) {
    (void)state;
    assert_int_equal(CIRCLE("a", "b>a", "c>a>b", ">c>MC-4>x"), 0);
    assert_int_equal(CIRCLE("a>b", "b"), 0);
    assert_int_equal(CIRCLE("a>a"), 1);
    assert_int_equal(CIRCLE("x", "a>b", "b>c", "c>x>a"), 2);
    assert_int_equal(CIRCLE("a>b", "b>c", "c>b"), 2);
    assert_int_equal(CIRCLE("a>b>c", "b>d", "c>d", "d"), 0);
    /* a second line of a key is not there, whatever it waits for */
    assert_int_equal(CIRCLE("a", "b>a", "a>b"), 0);
    /* and a ticket's key is a ticket's, also where a line has it */
    assert_int_equal(CIRCLE("MC-1>MC-1"), 0);
}

static void test_a_long_way_is_walked(void **state) {
    (void)state;
    enum { LONG = 10000 };
    struct intake_list list = {0};
    for (int i = 0; i < LONG; i++) {
        char *says = xasprintf("%d>%d", i, i + 1);
        line(&list, says);
        free(says);
    }
    intake_list_sort(&list);
    assert_null(intake_list_circle(&list, "MC"));
    char *last = xasprintf("%d>0", LONG);
    line(&list, last);
    free(last);
    free(list.by_key);
    list.keys = 0;
    intake_list_sort(&list);
    assert_non_null(intake_list_circle(&list, "MC"));
    intake_list_release(&list);
}

static void test_find(void **state) {
    (void)state;
    struct intake_list list = {0};
    static const char *const keys[] = {"m", "b", "m", "", "z", "b", "b"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        line(&list, keys[i]);
    line(&list, ">m");
    intake_list_sort(&list);
    assert_int_equal(intake_list_find(&list, "m")->line, 1);
    assert_int_equal(intake_list_find(&list, "b")->line, 2);
    assert_int_equal(intake_list_find(&list, "z")->line, 5);
    assert_null(intake_list_find(&list, "a"));
    assert_null(intake_list_find(&list, "zz"));
    assert_true(intake_list_again(&list, &list.items[2]) && intake_list_again(&list, &list.items[6]));
    assert_false(intake_list_again(&list, &list.items[0]) || intake_list_again(&list, &list.items[7]));
    intake_list_release(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_a_long_way_is_walked),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
