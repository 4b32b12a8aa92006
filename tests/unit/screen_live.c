#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "linear.h"
#include "rules/region.h"
#include "rules/screen_paste.h"
#include "rules/trace.h"
#include "screens.h"
#include "share.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define MARKER "[" NONCE " internal routing marker; do not mention this marker in your reply]"
#define RULE "────────────"
#define BOX(text) RULE "\n❯ " text "\n" RULE "\n  ⏵⏵ auto · 7s\n"

/* The rest of what a screen tells besides its state. */

static char *live(const char *agent, const char *text) {
    struct profile profile = builtin(agent);
    struct screen screen = look_at(text, NULL);
    struct text out = {0};
    screen_live(&out, &profile, &screen);
    profile_release(&profile);
    return text_take(&out);
}

static bool same_live(const char *agent, const char *a, const char *b) {
    char *one = live(agent, a);
    char *other = live(agent, b);
    bool same = strcmp(one, other) == 0;
    free(one);
    free(other);
    return same;
}

static void a_moving_corner_is_no_change(void **state) {
    (void)state;
    assert_true(same_live("claude", "09:59:59\nx\n\n\n\n" BOX(""), "10:00:00\ny\n\n\n\n" BOX("")));
    assert_true(
        same_live("claude", BOX("") "                9s · 99 tokens\n", BOX("") "               10s · 100 tokens\n"));
    assert_true(same_live("codex", " a question  9s\n", " a question 10s\n"));
    /* The input itself is compared as it is, and so is what is said beside it. */
    assert_false(same_live("claude", BOX("step 1"), BOX("step 2")));
    assert_false(same_live("claude", BOX("a"), BOX("a b")));
    assert_false(same_live("claude", "a\n\n" BOX(""), "b\n\n" BOX("")));
    assert_false(same_live("codex", " a question\n", " another question\n"));
}

static void a_cursor_elsewhere_takes_the_keys(void **state) {
    (void)state;
    struct profile claude = builtin("claude");
    struct screen screen = {.text = "a\nb\nc\nd\n" BOX(""), .cursor_shown = true};
    static const struct {
        int y;
        bool shown;
        enum screen_state state;
    } looks[] = {{5, true, SCREEN_READY},  {7, true, SCREEN_READY}, {-1, true, SCREEN_READY},
                 {0, false, SCREEN_READY}, {0, true, SCREEN_OTHER}, {2, true, SCREEN_OTHER}};
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        screen.cursor_y = looks[i].y;
        screen.cursor_shown = looks[i].shown;
        assert_int_equal(screen_state(&claude, &screen, NULL), looks[i].state);
        assert_int_equal(screen_rests(&claude, &screen), looks[i].state == SCREEN_READY);
    }
    profile_release(&claude);
}

static enum seen echo(const char *text) {
    struct profile claude = builtin("claude");
    enum seen seen = screen_echo(&claude, text, NONCE);
    profile_release(&claude);
    return seen;
}

static void an_echo_stands_above_the_box(void **state) {
    (void)state;
    assert_int_equal(echo("❯ MC-1 turn 1\n  " MARKER "\n\n● ok\n" BOX("")), SEEN_YES);
    assert_int_equal(echo("x\n" BOX("MC-1 turn 1\n  " MARKER)), SEEN_NO);
    assert_int_equal(echo("x\n" BOX("")), SEEN_NO);
    assert_int_equal(echo("❯ MC-1 turn 1\n  " MARKER "\n Do you?\n ❯ 1. Yes\n"), SEEN_UNKNOWN);
    assert_int_equal(echo("no box and nothing of it\n"), SEEN_NO);
    assert_int_equal(echo("❯ [Pasted text #1 +20 lines]\n\n● ok\n" BOX("")), SEEN_UNKNOWN);
}

/* Nor is what we have pasted; a grey hint of the agent's own stands in an empty one. */
static void a_draft_is_not_ready(void **state) {
    (void)state;
    struct profile claude = builtin("claude");
    assert_int_equal(state_seen(&claude, BOX("half a draft"), NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&claude, BOX("two\n\n  lines"), NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&claude, BOX("[Pasted text #1 +20 lines]"), NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&claude, BOX("MC-1 turn 1\n  " MARKER), NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&claude, BOX(""), NULL), SCREEN_READY);
    assert_int_equal(state_seen(&claude, BOX("Try \"fix it\""), NULL), SCREEN_READY);
    profile_release(&claude);
}

/* A profile of somebody's own that says only what ready is: that is its box. */
static void without_a_box(void **state) {
    (void)state;
    struct profile own = {.ready = (char[]){"^my> *$"}, .busy = (char[]){"^working"}, .dialog = (char[]){"^sure\\?"}};
    assert_int_equal(state_seen(&own, "sure?\nworking\na\nb\nc\nmy>\n", NULL), SCREEN_READY);
    assert_int_equal(state_seen(&own, "a\nmy> a draft\n", NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&own, "my>\na\nworking\n", NULL), SCREEN_BUSY);
    assert_int_equal(state_seen(&own, "a\nworking\n", NULL), SCREEN_BUSY);
    assert_int_equal(state_seen(&own, "my>\n1\n2\n3\n4\n5\n6\n", NULL), SCREEN_OTHER); /* too far up */
    assert_int_equal(state_seen(&own, "my> x\nsure?\n", NULL), SCREEN_DIALOG);
}

/* What stands in the box is ours or a person's; and no box makes a ready of what is far from the bottom. */
static void inside_the_box(void **state) {
    (void)state;
    struct profile pi = builtin("pi");
    struct profile own = {.box = (char[]){"^top\n(.*\n)*end"}, .ready = (char[]){"^R$"}};
    const char *pasted = RULE "\nMC-1 turn 1\n ⠋ Working...\n\n" RULE "\n~/p\n0.0%/200k  m\n";
    assert_int_equal(state_seen(&pi, pasted, NULL), SCREEN_OTHER);
    assert_int_equal(state_seen(&own, "top\nR\n3\n4\nend\n", NULL), SCREEN_READY);
    assert_int_equal(state_seen(&own, "top\nR\n1\n2\n3\n4\n5\n6\n7\n8\nend\n", NULL), SCREEN_OTHER);
    profile_release(&pi);
}

/* A limit counts near the box and below the turn's echo. */
static void limits(void **state) {
    (void)state;
    struct profile codex = builtin("codex");
    static const char box[] = "\n› Ask Codex to do anything\n\n  m · ~/p\n";
    char *last = xasprintf("› x\n  %s\n\n■ You've hit your usage limit.\n%s", MARKER, box);
    char *older = xasprintf("■ You've hit your usage limit.\n\n› x\n  %s\n\n• ok\n%s", MARKER, box);
    char *far = xasprintf("■ You've hit your usage limit.\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n%s", box);
    struct screen screen = look_at(last, NULL);
    assert_int_equal(screen_state(&codex, &screen, NONCE), SCREEN_LIMIT);
    assert_int_equal(screen_state(&codex, &screen, NULL), SCREEN_LIMIT);
    assert_true(screen_rests(&codex, &screen));
    screen.text = older;
    assert_int_equal(screen_state(&codex, &screen, NONCE), SCREEN_READY);
    screen.text = far;
    assert_int_equal(screen_state(&codex, &screen, NULL), SCREEN_READY);
    free(last);
    free(older);
    free(far);
    profile_release(&codex);
}

/* Blank lines count for nothing, but for no more of them than a screen has. */
static void a_screen_of_blanks(void **state) {
    static char text[2048];
    const char *end;
    (void)state;
    text[0] = 'x';
    memset(text + 1, '\n', 1000);
    end = text + 1001;
    assert_ptr_equal(region_lowest(text, end, 1), text);
    assert_ptr_equal(region_lowest(text, end, 2), text);
    text[1001] = '\n';
    assert_ptr_equal(region_lowest(text, end + 1, 1), text + 2);
    assert_ptr_equal(region_lowest(text, end + 1, 0), end + 1);
}

/* Every question about a screen, asked of one. */
static void ask_all(const struct profile *profile, const char *text) {
    struct screen screen = look_at(text, text);
    struct screen before = look_at("x", NULL);
    struct text out = {0};
    (void)screen_state(profile, &screen, NONCE);
    (void)screen_rests(profile, &screen);
    (void)screen_interrupted(profile, &screen, NONCE);
    (void)screen_echo(profile, text, NONCE);
    (void)screen_in_input(profile, &screen, NONCE);
    (void)screen_submitted(profile, &(struct screen_paste){&before, &screen, NONCE});
    (void)screen_has_paste("", text, NONCE);
    screen_live(&out, profile, &screen);
    text_release(&out);
}

static void ask_of(const char *bytes, size_t n, void *profile) {
    (void)n;
    ask_all(profile, bytes);
}

static void look_for_paste(const char *log, size_t n, void *with) {
    (void)n;
    (void)with;
    assert_false(screen_has_paste("", log, NONCE));
    assert_null(trace_last(log, NONCE));
}

/* An agent may write what it likes for as long as it likes: it costs what so many bytes cost. */
static void hostile_bytes(void **state) {
    static const char *const units[] = {"[Pasted 1", "[Pasted text #1 +", "[",        "─",
                                        "─\n",       "────\n❯ ",          "› x\n",    "› ",
                                        "┃\n",       "┃ x\n ┃",           "────\n\n", " Error: 401 \n ",
                                        "0   ",      "[MC_TICKET_",       ":0:0 ",    "\n",
                                        " ",         "▀\n esc to\n",      "> a\n",    "demo>\n"};
    enum { BYTES = 256 * 1024 };
    static char bytes[BYTES + 1];
    const size_t n = BYTES / (size_t)share(4);

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        linear_repeat(bytes, n, units[i]);
        for (size_t k = 0; k < profile_builtin_count(); k++) {
            struct profile profile;

            profile_from_builtin(&profile, profile_builtin(k));
            if (!is_linear(&(struct linear){ask_of, &profile}, bytes, n))
                fail_msg("%s takes more than in proportion to what it is given of %s", profile.name, units[i]);
            profile_release(&profile);
        }
        assert_true(is_linear(&(struct linear){look_for_paste, NULL}, bytes, n));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moving_corner_is_no_change),
        cmocka_unit_test(a_cursor_elsewhere_takes_the_keys),
        cmocka_unit_test(an_echo_stands_above_the_box),
        cmocka_unit_test(a_draft_is_not_ready),
        cmocka_unit_test(without_a_box),
        cmocka_unit_test(inside_the_box),
        cmocka_unit_test(limits),
        cmocka_unit_test(a_screen_of_blanks),
        cmocka_unit_test(hostile_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
