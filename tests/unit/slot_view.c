/* Which slots are told of as clean: any one thing about them is enough that they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk/slot_view.h"

static char why[] = "no such repository";

static const struct slot_view unclean[] = {
    {.why = why, .facts = {.place = SLOT_AT_TREE}},
    {.facts = {.place = SLOT_AT_NOTHING}},
    {.facts = {.place = SLOT_AT_TREE, .held_up = true}},
    {.facts = {.place = SLOT_AT_TREE, .changed = 1}},
    {.facts = {.place = SLOT_AT_TREE, .untracked = 1}},
    {.facts = {.place = SLOT_AT_TREE, .unmerged = 1}},
    {.facts = {.place = SLOT_AT_TREE, .nested = 1}},
    {.facts = {.place = SLOT_AT_TREE, .submodules = 1}},
    {.facts = {.place = SLOT_AT_TREE, .underway = UNDERWAY_NOTHING + 1}},
};

static void is_clean_where_nothing_is_about_it(void **state) {
    (void)state;
    assert_true(slot_view_clean(&(struct slot_view){.facts = {.place = SLOT_AT_TREE, .process = 1, .held = true}}));
    for (size_t i = 0; i < sizeof unclean / sizeof *unclean; i++)
        if (slot_view_clean(&unclean[i]))
            fail_msg("number %zu is clean", i);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_clean_where_nothing_is_about_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
