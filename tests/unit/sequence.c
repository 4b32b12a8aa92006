#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/sequence.h"

static void add(struct sequence *all, int64_t ticket, int64_t changed_at, int64_t needs) {
    sequence_add(all, &(struct sequence_line){.ticket = ticket, .changed_at = changed_at, .line = all->count + 1});
    if (needs)
        sequence_add_need(all, needs);
}

/* The numbers of the lines. */
static void expect(struct sequence *all, const char *order) {
    struct text said = {0};

    assert_true(sequence_order(all) == SIZE_MAX);
    for (size_t i = 0; i < all->ordered; i++)
        text_addf(&said, " %zu", all->items[all->order[i]].line);
    assert_string_equal(text_str(&said), order);
    text_release(&said);
    sequence_release(all);
}

static void each_comes_behind_what_it_waits_for(void **state) {
    struct sequence all = {0};

    (void)state;
    sequence_match(&all);
    expect(&all, "");
    for (int64_t i = 1; i <= 4; i++)
        add(&all, i * 10, 1, i < 4 ? (i + 1) * 10 : 0);
    add(&all, 5, 1, 77);
    sequence_add_need(&all, 40);
    sequence_match(&all);
    assert_true(all.needs[all.need_count - 1].target == SEQUENCE_ELSEWHERE);
    assert_int_equal(all.needs[all.need_count - 1].needs, 77);
    expect(&all, " 4 3 5 2 1");
}

static void of_a_ticket_the_latest_counts(void **state) {
    struct sequence all = {0};

    (void)state;
    add(&all, 1, 5, 0);
    add(&all, 2, 9, 3); /* would wait for ever */
    add(&all, 1, 7, 0);
    add(&all, 1, 7, 0);
    add(&all, 2, 10, 1);
    add(&all, 3, 1, 2);
    sequence_match(&all);
    expect(&all, " 3 5 6");
}

static void for_what_is_left_out_nobody_waits(void **state) {
    struct sequence all = {0};

    (void)state;
    add(&all, 1, 1, 2);
    add(&all, 2, 1, 1);
    sequence_match(&all);
    all.items[1].out = true;
    expect(&all, " 1");
}

static void circles_are_found(void **state) {
    struct sequence all = {0};

    (void)state;
    add(&all, 9, 1, 0);
    add(&all, 1, 1, 2);
    add(&all, 2, 1, 3);
    add(&all, 3, 1, 1);
    sequence_match(&all);
    assert_int_equal(sequence_order(&all), 1);
    sequence_release(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_comes_behind_what_it_waits_for),
        cmocka_unit_test(of_a_ticket_the_latest_counts),
        cmocka_unit_test(for_what_is_left_out_nobody_waits),
        cmocka_unit_test(circles_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
