#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus.h"
#include "rewrap.h"
#include "share.h"

/* Every capture says what tests/screens/README.md says of it, also as it would look in any width. */

static int wrong;

static void say(const struct capture *one, int width, const char *what, int is) {
    print_error("%s at %d: %s %d\n", one->name, width, what, is);
    wrong++;
}

static void check(const struct capture *one, const char *text, int width) {
    struct screen screen = look_at(text, one->title);
    const struct sight *sight = one->sight;
    enum screen_state state = screen_state(&one->profile, &screen, one->nonce);
    if (state != sight->state)
        say(one, width, "state", (int)state);
    if (screen_interrupted(&one->profile, &screen, one->nonce) != sight->interrupted)
        say(one, width, "interrupted", !sight->interrupted);
    if (screen_rests(&one->profile, &screen) && state != SCREEN_READY && state != SCREEN_LIMIT)
        say(one, width, "rests, state", (int)state);
}

static void as_captured(void **state) {
    const struct corpus *corpus = *state;
    for (size_t i = 0; i < corpus->count; i++)
        check(&corpus->all[i], corpus->all[i].text, corpus->all[i].width);
    assert_int_equal(wrong, 0);
}

/* Of each every third, or in the suite fewer, and each of some. */
static void in_every_width(void **state) {
    const struct corpus *corpus = *state;
    const int step = 3 * share(8);
    for (size_t i = 0; i < corpus->count; i++)
        for (int width = 40 + (int)i % step; width <= 200; width += step) {
            char *text = rewrapped(corpus->all[i].text, width);
            check(&corpus->all[i], text, width);
            free(text);
        }
    assert_int_equal(wrong, 0);
}

static int set_up(void **state) {
    *state = corpus_open();
    return 0;
}

static int tear_down(void **state) {
    corpus_close(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_captured),
        cmocka_unit_test(in_every_width),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
