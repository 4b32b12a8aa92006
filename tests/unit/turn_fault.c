#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/fault_until.h"
#include "rules/turn_fault.h"

static void every_fault_both_ways(void **state) {
    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct turn_fault_rule *rule = turn_fault_rule((enum turn_fault)i);

        assert_int_equal(turn_fault_from(turn_fault_name((enum turn_fault)i)), i);
        assert_non_null(rule->why);
        assert_true((rule->next == NULL) == (i == FAULT_NONE));
    }
    assert_int_equal(turn_fault_from("nothing of ours"), -1);
    assert_int_equal(turn_fault_from(NULL), -1);
    assert_string_equal(turn_fault_name(FAULT_COUNT), "unknown");
    assert_ptr_equal(turn_fault_rule(FAULT_COUNT), turn_fault_rule(FAULT_OTHER));
}

static void what_is_done(void **state) {
    (void)state;
    assert_int_equal(turn_fault_rule(FAULT_NONE)->action, FAULT_GO_ON);
    assert_int_equal(turn_fault_rule(FAULT_INTERRUPTED)->action, FAULT_ASK_SILENTLY);
    assert_int_equal(turn_fault_rule(FAULT_LIMIT)->action, FAULT_PAUSE);
    assert_int_equal(turn_fault_rule(FAULT_SERVER)->action, FAULT_PAUSE);
    assert_int_equal(turn_fault_rule(FAULT_LOGIN)->action, FAULT_ASK_AND_STOP);
    assert_int_equal(turn_fault_rule(FAULT_BILLING)->action, FAULT_ASK_AND_STOP);
    assert_int_equal(turn_fault_rule(FAULT_REQUEST)->action, FAULT_ASK);
    assert_int_equal(turn_fault_rule(FAULT_OTHER)->action, FAULT_ASK);
}

static void words_of_agents(void **state) {
    (void)state;
    assert_int_equal(turn_fault_from_word("rate_limit"), FAULT_LIMIT);
    assert_int_equal(turn_fault_from_word("authentication_failed"), FAULT_LOGIN);
    assert_int_equal(turn_fault_from_word("billing_error"), FAULT_BILLING);
    assert_int_equal(turn_fault_from_word("overloaded"), FAULT_SERVER);
    assert_int_equal(turn_fault_from_word("invalid_request"), FAULT_REQUEST);
    assert_int_equal(turn_fault_from_word("MessageAbortedError"), FAULT_INTERRUPTED);
    assert_int_equal(turn_fault_from_word("unknown"), FAULT_OTHER);
    assert_int_equal(turn_fault_from_word("a word of next year"), FAULT_OTHER);
    assert_int_equal(turn_fault_from_word(NULL), FAULT_OTHER);
}

static void messages_of_agents(void **state) {
    static const struct {
        const char *text;
        enum turn_fault fault;
    } cases[] = {
        {"You've hit your limit · resets 10pm", FAULT_LIMIT},
        {"429 {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"}}", FAULT_LIMIT},
        {"429 You exceeded your current quota, please check your plan and billing details: insufficient_quota",
         FAULT_BILLING},
        {"Your credit balance is too low to access the API", FAULT_BILLING},
        {"API Error: 401 {\"message\":\"invalid x-api-key\"}", FAULT_LOGIN},
        {"OAuth token has expired · Please run /login", FAULT_LOGIN},
        {"API Error (529): Overloaded", FAULT_SERVER},
        {"500 status code (no body)", FAULT_SERVER},
        {"Connection error.", FAULT_SERVER},
        {"connect ECONNREFUSED 127.0.0.1:9", FAULT_SERVER},
        {"404 status code (no body)", FAULT_REQUEST},
        {"prompt is too long: 250000 tokens > 200000 maximum", FAULT_REQUEST},
        {"something else", FAULT_OTHER},
        {"port 4290 of req_500x", FAULT_OTHER},
        {"", FAULT_OTHER},
        {NULL, FAULT_OTHER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (turn_fault_from_text(cases[i].text) != cases[i].fault)
            fail_msg("%s: %s", cases[i].text, turn_fault_name(turn_fault_from_text(cases[i].text)));
}

static void statuses(void **state) {
    (void)state;
    assert_int_equal(turn_fault_from_status(200), FAULT_OTHER);
    assert_int_equal(turn_fault_from_status(403), FAULT_LOGIN);
    assert_int_equal(turn_fault_from_status(402), FAULT_BILLING);
    assert_int_equal(turn_fault_from_status(408), FAULT_SERVER);
    assert_int_equal(turn_fault_from_status(429), FAULT_LIMIT);
    assert_int_equal(turn_fault_from_status(499), FAULT_REQUEST);
    assert_int_equal(turn_fault_from_status(529), FAULT_SERVER);
    assert_int_equal(turn_fault_from_status(-500), FAULT_OTHER);
}

enum { NOON = 12 * 60 };
static const int64_t now = INT64_C(1749920000000);

static int64_t until(const char *text) {
    struct fault_until read = fault_until_read(text);

    return fault_until_ms(&read, now, NOON) - now;
}

static void when_a_limit_ends(void **state) {
    (void)state;
    assert_int_equal(until("Claude AI usage limit reached|1749924000"), 4000000);
    assert_int_equal(until("limit|1749924000123"), 4000123);
    assert_int_equal(until("Rate limited. Retry after 30s"), 30000);
    assert_int_equal(until("Please try again in 5 minutes"), 300000);
    assert_int_equal(until("try again in 1h 20m"), 4800000);
    assert_int_equal(until("\"retryDelay\": \"12.5s\""), 12000);
    assert_int_equal(until("Please retry in 250ms"), 250);
    assert_int_equal(until("You've hit your limit · resets 3pm (UTC)"), 3 * 3600000);
    assert_int_equal(until("Continuing automatically at 10:06pm · Esc to cancel"), (10 * 60 + 6) * 60000);
    assert_int_equal(until("limit resets at 11:59"), (24 * 60 - 1) * 60000);
    assert_int_equal(until("resets 12am"), NOON * 60000);
}

/* It is noon of Saturday, 14 June 2025 on this machine, 16:53:20 UTC. */
static void a_limit_of_days(void **state) {
    const int64_t day = 24 * 3600000, since = now % 60000;

    (void)state;
    assert_int_equal(until("You've hit your weekly limit · resets Jun 16, 9am (Europe/Berlin)"),
                     2 * day - 3 * 3600000 - since);
    assert_int_equal(until("Please try again at Jun 17th, 2025 9:12 AM."), 3 * day - 168 * 60000 - since);
    assert_int_equal(until("resets on Mon, June 16 at 12:30pm"), 2 * day + 30 * 60000 - since);
    assert_int_equal(until("available on 16 June 2025"), day + 12 * 3600000 - since);
    assert_int_equal(until("resets at 2025-06-16T14:00:00"), 2 * day + 2 * 3600000 - since);
    assert_int_equal(until("try again in 5 days"), 5 * day);
    assert_int_equal(until("resets in 9 days"), 8 * day);
    assert_int_equal(until("retry after 8d 8d"), 8 * day);
    assert_int_equal(until("resets Jul 3, 9am"), 8 * day);
    assert_int_equal(until("|1751000000"), 8 * day);
}

/* Hostile or mad words name no time; the caller takes its own pause. */
static void no_time_told(void **state) {
    static const char *const texts[] = {"",
                                        "limit",
                                        "resets soon",
                                        "resets 25:00",
                                        "resets 13pm",
                                        "resets 3",
                                        "retry after 99999999999999999999 s",
                                        "try again in 900 days",
                                        "|1649924000",
                                        "|9949924000",
                                        "|",
                                        "resets Dec 3, 9am",
                                        "resets Jun 13, 9am",
                                        "resets Jun 16, 2024",
                                        "resets Jun 0",
                                        "resets 2025-13-01",
                                        "resets Jun"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(until(texts[i]), -now);
    assert_int_equal(until(NULL), -now);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_both_ways), cmocka_unit_test(what_is_done), cmocka_unit_test(words_of_agents),
        cmocka_unit_test(messages_of_agents),    cmocka_unit_test(statuses),     cmocka_unit_test(when_a_limit_ends),
        cmocka_unit_test(a_limit_of_days),       cmocka_unit_test(no_time_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
