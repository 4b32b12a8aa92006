#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/screen.h"
#include "rules/turn_fault.h"
#include "screens.h"

static void check_capture(size_t capture, const char *name, enum screen_state expected) {
    struct profile profile = builtin(captures[capture].agent);
    char *screen = load(capture, name, "screen");
    char *title = load(capture, name, "title");
    enum screen_state state = state_seen(&profile, screen, title);
    if (state != expected)
        fail_msg("%s-%s-%s is %d, not %d", captures[capture].agent, captures[capture].width, name, state, expected);
    free(screen);
    free(title);
    profile_release(&profile);
}

static void real_screens(void **state) {
    (void)state;
    for (size_t i = 0; i < CAPTURES; i++) {
        check_capture(i, "ready", SCREEN_READY);
        check_capture(i, "busy", SCREEN_BUSY);
        for (size_t k = 0; k < FINISHED; k++)
            check_capture(i, finished[k], SCREEN_READY);
    }
}

static enum screen_state state_of(const char *name, const char *screen, const char *title) {
    struct profile profile = builtin(name);
    enum screen_state state = state_seen(&profile, screen, title);
    profile_release(&profile);
    return state;
}

/* By what FACTS says of them; no captures of these. */
static void other_agents(void **state) {
    (void)state;
    const char *box = "────────\n❯ Try \"fix lint errors\"\n────────\n  ? for shortcuts\n";
    assert_int_equal(state_of("claude", box, NULL), SCREEN_READY);
    assert_int_equal(state_of("claude", "✻ Thinking… (3s · esc to interrupt)\n────\n❯ \n────\n", NULL), SCREEN_BUSY);
    assert_int_equal(state_of("claude", " Is this a project you trust?\n ❯ 1. Yes\n   2. No, exit\n", NULL),
                     SCREEN_DIALOG);
    assert_int_equal(state_of("claude", "   1. Yes\n ❯ 2. No, exit\n Enter to confirm\n", NULL), SCREEN_DIALOG);
    assert_int_equal(state_of("opencode", "┃\n┃  Ask anything... \"Fix a TODO\"\n┃\n┃  Build · m\n╹▀▀▀▀\n", "OpenCode"),
                     SCREEN_READY);
    assert_int_equal(state_of("opencode", "█▀▀█ █▀▀█\n", NULL), SCREEN_OTHER);
    assert_int_equal(state_of("qwen", "────\n>   Type your message or @path/to/file\n────\n", NULL), SCREEN_READY);
    assert_int_equal(state_of("qwen", "  .  Thinking (2s · esc to cancel)\n────\n>   Type your message\n────\n", NULL),
                     SCREEN_BUSY);
    assert_int_equal(state_of("codex", "• Working (2s • esc to interrupt)\n› Ask Codex to do anything\n", NULL),
                     SCREEN_BUSY);
    assert_int_equal(state_of("codex", "› Ask Codex to do anything\n", "⠹ proj"), SCREEN_BUSY);
    assert_int_equal(state_of("codex", "  Do you trust this directory?\n› 1. Yes, continue\n  2. No\n", NULL),
                     SCREEN_DIALOG);
    assert_int_equal(state_of("gemini", "│ ● 1. Trust folder   │\n│   2. Don't │\n", "◇  Ready (proj)"), SCREEN_DIALOG);
    assert_int_equal(state_of("gemini", " Allow execution of: 'rm'?\n", "✋  Action Required (proj)"), SCREEN_DIALOG);
}

static void the_demo_agent(void **state) {
    (void)state;
    assert_int_equal(state_of("demo", "mc-demo-agent\ndemo>\n\n\n", NULL), SCREEN_READY);
    assert_int_equal(state_of("demo", "mc-demo-agent\ndemo> \n", NULL), SCREEN_READY);
    assert_int_equal(state_of("demo", "demo> MC-1 turn 1\n", NULL), SCREEN_OTHER);
    assert_int_equal(state_of("demo", "demo>\n[working]\n", NULL), SCREEN_BUSY);
    assert_int_equal(state_of("demo", "[question] trust?\n", NULL), SCREEN_DIALOG);
    assert_int_equal(state_of("demo", "demo> MC-1\n[question] trust?\n", NULL), SCREEN_DIALOG);
    assert_int_equal(state_of("demo", "[question] trust?\nno\nno\nno\ndemo>\n", NULL), SCREEN_READY);
    assert_int_equal(state_of("demo", "[question] trust?\ndemo>\n[working]\n", NULL), SCREEN_BUSY);
    assert_int_equal(state_of("demo", "  the words demo> and [working] and [question] in a text\n", NULL),
                     SCREEN_OTHER);
}

/* claude says it as a reply; a reply that it has finished has a line of its own below. */
static void an_error_said_as_a_reply(void **state) {
    static const char box[] = "────────\n❯ \n────────\n  ? for shortcuts\n";
    static const char *const errors[] = {"● API Error: 400 bad\n\n",
                                         "● API Error: 400 a message that is long\n  enough for two lines\n\n\n",
                                         "● API Error: 500 x\n\n\n        ◐ medium · /effort\n"};
    static const char *const replies[] = {
        "● API Error: 400 bad\n\n✻ Worked for 0s · done 9:58 PM\n\n",
        "● API Error: 400 bad\n\n● That is what it said.\n\n",
        "● It said:\n\n  API Error: 400 bad\n\n",
        "❯ API Error: 400 bad\n\n● so\n\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        char *screen = xasprintf("❯ MC-1\n\n%s%s", errors[i], box);
        assert_int_equal(state_of("claude", screen, NULL), SCREEN_LIMIT);
        free(screen);
    }
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        char *screen = xasprintf("❯ MC-1\n\n%s%s", replies[i], box);
        assert_int_equal(state_of("claude", screen, NULL), SCREEN_READY);
        free(screen);
    }
}

/* What stopped a turn, by the words that its agent shows, wherever about its box it shows them. */
static void what_stopped_it(void **state) {
    static const struct {
        const char *agent, *capture;
        enum turn_fault fault;
    } rows[] = {
        {"claude", "120-error-400-credit", FAULT_BILLING},
        {"claude", "80-error-400-credit", FAULT_BILLING},
        {"claude", "120-error-401-oauth", FAULT_LOGIN},
        {"claude", "80-error-401-oauth", FAULT_LOGIN},
        {"claude", "120-limit-apikey", FAULT_LIMIT},
        {"claude", "80-limit-apikey", FAULT_LIMIT},
        {"claude", "120-limit-subscription", FAULT_LIMIT},
        {"claude", "80-limit-subscription", FAULT_LIMIT},
        {"codex", "100-error-401", FAULT_LOGIN},
        {"gemini", "100-error-401", FAULT_LOGIN},
        {"opencode", "100-error-401", FAULT_LOGIN},
        {"pi", "100-error-401", FAULT_LOGIN},
        {"qwen", "100-error-401", FAULT_LOGIN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct profile profile = builtin(rows[i].agent);
        char *path = xasprintf("%s/screens/%s-%s.screen", MC_TESTS, rows[i].agent, rows[i].capture);
        char *screen = read_whole(path);
        struct text words = {0};

        screen_stopped(&words, &profile, screen, NULL);
        if (turn_fault_from_text(text_str(&words)) != rows[i].fault)
            fail_msg("%s: %s", path, text_str(&words));
        text_release(&words);
        free(screen);
        free(path);
        profile_release(&profile);
    }
}

/* The time stands where a long line was broken, and not where nothing of it is said. */
static void when_a_limit_ends(void **state) {
    static const struct {
        const char *screen, *words;
    } rows[] = {
        {"■ You've hit your usage limit. Visit https://x.example/usage to get more or try again at\n  Dec 5th, 2026 "
         "9:12 "
         "AM.\n\n› Ask Codex to do anything\n\n  m · ~/p\n",
         "■ You've hit your usage limit. Visit https://x.example/usage to get more or try again at\n  Dec 5th, 2026 "
         "9:12 "
         "AM.\n\n› Ask Codex to do anything\n\n  m · ~/p"},
        {"■ Check your plan and billing\n  details. Please retry in 34.07s.\n\n› Ask Codex to do anything\n\n  m · "
         "~/p\n",
         "■ Check your plan and billing\n  details. Please retry in 34.07s.\n\n› Ask Codex to do anything\n\n  m · "
         "~/p"},
        {"■ Check your plan and billing\n  details.\n\n› Ask Codex to do anything\n\n  m · ~/p\n",
         "■ Check your plan and billing"},
        {"■ You've hit your usage limit.\n  Go to /login\n\n› Ask Codex to do anything\n\n  m · ~/p\n",
         "■ You've hit your usage limit."},
    };
    struct profile codex = builtin("codex");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text words = {0};
        screen_stopped(&words, &codex, rows[i].screen, NULL);
        assert_string_equal(text_str(&words), rows[i].words);
        text_release(&words);
    }
    profile_release(&codex);
}

/* What a ticket's text may say without being taken for the agent's own state. */
static void quoted_words(void **state) {
    (void)state;
    const char *text = "\n› MC-1 turn 1\n  it says: esc to interrupt\n  1. Yes\n› Ask Codex to do anything\n";
    assert_int_equal(state_of("codex", text, "proj"), SCREEN_READY);
    text = " > MC-1 turn 1\n   press esc to cancel (esc to cancel)\n   Working…\n────\n YOLO\n\n *   Type your message "
           "or\n";
    assert_int_equal(state_of("gemini", text, "◇  Ready (proj)"), SCREEN_READY);
    text = " MC-1 turn 1\n it says Working... for ever\n────\n\n────\n~/proj\n0.0%/200k (auto)   m\n";
    assert_int_equal(state_of("pi", text, "π - proj"), SCREEN_READY);
}

static void states_by_order(void **state) {
    (void)state;
    struct profile profile = {
        .ready = (char[]){"^R"}, .busy = (char[]){"^B"}, .busy_title = (char[]){"^T"}, .dialog = (char[]){"^D"}};
    assert_int_equal(state_seen(&profile, "", NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&profile, " \n\t\n", "T"), SCREEN_OTHER);
    assert_int_equal(state_seen(&profile, "x", ""), SCREEN_OTHER);
    assert_int_equal(state_seen(&profile, "x\nR", ""), SCREEN_READY);
    assert_int_equal(state_seen(&profile, "B\nR", ""), SCREEN_BUSY);
    assert_int_equal(state_seen(&profile, "R", "T"), SCREEN_BUSY);
    assert_int_equal(state_seen(&profile, "B\nR\nD", "T"), SCREEN_DIALOG);
    assert_int_equal(state_seen(&profile, "R", "D"), SCREEN_READY);
    assert_int_equal(state_seen(&profile, "R\nD", ""), SCREEN_DIALOG);
    assert_int_equal(state_seen(&profile, "D\nR", ""), SCREEN_READY);
    assert_int_equal(state_seen(&profile, "x", "D"), SCREEN_DIALOG);
    assert_string_equal(screen_key(&profile, &(struct screen){.text = "B\nR", .title = "T"}), "busy_title");
    assert_string_equal(screen_key(&profile, &(struct screen){.text = "B\nR", .title = ""}), "busy");
    assert_string_equal(screen_key(&profile, &(struct screen){.text = "x\nR"}), "ready");
    struct profile none = {.ready = (char[]){""}};
    assert_int_equal(state_seen(&none, "x", "x"), SCREEN_OTHER);
}

static void patterns(void **state) {
    (void)state;
    assert_null(screen_pattern_error("^❯ (a|b)+$"));
    assert_null(screen_pattern_error(""));
    static const char *const bad[] = {"(", "[", "a{2,1}", "\\"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *reason = screen_pattern_error(bad[i]);
        assert_non_null(reason);
        assert_true(strlen(reason) > 3);
        free(reason);
    }
}

static void check_tail(const char *screen, int lines, const char *expected) {
    struct text out = {0};
    screen_tail(&out, screen, lines);
    assert_string_equal(text_str(&out), expected);
    text_release(&out);
}

static void tails(void **state) {
    (void)state;
    check_tail("", 40, "");
    check_tail("\n \n\t\n", 40, "");
    check_tail("a\nb\nc\n\n  \n", 2, "b\nc");
    check_tail("a\nb\nc", 3, "a\nb\nc");
    check_tail("a\nb\nc", 1, "c");
    check_tail("\n\na\n\nb\n", 40, "a\n\nb");
    check_tail("a\n\nb\n", 2, "a\n\nb");
    check_tail("a\n\n \n\n\nb\n", 40, "a\n\nb"); /* a dead pane: the output, an empty screen, tmux's word */
    check_tail("a\n\n\nb\n", 1, "b");
    check_tail("x\x1B[31mred\x07\r\nb\xFF", 40, "x[31mred\nb\xEF\xBF\xBD");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_screens),
        cmocka_unit_test(other_agents),
        cmocka_unit_test(an_error_said_as_a_reply),
        cmocka_unit_test(what_stopped_it),
        cmocka_unit_test(the_demo_agent),
        cmocka_unit_test(when_a_limit_ends),
        cmocka_unit_test(quoted_words),
        cmocka_unit_test(states_by_order),
        cmocka_unit_test(patterns),
        cmocka_unit_test(tails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
