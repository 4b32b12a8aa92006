#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/resource.h>

#include "git_slot.h"

static void bounds_twenty_thousand_changes(void **state) {
    struct git_world *world = *state;
    struct git_changes changes = {0};
    struct slot_facts facts;
    struct rusage used;
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "mkdir pool/pool-1/many; cd pool/pool-1/many; seq -f 'a rather long name of a file %06.0f' 20000 | "
                    "tr '\\n' '\\0' | xargs -0 touch");
    look(&slot, &facts, &changes);
    assert_int_equal(facts.untracked, 20000);
    assert_int_equal(changes.count, 20000);
    assert_int_equal(getrusage(RUSAGE_SELF, &used), 0);
    assert_true(used.ru_maxrss < 18 * 1024);
    git_changes_release(&changes);
    slot_facts_release(&facts);
    close_slot(&slot);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bounds_twenty_thousand_changes, world_make, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
