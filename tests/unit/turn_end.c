/* The table of how turns end: what counts, what goes back, what is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/turn_end.h"

static void nothing_sent_is_given_back(void **state) {
    (void)state;
    for (int i = 0; i < TURN_END_COUNT; i++) {
        const struct turn_end_rule *rule = turn_end_rule((enum turn_end)i);
        bool sent = rule->message == MESSAGE_SENT;

        assert_true(rule->message == MESSAGE_SENT || rule->message == MESSAGE_PENDING ||
                    rule->message == MESSAGE_FAILED || rule->message == MESSAGE_UNKNOWN);
        assert_true(sent                               ? rule->back == BACK_NOT || rule->back == BACK_SETTLED
                    : rule->message == MESSAGE_UNKNOWN ? rule->back == BACK_ENDED
                                                       : rule->back == BACK_IDLE || rule->back == BACK_AS_BEFORE);
        assert_false(sent && rule->counts);
    }
}

/* What cannot be told stays so in the effect, too: it is never sent again unasked. */
static void the_effect_says_the_same(void **state) {
    (void)state;
    for (int i = 0; i < TURN_END_COUNT; i++) {
        const struct turn_end_rule *rule = turn_end_rule((enum turn_end)i);

        if (i == TURN_CARRIED) {
            assert_false(rule->effect_written);
            continue;
        }
        assert_true(rule->effect_written);
        assert_int_equal(rule->effect == EFFECT_DONE, rule->message == MESSAGE_SENT);
        assert_int_equal(rule->effect == EFFECT_UNKNOWN, rule->message == MESSAGE_UNKNOWN);
    }
}

static void only_later_turns_count(void **state) {
    (void)state;
    for (int i = 0; i < TURN_END_COUNT; i++)
        assert_int_equal(turn_end_rule((enum turn_end)i)->counts,
                         i == TURN_WAITS || i == TURN_FAILED || i == TURN_UNTOLD);
}

static void only_healing_tells_a_story(void **state) {
    (void)state;
    for (int i = 0; i < TURN_END_COUNT; i++)
        assert_int_equal(turn_end_rule((enum turn_end)i)->story != NULL, i >= TURN_HEALED_SENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_sent_is_given_back),
        cmocka_unit_test(the_effect_says_the_same),
        cmocka_unit_test(only_later_turns_count),
        cmocka_unit_test(only_healing_tells_a_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
