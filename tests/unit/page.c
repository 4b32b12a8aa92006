#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/page.h"

static int64_t sum(const int64_t numbers[TICKET_STATUS_COUNT]) {
    int64_t all = 0;

    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        all += numbers[i];
    return all;
}

static void all_are_shown_where_there_is_room(void **state) {
    const int64_t counts[TICKET_STATUS_COUNT] = {3, 990, 1, 2, 0, 0, 4, 0};
    int64_t shares[TICKET_STATUS_COUNT];

    (void)state;
    page_shares(counts, 1000, shares);
    assert_memory_equal(shares, counts, sizeof counts);
}

static void many_closed_ones_push_nothing_away(void **state) {
    const int64_t counts[TICKET_STATUS_COUNT] = {
        [TICKET_DONE] = 1000000, [TICKET_NEEDS_INPUT] = 300, [TICKET_TODO] = 5};
    int64_t shares[TICKET_STATUS_COUNT];

    (void)state;
    page_shares(counts, 1000, shares);
    assert_int_equal(shares[TICKET_NEEDS_INPUT], 300);
    assert_int_equal(shares[TICKET_TODO], 5);
    assert_int_equal(shares[TICKET_DONE], 695);
}

static void of_each_status_some_are_shown(void **state) {
    const int64_t counts[TICKET_STATUS_COUNT] = {
        [TICKET_TODO] = 1000000, [TICKET_NEEDS_INPUT] = 500, [TICKET_DONE] = 1000000};
    int64_t shares[TICKET_STATUS_COUNT];

    (void)state;
    page_shares(counts, 800, shares);
    assert_int_equal(shares[TICKET_NEEDS_INPUT], 500);
    assert_int_equal(shares[TICKET_TODO], 200);
    assert_int_equal(shares[TICKET_DONE], 100);
}

static void never_more_than_the_limit(void **state) {
    (void)state;
    srand(3);
    for (int round = 0; round < 2000; round++) {
        int64_t counts[TICKET_STATUS_COUNT], shares[TICKET_STATUS_COUNT], limit = rand() % 300;

        for (int i = 0; i < TICKET_STATUS_COUNT; i++)
            counts[i] = rand() % (rand() % 2 ? 5 : 500);
        page_shares(counts, limit, shares);
        assert_int_equal(sum(shares), sum(counts) < limit ? sum(counts) : limit);
        for (int i = 0; i < TICKET_STATUS_COUNT; i++)
            assert_true(shares[i] >= 0 && shares[i] <= counts[i]);
    }
}

static void every_status_has_a_place(void **state) {
    bool seen[TICKET_STATUS_COUNT] = {0};

    (void)state;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        seen[page_order[i]] = true;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        assert_true(seen[i]);
}

static void what_is_there_is_seen(void **state) {
    (void)state;
    assert_int_equal(page_scale(0, 10, 80), 0);
    assert_int_equal(page_scale(-4, 10, 80), 0);
    assert_int_equal(page_scale(3, 0, 80), 0);
    assert_int_equal(page_scale(1, 1000000, 80), 1);
    assert_int_equal(page_scale(5, 10, 81), 41);
    assert_int_equal(page_scale(10, 10, 80), 80);
    assert_int_equal(page_scale(11, 10, 80), 80);
    assert_int_equal(page_scale(INT64_MAX - 1, INT64_MAX, 80), 80);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_shown_where_there_is_room), cmocka_unit_test(many_closed_ones_push_nothing_away),
        cmocka_unit_test(of_each_status_some_are_shown),     cmocka_unit_test(never_more_than_the_limit),
        cmocka_unit_test(every_status_has_a_place),          cmocka_unit_test(what_is_there_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
