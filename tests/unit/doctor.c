#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "rules/doctor.h"
#include "rules/doctor_judge.h"
#include "rules/profile.h"

static void test_every_finding_has_its_row(void **state) {
    (void)state;
    for (size_t i = 0; i < FOUND_COUNT; i++) {
        const struct doctor_row *row = &doctor_findings[i];
        if (!row->text)
            fail_msg("finding %zu has no words", i);
        assert_null(strchr(row->text, '\n'));
        if (row->state == DOCTOR_OK)
            assert_null(row->mend);
    }
    for (size_t i = 0; i < CHECK_COUNT; i++)
        assert_true(strlen(doctor_check_name((enum doctor_check)i)) > 0);
}

/* What is bad and has no command of its own gets one from the failure's advice, or says in words what to do. */
static void test_bad_ones_say_what_to_do(void **state) {
    (void)state;
    for (size_t i = 0; i < FOUND_COUNT; i++) {
        const struct doctor_row *row = &doctor_findings[i];
        if (row->state == DOCTOR_BAD && !row->mend && !strchr(row->text, ';') && !strstr(row->text, "{1}"))
            fail_msg("\"%s\" is bad, and nothing is said to do about it", row->text);
    }
}

static void test_words_and_command(void **state) {
    (void)state;
    struct doctor_report report = {0};
    struct text line = {0}, json = {0};
    struct json *object;
    DOCTOR_ADD(&report, FOUND_CONFIG_WRONG, "/a b/c", "/a b/c:3: x: is {0}", "/a b/c", "3");
    doctor_say(&line, &report.items[0]);
    assert_string_equal(text_str(&line), "bad   configuration /a b/c:3: x: is {0}; run: ${EDITOR:-vi} +3 '/a b/c'");
    object = doctor_line_json(&report.items[0]);
    json_print(object, &json);
    assert_string_equal(text_str(&json),
                        "{\"check\":\"configuration\",\"state\":\"bad\",\"object\":\"/a b/c\",\"text\":"
                        "\"configuration /a b/c:3: x: is {0}\",\"mend\":\"${EDITOR:-vi} +3 '/a b/c'\"}");
    json_free(object);
    text_release(&json);
    text_release(&line);
    doctor_report_release(&report);
}

static void test_what_installs_an_agent(void **state) {
    (void)state;
    assert_string_equal(doctor_install("claude"), "npm install -g @anthropic-ai/claude-code");
    assert_string_equal(doctor_install("node"), "apt-get install nodejs");
    assert_string_equal(doctor_install("codex"), "npm install -g @openai/codex");
    assert_string_equal(doctor_install("opencode"), "npm install -g opencode-ai");
    assert_string_equal(doctor_install("gemini"), "npm install -g @google/gemini-cli");
    assert_string_equal(doctor_install("qwen"), "npm install -g @qwen-code/qwen-code");
    assert_string_equal(doctor_install("pi"), "npm install -g @mariozechner/pi-coding-agent");
    assert_null(doctor_install("nod"));
    assert_null(doctor_install(""));
}

/* Only a number of a word in braces stands for one. */
static void test_braces(void **state) {
    (void)state;
    struct doctor_report report = {0};
    struct json *object;
    DOCTOR_ADD(&report, FOUND_CONFIG_WRONG, "o", "{9} {0 {0!x {a} {{0}", "x", NULL);
    assert_non_null(strstr(text_str(&report.items[0].words), "{9} {0 {0!x {a} {{0}"));
    DOCTOR_ADD(&report, FOUND_CLOCK, NULL, NULL, NULL, NULL);
    object = doctor_line_json(&report.items[1]);
    assert_string_equal(json_string(json_get(object, "object")), "");
    assert_int_equal(json_type(json_get(object, "mend")), JSON_NULL);
    json_free(object);
    doctor_report_release(&report);
}

static void test_hostile_words(void **state) {
    (void)state;
    struct doctor_report report = {0};
    struct text line = {0};
    DOCTOR_ADD(&report, FOUND_SLOT_ASIDE, "$(reboot)", "it's\x1b[2J\n", NULL, "mc-ticket");
    doctor_say(&line, &report.items[0]);
    assert_null(strchr(text_str(&line), '\x1b'));
    assert_null(strchr(text_str(&line), '\n'));
    assert_non_null(strstr(text_str(&line), "run: mc-ticket pool release '$(reboot)'"));
    text_release(&line);
    doctor_report_release(&report);
}

static void test_a_backslash_is_itself(void **state) {
    (void)state;
    struct doctor_report report = {0};
    struct text line = {0};
    DOCTOR_ADD(&report, FOUND_CONFIG_UNREAD, "f", "Unmatched ( or \\(");
    doctor_say(&line, &report.items[0]);
    assert_string_equal(text_str(&line), "bad   configuration Unmatched ( or \\(");
    text_release(&line);
    doctor_report_release(&report);
}

static void test_the_sum(void **state) {
    (void)state;
    struct doctor_report report = {0};
    struct text line = {0};
    DOCTOR_ADD(&report, FOUND_PROFILE, "one", "p");
    doctor_sum(&line, &report);
    assert_string_equal(text_str(&line), "ok    1 of 1 checks are well");
    text_clear(&line);
    DOCTOR_ADD(&report, FOUND_PAUSED, "", "b");
    DOCTOR_ADD(&report, FOUND_BOARD_NONE, "b");
    doctor_sum(&line, &report);
    assert_string_equal(text_str(&line), "bad   1 of 3 checks are well, 1 bad, 1 to be looked at");
    text_release(&line);
    doctor_report_release(&report);
}

static void test_the_command_of_a_failure(void **state) {
    (void)state;
    struct doctor_report report = {0};
    DOCTOR_ADD(&report, FOUND_CONFIG_UNREAD, "f", "f: others may write it; run: chmod go-w f");
    assert_string_equal(text_str(&report.items[0].words), "configuration f: others may write it");
    assert_string_equal(text_str(&report.items[0].mend), "chmod go-w f");
    doctor_report_release(&report);
}

static void test_order(void **state) {
    (void)state;
    struct doctor_report report = {0};
    assert_int_equal(doctor_worst(&report), DOCTOR_OK);
    DOCTOR_ADD(&report, FOUND_PAUSED, "", "b");
    DOCTOR_ADD(&report, FOUND_PROFILE, "one", "p");
    DOCTOR_ADD(&report, FOUND_PROFILE, "two", "p");
    DOCTOR_ADD(&report, FOUND_CONFIG, "c");
    doctor_sort(&report);
    assert_int_equal(report.items[0].check, CHECK_CONFIG);
    assert_string_equal(report.items[1].object, "one");
    assert_string_equal(report.items[2].object, "two");
    assert_int_equal(report.items[3].check, CHECK_PAUSE);
    assert_int_equal(doctor_worst(&report), DOCTOR_WARN);
    DOCTOR_ADD(&report, FOUND_BOARD_NONE, "b");
    assert_int_equal(doctor_worst(&report), DOCTOR_BAD);
    doctor_report_release(&report);
}

#define MIB INT64_C(1048576)
#define NOW INT64_C(1795000000000)

static void test_numbers(void **state) {
    (void)state;
    assert_int_equal(doctor_disk(0), FOUND_DISK_FULL);
    assert_int_equal(doctor_disk(16 * MIB - 1), FOUND_DISK_FULL);
    assert_int_equal(doctor_disk(16 * MIB), FOUND_DISK_LOW);
    assert_int_equal(doctor_disk(1024 * MIB - 1), FOUND_DISK_LOW);
    assert_int_equal(doctor_disk(1024 * MIB), FOUND_DISK);
    assert_int_equal(doctor_wal(-1), FOUND_WAL);
    assert_int_equal(doctor_wal(64 * MIB), FOUND_WAL);
    assert_int_equal(doctor_wal(64 * MIB + 1), FOUND_WAL_LARGE);
    assert_int_equal(doctor_clock(1000, 0), FOUND_CLOCK_EARLY);
    assert_int_equal(doctor_clock(NOW, 0), FOUND_CLOCK);
    assert_int_equal(doctor_clock(NOW, NOW + 60000), FOUND_CLOCK);
    assert_int_equal(doctor_clock(NOW, NOW + 60001), FOUND_CLOCK_BACK);
    assert_int_equal(doctor_pickup(NOW, 0, 60), FOUND_PICKUP_NEVER);
    assert_int_equal(doctor_pickup(NOW, NOW - 180000, 60), FOUND_PICKUP);
    assert_int_equal(doctor_pickup(NOW, NOW - 180001, 60), FOUND_PICKUP_LATE);
}

static void test_tmux(void **state) {
    (void)state;
    static const char *const good[] = {"tmux 3.3",      "tmux 3.3a",   "tmux 3.10",        "tmux 4.0",
                                       "tmux next-3.4", "tmux master", "tmux openbsd-7.4", "tmux 3.9999"};
    static const char *const old[] = {"tmux 3.2a",          "tmux 2.9",        "tmux",         "",        "tmux 3",
                                      "tmux 99999999999.1", "tmux 3.12345678", "tmux 3.10000", "tmux 3.", "tmux 3.x",
                                      "tmux 12345678.1",    "tmux 99999.1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(doctor_tmux_ok(good[i]));
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        assert_false(doctor_tmux_ok(old[i]));
}

static void test_blank_ends(void **state) {
    (void)state;
    static const char *const bad[] = {"^> $", "^> +$", "> [ ]$", "x[[:space:]]$", "x[[:blank:]]$"};
    static const char *const good[] = {"^> *$", "^>$", "", "^> ?$", "^>( .*)?$"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(doctor_pattern_blank(PATTERN_ANY, bad[i]));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_false(doctor_pattern_blank(PATTERN_READY, good[i]));
    assert_true(doctor_pattern_blank(PATTERN_READY, "^> "));
    assert_false(doctor_pattern_blank(PATTERN_ANY, "^Error: ")); /* what went wrong stands behind it */
}

/* Nobody is told of a pattern of ours. */
static void test_blank_ends_of_ours(void **state) {
    (void)state;
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *p = profile_builtin(i);
        const char *const patterns[] = {p->ready, p->busy, p->box, p->dialog, p->limit, p->interrupted};
        for (size_t n = 0; n < sizeof patterns / sizeof *patterns; n++)
            if (patterns[n] && doctor_pattern_blank(n ? PATTERN_ANY : PATTERN_READY, patterns[n]))
                fail_msg("%s: %s", p->name, patterns[n]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_finding_has_its_row),
        cmocka_unit_test(test_bad_ones_say_what_to_do),
        cmocka_unit_test(test_words_and_command),
        cmocka_unit_test(test_hostile_words),
        cmocka_unit_test(test_what_installs_an_agent),
        cmocka_unit_test(test_braces),
        cmocka_unit_test(test_a_backslash_is_itself),
        cmocka_unit_test(test_the_sum),
        cmocka_unit_test(test_the_command_of_a_failure),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_tmux),
        cmocka_unit_test(test_blank_ends),
        cmocka_unit_test(test_blank_ends_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
