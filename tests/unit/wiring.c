#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/json.h"
#include "base/text.h"
#include "rules/agent_version.h"
#include "rules/wiring.h"

#define RUN "0123456789abcdef0123456789abcdef"

static struct wiring of(enum report_agent agent) {
    return (struct wiring){
        .agent = agent, .program = "/opt/it's/mc-ticket", .run_id = RUN, .board = "/a b/\"c\".db", .new_hooks = true};
}

static const char line_of_claude[] =
    "'/opt/it'\"'\"'s/mc-ticket' 'turn-event' 'claude' '--run' '" RUN "' '--db' '/a b/\"c\".db'";

static const char *at(const struct json *json, const char *path) {
    const struct json *found = json_path(json, path);

    return found ? json_string(found) : NULL;
}

static void hooks_of_claude(void **state) {
    struct wiring wiring = of(REPORT_CLAUDE);
    struct json *settings = wiring_settings(&wiring);
    int64_t timeout = 0;

    (void)state;
    assert_string_equal(at(settings, "hooks.Stop.0.hooks.0.command"), line_of_claude);
    assert_string_equal(at(settings, "hooks.StopFailure.0.hooks.0.command"), line_of_claude);
    assert_true(json_int(json_path(settings, "hooks.Stop.0.hooks.0.timeout"), &timeout));
    assert_int_equal(timeout, 10);
    assert_string_equal(at(settings, "permissions.allow.0"), "Bash('/opt/it'\"'\"'s/mc-ticket' signal *)");
    json_free(settings);
    /* a rule has signs of its own */
    wiring.program = "/opt/(x)/mc-ticket";
    settings = wiring_settings(&wiring);
    assert_string_equal(at(settings, "permissions.allow.0"), "Bash(mc-ticket signal *)");
    json_free(settings);

    wiring.new_hooks = false;
    wiring.program = "/usr/bin/mc-ticket";
    settings = wiring_settings(&wiring);
    assert_null(json_path(settings, "hooks.StopFailure"));
    assert_non_null(json_path(settings, "hooks.UserPromptSubmit"));
    assert_string_equal(at(settings, "permissions.allow.0"), "Bash(/usr/bin/mc-ticket signal *)");
    json_free(settings);
}

/* They count in milliseconds, and gemini's own list of tools would be replaced, not added to. */
static void hooks_of_gemini_and_qwen(void **state) {
    struct wiring wiring = of(REPORT_GEMINI);
    struct json *settings = wiring_settings(&wiring);
    int64_t timeout = 0;

    (void)state;
    assert_non_null(at(settings, "hooks.AfterAgent.0.hooks.0.command"));
    assert_true(json_int(json_path(settings, "hooks.AfterAgent.0.hooks.0.timeout"), &timeout));
    assert_int_equal(timeout, 10000);
    assert_int_equal(json_count(settings), 1);
    json_free(settings);
    wiring.agent = REPORT_QWEN;
    settings = wiring_settings(&wiring);
    assert_non_null(at(settings, "hooks.StopFailure.0.hooks.0.command"));
    json_free(settings);
    wiring.agent = REPORT_PI;
    assert_null(wiring_settings(&wiring));
}

static void arguments_of_codex(void **state) {
    struct wiring wiring = of(REPORT_CODEX);
    struct argv argv = {0};

    (void)state;
    wiring.program = "/usr/bin/mc-ticket";
    wiring_codex_hooks(&wiring, &argv);
    assert_int_equal(argv.count, 5);
    assert_string_equal(argv.items[3],
                        "hooks.Stop=[{hooks=[{type=\"command\",command=\"'/usr/bin/mc-ticket' 'turn-event' 'codex' "
                        "'--run' '" RUN "' '--db' '/a b/\\\"c\\\".db'\",timeout=10}]}]");
    assert_string_equal(argv.items[4], "--dangerously-bypass-hook-trust");
    argv_release(&argv);
    wiring_codex_notify(&wiring, &argv);
    assert_string_equal(argv.items[1], "notify=[\"/usr/bin/mc-ticket\",\"turn-event\",\"codex\",\"--run\",\"" RUN
                                       "\",\"--db\",\"/a b/\\\"c\\\".db\"]");
    argv_release(&argv);
}

static void plugins(void **state) {
    struct wiring wiring = of(REPORT_PI);
    struct text text = {0};
    struct json *config = wiring_opencode("/a b/c%.js");

    (void)state;
    assert_true(wiring_plugin(&wiring, &text));
    assert_true(text_starts(text_str(&text), "const WORDS = [\"/opt/it's/mc-ticket\",\"turn-event\",\"pi\",\"--run\""));
    assert_non_null(strstr(text_str(&text), "\"/a b/\\\"c\\\".db\"];\n"));
    assert_non_null(strstr(text_str(&text), "export default function (pi: any)"));
    text_clear(&text);
    wiring.agent = REPORT_OPENCODE;
    assert_true(wiring_plugin(&wiring, &text));
    assert_non_null(strstr(text_str(&text), "export const"));
    wiring.agent = REPORT_CLAUDE;
    assert_false(wiring_plugin(&wiring, &text));
    assert_string_equal(at(config, "plugin.0"), "file:///a%20b/c%25.js");
    json_free(config);
    text_release(&text);
}

static void merged(const char *base, const char *added, const char *wanted) {
    struct json *a = json_parse(base, strlen(base)), *b = json_parse(added, strlen(added)), *whole = wiring_merge(a, b);
    struct text text = {0};

    json_print(whole, &text);
    assert_string_equal(text_str(&text), wanted);
    text_release(&text);
    json_free(whole);
    json_free(a);
    json_free(b);
}

static void nothing_of_the_persons_is_lost(void **state) {
    (void)state;
    merged("{}", "{\"a\":[1]}", "{\"a\":[1]}");
    merged("{\"hooks\":{\"Stop\":[1],\"Pre\":[2]},\"x\":true}", "{\"hooks\":{\"Stop\":[3],\"Post\":[4]}}",
           "{\"hooks\":{\"Stop\":[1,3],\"Pre\":[2],\"Post\":[4]},\"x\":true}");
    merged("{\"hooks\":null}", "{\"hooks\":{}}", "{\"hooks\":{}}");
    merged("{\"a\":1,\"b\":[{\"c\":null}]}", "{}", "{\"a\":1,\"b\":[{\"c\":null}]}");
}

static void options_of_a_person(void **state) {
    static const char *const words[] = {"claude",     "--settings", "a", "--settings=b", "--settingsx", "--",
                                        "--settings", "c",          NULL};
    static const char *const last[] = {"claude", "--settings", NULL};
    struct argv argv = {0}, cut = {0};
    size_t place = 0;

    (void)state;
    argv_adds(&argv, words);
    argv_adds(&cut, last);
    assert_string_equal(wiring_option(&argv, "--settings", &place), "b");
    assert_int_equal(place, 3);
    assert_null(wiring_option(&argv, "--other", &place));
    assert_null(wiring_option(&cut, "--settings", &place));
    argv_release(&argv);
    argv_release(&cut);
}

static void hooks_that_a_person_gives_to_codex(void **state) {
    static const char *const with[][4] = {{"codex", "-c", "hooks.Stop=[]", NULL},
                                          {"codex", "--config=hooks={}", NULL},
                                          {"codex", "-chooks.Stop=[]", NULL}};
    static const char *const without[] = {"hooks.codex", "-c", "features.hooks=true", NULL};
    struct argv argv = {0};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        argv_adds(&argv, with[i]);
        assert_true(wiring_has_codex_hooks(&argv));
        argv_release(&argv);
    }
    argv_adds(&argv, without);
    assert_false(wiring_has_codex_hooks(&argv));
    argv_release(&argv);
}

static void versions(void **state) {
    (void)state;
    assert_true(agent_version_from(agent_version_read("2.1.332 (Claude Code)"), 2, 1));
    assert_false(agent_version_from(agent_version_read("2.0.77"), 2, 1));
    assert_true(agent_version_from(agent_version_read("codex-cli 0.169.0\n"), 0, 169));
    assert_true(agent_version_from(agent_version_read("v 3.0.0"), 2, 1));
    assert_true(agent_version_from(agent_version_read("node 12, claude 2.10.0"), 2, 9));
    assert_false(agent_version_read("").known);
    assert_false(agent_version_read("2.1").known);
    assert_false(agent_version_read("99999999999999999999").known);
    assert_true(agent_version_read("99999999999999999999.1.1").known);
    assert_true(agent_version_of_name("2.1.332").known);
    assert_false(agent_version_of_name("claude-2.1.332").known);
    assert_false(agent_version_of_name("2.1.332.exe").known);
    assert_false(agent_version_from((struct agent_version){0}, 0, 0));
    assert_true(agent_version_from(agent_version_read("2.1.0"), 1, 9));
    assert_true(agent_version_from(agent_version_read("2.1.0"), 2, 1));
    assert_false(agent_version_from(agent_version_read("2.1.0"), 2, 2));
    assert_false(agent_version_from(agent_version_read("2.1.0"), 3, 0));
    static const char *const none[] = {"",      "2",      "2.",      "2.x.1", "2.1",     "2.1.",
                                       "2.1.x", "2..1.3", "2.1 3.0", "2-1.3", "v.2.3.4", "2.1-3"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(agent_version_read(none[i]).known);
    assert_int_equal(agent_version_read("1.2 and 3.4.5").major, 3);
    assert_int_equal(agent_version_read("a12.34.5").minor, 34);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hooks_of_claude),
        cmocka_unit_test(hooks_of_gemini_and_qwen),
        cmocka_unit_test(arguments_of_codex),
        cmocka_unit_test(plugins),
        cmocka_unit_test(nothing_of_the_persons_is_lost),
        cmocka_unit_test(options_of_a_person),
        cmocka_unit_test(hooks_that_a_person_gives_to_codex),
        cmocka_unit_test(versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
