/* Whether an answer speaks of another's run or ticket, field by field: what it says of nobody, or of us in whatever
 * spelling, is not another's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "rules/answer_foreign.h"

static bool other(const char *json, const char *ticket, const char *run_id) {
    struct json *parsed = json_parse(json, strlen(json));
    assert_non_null(parsed);
    bool is = answer_names_other(parsed, ticket, run_id);
    json_free(parsed);
    return is;
}

static void test_fields(void **state) {
    (void)state;
    static const struct {
        const char *json;
        bool other;
    } cases[] = {
        {"{\"ticket\":\"MC-4629\"}", false},
        {"{\"ticket\":\"mc-4629\"}", false},
        {"{\"ticket\":\"Mc-4629\"}", false},
        {"{\"ticket\":\"4629\"}", false},
        {"{\"ticket\":4629}", false},
        {"{\"ticket\":\"\"}", false},
        {"{\"ticket\":null}", false},
        {"{\"ticket\":true}", false},
        {"{\"ticket\":\"MC-462\"}", true},
        {"{\"ticket\":\"MC-46290\"}", true},
        {"{\"ticket\":\"mc-4620\"}", true},
        {"{\"ticket\":\"M-4629\"}", true},
        {"{\"ticket\":\"629\"}", true},
        {"{\"ticket\":46290}", true},
        {"{\"ticket\":-4629}", true},
        {"{\"run_id\":\"r1\"}", false},
        {"{\"run_id\":\"r2\"}", true},
        {"{\"run_id\":\"\"}", false},
        {"{\"run_id\":7}", false},
        {"{\"id\":\"r2\"}", false},
        {"{\"session_key\":\"ticket:4629:session\"}", false},
        {"{\"session_key\":\"agent:main\"}", false},
        {"{\"session_key\":\"ticket:46:session\"}", true},
        {"{\"session_key\":\"ticket:46290:session\"}", true},
        {"{\"session_key\":\"ticket:4629\"}", true},
        {"{\"session_key\":4629}", false},
        {"{\"name\":\"ticket:46:session\"}", false},
        {"[\"nothing\",{\"ticketId\":7}]", true},
        {"{\"a\":{\"b\":{\"c\":{\"run\":\"r2\"}}}}", true},
        {"{\"a\":{\"b\":{\"c\":{\"d\":{\"run\":\"r2\"}}}}}", false}, /* nobody answers that deep */
        {"{\"a\":[1,null,false,\"of MC-7\"]}", true},
        {"7", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (other(cases[i].json, "MC-4629", "r1") != cases[i].other)
            fail_msg("%s: not %d", cases[i].json, cases[i].other);
}

static void test_every_name_of_a_run_and_a_ticket(void **state) {
    (void)state;
    static const char *const runs[] = {"run_id",       "runId",      "run",         "active_run_id", "current_run_id",
                                       "owner_run_id", "active_run", "current_run", "owner_run"};
    static const char *const tickets[] = {"ticket",    "ticket_id",     "ticketId",       "ticket_key",
                                          "ticketKey", "active_ticket", "current_ticket", "owner_ticket"};
    char json[64];
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        snprintf(json, sizeof json, "{\"%s\":\"r2\"}", runs[i]);
        assert_true(other(json, "MC-4629", "r1"));
        assert_false(other(json, "MC-4629", NULL));
    }
    for (size_t i = 0; i < sizeof tickets / sizeof *tickets; i++) {
        snprintf(json, sizeof json, "{\"%s\":7}", tickets[i]);
        assert_true(other(json, "MC-4629", "r1"));
        assert_false(other(json, NULL, "r1"));
    }
}

/* A key without a dash is compared as it is. */
static void test_a_ticket_of_another_make(void **state) {
    (void)state;
    assert_false(other("{\"ticket\":\"t4629\"}", "T4629", NULL));
    assert_true(other("{\"ticket\":\"T462\"}", "T4629", NULL));
    assert_true(other("{\"ticket\":4629}", "T4629", NULL));
    assert_false(other("{\"session_key\":\"ticket:7:session\"}", "T4629", NULL));
    assert_false(other("{\"message\":\"of T7\"}", "T4629", NULL));
    assert_false(other("{\"session_key\":\"ticket:7:session\"}", NULL, "r1"));
    assert_false(other("{\"message\":\"of MC-7\"}", NULL, "r1"));
}

static void test_words(void **state) {
    (void)state;
    static const struct {
        const char *words;
        bool other;
    } cases[] = {
        {"", false},
        {"MC-4629 is busy", false},
        {"MC-4629", false},
        {"busy with MC-7", true},
        {"MC-7, MC-4629", true},
        {"MC-4629, MC-7", true},
        {"MC-462", true},
        {"MC-46290", true},
        {"MC-4620", true},
        {"(MC-7)", true},
        {"mc-7", false},
        {"MC-x", false},
        {"MC-", false},
        {"OMC-7", false},  /* another prefix */
        {"MC-7a", false},  /* no key */
        {"MC-7-b", false}, /* a branch of that name */
        {"_MC-7", false},
        {"zMC-7", false},
        {"MC-7_", false},
        {"MC-7.", true},
        {"0MC-7", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (answer_words_name_other(cases[i].words, "MC-4629") != cases[i].other)
            fail_msg("%s: not %d", cases[i].words, cases[i].other);
    assert_false(answer_words_name_other("MC-7", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_every_name_of_a_run_and_a_ticket),
        cmocka_unit_test(test_a_ticket_of_another_make),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
