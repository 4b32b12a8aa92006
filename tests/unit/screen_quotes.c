#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "quotes.h"
#include "rules/region.h"
#include "screens.h"

/* Above an input box at rest, as body, as reply, as a tool's output: what is quoted is nobody's state. */

static bool quoted(const char *pattern) {
    for (size_t i = 0; i < QUOTES; i++)
        if (region_matches(pattern, quotes[i], quotes[i] + strlen(quotes[i])))
            return true;
    return !pattern || !*pattern;
}

static void every_pattern_is_quoted(void **state) {
    (void)state;
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *one = profile_builtin(i);
        const char *const patterns[] = {one->box,   one->ready,  one->busy,       one->busy_title,
                                        one->limit, one->dialog, one->interrupted};
        for (size_t k = 0; k < sizeof patterns / sizeof patterns[0]; k++)
            if (!quoted(patterns[k]))
                fail_msg("%s: tests/unit/quotes.h has nothing for %s", one->name, patterns[k]);
    }
}

/* How the agents draw a turn that is over; %s: the body, the tool's output, the reply. Then the box. */
static const struct drawn {
    const char *agent, *before_body, *before_output, *before_reply, *rest;
} drawings[] = {
    {"claude", "❯ MC-1 turn 1\n", "\n● Read\n  ⎿  x\n", "\n● so:\n",
     "\n✻ Worked for 4s · done 9:58 PM\n\n────────────\n❯ \n────────────\n  "
     "⏵⏵ "
     "bypass "
     "permissions "
     "on\n"},
    {"codex", "› MC-1 turn 1\n", "\n• Ran x\n  └ y\n", "\n• so:\n",
     "\n  Worked for 4s • 09:20\n\n\n› Ask Codex to do anything\n\n  m default · ~/proj\n  ? for shortcuts\n"},
    {"opencode", "  ┃  MC-1 turn 1\n", "\n     $ x\n", "\n",
     "\n     ▣  Build · m · 4.5s\n\n  ┃\n  ┃\n  ┃\n  ┃  Build · m\n  ╹▀▀▀▀▀▀▀▀▀▀▀▀\n   ~/proj  ctrl+p commands\n"},
    {"gemini", " > MC-1 turn 1\n", "\n ✓ Shell x\n", "\n✦ so:\n",
     "\n      ? for shortcuts\n────────────\n YOLO Ctrl+Y\n\n *   Type your message or @path/to/file\n\n ~/proj   m\n"},
    {"qwen", "  > MC-1 turn 1\n", "\n  ✓ Shell x\n", "\n  ✦ so:\n",
     "\n────────────\n*   Type your message or @path/to/file\n────────────\n  YOLO mode\n"},
    {"pi", " MC-1 turn 1\n", "\n $ x\n", "\n so:\n", "\n────────────\n\n────────────\n~/proj\n0.0%/200k (auto)  m\n"},
    {"demo", "demo> MC-1 turn 1\n", "  x\n", "  so:\n", "demo>\n"},
};
enum { DRAWINGS = sizeof drawings / sizeof drawings[0] };

static void add_lines(struct text *out, const char *agent, const char *lines) {
    for (const char *at = lines; *at;) {
        size_t n = strcspn(at, "\n");
        text_addf(out, "%*s%.*s\n", (int)indent_of(agent), "", (int)n, at);
        at += n + (at[n] == '\n');
    }
}

enum place { BODY, OUTPUT, REPLY, PLACES };

static char *drawn_with(const struct drawn *drawing, enum place place, const char *quote) {
    struct text out = {0};
    text_add(&out, drawing->before_body);
    add_lines(&out, drawing->agent, place == BODY ? quote : "do it");
    text_add(&out, drawing->before_output);
    add_lines(&out, drawing->agent, place == OUTPUT ? quote : "ok");
    text_add(&out, drawing->before_reply);
    add_lines(&out, drawing->agent, place == REPLY ? quote : "it is done");
    text_add(&out, drawing->rest);
    return text_take(&out);
}

/* pi draws its own last words (the spinner, an error, "Operation aborted") exactly as it draws a reply. */
static bool looks_the_same(const struct drawn *drawing, enum place place, const char *quote) {
    static const char *const own[] = {"⠋ Working...", "Error: 401 no", "Operation aborted"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcmp(drawing->agent, "pi") == 0 && place == REPLY && strcmp(quote, own[i]) == 0)
            return true;
    return false;
}

static void check_quote(const struct drawn *drawing, const struct profile *profile, const char *quote) {
    for (enum place place = BODY; place < PLACES; place++) {
        char *text = drawn_with(drawing, place, quote);
        struct screen screen = look_at(text, NULL);
        enum screen_state state = screen_state(profile, &screen, NULL);
        if (state != SCREEN_READY && !looks_the_same(drawing, place, quote))
            fail_msg("%s is %d with, in place %d:\n%s\n", drawing->agent, state, place, quote);
        free(text);
    }
}

static void quotes_change_nothing(void **state) {
    (void)state;
    for (size_t d = 0; d < DRAWINGS; d++) {
        struct profile profile = builtin(drawings[d].agent);
        for (size_t i = 0; i < QUOTES; i++) {
            check_quote(&drawings[d], &profile, quotes[i]);
            for (const char *at = quotes[i]; *at;) { /* each line by itself, flush to the agent's own column */
                size_t n = strcspn(at, "\n");
                char *line = xstrndup(at + strspn(at, " "), n - (strspn(at, " ") < n ? strspn(at, " ") : n));
                check_quote(&drawings[d], &profile, line);
                free(line);
                at += n + (at[n] == '\n');
            }
        }
        profile_release(&profile);
    }
}

/* A title that begins with what somebody wrote is not one of the agent's own. */
static void titles_quote(void **state) {
    (void)state;
    for (size_t d = 0; d < DRAWINGS; d++) {
        struct profile profile = builtin(drawings[d].agent);
        char *text = drawn_with(&drawings[d], BODY, "do it");
        for (size_t i = 0; i < QUOTES; i++) {
            char *title = xasprintf("OC | %s", quotes[i]);
            title[strcspn(title, "\n")] = '\0';
            assert_int_equal(state_seen(&profile, text, title), SCREEN_READY);
            free(title);
        }
        free(text);
        profile_release(&profile);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pattern_is_quoted),
        cmocka_unit_test(quotes_change_nothing),
        cmocka_unit_test(titles_quote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
