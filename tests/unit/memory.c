#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/text.h"
#include "host/proc.h"
#include "host/proc_table.h"

static void ask(struct text *out, const struct identity *identity) {
    text_clear(out);
    proc_oom(out, identity);
}

static void one_that_was_not_killed(void **state) {
    struct identity self;
    struct text said = {0};
    (void)state;
    assert_true(proc_identify(getpid(), &self));
    ask(&said, &self);
    assert_true(strcmp(text_str(&said), "no") == 0 || text_starts(text_str(&said), "unknown (the kernel log "));
    text_release(&said);
}

static void one_that_nobody_knows(void **state) {
    struct identity nobody = {0}, before;
    struct text said = {0};
    (void)state;
    ask(&said, &nobody);
    assert_string_equal(text_str(&said), "unknown (its process was never recorded)");
    assert_true(proc_identify(getpid(), &before));
    before.boot[0] = before.boot[0] == 'f' ? 'e' : 'f';
    ask(&said, &before);
    assert_string_equal(text_str(&said), "unknown (the machine was started again since)");
    text_release(&said);
}

static void only_a_record_that_is_younger(void **state) {
    static const char record[] = "6,1234,5000999,-;Out of memory: Killed process 4711 (node) total-vm:1kB";
    (void)state;
    assert_true(memory_record_kills(record, 4711, 5000));
    assert_true(memory_record_kills(record, 4711, 4000));
    assert_false(memory_record_kills(record, 4711, 5001)); /* its number was another's then */
    assert_false(memory_record_kills(record, 471, 5000));
    assert_false(memory_record_kills(record, 711, 5000));
    assert_false(memory_record_kills("6,1234,5000999,-;Out of memory: Kill process 4711 (node)", 4711, 5000));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_was_not_killed),
        cmocka_unit_test(one_that_nobody_knows),
        cmocka_unit_test(only_a_record_that_is_younger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
