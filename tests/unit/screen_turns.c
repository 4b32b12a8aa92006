#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/screen.h"
#include "rules/screen_paste.h"
#include "screens.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define OLDER "MC_TICKET_TURN:4629:1779000000000:00000000"
#define MARKER_OF(nonce) "[" nonce " internal routing marker; do not mention this marker in your reply]"
#define MARKER MARKER_OF(NONCE)

static char *replaced(const char *text, const char *what, const char *with) {
    const char *at = NULL;
    for (const char *p = strstr(text, what); p; p = strstr(p + 1, what))
        at = p;
    assert_non_null(at);
    return xasprintf("%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
}

/* A real screen of the agent at its prompt with our text in its input, as it is drawn before Enter. */
static char *pasted_into(size_t capture, const char *name, const char *first, const char *indent) {
    char *screen = load(capture, name, "screen");
    char *with = NULL;
    char *made = NULL;
    switch (captures[capture].agent[0]) {
    case 'c':
        with = xasprintf("› %s\n%s%s", first, indent, MARKER);
        made = replaced(screen, "› Ask Codex to do anything", with);
        break;
    case 'g':
        with = xasprintf(" *   %s\n  %s%s", first, indent, MARKER);
        made = replaced(screen, " *   Type your message or @path/to/file", with);
        break;
    default:
        with = xasprintf("─\n%s\n%s%s\n─", first, indent, MARKER);
        made = replaced(screen, "─\n\n─", with);
    }
    free(screen);
    free(with);
    return made;
}

static bool submitted(const struct profile *profile, const char *before, const char *after, const char *title,
                      const char *nonce) {
    struct screen then = look_at(before, NULL);
    struct screen now = look_at(after, title);
    return screen_submitted(profile, &(struct screen_paste){&then, &now, nonce});
}

static enum seen in_input(const struct profile *profile, const char *text, const char *title, const char *nonce) {
    struct screen screen = look_at(text, title);
    return screen_in_input(profile, &screen, nonce);
}

static void real_pastes_and_submits(void **state) {
    (void)state;
    for (size_t i = 0; i < CAPTURES; i++) {
        struct profile profile = builtin(captures[i].agent);
        char *ready = load(i, "ready", "screen");
        char *title = load(i, "ready", "title");
        char *busy = load(i, "busy", "screen");
        char *busy_title = load(i, "busy", "title");
        char *pasted = pasted_into(i, "ready", "MC-4629 turn 1", "  ");
        assert_int_equal(state_seen(&profile, pasted, title), SCREEN_OTHER);
        assert_true(screen_has_paste(ready, pasted, NONCE));
        assert_false(screen_has_paste(ready, ready, NONCE));
        assert_false(submitted(&profile, pasted, pasted, title, NONCE));
        assert_false(submitted(&profile, pasted, "\n\n", title, NONCE));
        assert_true(submitted(&profile, pasted, busy, busy_title, NONCE));
        assert_true(submitted(&profile, pasted, busy, NULL, NONCE));
        for (size_t k = 0; k < FINISHED; k++) { /* a turn that was over before we looked, scrolled away or not */
            char *done = load(i, finished[k], "screen");
            assert_true(submitted(&profile, pasted, done, title, NONCE));
            free(done);
        }
        free(ready);
        free(title);
        free(busy);
        free(busy_title);
        free(pasted);
        profile_release(&profile);
    }
}

/* The second turn: the first one's marker stands in the transcript above. */
static void real_later_turns(void **state) {
    (void)state;
    for (size_t i = 0; i < CAPTURES; i++) {
        struct profile profile = builtin(captures[i].agent);
        char *done = load(i, "done-plain", "screen");
        char *older = xstrdup(done);
        for (char *at = strstr(older, "e519f820"); at; at = strstr(at, "e519f820"))
            memcpy(at, "00000000", 8);
        char *pasted = pasted_into(i, "done-plain", "MC-4629 turn 2", "  ");
        for (char *at = strstr(pasted, "e519f820"); at && strstr(at + 1, "e519f820"); at = strstr(at, "e519f820"))
            memcpy(at, "00000000", 8);
        assert_true(screen_has_paste(older, pasted, NONCE));
        assert_false(screen_has_paste(older, older, NONCE));
        assert_false(submitted(&profile, pasted, pasted, NULL, NONCE));
        assert_true(submitted(&profile, pasted, done, NULL, NONCE));
        free(done);
        free(older);
        free(pasted);
        profile_release(&profile);
    }
}

/* Three turns of real agents, each seen before, with the text in the input, just after Enter, at work and at its end.
 * Nonces end in e519f820, 00000002 and 00000003; the third prompt is long. */
static const char *const dialogues[] = {"opencode", "pi", "gemini", "codex"};

static char *step(const char *agent, int turn, const char *name, const char *ending) {
    char *path = xasprintf("%s/screens/%s-120-turn%d-%s.%s", MC_TESTS, agent, turn, name, ending);
    char *content = read_whole(path);
    free(path);
    return content;
}

static void check_turn(const char *agent, int turn) {
    static const char *const nonces[] = {"", NONCE, "MC_TICKET_TURN:4629:1779942042145:00000002",
                                         "MC_TICKET_TURN:4629:1779942042145:00000003"};
    static const char *const later[] = {"after", "busy", "done"};
    const char *nonce = nonces[turn];
    struct profile profile = builtin(agent);
    char *before = step(agent, turn - 1, "done", "screen");
    char *pasted = step(agent, turn, "pasted", "screen");
    char *busy = step(agent, turn, "busy", "screen");
    char *busy_title = step(agent, turn, "busy", "title");
    assert_int_equal(state_seen(&profile, before, NULL), SCREEN_READY);
    assert_int_equal(state_seen(&profile, pasted, NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&profile, busy, busy_title), SCREEN_BUSY);
    assert_true(screen_has_paste(before, pasted, nonce));
    assert_false(screen_has_paste(before, before, nonce));
    assert_int_equal(in_input(&profile, before, NULL, nonce), SEEN_NO);
    assert_int_equal(in_input(&profile, pasted, NULL, nonce), SEEN_YES);
    assert_false(submitted(&profile, pasted, pasted, NULL, nonce));
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        char *screen = step(agent, turn, later[i], "screen");
        assert_true(submitted(&profile, pasted, screen, NULL, nonce));
        assert_int_equal(in_input(&profile, screen, NULL, nonce), SEEN_NO);
        free(screen);
    }
    free(before);
    free(pasted);
    free(busy);
    free(busy_title);
    profile_release(&profile);
}

static void real_turns(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof dialogues / sizeof dialogues[0]; i++)
        for (int turn = 1; turn <= 3; turn++)
            check_turn(dialogues[i], turn);
}

/* A line that comes or goes beside a paste that is still in the input. */
static void hints_prove_nothing(void **state) {
    (void)state;
    for (size_t i = 0; i < CAPTURES; i++) {
        struct profile profile = builtin(captures[i].agent);
        char *ready = load(i, "ready", "screen");
        char *pasted = pasted_into(i, "ready", "MC-4629 turn 1", "  ");
        char *tail = xstrdup(pasted);
        size_t end = strlen(tail);
        while (end > 0 && tail[end - 1] == '\n')
            tail[--end] = '\0';
        char *below = xasprintf("%s\n  press ctrl+c again to quit\n", tail);
        char *above = xasprintf("  update available\n%s", pasted);
        char *hint = xasprintf("%s\n  a hint\n", ready);
        assert_false(submitted(&profile, pasted, below, NULL, NONCE));
        assert_false(submitted(&profile, below, pasted, NULL, NONCE));
        assert_false(submitted(&profile, pasted, above, NULL, NONCE));
        assert_false(screen_has_paste(ready, hint, NONCE));
        assert_false(screen_has_paste(hint, ready, NONCE));
        free(ready);
        free(pasted);
        free(tail);
        free(below);
        free(above);
        free(hint);
        profile_release(&profile);
    }
}

#define CLAUDE_FOOT "────\n  ? for shortcuts\n"

static void pasted_blocks(void **state) {
    (void)state;
    struct profile claude = builtin("claude");
    const char *empty = "welcome\n────\n❯ \n" CLAUDE_FOOT;
    static const char *const labels[] = {"[Pasted text #1 +20 lines]", "[Pasted Content 1234 chars]",
                                         "[Pasted Text: 20 lines]",    "[Pasted ~20 lines]",
                                         "[paste #1 +20 lines]",       "[paste #12 4096 chars]"};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        char *boxed = xasprintf("welcome\n────\n❯ %s\n" CLAUDE_FOOT, labels[i]);
        char *echoed = xasprintf("welcome\n> %s\n\n⏺ ok\n────\n❯ \n" CLAUDE_FOOT, labels[i]);
        char *quiet = xasprintf("welcome\n> %s\n────\n❯ \n" CLAUDE_FOOT, labels[i]);
        char *second = xasprintf("welcome\n> %s\n\n⏺ ok\n────\n❯ %s\n" CLAUDE_FOOT, labels[i], labels[i]);
        assert_true(screen_has_paste(empty, boxed, NONCE));
        assert_false(submitted(&claude, boxed, boxed, NULL, NONCE));
        assert_true(submitted(&claude, boxed, echoed, NULL, NONCE));
        assert_true(submitted(&claude, boxed, quiet, NULL, NONCE));
        assert_true(screen_has_paste(echoed, second, NONCE));
        assert_false(submitted(&claude, second, second, NULL, NONCE));
        assert_true(submitted(&claude, boxed, "long reply\nlong reply\n────\n❯ \n" CLAUDE_FOOT, NULL, NONCE));
        free(boxed);
        free(echoed);
        free(quiet);
        free(second);
    }
    assert_false(screen_has_paste(empty, "welcome [Paste me]\n────\n❯ \n" CLAUDE_FOOT, NONCE));
    profile_release(&claude);
}

/* An input line that scrolls sideways shows the end of the marker and no nonce. */
static void the_tail_of_a_marker(void **state) {
    (void)state;
    struct profile demo = builtin("demo");
    const char *empty = "hello\ndemo>\n";
    const char *boxed = "hello\ndemo> not mention this marker in your reply]\n";
    assert_true(screen_has_paste(empty, boxed, NONCE));
    assert_false(submitted(&demo, boxed, boxed, NULL, NONCE));
    assert_false(submitted(&demo, boxed, "hello\n\ndemo> not mention this marker in your reply]\n", NULL, NONCE));
    assert_true(submitted(&demo, boxed, "hello\n" MARKER "\n[working]\n", NULL, NONCE));
    assert_true(submitted(&demo, boxed, "hello\n" MARKER "\ndemo>\n", NULL, NONCE));
    assert_false(submitted(&demo, boxed, "hello\n" MARKER "\n[question] may I?\nmore\n", NULL, NONCE)); /* no box */
    assert_true(submitted(&demo, boxed, "hello\ndone\ndemo>\n", NULL, NONCE));
    /* Nothing of it is to be seen: what is at rest now and was not has taken it, what was at rest before has not. */
    struct profile boxless = demo;
    boxless.box = NULL;
    assert_true(submitted(&boxless, "hello\ndemo> half of it\n", "hello\ndone\ndemo>\n", NULL, NONCE));
    assert_false(submitted(&boxless, "hello\ndemo>\n", "hello\ndone\ndemo>\n", NULL, NONCE));
    /* An older turn's marker above. */
    const char *later = "> " MARKER_OF(OLDER) "\n[done]\ndemo>\n";
    const char *again = "> " MARKER_OF(OLDER) "\n[done]\ndemo> this marker in your reply]\n";
    assert_true(screen_has_paste(later, again, NONCE));
    assert_false(screen_has_paste(later, "x\n> " MARKER_OF(OLDER) "\n[done]\ndemo>\n", NONCE));
    assert_false(submitted(&demo, again, again, NULL, NONCE));
    assert_false(submitted(&demo, again, later, NULL, NONCE)); /* emptied by somebody: no echo, nothing new above */
    profile_release(&demo);
}

/* Text that looks like the agent being busy, or at its prompt, was there before Enter. */
static void the_text_itself_proves_nothing(void **state) {
    (void)state;
    struct profile demo = builtin("demo");
    const char *boxed = "demo> MC-1 turn 1\n[working]\n" MARKER "\n";
    assert_false(submitted(&demo, boxed, "hello\ndemo> MC-1 turn 1\n[working]\n" MARKER "\n", NULL, NONCE));
    assert_true(submitted(&demo, boxed, "> MC-1 turn 1\n[working]\n" MARKER "\n[done]\ndemo>\n", NULL, NONCE));
    boxed = "demo> MC-1 turn 1\ndemo>\n" MARKER "\n";
    assert_false(submitted(&demo, boxed, "hello\ndemo> MC-1 turn 1\ndemo>\n" MARKER "\n", NULL, NONCE));
    assert_true(submitted(&demo, boxed, "> MC-1 turn 1\ndemo>\n" MARKER "\n[working]\n", NULL, NONCE));
    struct profile codex = builtin("codex");
    assert_true(submitted(&codex, boxed, boxed, "⠋ proj", NONCE));
    profile_release(&codex);
    profile_release(&demo);
}

/* One look after a crash, without anything to compare it with. */
static void one_look_at_the_input(void **state) {
    (void)state;
    for (size_t i = 0; i < CAPTURES; i++) {
        struct profile profile = builtin(captures[i].agent);
        char *ready = load(i, "ready", "screen");
        char *busy = load(i, "busy", "screen");
        char *title = load(i, "busy", "title");
        char *pasted = pasted_into(i, "ready", "MC-4629 turn 1", "  ");
        char *later = pasted_into(i, "done-plain", "MC-4629 turn 2", "  ");
        assert_int_equal(in_input(&profile, ready, NULL, NONCE), SEEN_NO);
        assert_int_equal(in_input(&profile, busy, title, NONCE), SEEN_NO);
        assert_int_equal(in_input(&profile, pasted, NULL, NONCE), SEEN_YES);
        assert_int_equal(in_input(&profile, later, NULL, NONCE), SEEN_YES);
        for (size_t k = 0; k < FINISHED; k++) {
            char *done = load(i, finished[k], "screen");
            assert_int_equal(in_input(&profile, done, NULL, NONCE), SEEN_NO);
            free(done);
        }
        free(ready);
        free(busy);
        free(title);
        free(pasted);
        free(later);
        profile_release(&profile);
    }
    struct profile demo = builtin("demo");
    assert_int_equal(in_input(&demo, "\n\n", NULL, NONCE), SEEN_UNKNOWN);
    assert_int_equal(in_input(&demo, "demo> [Pasted text #1 +20 lines]\n", NULL, NONCE), SEEN_YES);
    assert_int_equal(in_input(&demo, "> " MARKER "\n[done]\ndemo>\n", NULL, NONCE), SEEN_NO);
    assert_int_equal(in_input(&demo, "> " MARKER "\n1\n2\n3\n4\n5\n6\n", NULL, NONCE), SEEN_UNKNOWN);
    profile_release(&demo);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_pastes_and_submits),
        cmocka_unit_test(real_later_turns),
        cmocka_unit_test(real_turns),
        cmocka_unit_test(hints_prove_nothing),
        cmocka_unit_test(pasted_blocks),
        cmocka_unit_test(the_tail_of_a_marker),
        cmocka_unit_test(the_text_itself_proves_nothing),
        cmocka_unit_test(one_look_at_the_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
