/* The public words of the code, printed for the test that holds the man pages against them (tests/man), one a line:
 * kind, name and what else is promised, with tabs between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "pickup/report.h"
#include "rules/adopt.h"
#include "rules/classes.h"
#include "rules/config.h"
#include "rules/config_keys.h"
#include "rules/heal.h"
#include "rules/moves.h"
#include "rules/profile.h"
#include "rules/words.h"

static const char *const types[] = {
    [KEY_GROUP] = "group",     [KEY_TEXT] = "text",      [KEY_PATH] = "path",       [KEY_NUMBER] = "number",
    [KEY_WORD] = "word",       [KEY_SWITCH] = "word",    [KEY_FLAG] = "flag",       [KEY_PATTERN] = "pattern",
    [KEY_LIST] = "list",       [KEY_COMMAND] = "list",   [KEY_ENV] = "variables",   [KEY_BODY] = "body",
    [KEY_HEADERS] = "lines",   [KEY_STATUSES] = "lines", [KEY_RULES] = "lines",     [KEY_PROFILES] = "rows",
    [KEY_DIALECTS] = "rows",   [KEY_UNUSED] = "unused",  [KEY_PASS] = "lines",      [KEY_SEARCH] = "search",
    [KEY_REPORTS] = "reports", [KEY_WORKSPACE] = "row",  [KEY_WORKSPACES] = "rows", [KEY_BOARD] = "board",
    [KEY_SERVER] = "server",
};
static const char *const deliveries[] = {
    [DELIVERED_YES] = "yes", [DELIVERED_NO] = "no", [DELIVERED_UNKNOWN] = "unknown"};
static const char *const moves[] = {[MOVE_KEEP] = "keep",
                                    [MOVE_ADOPT] = "adopt",
                                    [MOVE_TODO] = "todo",
                                    [MOVE_TODO_AFTER_PAUSE] = "pause",
                                    [MOVE_NEEDS_INPUT] = "needs_input",
                                    [MOVE_RESOLVE] = "resolve"};
static const char *const blames[] = {[BLAME_NOBODY] = "nobody",
                                     [BLAME_TICKET] = "ticket",
                                     [BLAME_WORLD] = "world",
                                     [BLAME_WORLD_AT_ONCE] = "world-at-once"};

static int dump_keys(const char *prefix, const struct key *key) {
    int n = 0;
    for (; key->name; key++, n++) {
        enum key_type type = key->type == KEY_UNUSED ? key->as : key->type;

        printf("key\t%s%s\t%s\t%lld\t%lld\t%s\t%s\t%s\n", prefix, key->name, types[type], (long long)key->low,
               (long long)key->high, key->preset ? key->preset : "-", key->words ? key->words[0] : "-",
               key->words ? key->words[1] : "-");
    }
    return n;
}

static void keys_are_printed(void **state) {
    (void)state;
    assert_true(dump_keys("", config_keys) > 20);
    assert_true(dump_keys("profiles.NAME.", profile_keys) > 5);
    assert_true(dump_keys("send.dialects.NAME.", dialect_keys) > 5);
    assert_true(dump_keys("workspaces.NAME.", workspace_keys) > 5);
}

static void tables_are_printed(void **state) {
    (void)state;
    for (int i = 0; i < CLASS_COUNT; i++) {
        const struct class_rule *rule = class_rule((enum send_class)i);

        assert_non_null(rule->name);
        printf("class\t%s\t%s\t%s\t%s\t%d\n", rule->name, deliveries[rule->delivered], moves[rule->move],
               blames[rule->blame], rule->exit);
    }
    for (int i = 0; i < HEAL_RULE_COUNT; i++)
        printf("rule\t%s\n", heal_rule_name((enum heal_rule)i));
    for (int i = 0; i < ADOPT_COUNT; i++)
        printf("verdict\t%s\n", adopt_name((enum adopt_verdict)i));
    for (int i = 0; i < MOVE_COUNT; i++)
        printf("move\t%s\t%s\t%s\n", move_name((enum move)i), move_sources((enum move)i),
               ticket_status_name(move_target((enum move)i)));
    for (size_t i = 0; i < profile_builtin_count(); i++)
        printf("profile\t%s\n", profile_builtin(i)->name);
    for (size_t i = 0; i < dialect_builtin_count(); i++) {
        struct dialect dialect = {0};

        dialect_from_builtin(&dialect, i);
        printf("dialect\t%s\n", dialect.name);
        dialect_release(&dialect);
    }
}

#define WORDS(kind, name, count)                                                                                       \
    for (int i = 0; i < (count); i++)                                                                                  \
    printf("word\t%s\t%s\n", kind, name(i))

static const char *ticket_word(int i) {
    return ticket_status_name((enum ticket_status)i);
}

static const char *runtime_word(int i) {
    return runtime_status_name((enum runtime_status)i);
}

static const char *message_word(int i) {
    return message_status_name((enum message_status)i);
}

static const char *kind_word(int i) {
    return message_kind_name((enum message_kind)i);
}

static const char *priority_word(int i) {
    return priority_name((enum priority)i);
}

static const char *effect_word(int i) {
    return effect_kind_name((enum effect_kind)i);
}

static const char *state_word(int i) {
    return effect_state_name((enum effect_state)i);
}

static const char *run_word(int i) {
    return run_outcome_name((enum run_outcome)i);
}

static const char *outcome_word(int i) {
    return outcome_name((enum outcome)i);
}

static void words_are_printed(void **state) {
    (void)state;
    WORDS("tickets.status", ticket_word, TICKET_STATUS_COUNT);
    WORDS("tickets.priority", priority_word, PRIORITY_COUNT);
    WORDS("runs.outcome", run_word, RUN_OUTCOME_COUNT);
    WORDS("runtime_sessions.status", runtime_word, RUNTIME_STATUS_COUNT);
    WORDS("ticket_messages.kind", kind_word, MESSAGE_KIND_COUNT);
    WORDS("ticket_messages.status", message_word, MESSAGE_STATUS_COUNT);
    WORDS("effects.kind", effect_word, EFFECT_KIND_COUNT);
    WORDS("effects.state", state_word, EFFECT_STATE_COUNT);
    WORDS("outcome", outcome_word, OUTCOME_COUNT);
}

static void exits_and_report_are_printed(void **state) {
    struct report report;
    struct text object = {0};

    (void)state;
    for (int code = 0; code < 256; code++)
        if (exit_name(code) != NULL)
            printf("exit\t%d\t%s\n", code, exit_name(code));
    report_init(&report);
    report.transport = "tmux";
    report_healed(&report, &(struct report_healed){.rule = "", .ticket = "", .from = "", .to = ""});
    report_harvested(&report, &(struct report_healed){.rule = "", .ticket = "", .from = "", .to = ""});
    report_delivered(&report, "", "");
    report_plan(&report, "", "", "");
    report_json(&report, &object);
    printf("report\t%s\n", text_str(&object));
    text_release(&object);
    report_release(&report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_printed),
        cmocka_unit_test(tables_are_printed),
        cmocka_unit_test(words_are_printed),
        cmocka_unit_test(exits_and_report_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
