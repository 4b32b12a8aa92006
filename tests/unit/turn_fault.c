#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
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
        {"You exceeded your current quota, please check your plan and billing details.", FAULT_BILLING},
        {"You exceeded your current quota, please check your plan and billing details. Please retry in 34.07s.",
         FAULT_LIMIT},
        {"429 Too Many Requests: check your plan and billing details", FAULT_LIMIT},
        {"RESOURCE_EXHAUSTED: check your plan and billing details", FAULT_LIMIT},
        {"You are out of credits, they reset on Dec 1", FAULT_LIMIT},
        {"You are out of credits. Claude AI usage|1749924000", FAULT_LIMIT},
        {"Out of credit until 3pm, it resets 3pm", FAULT_LIMIT},
        {"401 invalid api key, try again in 5 minutes", FAULT_LOGIN},
        {"Session limit reached - resets in 5 hours", FAULT_LIMIT},
        {"5-hour limit reached ∙ resets 3pm", FAULT_LIMIT},
        {"You've hit your session limit · resets 3pm", FAULT_LIMIT},
        {"Context limit reached · /compact or /clear to continue", FAULT_REQUEST},
        {"Something odd; try again in 5 minutes", FAULT_LIMIT},
        {"500 something odd; try again in 5 minutes", FAULT_SERVER},
        {"Your credit balance is too low to access the API", FAULT_BILLING},
        {"Credit balance is too low: promotional credits were available until Nov 5, 2026", FAULT_BILLING},
        {"The license is not valid until Dec 20", FAULT_OTHER},
        {"Credit balance is too low, try again at Dec 5th, 2026 9:12 AM", FAULT_LIMIT},
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
    assert_int_equal(turn_fault_from_status(401), FAULT_LOGIN);
    assert_int_equal(turn_fault_from_status(403), FAULT_LOGIN);
    assert_int_equal(turn_fault_from_status(399), FAULT_OTHER);
    assert_int_equal(turn_fault_from_status(400), FAULT_REQUEST);
    assert_int_equal(turn_fault_from_status(500), FAULT_SERVER);
    assert_int_equal(turn_fault_from_status(599), FAULT_SERVER);
    assert_int_equal(turn_fault_from_status(600), FAULT_OTHER);
    assert_int_equal(turn_fault_from_status(402), FAULT_BILLING);
    assert_int_equal(turn_fault_from_status(408), FAULT_SERVER);
    assert_int_equal(turn_fault_from_status(429), FAULT_LIMIT);
    assert_int_equal(turn_fault_from_status(499), FAULT_REQUEST);
    assert_int_equal(turn_fault_from_status(529), FAULT_SERVER);
    assert_int_equal(turn_fault_from_status(-500), FAULT_OTHER);
}

struct said {
    const char *words;
    enum turn_fault fault;
};

static void every_word_of_an_agent(void **state) {
    static const struct said said[] = {
        {"authentication_failed", FAULT_LOGIN},
        {"oauth_org_not_allowed", FAULT_LOGIN},
        {"billing_error", FAULT_BILLING},
        {"rate_limit", FAULT_LIMIT},
        {"overloaded", FAULT_SERVER},
        {"server_error", FAULT_SERVER},
        {"invalid_request", FAULT_REQUEST},
        {"model_not_found", FAULT_REQUEST},
        {"max_output_tokens", FAULT_REQUEST},
        {"interrupted", FAULT_INTERRUPTED},
        {"aborted", FAULT_INTERRUPTED},
        {"MessageAbortedError", FAULT_INTERRUPTED},
        {"ProviderAuthError", FAULT_LOGIN},
        {"MessageOutputLengthError", FAULT_REQUEST},
        {"ContextOverflowError", FAULT_REQUEST},
    };

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (turn_fault_from_word(said[i].words) != said[i].fault)
            fail_msg("%s: %s", said[i].words, turn_fault_name(turn_fault_from_word(said[i].words)));
}

/* Each phrase alone, in capitals and among others. */
static void every_phrase_of_an_agent(void **state) {
    static const struct said said[] = {
        {"request was aborted", FAULT_INTERRUPTED},
        {"insufficient_quota", FAULT_BILLING},
        {"credit balance", FAULT_BILLING},
        {"out of credit", FAULT_BILLING},
        {"insufficient credit", FAULT_BILLING},
        {"insufficient balance", FAULT_BILLING},
        {"payment required", FAULT_BILLING},
        {"billing", FAULT_BILLING},
        {"usage limit", FAULT_LIMIT},
        {"context limit", FAULT_REQUEST},
        {"limit reached", FAULT_LIMIT},
        {"hit your limit", FAULT_LIMIT},
        {"-hour limit", FAULT_LIMIT},
        {"session limit", FAULT_LIMIT},
        {"daily limit", FAULT_LIMIT},
        {"weekly limit", FAULT_LIMIT},
        {"monthly limit", FAULT_LIMIT},
        {"rate limit", FAULT_LIMIT},
        {"rate-limit", FAULT_LIMIT},
        {"rate_limit", FAULT_LIMIT},
        {"too many requests", FAULT_LIMIT},
        {"resource_exhausted", FAULT_LIMIT},
        {"quota", FAULT_LIMIT},
        {"api key", FAULT_LOGIN},
        {"api_key", FAULT_LOGIN},
        {"x-api-key", FAULT_LOGIN},
        {"authentication", FAULT_LOGIN},
        {"unauthorized", FAULT_LOGIN},
        {"unauthenticated", FAULT_LOGIN},
        {"/login", FAULT_LOGIN},
        {"token has expired", FAULT_LOGIN},
        {"token expired", FAULT_LOGIN},
        {"overloaded", FAULT_SERVER},
        {"internal server error", FAULT_SERVER},
        {"service unavailable", FAULT_SERVER},
        {"bad gateway", FAULT_SERVER},
        {"gateway timeout", FAULT_SERVER},
        {"connection error", FAULT_SERVER},
        {"connection refused", FAULT_SERVER},
        {"unable to connect", FAULT_SERVER},
        {"econnre", FAULT_SERVER},
        {"enotfound", FAULT_SERVER},
        {"etimedout", FAULT_SERVER},
        {"eai_again", FAULT_SERVER},
        {"fetch failed", FAULT_SERVER},
        {"socket hang up", FAULT_SERVER},
        {"network error", FAULT_SERVER},
        {"terminated", FAULT_SERVER},
        {"timed out", FAULT_SERVER},
        {"timeout", FAULT_SERVER},
        {"context length", FAULT_REQUEST},
        {"context window", FAULT_REQUEST},
        {"prompt is too long", FAULT_REQUEST},
        {"invalid_request", FAULT_REQUEST},
        {"model not found", FAULT_REQUEST},
        {"no such route", FAULT_REQUEST},
    };

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        char text[100];
        int n = snprintf(text, sizeof text, "It said: %s.", said[i].words);

        assert_true(n > 0);
        if (turn_fault_from_text(text) != said[i].fault)
            fail_msg("%s: %s", text, turn_fault_name(turn_fault_from_text(text)));
        for (char *at = text; *at; at++)
            *at = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
        if (turn_fault_from_text(text) != said[i].fault)
            fail_msg("%s: %s", text, turn_fault_name(turn_fault_from_text(text)));
    }
}

static void what_a_person_is_told(void **state) {
    static const struct {
        const char *why, *next;
    } told[FAULT_COUNT] = {
        [FAULT_NONE] = {"the agent finished its turn", NULL},
        [FAULT_INTERRUPTED] = {"a person interrupted the turn at the agent's terminal",
                               "finish there, or answer the ticket to go on"},
        [FAULT_LIMIT] = {"the agent reached its usage limit", "nothing: it goes on when the limit is over"},
        [FAULT_LOGIN] =
            {"the agent's login is not valid or has expired",
             "log in with the agent itself, then answer the ticket; mc-ticket breaker close lets other tickets "
             "start before that"},
        [FAULT_BILLING] =
            {"the agent's account has no credit left",
             "mend the account, then answer the ticket; mc-ticket breaker close lets other tickets start before that"},
        [FAULT_SERVER] = {"an error stopped the agent's turn, in spite of its own tries",
                          "nothing: it is asked to go on once"},
        [FAULT_REQUEST] = {"the agent's model refused the request",
                           "read the message, mend the agent's settings or the ticket, then answer the ticket"},
        [FAULT_OTHER] = {"the agent's turn ended with an error", "read the message, then answer the ticket"},
    };

    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct turn_fault_rule *rule = turn_fault_rule((enum turn_fault)i);

        assert_string_equal(rule->why, told[i].why);
        if (told[i].next)
            assert_string_equal(rule->next, told[i].next);
    }
}

static void numbers_that_are_a_status(void **state) {
    static const struct said said[] = {
        {"401", FAULT_LOGIN},      {"402", FAULT_BILLING}, {"429", FAULT_LIMIT},    {"499", FAULT_REQUEST},
        {"500", FAULT_SERVER},     {"599", FAULT_SERVER},  {"300", FAULT_OTHER},    {"600", FAULT_OTHER},
        {"4010", FAULT_OTHER},     {"1401", FAULT_OTHER},  {"a401", FAULT_OTHER},   {"401a", FAULT_OTHER},
        {"z401", FAULT_OTHER},     {"401z", FAULT_OTHER},  {"Z401", FAULT_OTHER},   {"401A", FAULT_OTHER},
        {"_401", FAULT_OTHER},     {"401_", FAULT_OTHER},  {"0401", FAULT_OTHER},   {"4019", FAULT_OTHER},
        {"[401]", FAULT_LOGIN},    {"@401`", FAULT_LOGIN}, {"{401:", FAULT_LOGIN},  {"/401/", FAULT_LOGIN},
        {"40", FAULT_OTHER},       {"4x1", FAULT_OTHER},   {"40x", FAULT_OTHER},    {"200 402", FAULT_BILLING},
        {"500 402", FAULT_SERVER}, {"4/401", FAULT_LOGIN}, {"40 401", FAULT_LOGIN}, {"300", FAULT_OTHER},
        {"/01 ", FAULT_OTHER},     {"4:1", FAULT_OTHER},   {"451", FAULT_REQUEST},
    };

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (turn_fault_from_text(said[i].words) != said[i].fault)
            fail_msg("%s: %s", said[i].words, turn_fault_name(turn_fault_from_text(said[i].words)));
}

/* 2047 bytes of it. */
static void how_much_of_a_message_is_read(void **state) {
    char text[4000];

    (void)state;
    memset(text, '.', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text + 2047 - 5, "quota", 5);
    assert_int_equal(turn_fault_from_text(text), FAULT_LIMIT);
    text[2047 - 5] = '.';
    memcpy(text + 2047 - 4, "quota", 5);
    assert_int_equal(turn_fault_from_text(text), FAULT_OTHER);
    memset(text, '.', sizeof text - 1);
    memcpy(text, "quota", 5);
    assert_int_equal(turn_fault_from_text(text), FAULT_LIMIT);
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
    assert_int_equal(until("\"retryDelay\": \"12.5s\""), 12500);
    assert_int_equal(until("Please retry in 250ms"), 250);
    assert_int_equal(until("You've hit your limit · resets 3pm (Europe/Berlin)"), 3 * 3600000);
    assert_int_equal(until("You've hit your limit · resets 3pm (UTC)"), 1327 * 60000); /* it is 16:53 there */
    assert_int_equal(until("Continuing automatically at 10:06pm · Esc to cancel"), (10 * 60 + 6) * 60000);
    assert_int_equal(until("limit resets at 11:49"), (24 * 60 - 11) * 60000);
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
        cmocka_unit_test(every_fault_both_ways),
        cmocka_unit_test(what_is_done),
        cmocka_unit_test(words_of_agents),
        cmocka_unit_test(messages_of_agents),
        cmocka_unit_test(statuses),
        cmocka_unit_test(when_a_limit_ends),
        cmocka_unit_test(a_limit_of_days),
        cmocka_unit_test(no_time_told),
        cmocka_unit_test(every_word_of_an_agent),
        cmocka_unit_test(every_phrase_of_an_agent),
        cmocka_unit_test(what_a_person_is_told),
        cmocka_unit_test(numbers_that_are_a_status),
        cmocka_unit_test(how_much_of_a_message_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
