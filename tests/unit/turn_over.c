/* What becomes of a ticket when a turn is over: every end at every status with every word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/turn_over.h"

static struct over_facts fresh(void) {
    return (struct over_facts){.turn = TOLD_NOW,
                               .ours = true,
                               .status = TICKET_IN_PROGRESS,
                               .nudge = true,
                               .quiet = 1,
                               .quiet_turns = 2,
                               .turns = 1,
                               .max_turns = 20,
                               .max_runtime_ms = 1000};
}

static enum over_act act(struct over_facts facts) {
    return over_judge(&facts).act;
}

static void is_reason(struct over_facts facts, const char *reason) {
    struct over_ruling ruling = over_judge(&facts);

    assert_non_null(ruling.reason);
    assert_string_equal(ruling.reason, reason);
    assert_non_null(ruling.why);
}

/* The whole table: a turn of another run moves nothing, one that is over nothing but its reply, a ticket that has moved
 * on stays; a word beats what went wrong; the rest is the fault's. */
static void every_end_at_every_status(void **state) {
    static const enum over_act by_fault[FAULT_COUNT] = {
        [FAULT_NONE] = OVER_NUDGE,           [FAULT_INTERRUPTED] = OVER_ASK,
        [FAULT_LIMIT] = OVER_PAUSE,          [FAULT_LOGIN] = OVER_ASK_AND_STOP,
        [FAULT_BILLING] = OVER_ASK_AND_STOP, [FAULT_SERVER] = OVER_PAUSE,
        [FAULT_REQUEST] = OVER_ASK,          [FAULT_OTHER] = OVER_ASK,
    };

    (void)state;
    for (int status = 0; status < TICKET_STATUS_COUNT; status++)
        for (int fault = 0; fault < FAULT_COUNT; fault++)
            for (int word = 0; word < 2; word++) {
                struct over_facts f = fresh();
                bool works = status == TICKET_IN_PROGRESS || status == TICKET_NEEDS_INPUT;

                f.status = (enum ticket_status)status;
                f.fault = (enum turn_fault)fault;
                f.word = word;
                assert_int_equal(act(f), !works ? OVER_END : word ? OVER_WORD : by_fault[fault]);
                f.ours = false;
                assert_int_equal(act(f), OVER_END);
                f.turn = TOLD_PAST;
                assert_int_equal(act(f), OVER_KEEP);
                f.turn = TOLD_LAST;
                assert_int_equal(act(f), OVER_KEEP);
                f.turn = TOLD_OTHER;
                assert_int_equal(act(f), OVER_IGNORE);
            }
}

static void a_late_word_counts_where_none_was_found(void **state) {
    struct over_facts f = fresh();

    (void)state;
    f.turn = TOLD_LAST;
    f.word = true;
    assert_int_equal(act(f), OVER_WORD);
    f.quiet = 0; /* its end was a pause, or a failure */
    assert_int_equal(act(f), OVER_WORD);
    f.heard = true; /* a person has sent the ticket back since */
    assert_int_equal(act(f), OVER_KEEP);
    f.heard = false;
    f.waiting = true; /* ours */
    assert_int_equal(act(f), OVER_WORD);
    f.person = true;
    assert_int_equal(act(f), OVER_KEEP);
    f.waiting = f.person = false;
    f.status = TICKET_NEEDS_INPUT; /* because it lacked the word, had its turns or failed */
    assert_int_equal(act(f), OVER_WORD);
    f.turns = 0; /* a person's answer did not arrive */
    assert_int_equal(act(f), OVER_KEEP);
    f.turns = 1;
    f.heard = true; /* it was a question */
    assert_int_equal(act(f), OVER_KEEP);
    f.heard = false;
    f.ours = false;
    assert_int_equal(act(f), OVER_KEEP);
    f.ours = true;
    f.status = TICKET_IN_REVIEW;
    assert_int_equal(act(f), OVER_KEEP);
    f.status = TICKET_IN_PROGRESS;
    f.turn = TOLD_PAST;
    assert_int_equal(act(f), OVER_KEEP);
}

/* A word that moves nothing is told with its reason, one that was heard already with none. */
static void a_word_that_moves_nothing_has_its_reason(void **state) {
    static const struct {
        enum turn_told turn;
        enum ticket_status status;
        bool ours, heard, person;
        int64_t turns;
        enum signal_verdict verdict;
    } words[] = {
        {TOLD_NOW, TICKET_IN_PROGRESS, true, false, true, 1, SIGNAL_APPLY},
        {TOLD_NOW, TICKET_NEEDS_INPUT, true, false, false, 1, SIGNAL_APPLY},
        {TOLD_NOW, TICKET_BLOCKED, true, false, false, 1, SIGNAL_NOT_WORKING},
        {TOLD_NOW, TICKET_IN_PROGRESS, false, false, false, 1, SIGNAL_OLD_RUN},
        {TOLD_LAST, TICKET_IN_PROGRESS, true, false, false, 0, SIGNAL_APPLY},
        {TOLD_LAST, TICKET_IN_PROGRESS, true, false, true, 1, SIGNAL_NO_TURN},
        {TOLD_LAST, TICKET_IN_PROGRESS, true, true, false, 1, SIGNAL_REPEAT},
        {TOLD_LAST, TICKET_NEEDS_INPUT, true, false, false, 1, SIGNAL_APPLY},
        {TOLD_LAST, TICKET_NEEDS_INPUT, true, false, true, 1, SIGNAL_NO_TURN},
        {TOLD_LAST, TICKET_NEEDS_INPUT, true, false, false, 0, SIGNAL_NOT_WORKING},
        {TOLD_LAST, TICKET_NEEDS_INPUT, true, true, false, 1, SIGNAL_REPEAT},
        {TOLD_LAST, TICKET_NEEDS_INPUT, false, false, false, 1, SIGNAL_OLD_RUN},
        {TOLD_LAST, TICKET_IN_REVIEW, true, false, false, 1, SIGNAL_NOT_WORKING},
        {TOLD_PAST, TICKET_IN_PROGRESS, true, false, false, 1, SIGNAL_OLD_TURN},
        {TOLD_PAST, TICKET_NEEDS_INPUT, true, false, false, 1, SIGNAL_OLD_TURN},
        {TOLD_PAST, TICKET_IN_PROGRESS, true, true, false, 1, SIGNAL_REPEAT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct over_facts f = fresh();
        bool silent = words[i].verdict == SIGNAL_APPLY || words[i].verdict == SIGNAL_REPEAT;

        f.turn = words[i].turn;
        f.status = words[i].status;
        f.ours = words[i].ours;
        f.heard = words[i].heard;
        f.person = words[i].person;
        f.turns = words[i].turns;
        f.word = true;
        assert_int_equal(over_word_judge(&f), words[i].verdict);
        assert_int_equal(act(f) == OVER_WORD, words[i].verdict == SIGNAL_APPLY);
        assert_int_equal(signal_why(words[i].verdict) == NULL, silent);
    }
}

static void an_agent_is_asked_for_its_word_so_often(void **state) {
    struct over_facts f = fresh();

    (void)state;
    assert_int_equal(act(f), OVER_NUDGE);
    f.quiet = 2;
    is_reason(f, "quiet");
    assert_int_equal(act(f), OVER_ASK);
    f.quiet = 1;
    f.nudge = false;
    assert_int_equal(act(f), OVER_ASK);
    f.waiting = true;
    assert_int_equal(act(f), OVER_REST);
}

static void no_turn_of_ours_beyond_the_limits(void **state) {
    struct over_facts f = fresh();

    (void)state;
    f.turns = 20;
    is_reason(f, "max_turns");
    f.fault = FAULT_LIMIT;
    is_reason(f, "max_turns");
    f.waiting = true; /* what a person has said goes all the same */
    assert_int_equal(act(f), OVER_PAUSE);
    f = fresh();
    f.worked_ms = 1000;
    is_reason(f, "max_runtime");
    f.word = true;
    assert_int_equal(act(f), OVER_WORD);
}

static void a_pause_is_made_again_for_a_limit_alone(void **state) {
    struct over_facts f = fresh();

    (void)state;
    f.fault = FAULT_SERVER;
    is_reason(f, "paused");
    f.after_go_on = true;
    is_reason(f, "server");
    assert_int_equal(act(f), OVER_ASK);
    f.fault = FAULT_LIMIT;
    assert_int_equal(act(f), OVER_PAUSE);
}

static void work_in_the_background_is_no_end_without_a_word(void **state) {
    struct over_facts f = fresh();

    (void)state;
    f.still_at_work = true;
    assert_int_equal(act(f), OVER_STILL);
    f.word = true;
    assert_int_equal(act(f), OVER_WORD);
    f.word = false;
    f.fault = FAULT_LIMIT;
    assert_int_equal(act(f), OVER_PAUSE);
}

/* What is reported is better than what a screen shows, what has its word better than what may not be all. */
static void a_reply_has_its_rank(void **state) {
    static const struct {
        bool seen, word, still_at_work, heard;
        enum turn_fault fault;
        enum reply_rank rank;
    } replies[] = {
        {false, false, false, false, FAULT_NONE, REPLY_WORDLESS},
        {false, true, false, false, FAULT_NONE, REPLY_FINAL},
        {false, true, true, false, FAULT_LIMIT, REPLY_FINAL},
        {false, false, false, true, FAULT_NONE, REPLY_FINAL}, /* by signal */
        {false, false, true, false, FAULT_NONE, REPLY_PRELIMINARY},
        {false, false, true, true, FAULT_NONE, REPLY_PRELIMINARY},
        {false, false, false, false, FAULT_LIMIT, REPLY_PRELIMINARY},
        {false, false, false, true, FAULT_INTERRUPTED, REPLY_PRELIMINARY},
        {true, false, false, false, FAULT_NONE, REPLY_SEEN},
        {true, true, false, false, FAULT_NONE, REPLY_SEEN},
        {true, false, false, true, FAULT_LOGIN, REPLY_SEEN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        struct over_facts f = fresh();

        f.seen = replies[i].seen;
        f.word = replies[i].word;
        f.still_at_work = replies[i].still_at_work;
        f.heard = replies[i].heard;
        f.fault = replies[i].fault;
        assert_int_equal(over_reply_rank(&f), replies[i].rank);
    }
}

/* Whoever is asked is told why, and what to do. */
static void who_is_asked_is_told_why(void **state) {
    (void)state;
    for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        struct over_facts f = fresh();
        struct over_ruling ruling;

        f.fault = (enum turn_fault)fault;
        f.after_go_on = true;
        ruling = over_judge(&f);
        assert_non_null(ruling.reason);
        assert_non_null(ruling.why);
        assert_non_null(ruling.next);
        assert_non_null(over_act_name(ruling.act));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_at_every_status),
        cmocka_unit_test(a_late_word_counts_where_none_was_found),
        cmocka_unit_test(a_word_that_moves_nothing_has_its_reason),
        cmocka_unit_test(an_agent_is_asked_for_its_word_so_often),
        cmocka_unit_test(no_turn_of_ours_beyond_the_limits),
        cmocka_unit_test(a_pause_is_made_again_for_a_limit_alone),
        cmocka_unit_test(work_in_the_background_is_no_end_without_a_word),
        cmocka_unit_test(a_reply_has_its_rank),
        cmocka_unit_test(who_is_asked_is_told_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
