/* What is too long, out of range or taken away whole: what the rules' readers meet at the end of their room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/config.h"
#include "rules/config_read.h"
#include "rules/report.h"
#include "rules/sequence.h"
#include "rules/slot.h"
#include "rules/trust.h"
#include "rules/world.h"

static const char *nowhere(const char *name) {
    (void)name;
    return NULL;
}

/* `many` letters within what stands before and behind them, as a configuration. */
static void refused(const char *before, size_t many, const char *behind, const char *expected) {
    struct text json = {0};
    struct config config;
    struct err err = {0};

    config_defaults(&config);
    text_add(&json, before);
    for (size_t i = 0; i < many; i++)
        text_addc(&json, 'x');
    text_add(&json, behind);
    const struct config_file file = {"/c", text_str(&json), json.len, nowhere};
    bool ok = config_read(&config, &file, &err);
    if (ok != (expected == NULL))
        fail_msg("%s %zu %s: %s", before, many, behind, ok ? "was not refused" : err.text);
    if (expected && !strstr(err.text, expected))
        fail_msg("%s", err.text);
    err_release(&err);
    text_release(&json);
    config_release(&config);
}

static void test_a_configuration_too_long(void **state) {
    static const char body[] = "{\"send\":{\"dialects\":{\"d\":{\"path\":\"/\",\"body\":\"\\\"";
    struct text folders = {0};
    (void)state;

    refused("{\"path\":\"/", 3000, "\"}", NULL);
    refused("{\"path\":[\"/a\",\"/b\",\"/", 3000, "\"]}", NULL);
    refused("{\"path\":\"/", 33000, "\"}", "path: ");
    for (int i = 0; i < 10; i++) {
        text_add(&folders, i ? ",\"/" : "{\"path\":[\"/");
        for (int k = 0; k < 3500; k++)
            text_addc(&folders, 'y');
        text_addc(&folders, '"');
    }
    refused(text_str(&folders), 0, "]}", "path: is too long; at most 32768 bytes are allowed");
    text_release(&folders);
    refused(body, 65534, "\\\"\"}}}}", NULL);
    refused(body, 65535, "\\\"\"}}}}", "body: is too long; at most 65536 bytes are allowed");
    refused("{\"tmux\":{\"socket\":\"/", 89, "\"}}", NULL);
    refused("{\"tmux\":{\"socket\":\"/", 90, "\"}}", "tmux.socket: ");
    refused("{\"tmux\":{\"socket\":\"", 30, " y\"}}", "tmux.socket: ");
}

/* 1 needs 2, 2 needs 3 and one that is elsewhere; 4 and 5 need each other; 6 is left out. */
static void test_an_order(void **state) {
    static const int64_t needs[][2] = {{1, 2}, {2, 3}, {2, 9}, {4, 5}, {5, 4}, {6, 1}, {1, 6}};
    struct sequence all = {0};
    (void)state;

    for (int64_t i = 1; i <= 6; i++) {
        sequence_add(&all, &(struct sequence_line){.ticket = i, .changed_at = 10, .line = (size_t)i});
        for (size_t k = 0; k < sizeof needs / sizeof *needs; k++)
            if (needs[k][0] == i)
                sequence_add_need(&all, needs[k][1]);
    }
    sequence_match(&all);
    all.items[5].out = true;
    size_t circle = sequence_order(&all);
    if (circle != 3)
        fail_msg("%zu of %zu", circle, all.ordered);
    assert_int_equal(all.ordered, 3);
    assert_int_equal(all.order[0], 2);
    assert_int_equal(all.order[1], 1);
    assert_int_equal(all.order[2], 0);
    sequence_release(&all);
}

static void test_what_is_none(void **state) {
    (void)state;
    assert_null(trust_how(REPORT_AGENT_COUNT));
    assert_false(trust_asks(REPORT_AGENT_COUNT));
    assert_string_equal(report_agent_name(REPORT_AGENT_COUNT), "unknown");
    assert_string_equal(report_answer(REPORT_AGENT_COUNT), "");
    assert_string_equal(report_answer(REPORT_NONE), "");
}

static void test_what_is_released(void **state) {
    struct slot_facts facts = {.branch = xstrdup("b"), .example = xstrdup("e"), .owner = xstrdup("o"), .changed = 3};
    struct world world = {0};
    (void)state;

    slot_facts_release(&facts);
    assert_true(!facts.branch && !facts.example && !facts.owner && facts.changed == 0);
    slot_facts_release(&facts);
    world.sessions = xcalloc(2, sizeof *world.sessions);
    world.session_count = 2;
    world.sessions[1].run.host = xstrdup("h");
    world.mass_death_mark = xstrdup("1 b");
    world_release(&world);
    world_release(&world);
    world_release(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_configuration_too_long),
        cmocka_unit_test(test_an_order),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_what_is_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
