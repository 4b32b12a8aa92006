#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "rules/moves.h"

enum { GO = MOVE_GO, SAME = MOVE_ALREADY, NO = MOVE_REFUSED };

static void every_move_from_every_status(void **state) {
    (void)state;
    /* inbox todo in_progress in_review needs_input blocked done cancelled */
    static const int expected[MOVE_COUNT][TICKET_STATUS_COUNT] = {
        [MOVE_PROMOTE] = {GO, SAME, NO, NO, NO, GO, NO, NO}, [MOVE_APPROVE] = {NO, NO, NO, GO, NO, NO, SAME, NO},
        [MOVE_REJECT] = {NO, NO, NO, GO, NO, NO, NO, NO},    [MOVE_ANSWER] = {NO, NO, NO, NO, GO, NO, NO, NO},
        [MOVE_BLOCK] = {GO, GO, GO, GO, GO, SAME, NO, NO},   [MOVE_REOPEN] = {NO, SAME, NO, NO, NO, GO, GO, GO},
        [MOVE_CANCEL] = {GO, GO, GO, GO, GO, GO, NO, SAME},
    };
    static const enum ticket_status targets[] = {TICKET_TODO,    TICKET_DONE, TICKET_TODO,     TICKET_TODO,
                                                 TICKET_BLOCKED, TICKET_TODO, TICKET_CANCELLED};
    for (int move = 0; move < MOVE_COUNT; move++) {
        assert_int_equal(move_target((enum move)move), targets[move]);
        for (int from = 0; from < TICKET_STATUS_COUNT; from++)
            assert_int_equal(move_judge((enum move)move, (enum ticket_status)from), expected[move][from]);
    }
}

/* "inbox, todo or blocked": the sentence is made from the table and must be what the row says. */
static void sources_are_what_the_table_says(void **state) {
    (void)state;
    for (int move = 0; move < MOVE_COUNT; move++) {
        struct text expected = {0};
        int left = 0;
        for (int from = 0; from < TICKET_STATUS_COUNT; from++)
            left += move_judge((enum move)move, (enum ticket_status)from) == MOVE_GO;
        for (int from = 0; from < TICKET_STATUS_COUNT; from++) {
            if (move_judge((enum move)move, (enum ticket_status)from) != MOVE_GO)
                continue;
            text_add(&expected, ticket_status_name((enum ticket_status)from));
            left--;
            text_add(&expected, left == 0 ? "" : left == 1 ? " or " : ", ");
        }
        assert_string_equal(move_sources((enum move)move), text_str(&expected));
        text_release(&expected);
    }
    assert_string_equal(move_name(MOVE_PROMOTE), "promote");
    assert_string_equal(move_name(MOVE_CANCEL), "cancel");
}

static void signals_all_combinations(void **state) {
    (void)state;
    for (int bits = 0; bits < 128 * TICKET_STATUS_COUNT; bits++) {
        struct signal_facts f = {.status = (enum ticket_status)(bits / 128),
                                 .late = bits & 64,
                                 .prompt_waits = bits & 32,
                                 .turn_active = bits & 16,
                                 .run_matches = bits & 1,
                                 .nonce_given = bits & 2,
                                 .nonce_matches = bits & 4,
                                 .nonce_was_last = bits & 8};
        enum signal_verdict verdict = signal_judge(&f);
        bool works = f.status == TICKET_IN_PROGRESS || (f.status == TICKET_NEEDS_INPUT && (f.turn_active || f.late));
        bool its = !f.nonce_given || f.nonce_matches || f.late;

        if (works && f.run_matches && its && !f.prompt_waits)
            assert_int_equal(verdict, SIGNAL_APPLY);
        else
            assert_int_not_equal(verdict, SIGNAL_APPLY);
        if (verdict == SIGNAL_REPEAT)
            assert_true(f.nonce_was_last);
        if (verdict == SIGNAL_OLD_RUN)
            assert_false(f.run_matches);
    }
}

/* As long as no other turn was begun and no person has spoken: in progress what waits for the agent tells that. */
static void a_late_word_by_status(void **state) {
    (void)state;
    for (int bits = 0; bits < 8 * TICKET_STATUS_COUNT; bits++) {
        const struct late_facts f = {
            .status = (enum ticket_status)(bits / 8), .last = bits & 1, .heard = bits & 2, .turns = bits & 4 ? 1 : 0};

        assert_int_equal(signal_late(&f), f.last && !f.heard && (f.status != TICKET_NEEDS_INPUT || f.turns == 1));
    }
}

static void signals_by_name(void **state) {
    (void)state;
    struct signal_facts f = {.status = TICKET_IN_PROGRESS, .run_matches = true};
    assert_int_equal(signal_judge(&f), SIGNAL_APPLY);
    f.nonce_given = true;
    assert_int_equal(signal_judge(&f), SIGNAL_OLD_TURN);
    f.nonce_was_last = true;
    assert_int_equal(signal_judge(&f), SIGNAL_REPEAT);
    f = (struct signal_facts){.status = TICKET_IN_REVIEW, .run_matches = true, .nonce_was_last = true};
    assert_int_equal(signal_judge(&f), SIGNAL_REPEAT);
    f.nonce_was_last = false;
    assert_int_equal(signal_judge(&f), SIGNAL_NOT_WORKING);
    /* Asked by a dialog, answered in the session: the turn goes on and ends by its signal. */
    f.status = TICKET_NEEDS_INPUT;
    f.turn_active = true;
    assert_int_equal(signal_judge(&f), SIGNAL_APPLY);
    f.turn_active = false;
    assert_int_equal(signal_judge(&f), SIGNAL_NOT_WORKING);
    f.run_matches = false;
    f.nonce_was_last = true; /* of a run that is not named: about another worker */
    assert_int_equal(signal_judge(&f), SIGNAL_OLD_RUN);
    /* The next turn, answered by the same word as the last one, without a nonce. */
    f = (struct signal_facts){.status = TICKET_IN_PROGRESS, .run_matches = true, .nonce_was_last = true};
    assert_int_equal(signal_judge(&f), SIGNAL_APPLY);
    /* Said twice by an agent at rest: what it was answered in between goes to it first. */
    f.prompt_waits = true;
    assert_int_equal(signal_judge(&f), SIGNAL_REPEAT);
    f.nonce_was_last = false;
    assert_int_equal(signal_judge(&f), SIGNAL_NO_TURN);
    f.nonce_given = true;
    assert_int_equal(signal_judge(&f), SIGNAL_OLD_TURN);
    f.nonce_matches = true;
    assert_int_equal(signal_judge(&f), SIGNAL_NO_TURN);
}

static void targets_of_signals(void **state) {
    (void)state;
    assert_int_equal(signal_target(SIGNAL_DONE, false), TICKET_IN_REVIEW);
    assert_int_equal(signal_target(SIGNAL_DONE, true), TICKET_DONE);
    assert_int_equal(signal_target(SIGNAL_REVIEW, false), TICKET_IN_REVIEW);
    assert_int_equal(signal_target(SIGNAL_REVIEW, true), TICKET_IN_REVIEW);
    assert_int_equal(signal_target(SIGNAL_QUESTION, true), TICKET_NEEDS_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_from_every_status), cmocka_unit_test(sources_are_what_the_table_says),
        cmocka_unit_test(signals_all_combinations),     cmocka_unit_test(signals_by_name),
        cmocka_unit_test(targets_of_signals),           cmocka_unit_test(a_late_word_by_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
