#include "rules/harvest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rules/profile.h"
#include "rules/world.h"

static struct world_case resting(void) {
    static char run[] = "r", nonce[] = "n";

    return (struct world_case){
        .ticket_exists = true,
        .run_exists = true,
        .runtime_exists = true,
        .runtime_is_tickets = true,
        .runtime = {.status = RUNTIME_RUNNING,
                    .run_id = run,
                    .turn_nonce = nonce,
                    .agent = {.pid = 7, .start = 8, .boot = "b"}},
        .process = SEEN_YES,
        .session = SEEN_YES,
        .session_ours = true,
        .pane_pid = 7,
        .activity = 5000,
    };
}

static const struct world here = {.boot_id = "b", .server = SEEN_YES, .now = 9000};

static void a_turn_of_ours_in_its_own_pane_is_looked_at(void **state) {
    struct world_case one = resting();

    (void)state;
    assert_true(harvest_wants(&here, &one));
    one.looked = 5000;
    assert_false(harvest_wants(&here, &one));
    one.looked = 4000;
    assert_true(harvest_wants(&here, &one));
    one.activity = one.looked = 0; /* not told: looked at */
    assert_true(harvest_wants(&here, &one));
}

static void nothing_else_is(void **state) {
    (void)state;
#define NOT(change)                                                                                                    \
    do {                                                                                                               \
        struct world_case one = resting();                                                                             \
        one.change;                                                                                                    \
        assert_false(harvest_wants(&here, &one));                                                                      \
    } while (0)
    NOT(runtime_exists = false);
    NOT(ticket_exists = false);
    NOT(runtime.status = RUNTIME_IDLE);
    NOT(runtime.status = RUNTIME_SPAWNING);
    NOT(runtime.turn_nonce = NULL);
    NOT(message.id = 3);
    NOT(kill_pending = true);
    NOT(session_ours = false);
    NOT(session = SEEN_NO);
    NOT(pane_dead = true);
    NOT(pane_pid = 9);
    NOT(process = SEEN_NO);
#undef NOT
}

/* Every combination: nothing is concluded from a young turn, an unsettled screen or before a report's time. */
static void every_look_is_judged(void **state) {
    (void)state;
    for (int i = 0; i < 5 * 2 * 2 * 2 * 3 * 3; i++) {
        static const int64_t ages[] = {1999, 2000, 60 * 1000};
        static const int64_t quiets[] = {0, 2000, 10 * 1000};
        const struct harvest_facts f = {.state = (enum screen_state)(i % 5),
                                        .interrupted = i / 5 % 2,
                                        .reports = i / 10 % 2,
                                        .settled = i / 20 % 2,
                                        .quiet_ms = quiets[i / 40 % 3],
                                        .turn_ms = ages[i / 120 % 3]};
        enum harvest_say say = harvest_judge(&f);
        bool rests = f.state == SCREEN_READY || f.state == SCREEN_LIMIT || f.state == SCREEN_DIALOG;

        if (!rests)
            assert_int_equal(say, HARVEST_GOES_ON);
        else if (f.turn_ms < 2000 || (f.reports && f.quiet_ms < 10 * 1000 && f.turn_ms < 60 * 1000))
            assert_int_equal(say, HARVEST_LOOK_AGAIN);
        else if (!f.settled && f.quiet_ms < 2000)
            assert_int_equal(say, HARVEST_UNSETTLED);
        else if (f.state == SCREEN_READY)
            assert_int_equal(say, f.interrupted ? HARVEST_INTERRUPTED : HARVEST_OVER);
        else
            assert_int_equal(say, f.state == SCREEN_LIMIT ? HARVEST_STOPPED : HARVEST_ASKS);
    }
}

static void only_what_cannot_change_unseen_is_passed_by(void **state) {
    (void)state;
    assert_true(harvest_keeps(HARVEST_GOES_ON, 2000));
    assert_false(harvest_keeps(HARVEST_ASKS, 60 * 1000));
    assert_false(harvest_keeps(HARVEST_GOES_ON, 1999));
    assert_false(harvest_keeps(HARVEST_LOOK_AGAIN, 60 * 1000));
    assert_false(harvest_keeps(HARVEST_OVER, 60 * 1000));
}

static void a_dialog_that_was_answered_is_known_by_work(void **state) {
    static char dialog[] = "awaiting_human: it shows a dialog", other[] = "quiet: no word";
    struct world_case one = resting();
    struct harvest_facts facts = {.state = SCREEN_BUSY, .asked = true, .asked_ms = 5000, .turn_ms = 60 * 1000};

    (void)state;
    one.ticket = (struct ticket){.status = TICKET_NEEDS_INPUT, .failure_reason = dialog};
    assert_true(harvest_asked(&one));
    one.runtime_is_tickets = false;
    assert_false(harvest_asked(&one));
    one.runtime_is_tickets = true;
    one.ticket.status = TICKET_IN_PROGRESS;
    assert_false(harvest_asked(&one));
    one.ticket = (struct ticket){.status = TICKET_NEEDS_INPUT, .failure_reason = other};
    assert_false(harvest_asked(&one));
    one.ticket.failure_reason = NULL;
    assert_false(harvest_asked(&one));

    assert_int_equal(harvest_judge(&facts), HARVEST_ANSWERED);
    facts.asked_ms = 4999;
    assert_int_equal(harvest_judge(&facts), HARVEST_LOOK_AGAIN);
    facts.asked_ms = 5000;
    facts.state = SCREEN_OTHER;
    assert_int_equal(harvest_judge(&facts), HARVEST_GOES_ON);
    facts.begun = true;
    assert_int_equal(harvest_judge(&facts), HARVEST_ANSWERED);
    facts.asked = false;
    assert_int_equal(harvest_judge(&facts), HARVEST_GOES_ON);
}

static void a_turn_that_a_dialog_kept_from_beginning(void **state) {
    static char dialog[] = "awaiting_human: it shows a dialog";
    struct world_case one = resting();
    struct world http = here;
    struct harvest_facts facts = {.state = SCREEN_READY, .idle = true, .asked = true, .settled = true};

    (void)state;
    one.runtime.status = RUNTIME_IDLE;
    one.runtime.turn_nonce = NULL;
    assert_false(harvest_wants(&here, &one));
    one.ticket = (struct ticket){.status = TICKET_NEEDS_INPUT, .failure_reason = dialog};
    assert_true(harvest_wants(&here, &one));
    http.http = true;
    assert_false(harvest_wants(&http, &one));

    assert_int_equal(harvest_judge(&facts), HARVEST_ANSWERED);
    facts.settled = false;
    assert_int_equal(harvest_judge(&facts), HARVEST_UNSETTLED);
    facts.state = SCREEN_DIALOG;
    assert_int_equal(harvest_judge(&facts), HARVEST_GOES_ON);
    facts.state = SCREEN_BUSY;
    assert_int_equal(harvest_judge(&facts), HARVEST_GOES_ON);
}

static void a_turn_is_no_endpoints_where_something_of_ours_has_carried_it(void **state) {
    struct world_case one = resting();

    (void)state;
    one.send_recorded = true;
    assert_false(harvest_typed(&one, ""));
    assert_false(harvest_typed(&one, "another_pasted"));
    assert_true(harvest_typed(&one, "n"));
    assert_true(harvest_typed(&one, "n_pasted_by_1"));
    one.runtime.turn_nonce = NULL; /* a dialog is before it, between two turns */
    assert_false(harvest_typed(&one, "n"));
    one.send_recorded = false;
    assert_true(harvest_typed(&one, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_of_ours_in_its_own_pane_is_looked_at),
        cmocka_unit_test(nothing_else_is),
        cmocka_unit_test(every_look_is_judged),
        cmocka_unit_test(a_dialog_that_was_answered_is_known_by_work),
        cmocka_unit_test(a_turn_that_a_dialog_kept_from_beginning),
        cmocka_unit_test(a_turn_is_no_endpoints_where_something_of_ours_has_carried_it),
        cmocka_unit_test(only_what_cannot_change_unseen_is_passed_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
