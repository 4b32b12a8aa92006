/* Whether a person's text may go to an agent now, by every combination of the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/sending.h"

static const struct {
    bool works;
    enum sending without;
    const char *advice;
} rows[TICKET_STATUS_COUNT] = {
    [TICKET_INBOX] = {false, SENDING_NO_AGENT, "note"},        [TICKET_TODO] = {false, SENDING_NOBODY, "note"},
    [TICKET_IN_PROGRESS] = {true, SENDING_NOBODY, "note"},     [TICKET_IN_REVIEW] = {true, SENDING_NO_AGENT, "reject"},
    [TICKET_NEEDS_INPUT] = {true, SENDING_NO_AGENT, "answer"}, [TICKET_BLOCKED] = {false, SENDING_NO_AGENT, "note"},
    [TICKET_DONE] = {false, SENDING_CLOSED, "reopen"},         [TICKET_CANCELLED] = {false, SENDING_CLOSED, "reopen"}};

static enum sending wanted(const struct sending_facts *facts) {
    if (!rows[facts->status].works || !facts->of_run || facts->process == SEEN_NO)
        return rows[facts->status].without;
    if (facts->runtime == RUNTIME_IDLE)
        return SENDING_GO;
    return facts->runtime == RUNTIME_RUNNING && facts->strangers_turn ? SENDING_GO : SENDING_BUSY;
}

static void every_combination(void **state) {
    static const enum seen seen[] = {SEEN_NO, SEEN_YES, SEEN_UNKNOWN};

    (void)state;
    for (int i = 0; i < TICKET_STATUS_COUNT * 2 * 3 * 2 * 3; i++) {
        const struct sending_facts facts = {.status = (enum ticket_status)(i % TICKET_STATUS_COUNT),
                                            .of_run = i / TICKET_STATUS_COUNT % 2,
                                            .runtime = (enum runtime_status)(i / TICKET_STATUS_COUNT / 2 % 3),
                                            .strangers_turn = i / TICKET_STATUS_COUNT / 6 % 2,
                                            .process = seen[i / TICKET_STATUS_COUNT / 12 % 3]};
        if (sending_judge(&facts) != wanted(&facts))
            fail_msg("%d: %d", i, (int)sending_judge(&facts));
    }
}

static void each_status_has_its_advice(void **state) {
    (void)state;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        assert_string_equal(sending_advice((enum ticket_status)i)->command, rows[i].advice);
        assert_true(strlen(sending_advice((enum ticket_status)i)->does) > 10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination),
        cmocka_unit_test(each_status_has_its_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
