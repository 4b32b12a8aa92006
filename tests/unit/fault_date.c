/* Dates, times of day and waits in an agent's words, at their edges: what is one, what is none, and what it comes to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/fault_date.h"
#include "rules/fault_until.h"

static int clock(const char *text) {
    struct fault_zone zone;

    return fault_clock(text, &zone);
}

static void test_times_of_day(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int minute;
    } cases[] = {
        {"0:00", 0},
        {"00:00", 0},
        {"9:05", 545},
        {"15:30", 930},
        {"23:59", 1439},
        {"24:00", -1},
        {"23:60", -1},
        {"12am", 0},
        {"12:01am", 1},
        {"1am", 60},
        {"11:59am", 719},
        {"12pm", 720},
        {"1 pm", 780},
        {"11:59pm", 1439},
        {"0am", -1},
        {"13pm", -1},
        {"12:60pm", -1},
        {"9", -1},
        {"9 a", -1},
        {"9:", -1},
        {"9:x", -1},
        {"am", -1},
        {"", -1},
        {"   3pm", 900},
        {"9 o'clock", -1},
        {"9pn", -1},
        {"9bm", -1},
        {"10:06pm", 1326},
        {"9:30 pm", 1290},
        {"12345678901234:00", -1},
        {"9:12345678901234", -1},
        {"3 p.m.", 900},
        {"3:00 p.m", 900},
        {"12 a.m.", 0},
        {"3 amps", -1},
        {"9:12:30 pm", 1273},
        {"9:12:00.5 pm", 1273},
        {"9:12:00.00 pm", 1272},
        {"23:59:59", 1439},
        {"9:12:", 552},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (clock(cases[i].text) != cases[i].minute)
            fail_msg("%s: %d, not %d", cases[i].text, clock(cases[i].text), cases[i].minute);
}

static void test_zones(void **state) {
    (void)state;
    enum { HERE = 9999 };
    static const struct {
        const char *text;
        int minute, east;
    } cases[] = {
        {"3pm", 900, HERE},        {"3pm (europe/berlin)", 900, HERE},
        {"3pm zulu", 900, HERE},   {"3pm - esc to cancel", 900, HERE},
        {"3pm (utc)", 900, 0},     {"15:00z", 900, 0},
        {"15:00:00.000z", 900, 0}, {"3:00 p.m. gmt", 900, 0},
        {"3pm utc+2", 900, 120},   {"3pm gmt-03:30", 900, -210},
        {"15:00+05:30", 900, 330}, {"15:00:30-0800", 901, -480},
        {"15:00 +14", 900, 840},   {"15:00 +15", 900, HERE},
        {"15:00 +1", 900, HERE},   {"15:00 +01:60", 900, HERE},
        {"15:00 1:00", 900, HERE}, {"3 a.m pst", 180, -480},
        {"3pm pdt", 900, -420},    {"3pm pt", 900, -480},
        {"3pm mst", 900, -420},    {"3pm mdt", 900, -360},
        {"3pm cst", 900, -360},    {"3pm cdt", 900, -300},
        {"3pm est", 900, -300},    {"3pm edt", 900, -240},
        {"3pm et", 900, -300},     {"3pm cet", 900, 60},
        {"3pm cest", 900, 120},    {"3pm jst", 900, 540},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_zone zone;
        int minute = fault_clock(cases[i].text, &zone);
        if (minute != cases[i].minute || (zone.told ? zone.east : HERE) != cases[i].east)
            fail_msg("%s: %d %d %d", cases[i].text, minute, zone.told, zone.east);
    }
}

static void test_a_minute_of_a_zone(void **state) {
    (void)state;
    const int64_t noon = INT64_C(43200000);
    assert_int_equal(fault_minute(&(struct fault_zone){false, 60}, noon, 5), 5);
    assert_int_equal(fault_minute(&(struct fault_zone){true, 60}, noon, 5), 780);
    assert_int_equal(fault_minute(&(struct fault_zone){true, 840}, noon, 5), 120);
    assert_int_equal(fault_minute(&(struct fault_zone){true, -780}, noon, 5), 1380);
}

static void test_numbers(void **state) {
    (void)state;
    const char *at = "1234567890123x";
    assert_int_equal(fault_number(&at), INT64_C(1234567890123));
    assert_string_equal(at, "x");
    at = "12345678901234";
    assert_int_equal(fault_number(&at), -1);
    at = "x";
    assert_int_equal(fault_number(&at), -1);
    assert_string_equal(at, "x");
}

static void test_dates(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int year, month, day, minute;
    } cases[] = {
        {"dec 3, 9am", 0, 12, 3, 540},
        {"december 3", 0, 12, 3, 0},
        {"on dec 5th, 2026 9:12 am", 2026, 12, 5, 552},
        {"3 december", 0, 12, 3, 0},
        {"1st of march", 0, 3, 1, 0},
        {"2nd feb 2027", 2027, 2, 2, 0},
        {"3rd jan. 1969", 0, 1, 3, 0}, /* a number that is no year */
        {"jan 3 1970", 1970, 1, 3, 0},
        {"jan 31", 0, 1, 31, 0},
        {"jan 32", 0, 0, 0, 0},
        {"jan 0", 0, 0, 0, 0},
        {"jan", 0, 0, 0, 0},
        {"3", 0, 0, 0, 0},
        {"", 0, 0, 0, 0},
        {"jan 3 2026:00", 0, 1, 3, 0},
        {"jan 3 20:26", 0, 1, 3, 1226},
        {"at tuesday, jan 3 at 11pm", 0, 1, 3, 1380},
        {"wed thu fri sat sun mon jan 3", 0, 1, 3, 0},
        {"apr 4, 12345", 0, 4, 4, 0},
        {"2026-12-05 09:12", 2026, 12, 5, 552},
        {"2026-12-05t09:12", 2026, 12, 5, 552},
        {"2026-12-05", 2026, 12, 5, 0},
        {"2026-01-31", 2026, 1, 31, 0},
        {"2026-12-32", 0, 0, 0, 0},
        {"2026-12-00", 0, 0, 0, 0},
        {"2026-13-05", 0, 0, 0, 0},
        {"2026-00-05", 0, 0, 0, 0},
        {"2026-12", 0, 0, 0, 0},
        {"2026/12/05", 0, 0, 0, 0},
        {"1969-12-05", 0, 0, 0, 0},
        {"oct 4 nov 5", 0, 10, 4, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_date date = fault_date_read(cases[i].text);
        if (date.year != cases[i].year || date.month != cases[i].month || date.day != cases[i].day ||
            date.minute != cases[i].minute)
            fail_msg("%s: %d-%d-%d %d", cases[i].text, date.year, date.month, date.day, date.minute);
    }
}

enum { UTC = -1 };

static struct fault_date on(int year, int month, int day, int minute) {
    return (struct fault_date){.year = year, .month = month, .day = day, .minute = minute};
}

static int64_t ms(struct fault_date date, int64_t now, int minute_now) {
    return fault_date_ms(&date, now, minute_now == UTC ? (int)(now / 60000 % 1440) : minute_now);
}

static void test_a_date_as_a_moment(void **state) {
    (void)state;
    const int64_t now = INT64_C(1750000000000); /* 2025-06-15T15:06:40Z, minute 906 */
    assert_int_equal(ms(on(1970, 1, 1, 0), now, UTC), 0);
    assert_int_equal(ms(on(2000, 2, 29, 1), now, UTC), INT64_C(951782460000));
    assert_int_equal(ms(on(2000, 3, 1, 0), now, UTC), INT64_C(951868800000));
    assert_int_equal(ms(on(2024, 12, 31, 1439), now, UTC), INT64_C(1735689540000));
    assert_int_equal(ms(on(2100, 3, 1, 0), now, UTC), INT64_C(4107542400000));
    /* nine hours east, five west, and where one day ends and the next begins */
    assert_int_equal(ms(on(2025, 6, 16, 0), now, 6), INT64_C(1749999600000));
    assert_int_equal(ms(on(2025, 6, 15, 0), now, 606), INT64_C(1749963600000));
    assert_int_equal(ms(on(2025, 6, 15, 0), now, 906 - 660), INT64_C(1749945600000) + 660 * 60000);
    assert_int_equal(ms(on(2025, 6, 15, 0), now, (906 + 779) % 1440), INT64_C(1749945600000) - 779 * 60000);
    /* and where its own zone is told */
    assert_int_equal(ms((struct fault_date){2025, 6, 16, 0, {true, 540}}, now, UTC), INT64_C(1749999600000));
    /* without a year: the nearest one ahead, or just behind */
    assert_int_equal(ms(on(0, 6, 14, 0), now, UTC), INT64_C(1749859200000));
    assert_int_equal(ms(on(0, 1, 2, 0), now, UTC), INT64_C(1735776000000));
    assert_int_equal(ms(on(0, 12, 10, 0), now, UTC), INT64_C(1765324800000));
    assert_int_equal(ms(on(0, 6, 14, 0), INT64_MAX / 2, 0), 0);
}

static int64_t wait(const char *text) {
    struct fault_until until = fault_until_read(text);
    assert_int_equal(until.at_ms, 0);
    return until.wait_ms;
}

static void test_waits(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"retry after 30", 30000},
        {"retry after: \"30\"", 30000},
        {"Retry-After 0", 0},
        {"retry in 5ms", 5},
        {"retry in 5 milliseconds", 5},
        {"retry in 5s", 5000},
        {"retry in 5 seconds", 5000},
        {"retry in 5 m", 300000},
        {"retry in 2h, 5m", 7500000},
        {"retry in 1d", 86400000},
        {"retry in 5 zebras", 0},
        {"try again in 1 week", 604800000},
        {"resets in 2 weeks", 1209600000},
        {"try again in 1 month", 0},
        {"try again in 2 hours 3 months", 0},
        {"retry in 3 secs", 3000},
        {"retry in 2 mins", 120000},
        {"retry in 2 hrs", 7200000},
        {"retry in 1w", 604800000},
        {"retry in 1 day and 2 hours", 93600000},
        {"Try again\n   in 3\n   days", 259200000},
        {"retry in 1 day, and 2 hours", 93600000},
        {"retry in 34.07s", 34000},
        {"retry in 1.5 hours", 5400000},
        {"retry in 2. Then", 2000},
        {"retry in 2.s", 2000},
        {"reset after 2026-12-02", 0},
        {"resets in 3:20", 0},
        {"retry after 30-60 s", 0},
        {"resets in 5.75s", 5700},
        {"reset after 7s or so", 7000},
        {"available in 3 minutes", 180000},
        {"retry in a moment", 0},
        {"try again in 62d", INT64_C(62) * 86400000},
        {"try again in 62d 1s", 0}, /* no limit lasts that long */
        {"try again in 63d", 0},
        {"try again in 5356800001ms", 0},
        {"try again in 99999999999999s", 0},
        {"retry in nothing; available in 4s", 4000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (wait(cases[i].text) != cases[i].ms)
            fail_msg("%s: %lld", cases[i].text, (long long)wait(cases[i].text));
}

static void test_moments(void **state) {
    (void)state;
    assert_int_equal(fault_until_read("reached|1749924000").at_ms, INT64_C(1749924000000));
    assert_int_equal(fault_until_read("a|1|1749924000").at_ms, INT64_C(1749924000000));
    assert_int_equal(fault_until_read("reached|1749924000123").at_ms, INT64_C(1749924000123));
    assert_int_equal(fault_until_read("reached|174992400").at_ms, 0);
    assert_int_equal(fault_until_read("reached|17499240001").at_ms, 0);
    assert_int_equal(fault_until_read("reached|17499240001234").at_ms, 0);
    assert_int_equal(fault_until_read("reached|").at_ms, 0);
    assert_int_equal(fault_until_read("reset at 3pm").minute, 900);
    assert_int_equal(fault_until_read("RESETS AT 3PM").minute, 900);
    assert_int_equal(fault_until_read("continuing automatically at 4pm").minute, 960);
    assert_int_equal(fault_until_read("try again at 5pm").minute, 1020);
    assert_int_equal(fault_until_read("resets soon, reset at 3pm").minute, 900);
    assert_int_equal(fault_until_read("at 3pm").minute, -1);
    assert_int_equal(fault_until_read("until 5 may 3pm").date.month, 5);
    assert_int_equal(fault_until_read("until 5 may 3pm").minute, -1); /* told once */
    assert_int_equal(fault_until_read("reset on may 6").date.day, 6);
    assert_int_equal(fault_until_read("will reset after 2026-12-02T15:00:00Z").date.minute, 900);
    assert_true(fault_until_read("will reset after 2026-12-02T15:00:00Z").date.zone.told);
    assert_int_equal(fault_until_read("Retry-After: Wed, 21 Oct 2026 07:28:00 GMT").date.month, 10);
    assert_int_equal(fault_until_read("retry after 5 may").date.month, 5);
    assert_int_equal(fault_until_read("try again after dec 5").date.day, 5);
    assert_int_equal(fault_until_read("try again after 5pm").minute, 1020);
    assert_int_equal(fault_until_read("will reset after 3pm UTC").minute, 900);
    assert_true(fault_until_read("will reset after 3pm UTC").zone.told);
    char padded[2100];
    memset(padded, ' ', sizeof padded);
    memcpy(padded + 2048 - sizeof "resets 3pm", "resets 3pm", sizeof "resets 3pm");
    assert_int_equal(fault_until_read(padded).minute, 900); /* as far as is read */
    memset(padded, ' ', sizeof padded);
    memcpy(padded + 2049 - sizeof "resets 3pm", "resets 3pm", sizeof "resets 3pm");
    assert_int_equal(fault_until_read(padded).minute, -1);
}

static void test_when_it_was_said(void **state) {
    (void)state;
    assert_int_equal(fault_until_said(7, 5, 9), 7);
    assert_int_equal(fault_until_said(0, 0, 90000), 90000);     /* not known */
    assert_int_equal(fault_until_said(5, 60005, 90000), 90000); /* before its turn */
    assert_int_equal(fault_until_said(6, 60005, 90000), 6);
    assert_int_equal(fault_until_said(10, 5, 9), 9); /* by a clock that was set back */
}

static void test_what_it_comes_to(void **state) {
    (void)state;
    const int64_t now = INT64_C(1750000000000), day = 86400000;
    assert_int_equal(fault_until_ms(&(struct fault_until){.minute = -1}, now, 0), 0);
    assert_int_equal(fault_until_ms(&(struct fault_until){.minute = 5}, now, 5), now);
    assert_int_equal(fault_until_ms(&(struct fault_until){.minute = 0}, now, 10), now); /* just over */
    assert_int_equal(fault_until_ms(&(struct fault_until){.minute = 0}, now, 11), now + day - 660000);
    assert_int_equal(fault_until_ms(&(struct fault_until){.minute = 930, .zone = {true, 0}}, now, 5), now + 1440000);
    assert_int_equal(fault_until_ms(&(struct fault_until){.minute = 7}, now, 5), now + 120000);
    assert_int_equal(fault_until_ms(&(struct fault_until){.wait_ms = 1, .minute = 7}, now, 5), now + 1);
    assert_int_equal(fault_until_ms(&(struct fault_until){.at_ms = now, .minute = 7}, now, 5), now);
    assert_int_equal(fault_until_ms(&(struct fault_until){.at_ms = now - 1, .minute = -1}, now, 5), 0);
    assert_int_equal(fault_until_ms(&(struct fault_until){.wait_ms = 8 * day, .minute = -1}, now, 5), now + 8 * day);
    assert_int_equal(fault_until_ms(&(struct fault_until){.wait_ms = 8 * day + 1, .minute = -1}, now, 5),
                     now + 8 * day);
    assert_int_equal(fault_until_ms(&(struct fault_until){.wait_ms = 62 * day, .minute = -1}, now, 5), now + 8 * day);
    assert_int_equal(fault_until_ms(&(struct fault_until){.wait_ms = 62 * day + 1, .minute = -1}, now, 5), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_of_day),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_zones),
        cmocka_unit_test(test_a_minute_of_a_zone),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_a_date_as_a_moment),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_what_it_comes_to),
        cmocka_unit_test(test_when_it_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
