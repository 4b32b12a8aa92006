#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/words.h"

/* Every name is there, is unlike the others and leads back to its value. */
#define WALK(noun, total)                                                                                              \
    do {                                                                                                               \
        for (int i = 0; i < (int)(total); i++) {                                                                       \
            const char *name = noun##_name((enum noun)i);                                                              \
            assert_non_null(name);                                                                                     \
            assert_int_equal(noun##_from(name), i);                                                                    \
        }                                                                                                              \
        assert_string_equal(noun##_name((enum noun)(total)), "unknown");                                               \
        assert_int_equal(noun##_from("nothing of ours"), -1);                                                          \
        assert_int_equal(noun##_from(""), -1);                                                                         \
        assert_int_equal(noun##_from(NULL), -1);                                                                       \
    } while (0)

static void every_word_both_ways(void **state) {
    (void)state;
    WALK(ticket_status, TICKET_STATUS_COUNT);
    WALK(runtime_status, RUNTIME_STATUS_COUNT);
    WALK(message_status, MESSAGE_STATUS_COUNT - 1); /* its last one is "unknown" itself */
    assert_int_equal(message_status_from("unknown"), MESSAGE_UNKNOWN);
    WALK(message_kind, MESSAGE_KIND_COUNT);
    WALK(priority, PRIORITY_COUNT);
    WALK(effect_kind, EFFECT_KIND_COUNT);
    WALK(effect_state, EFFECT_STATE_COUNT - 1);
    assert_int_equal(effect_state_from("unknown"), EFFECT_UNKNOWN);
    WALK(signal_word, SIGNAL_WORD_COUNT);
    WALK(run_outcome, RUN_OUTCOME_COUNT);
}

/* Users' scripts and boards hold these. */
static void what_is_no_value_is_unknown(void **state) {
    (void)state;
    assert_string_equal(ticket_status_name((enum ticket_status)99), "unknown");
    assert_string_equal(runtime_status_name((enum runtime_status)99), "unknown");
    assert_string_equal(message_status_name((enum message_status)99), "unknown");
    assert_string_equal(message_kind_name((enum message_kind)99), "unknown");
    assert_string_equal(message_purpose_name((enum message_purpose)99), "unknown");
    assert_string_equal(priority_name((enum priority)99), "unknown");
    assert_string_equal(effect_kind_name((enum effect_kind)99), "unknown");
    assert_string_equal(effect_state_name((enum effect_state)99), "unknown");
    assert_string_equal(slot_state_name((enum slot_state)99), "unknown");
    assert_string_equal(signal_word_name((enum signal_word)99), "unknown");
    assert_string_equal(run_outcome_name((enum run_outcome)99), "unknown");
}

static void the_public_spellings(void **state) {
    (void)state;
    assert_string_equal(ticket_status_name(TICKET_IN_PROGRESS), "in_progress");
    assert_string_equal(ticket_status_name(TICKET_NEEDS_INPUT), "needs_input");
    assert_string_equal(message_status_name(MESSAGE_FAILED), "failed_to_inject");
    assert_string_equal(runtime_status_name(RUNTIME_SPAWNING), "spawning");
    assert_string_equal(signal_word_name(SIGNAL_QUESTION), "QUESTION");
    assert_int_equal(signal_word_from("done"), -1);
    assert_true(PRIORITY_CRITICAL < PRIORITY_HIGH && PRIORITY_HIGH < PRIORITY_MEDIUM && PRIORITY_MEDIUM < PRIORITY_LOW);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_both_ways),
        cmocka_unit_test(what_is_no_value_is_unknown),
        cmocka_unit_test(the_public_spellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
