#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/breaker.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
static const int64_t now = 1779942042145;

static bool failed(struct breaker *breaker, enum send_class class, int64_t ticket, int64_t at) {
    return breaker_fail(breaker, &(struct breaker_failure){.class = class, .ticket = ticket, .now = at});
}

static void three_failures_open(void **state) {
    (void)state;
    struct breaker breaker = {0};
    assert_false(breaker_open(&breaker, now));
    assert_false(failed(&breaker, CLASS_UNREACHABLE, 1, now));
    assert_false(breaker_is_shared(&breaker));
    assert_false(failed(&breaker, CLASS_SERVER_ERROR, 2, now));
    assert_true(breaker_is_shared(&breaker));
    assert_false(breaker_open(&breaker, now));
    assert_true(failed(&breaker, CLASS_UNREACHABLE, 3, now));
    assert_true(breaker_open(&breaker, now));
    assert_true(breaker_open(&breaker, now + MINUTE - 1));
    assert_false(breaker_open(&breaker, now + MINUTE));
    assert_string_equal(breaker.class, "unreachable");
    /* Failures of pickups that were under way when it opened do not make the pause longer. */
    assert_false(failed(&breaker, CLASS_UNREACHABLE, 4, now + 1));
    assert_int_equal(breaker.open_until, now + MINUTE);
}

/* Which classes one ticket alone may open a breaker with: not those that a fault of its own looks like. */
static void one_ticket_alone(void **state) {
    (void)state;
    static const struct {
        enum send_class class;
        bool opens;
    } cases[] = {{CLASS_UNREACHABLE, true}, {CLASS_SERVER_ERROR, true}, {CLASS_NO_AGENT, true},
                 {CLASS_NO_TMUX, false},    {CLASS_DISK_FULL, false},   {CLASS_CANNOT_CREATE, false},
                 {CLASS_OS_ERROR, false},   {CLASS_WORKER_DIED, false}, {CLASS_WORKSPACE_FAILED, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct breaker breaker = {0};
        bool opened = false;
        for (int n = 0; n < 10 && !opened; n++)
            opened = failed(&breaker, cases[i].class, 7, now);
        assert_int_equal(opened, cases[i].opens);
        if (opened)
            continue;
        assert_int_equal(breaker.failures, 1);
        assert_int_equal(breaker.shares[0].failures, 10);
        assert_false(failed(&breaker, cases[i].class, 8, now));
        assert_false(failed(&breaker, cases[i].class, 8, now));
        assert_true(failed(&breaker, cases[i].class, 9, now));
    }
}

static void one_denial_opens(void **state) {
    (void)state;
    struct breaker breaker = {0};
    assert_true(failed(&breaker, CLASS_DENIED, 1, now));
    assert_true(breaker_open(&breaker, now));
    assert_false(failed(&breaker, CLASS_DENIED, 1, now));
}

static void the_pause_grows_and_is_said_once(void **state) {
    (void)state;
    static const int64_t pauses[] = {1, 2, 4, 8, 16, 32, 60, 60};
    struct breaker breaker = {0};
    int64_t at = now;
    for (int i = 0; i < 8; i++) {
        assert_int_equal(failed(&breaker, CLASS_DENIED, i % 2, at), i == 0);
        assert_int_equal(breaker.open_until - at, pauses[i] * MINUTE);
        at = breaker.open_until;
        assert_false(breaker_open(&breaker, at));
    }
    /* One failed trial is enough, whatever its class. */
    assert_false(failed(&breaker, CLASS_UNREACHABLE, 1, at));
    assert_true(breaker_open(&breaker, at));
}

/* While one ticket tries, the others wait; its failure doubles the pause, and one that is never told ends by itself. */
static void one_ticket_tries(void **state) {
    (void)state;
    struct breaker breaker = {0};
    int64_t at = now + MINUTE;
    failed(&breaker, CLASS_DENIED, 1, now);
    breaker_try(&breaker, 2, at);
    assert_true(breaker_open(&breaker, at + 1));
    assert_false(failed(&breaker, CLASS_DENIED, 3, at + 1));
    assert_int_equal(breaker.openings, 1);
    assert_false(failed(&breaker, CLASS_DENIED, 2, at + 2));
    assert_int_equal(breaker.open_until, at + 2 + 2 * MINUTE);
    at = breaker.open_until;
    breaker_try(&breaker, 4, at);
    assert_false(breaker_open(&breaker, at + MINUTE));
}

/* The machine's breaker has been opened by three; the ticket that tries is one of them. */
static void a_trial_counts_whoever_has_it(void **state) {
    (void)state;
    struct breaker breaker = {0};
    for (int i = 1; i <= 3; i++)
        failed(&breaker, CLASS_DISK_FULL, i, now);
    breaker_try(&breaker, 1, now + MINUTE);
    assert_false(failed(&breaker, CLASS_DISK_FULL, 1, now + MINUTE));
    assert_int_equal(breaker.open_until, now + 3 * MINUTE);
    assert_int_equal(breaker.failures, 4);
}

static void a_clock_put_back_does_not_stop_claiming_for_ever(void **state) {
    (void)state;
    struct breaker breaker = {0};
    failed(&breaker, CLASS_DENIED, 1, now + 1000LL * HOUR);
    assert_false(breaker_open(&breaker, now));
    assert_false(failed(&breaker, CLASS_DENIED, 1, now));
    assert_true(breaker_open(&breaker, now));
}

static void keys(void **state) {
    (void)state;
    char key[BREAKER_THING_SIZE];
    breaker_thing(key, THING_MACHINE, "x");
    assert_string_equal(key, "machine");
    breaker_thing(key, THING_ENDPOINT, NULL);
    assert_string_equal(key, "endpoint");
    breaker_thing(key, THING_PROFILE, "codex");
    assert_string_equal(key, "profile:codex");
}

static void no_pause_is_longer_than_the_longest(void **state) {
    (void)state;
    assert_int_equal(pause_longest(HOUR), 7 * 24 * HOUR);
    assert_int_equal(pause_longest(7 * 24 * HOUR), 7 * 24 * HOUR);
    assert_int_equal(pause_longest(7 * 24 * HOUR + 1), 7 * 24 * HOUR + 1);
    assert_int_equal(pause_longest(100LL * 24 * HOUR), 100LL * 24 * HOUR);
}

static void test_what_a_ticket_needs(void **state) {
    (void)state;
    const struct breaker_need demo = {.profile = "demo"}, http = {.profile = "demo", .endpoint = true};
    const struct breaker_need web = {.profile = "demon", .workspace = "web"}, none = {0};
    assert_true(breaker_is_needed("machine", &none));
    assert_true(breaker_is_needed("endpoint", &http));
    assert_false(breaker_is_needed("endpoint", &demo));
    assert_true(breaker_is_needed("profile:demo", &demo));
    assert_false(breaker_is_needed("profile:demo", &web));
    assert_false(breaker_is_needed("profile:", &none));
    assert_false(breaker_is_needed("workspace:demo", &http));
    assert_true(breaker_is_needed("workspace:web", &web));
    assert_false(breaker_is_needed("workspace:web2", &web));
    assert_false(breaker_is_needed("profile:web", &web));
    assert_false(breaker_is_needed("workspace:", &demo));
}

static void stopped_once_it_is_known_to_be_broken(void **state) {
    struct breaker breaker = {0};

    (void)state;
    breaker_stop(&breaker, now);
    assert_int_equal(breaker.openings, 1);
    breaker_stop(&breaker, now);
    assert_int_equal(breaker.openings, 1);
}

/* Only as many tickets as open it have a share of their own; one that is no ticket tries nothing. */
static void shares_are_few(void **state) {
    struct breaker breaker = {0};
    int64_t until;

    (void)state;
    for (int64_t ticket = 1; ticket <= 4; ticket++)
        failed(&breaker, CLASS_NO_TMUX, ticket, now);
    assert_int_equal(breaker.shares[2].ticket, 3);
    assert_int_equal(breaker.failures, 4);
    assert_false(breaker.told);
    until = breaker.open_until;
    assert_false(failed(&breaker, CLASS_NO_TMUX, 0, now + 1));
    assert_int_equal(breaker.open_until, until);
}

static void what_is_said_of_it(void **state) {
    struct breaker breaker = {0};
    char span[BREAKER_SPAN_SIZE];

    (void)state;
    assert_string_equal(breaker_why(&breaker), "");
    assert_string_equal(breaker_advice(&breaker), "mc-ticket breaker shows more");
    assert_false(breaker_is_shared(&breaker));
    breaker_fail(&breaker, &(struct breaker_failure){.class = CLASS_DENIED, .ticket = 1, .now = now});
    assert_string_equal(breaker_why(&breaker), class_rule(CLASS_DENIED)->why);
    assert_string_equal(breaker_advice(&breaker), class_rule(CLASS_DENIED)->next_action);
    assert_false(breaker_is_shared(&breaker));
    breaker_span(&breaker, "then", span);
    assert_string_equal(span, "until then after repeated failures");
    breaker_fail(&breaker, &(struct breaker_failure){
                               .class = CLASS_DENIED, .ticket = 2, .now = now, .detail = "seen", .next = "do this"});
    assert_string_equal(breaker_advice(&breaker), "do this");
    assert_string_equal(breaker.detail, "seen");
    assert_true(breaker_is_shared(&breaker));
}

static void one_that_waits_for_a_person_stays_open(void **state) {
    const struct breaker_failure login = {.class = CLASS_AWAITING_HUMAN, .ticket = 1, .now = now};
    struct breaker breaker = {0};
    char span[BREAKER_SPAN_SIZE];

    (void)state;
    breaker_fail(&breaker, &login);
    breaker_stop(&breaker, now);
    assert_true(breaker_stopped(&breaker));
    assert_non_null(strstr(breaker_why(&breaker), "login"));
    assert_true(breaker_open(&breaker, now + (int64_t)6 * 24 * 3600 * 1000));
    assert_false(breaker_open(&breaker, now + (int64_t)7 * 24 * 3600 * 1000));
    assert_false(breaker_open(&breaker, now - 1)); /* a clock that was set back */
    breaker_span(&breaker, "then", span);
    assert_string_equal(span, "until a turn of it succeeds");
    assert_false(breaker.told);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_ticket_needs),
        cmocka_unit_test(stopped_once_it_is_known_to_be_broken),
        cmocka_unit_test(shares_are_few),
        cmocka_unit_test(what_is_said_of_it),
        cmocka_unit_test(three_failures_open),
        cmocka_unit_test(one_ticket_alone),
        cmocka_unit_test(one_denial_opens),
        cmocka_unit_test(the_pause_grows_and_is_said_once),
        cmocka_unit_test(one_ticket_tries),
        cmocka_unit_test(a_trial_counts_whoever_has_it),
        cmocka_unit_test(a_clock_put_back_does_not_stop_claiming_for_ever),
        cmocka_unit_test(one_that_waits_for_a_person_stays_open),
        cmocka_unit_test(keys),
        cmocka_unit_test(no_pause_is_longer_than_the_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
