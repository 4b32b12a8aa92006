#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/adopt.h"

enum { GRACE = 300 * 1000 };
static const int64_t ages[] = {-1, 0, 10 * 1000, GRACE, GRACE + 1, 301 * 1000};
enum { AGES = sizeof ages / sizeof ages[0] };

typedef void check(const struct adopt_facts *facts, enum adopt_verdict verdict);

/* Takes the next digit of a number written in mixed bases. */
static int digit(long *number, int base) {
    int value = (int)(*number % base);
    *number /= base;
    return value;
}

/* Every combination of every input, once. */
static void for_all(check *look) {
    static const long total = 2L * 2 * TICKET_STATUS_COUNT * 2 * 2 * 2 * 2 * 2 * 3 * 3 * AGES;
    for (long i = 0; i < total; i++) {
        long n = i;
        struct adopt_facts facts = {.newborn_grace_ms = GRACE};
        facts.path = (enum adopt_path)digit(&n, 2);
        facts.confirmed = digit(&n, 2);
        facts.status = (enum ticket_status)digit(&n, TICKET_STATUS_COUNT);
        facts.other_worker_alive = digit(&n, 2);
        facts.runtime_exists = digit(&n, 2);
        facts.runtime_is_runs = digit(&n, 2);
        facts.session_tag_is_runs = digit(&n, 2);
        facts.pid_recorded = digit(&n, 2);
        facts.process = (enum seen)digit(&n, 3);
        facts.session = (enum seen)digit(&n, 3);
        facts.age_ms = ages[digit(&n, AGES)];
        assert_int_equal(n, 0);
        look(&facts, adopt_decide(&facts));
    }
}

static bool is_newborn(const struct adopt_facts *f) {
    return f->path == ADOPT_SEND && !f->pid_recorded && f->age_ms >= 0 && f->age_ms <= GRACE;
}

static bool may_be_worked(const struct adopt_facts *f) {
    return f->status == TICKET_TODO || f->status == TICKET_IN_PROGRESS;
}

/* SPEC sections 1 and 10 as one sentence: adopted exactly when all of it holds. */
static void granted_exactly_when(const struct adopt_facts *f, enum adopt_verdict verdict) {
    bool alive = (f->pid_recorded && f->process == SEEN_YES) || is_newborn(f);
    bool owned = f->runtime_exists && f->runtime_is_runs && f->session_tag_is_runs && !f->other_worker_alive;
    bool expected = f->confirmed && may_be_worked(f) && owned && f->session == SEEN_YES && alive;
    assert_int_equal(adopt_granted(verdict), expected);
    if (expected)
        assert_int_equal(verdict, f->pid_recorded ? ADOPT_YES : ADOPT_NEWBORN);
}

/* A reason that is given is true. */
static void reasons_hold(const struct adopt_facts *f, enum adopt_verdict verdict) {
    switch (verdict) {
    case ADOPT_YES:
    case ADOPT_NEWBORN:
        break;
    case ADOPT_TICKET_MOVED_ON:
        assert_true(!may_be_worked(f) && f->status != TICKET_NEEDS_INPUT);
        break;
    case ADOPT_TICKET_NEEDS_INPUT:
        assert_int_equal(f->status, TICKET_NEEDS_INPUT);
        break;
    case ADOPT_OTHER_WORKER:
        assert_true(f->other_worker_alive);
        break;
    case ADOPT_NO_RUNTIME:
        assert_false(f->runtime_exists);
        break;
    case ADOPT_PROCESS_DEAD:
        assert_true(f->pid_recorded && f->process == SEEN_NO);
        break;
    case ADOPT_PROCESS_UNKNOWN:
        assert_true(!f->pid_recorded || f->process == SEEN_UNKNOWN);
        break;
    case ADOPT_SESSION_GONE:
        assert_int_equal(f->session, SEEN_NO);
        break;
    case ADOPT_FOREIGN_RUN:
        assert_true(!f->runtime_is_runs || !f->session_tag_is_runs);
        break;
    case ADOPT_UNCONFIRMED:
        assert_true(!f->confirmed || (f->pid_recorded && f->process == SEEN_YES && f->session == SEEN_UNKNOWN));
        break;
    case ADOPT_COUNT:
        fail();
    }
}

static void what_is_unconfirmed_is_not_judged(const struct adopt_facts *f, enum adopt_verdict verdict) {
    if (!f->confirmed)
        assert_int_equal(verdict, ADOPT_UNCONFIRMED);
}

/* The healing path is the sending path without newborns. */
static void paths_differ_in_newborns_alone(const struct adopt_facts *f, enum adopt_verdict verdict) {
    struct adopt_facts other = *f;
    other.path = ADOPT_RECONCILE;
    assert_int_equal(adopt_decide(&other), verdict == ADOPT_NEWBORN ? ADOPT_PROCESS_UNKNOWN : verdict);
}

static void all_granted_exactly_when(void **state) {
    (void)state;
    for_all(granted_exactly_when);
}

static void all_reasons_hold(void **state) {
    (void)state;
    for_all(reasons_hold);
}

static void all_unconfirmed(void **state) {
    (void)state;
    for_all(what_is_unconfirmed_is_not_judged);
}

static void all_paths(void **state) {
    (void)state;
    for_all(paths_differ_in_newborns_alone);
}

/* A live worker behind a todo row whose send was answered 409. */
static struct adopt_facts busy(void) {
    return (struct adopt_facts){.path = ADOPT_SEND,
                                .confirmed = true,
                                .status = TICKET_IN_PROGRESS,
                                .runtime_exists = true,
                                .runtime_is_runs = true,
                                .session_tag_is_runs = true,
                                .pid_recorded = true,
                                .process = SEEN_YES,
                                .session = SEEN_YES,
                                .age_ms = 4000,
                                .newborn_grace_ms = GRACE};
}

static struct adopt_facts newborn(enum adopt_path path, int64_t age_ms) {
    struct adopt_facts facts = busy();
    facts.path = path;
    facts.pid_recorded = false;
    facts.process = SEEN_UNKNOWN;
    facts.age_ms = age_ms;
    return facts;
}

static enum adopt_verdict newborn_verdict(enum adopt_path path, int64_t age_ms) {
    struct adopt_facts facts = newborn(path, age_ms);
    return adopt_decide(&facts);
}

static void a_busy_409_adopts(void **state) {
    (void)state;
    struct adopt_facts facts = busy();
    assert_int_equal(adopt_decide(&facts), ADOPT_YES);
    facts.path = ADOPT_RECONCILE;
    facts.status = TICKET_TODO;
    facts.age_ms = 90000000;
    assert_int_equal(adopt_decide(&facts), ADOPT_YES);
}

static void newborns(void **state) {
    (void)state;
    assert_int_equal(newborn_verdict(ADOPT_SEND, 10 * 1000), ADOPT_NEWBORN);
    assert_int_equal(newborn_verdict(ADOPT_SEND, 0), ADOPT_NEWBORN);
    assert_int_equal(newborn_verdict(ADOPT_SEND, 300 * 1000), ADOPT_NEWBORN);
    assert_int_equal(newborn_verdict(ADOPT_SEND, 300 * 1000 + 1), ADOPT_PROCESS_UNKNOWN);
    assert_int_equal(newborn_verdict(ADOPT_SEND, 301 * 1000), ADOPT_PROCESS_UNKNOWN);
    assert_int_equal(newborn_verdict(ADOPT_SEND, -1), ADOPT_PROCESS_UNKNOWN);
    assert_int_equal(newborn_verdict(ADOPT_RECONCILE, 10 * 1000), ADOPT_PROCESS_UNKNOWN);
    struct adopt_facts facts = newborn(ADOPT_SEND, 10 * 1000);
    facts.session = SEEN_NO;
    assert_int_equal(adopt_decide(&facts), ADOPT_SESSION_GONE);
    facts.session = SEEN_UNKNOWN;
    assert_int_equal(adopt_decide(&facts), ADOPT_PROCESS_UNKNOWN);
}

/* The order of declines: each of these facts speaks before those that stand below it. */
static void each_decline_by_its_own_reason(void **state) {
    (void)state;
    struct adopt_facts facts = busy();
    facts.process = SEEN_UNKNOWN;
    assert_int_equal(adopt_decide(&facts), ADOPT_PROCESS_UNKNOWN);
    facts.process = SEEN_NO; /* a ghost: the pane is alive, the process is not */
    assert_int_equal(adopt_decide(&facts), ADOPT_PROCESS_DEAD);
    facts.session = SEEN_NO;
    assert_int_equal(adopt_decide(&facts), ADOPT_SESSION_GONE);
    facts.process = SEEN_YES;
    assert_int_equal(adopt_decide(&facts), ADOPT_SESSION_GONE);
    facts.session = SEEN_UNKNOWN; /* tmux does not answer */
    assert_int_equal(adopt_decide(&facts), ADOPT_UNCONFIRMED);
    facts.session_tag_is_runs = false;
    assert_int_equal(adopt_decide(&facts), ADOPT_FOREIGN_RUN);
    facts.session_tag_is_runs = true;
    facts.runtime_is_runs = false;
    assert_int_equal(adopt_decide(&facts), ADOPT_FOREIGN_RUN);
    facts.runtime_exists = false;
    assert_int_equal(adopt_decide(&facts), ADOPT_NO_RUNTIME);
    facts.other_worker_alive = true;
    assert_int_equal(adopt_decide(&facts), ADOPT_OTHER_WORKER);
    facts.status = TICKET_NEEDS_INPUT;
    assert_int_equal(adopt_decide(&facts), ADOPT_TICKET_NEEDS_INPUT);
    facts.confirmed = false;
    assert_int_equal(adopt_decide(&facts), ADOPT_UNCONFIRMED);
}

static void tickets_that_moved_on(void **state) {
    (void)state;
    static const enum ticket_status moved[] = {TICKET_INBOX, TICKET_IN_REVIEW, TICKET_BLOCKED, TICKET_DONE,
                                               TICKET_CANCELLED};
    struct adopt_facts facts = busy();
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
        facts.status = moved[i];
        assert_int_equal(adopt_decide(&facts), ADOPT_TICKET_MOVED_ON);
    }
    facts.status = TICKET_STATUS_COUNT; /* not a status at all */
    assert_int_equal(adopt_decide(&facts), ADOPT_TICKET_MOVED_ON);
    facts.status = (enum ticket_status)(TICKET_STATUS_COUNT + 1);
    assert_int_equal(adopt_decide(&facts), ADOPT_TICKET_MOVED_ON);
    facts = busy();
    facts.process = (enum seen)99;
    assert_int_equal(adopt_decide(&facts), ADOPT_PROCESS_UNKNOWN);
}

static void names(void **state) {
    (void)state;
    static const char *const expected[ADOPT_COUNT] = {
        "adopt",        "adopt_newborn",   "ticket_moved_on", "ticket_needs_input", "other_worker_alive", "no_runtime",
        "process_dead", "process_unknown", "session_gone",    "foreign_run",        "state_unconfirmed"};
    for (int i = 0; i < ADOPT_COUNT; i++) {
        assert_string_equal(adopt_name((enum adopt_verdict)i), expected[i]);
        assert_true(strlen(adopt_words((enum adopt_verdict)i)) > 10);
        assert_int_equal(adopt_granted((enum adopt_verdict)i), i <= ADOPT_NEWBORN);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_granted_exactly_when),
        cmocka_unit_test(all_reasons_hold),
        cmocka_unit_test(all_unconfirmed),
        cmocka_unit_test(all_paths),
        cmocka_unit_test(a_busy_409_adopts),
        cmocka_unit_test(newborns),
        cmocka_unit_test(each_decline_by_its_own_reason),
        cmocka_unit_test(tickets_that_moved_on),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
