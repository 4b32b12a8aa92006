/* Questions of trust, on the screens of real agents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "rules/profile.h"
#include "rules/trust.h"

static char *next_of(const char *builtin, const char *screen) {
    struct profile profile;

    profile_from_builtin(&profile, profile_builtin_find(builtin));
    char *next = trust_next(&profile, screen, "MC-7");
    profile_release(&profile);
    return next;
}

static void questions(void **state) {
    static const struct {
        const char *agent, *screen, *says;
    } rows[] = {
        {"claude", "❯ No, exit\n   Yes, I trust this folder", "start claude in the repository"},
        {"codex", "  Folder access\n  Trust this folder? Codex can read\n› 1. Trust and continue", "start codex in"},
        {"gemini", "│ Do you trust the files in this    │\n│ folder?   │\n│ ● 1. Trust", "GEMINI_CLI_TRUST_WORKSPACE"},
        {"qwen", "│ Do you trust this folder?  │\n│ › 1. Trust folder (wt)", "Trust parent folder"},
        {"demo", "[question] Do you trust this folder?", "mc-ticket attach MC-7"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *next = next_of(rows[i].agent, rows[i].screen);

        assert_non_null(next);
        assert_non_null(strstr(next, rows[i].says));
        assert_non_null(strstr(next, "mc-ticket answer MC-7 TEXT")); /* a record then adds no answer of its own */
        free(next);
        assert_null(next_of(rows[i].agent, "Do you want to proceed?\n❯ 1. Yes"));
        assert_null(next_of(rows[i].agent, NULL));
    }
}

static char *next_at(const char *agent, const char *capture) {
    char *path = xasprintf("%s/screens/%s-%s.screen", MC_TESTS, agent, capture);
    struct text screen = {0};
    struct err err = {0};

    assert_true(files_read(&screen, path, TEXT_MAX, &err));
    char *next = next_of(agent, text_str(&screen));
    text_release(&screen);
    free(path);
    return next;
}

static void as_they_were_drawn(void **state) {
    static const char *const trust[] = {"120-dialog-trust", "80-dialog-trust"};
    static const char *const others[] = {"120-dialog-apikey", "80-dialog-bypass", "120-question-permission"};

    (void)state;
    for (size_t i = 0; i < sizeof trust / sizeof *trust; i++) {
        char *next = next_at("claude", trust[i]);
        assert_non_null(next);
        free(next);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(next_at("claude", others[i]));
    char *next = next_at("gemini", "100-dialog-trust");
    assert_non_null(next);
    free(next);
}

static void whose_it_is(void **state) {
    struct profile mine = {.name = xstrdup("mine")};

    (void)state;
    assert_int_equal(trust_agent(&mine), REPORT_NONE);
    argv_add(&mine.command, "/opt/bin/claude");
    assert_int_equal(trust_agent(&mine), REPORT_CLAUDE);
    mine.reports = REPORT_QWEN;
    assert_int_equal(trust_agent(&mine), REPORT_QWEN);
    profile_release(&mine);
    for (size_t i = 0; i < profile_builtin_count(); i++)
        assert_true(!trust_asks(profile_builtin(i)->reports) || trust_how(profile_builtin(i)->reports));
    assert_false(trust_asks(REPORT_GEMINI) || trust_asks(REPORT_PI) || trust_asks(REPORT_OPENCODE));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(questions), cmocka_unit_test(as_they_were_drawn),
                                       cmocka_unit_test(whose_it_is)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
