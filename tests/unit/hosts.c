#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/hosts.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define NOW (INT64_C(100) * HOUR)

static char here[] = "m-1", elsewhere[] = "m-2", boot[] = "boot-1", version[] = "1.0", other[] = "other";

static struct host seen(int64_t ago) {
    return (struct host){.machine_id = here,
                         .boot_id = boot,
                         .version = version,
                         .max_running = 2,
                         .seen_at = NOW - ago,
                         .heard_since = NOW - HOUR};
}

/* Three of cron's intervals, and three minutes where those are short; a retired one is not silent, and one that came
 * back is, when it is not heard again. */
static void what_a_host_is(void **state) {
    (void)state;
    static const struct {
        int64_t ago, interval_s;
        bool retired, forgotten;
        enum host_state is;
    } rows[] = {
        {0, 60, false, false, HOST_HEARD},
        {3 * MINUTE, 60, false, false, HOST_HEARD},
        {3 * MINUTE + 1, 60, false, false, HOST_SILENT},
        {3 * MINUTE, 10, false, false, HOST_HEARD}, /* no shorter than three minutes */
        {3 * MINUTE + 1, 10, false, false, HOST_SILENT},
        {15 * MINUTE, 300, false, false, HOST_HEARD},
        {15 * MINUTE + 1, 300, false, false, HOST_SILENT},
        {-HOUR, 60, false, false, HOST_HEARD}, /* the server's clock was set back */
        {0, 60, true, true, HOST_RETIRED},
        {HOUR, 60, true, true, HOST_RETIRED},
        {0, 60, true, false, HOST_BACK},
        {HOUR, 60, true, false, HOST_SILENT},
        {HOUR, 60, false, true, HOST_SILENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct host host = seen(rows[i].ago);
        host.retired_at = rows[i].retired ? NOW - HOUR : 0;
        host.machine_id = rows[i].forgotten ? NULL : here;
        assert_int_equal(host_state(&host, NOW, rows[i].interval_s), rows[i].is);
    }
    assert_int_equal(host_patience(60), 3 * MINUTE);
    assert_int_equal(host_patience(1), 3 * MINUTE);
    assert_int_equal(host_patience(61), 3 * MINUTE + 3 * SECOND);
    assert_int_equal(host_patience(3600), 3 * HOUR);
    for (int i = 0; i < HOST_STATE_COUNT; i++)
        assert_non_null(host_state_name((enum host_state)i));
}

static void who_meets_whom(void **state) {
    (void)state;
    struct host row = seen(0);
    assert_int_equal(host_meet(NULL, here), HOST_MEETS_NOBODY);
    assert_int_equal(host_meet(&row, here), HOST_MEETS_ITSELF);
    assert_int_equal(host_meet(&row, elsewhere), HOST_MEETS_ANOTHER);
    row.retired_at = NOW; /* it came back, and another with its name comes */
    assert_int_equal(host_meet(&row, elsewhere), HOST_MEETS_ANOTHER);
    row.machine_id = NULL;
    assert_int_equal(host_meet(&row, here), HOST_MEETS_NOBODY);
    assert_int_equal(host_meet(&row, elsewhere), HOST_MEETS_NOBODY);
    row.retired_at = 0;
    assert_int_equal(host_meet(&row, elsewhere), HOST_MEETS_NOBODY);
}

/* A reboot begins after the last word of the boot before, by whatever clock; what was up before that is another
 * machine. */
static void who_is_a_copy(void **state) {
    (void)state;
    static const struct {
        int64_t ago, up;
        bool same_boot, copy;
    } rows[] = {
        {20 * SECOND, 10 * SECOND, false, false}, {20 * SECOND, 20 * SECOND, false, false},
        {20 * SECOND, 25 * SECOND, false, false}, {20 * SECOND, 25 * SECOND + 1, false, true},
        {20 * SECOND, HOUR, false, true},         {20 * SECOND, HOUR, true, false},
        {3 * MINUTE, HOUR, false, true},          {3 * MINUTE + 1, HOUR, false, false},   /* it is no more */
        {-30 * SECOND, HOUR, false, true},        {-30 * SECOND - 1, HOUR, false, false}, /* the clock was set back */
    };
    struct host self = seen(0), row;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        row = seen(rows[i].ago);
        row.boot_id = rows[i].same_boot ? boot : other;
        self.started_at = NOW - rows[i].up;
        assert_int_equal(host_is_copy(&row, &self, 3 * MINUTE), rows[i].copy);
    }
    self.started_at = NOW - HOUR;
    row = seen(0);
    row.boot_id = NULL;
    assert_false(host_is_copy(&row, &self, 3 * MINUTE));
    row.boot_id = other;
    self.boot_id = NULL;
    assert_false(host_is_copy(&row, &self, 3 * MINUTE));
}

static void who_has_a_copy(void **state) {
    (void)state;
    const struct host self = seen(0);
    struct host row = seen(0);

    assert_false(host_has_copy(&row, &self, 3 * MINUTE));
    row.twin_at = NOW - 3 * MINUTE;
    assert_true(host_has_copy(&row, &self, 3 * MINUTE));
    row.boot_id = other; /* a reboot beside a copy */
    assert_true(host_has_copy(&row, &self, 3 * MINUTE));
    row.seen_at = NOW - 3 * MINUTE - 1; /* the copy alone is left */
    assert_false(host_has_copy(&row, &self, 3 * MINUTE));
    row.boot_id = boot;
    assert_true(host_has_copy(&row, &self, 3 * MINUTE));
    row.twin_at--;
    assert_false(host_has_copy(&row, &self, 3 * MINUTE));
}

/* Each column alone has it written at once; else the time does. */
static void when_it_is_noted(void **state) {
    (void)state;
    const struct host self = seen(0);
    struct host row = seen(30 * SECOND - 1);
    assert_true(host_due(NULL, &self, NOW));
    assert_false(host_due(&row, &self, NOW));
    row.seen_at = NOW - 30 * SECOND;
    assert_true(host_due(&row, &self, NOW));
    for (int i = 0; i < 5; i++) {
        row = seen(0);
        if (i == 0)
            row.boot_id = other;
        else if (i == 1)
            row.version = other;
        else if (i == 2)
            row.max_running++;
        else if (i == 3)
            row.machine_id = NULL;
        else
            row.said_at = NOW; /* it is heard again */
        assert_true(host_due(&row, &self, NOW));
    }
    row = seen(-30 * SECOND);
    assert_false(host_due(&row, &self, NOW));
    row = seen(-30 * SECOND - 1);
    assert_true(host_due(&row, &self, NOW));
    row = seen(-HOUR); /* the server's clock was set back */
    assert_true(host_due(&row, &self, NOW));
}

static void when_it_may_be_retired(void **state) {
    (void)state;
    struct host host = seen(2 * MINUTE);
    assert_false(host_may_retire(&host, NOW));
    host.seen_at--;
    assert_true(host_may_retire(&host, NOW));
    host = seen(-MINUTE);
    assert_false(host_may_retire(&host, NOW));
}

static void when_it_is_lost(void **state) {
    (void)state;
    static const struct {
        int64_t ago, lost_after_s;
        bool retired, lost;
        int64_t watched; /* 0: longer */
    } rows[] = {
        {INT64_C(99) * HOUR, 0, false, false, 0}, {HOUR, 3600, false, false, 0},
        {HOUR + 1, 3600, false, true, 0},         {HOUR + 1, 3600, true, false, 0},
        {2 * MINUTE, 1, false, false, 0}, /* never a fresh one */
        {2 * MINUTE + 1, 1, false, true, 0},      {2 * HOUR, 3600, false, true, HOUR + 1},
        {2 * HOUR, 3600, false, false, HOUR},
    };
    struct host self = seen(0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct host host = seen(rows[i].ago);
        if (rows[i].retired) {
            host.retired_at = NOW;
            host.machine_id = NULL;
        }
        self.heard_since = NOW - (rows[i].watched ? rows[i].watched : INT64_C(99) * HOUR);
        assert_int_equal(host_is_lost(&host, &self, NOW, rows[i].lost_after_s), rows[i].lost);
    }
}

/* After an outage of the server the first of all must not take the others for lost. */
static void who_may_judge(void **state) {
    (void)state;
    struct host self = seen(3 * MINUTE);
    assert_false(host_may_judge(NULL, NOW, 60));
    assert_true(host_may_judge(&self, NOW, 60));
    self.seen_at--;
    assert_false(host_may_judge(&self, NOW, 60));
    assert_true(host_may_judge(&self, NOW, 300));
    self = seen(0);
    self.machine_id = NULL;
    assert_false(host_may_judge(&self, NOW, 60));
    self = seen(0);
    self.heard_since = NOW - 3 * MINUTE; /* the others have had their chance */
    assert_true(host_may_judge(&self, NOW, 60));
    self.heard_since++;
    assert_false(host_may_judge(&self, NOW, 60));
}

static void since_when_it_is_heard(void **state) {
    (void)state;
    struct host row = seen(3 * MINUTE);

    assert_int_equal(host_heard_since(NULL, NOW, 60), NOW);
    assert_int_equal(host_heard_since(&row, NOW, 60), NOW - HOUR);
    row.seen_at--;
    assert_int_equal(host_heard_since(&row, NOW, 60), NOW);
    row = seen(0);
    row.heard_since = NOW + 1; /* the server's clock was set back */
    assert_int_equal(host_heard_since(&row, NOW, 60), NOW);
    row.heard_since = 0;
    assert_int_equal(host_heard_since(&row, NOW, 60), NOW);
    row = seen(0);
    row.machine_id = NULL;
    assert_int_equal(host_heard_since(&row, NOW, 60), NOW);
}

static void how_it_is_said(void **state) {
    (void)state;
    struct host host = seen(2 * HOUR);
    struct text out = {0};
    host_silence(&out, &host, NOW);
    assert_string_equal(text_str(&out), "has been silent for 2 h");
    text_clear(&out);
    host.seen_at = 0;
    host_silence(&out, &host, NOW);
    assert_string_equal(text_str(&out), "was never seen");
    text_release(&out);
    host = (struct host){.name = xstrdup("a"), .machine_id = xstrdup("b")};
    host_release(&host);
    host_release(&host);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_host_is),         cmocka_unit_test(who_meets_whom),  cmocka_unit_test(when_it_is_noted),
        cmocka_unit_test(when_it_may_be_retired), cmocka_unit_test(when_it_is_lost), cmocka_unit_test(how_it_is_said),
        cmocka_unit_test(who_may_judge),          cmocka_unit_test(who_is_a_copy),   cmocka_unit_test(who_has_a_copy),
        cmocka_unit_test(since_when_it_is_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
