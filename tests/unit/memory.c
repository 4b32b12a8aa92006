#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/text.h"
#include "host/proc.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_was_not_killed),
        cmocka_unit_test(one_that_nobody_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
