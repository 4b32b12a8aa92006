#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/ages.h"

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)
#define NOW INT64_C(1779942042145)
#define UP (10 * DAY)

static struct ages_look look(int64_t wall, int64_t up, const char *boot) {
    struct ages_look look = {.wall = wall, .up = up};
    memcpy(look.boot, boot, strlen(boot) + 1);
    return look;
}

static void test_what_is_believed(void **state) {
    static const struct {
        const char *why;
        int64_t wall, up; /* since the look before */
        const char *boot;
        bool doubted; /* that look */
        enum ages_word word;
    } cases[] = {
        {"a day later by both clocks", DAY, DAY, "a", false, AGES_BELIEVED},
        {"set right by an hour", DAY + HOUR, DAY, "a", false, AGES_BELIEVED},
        {"back by an hour", DAY - HOUR, DAY, "a", false, AGES_BELIEVED},
        {"it was stopped for a night, and its clock then set", 2 * DAY, DAY, "a", false, AGES_BELIEVED},
        {"at the border", DAY + AGES_SLACK_MS, DAY, "a", false, AGES_BELIEVED},
        {"beyond it", DAY + AGES_SLACK_MS + 1, DAY, "a", false, AGES_DOUBTED},
        {"a typo while it was up", 100 * DAY, 1, "a", false, AGES_DOUBTED},
        {"and back", -100 * DAY, 1, "a", true, AGES_DOUBTED},
        {"idle pickups came late", 100 * DAY, 100 * DAY, "a", false, AGES_BELIEVED},
        {"the same doubtful clock, a minute later", HOUR / 60, HOUR / 60, "a", true, AGES_WAITING},
        {"set further, by less than the slack", DAY + HOUR, HOUR, "a", true, AGES_WAITING},
        {"the same doubtful clock, a day later", DAY, DAY, "a", true, AGES_BELIEVED},
        {"another boot, a day later", DAY, -UP + 1, "b", false, AGES_BELIEVED},
        {"another boot, doubted the day before", DAY, -UP + 1, "b", true, AGES_BELIEVED},
        {"another boot at the border", AGES_SLACK_MS, 1, "b", false, AGES_BELIEVED},
        {"off for long, or a clock that lost its battery", AGES_SLACK_MS + 1, 1, "b", false, AGES_DOUBTED},
        {"a boot with the clock of long ago", -AGES_SLACK_MS - 1, 1, "b", false, AGES_DOUBTED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ages_look before = look(NOW, UP, "a"), now;
        now = look(NOW + cases[i].wall, UP + cases[i].up, cases[i].boot);
        before.doubted = cases[i].doubted;
        if (ages_word(&before, &now) != cases[i].word)
            fail_msg("%s", cases[i].why);
    }
    assert_int_equal(ages_word(&(struct ages_look){0}, &(struct ages_look){.wall = NOW, .up = UP}), AGES_DOUBTED);
}

static void test_a_look_is_a_line(void **state) {
    static const char *const none[] = {"",
                                       "x\n",
                                       "1779942042145",
                                       "1779942042145 1 a believed",
                                       "1779942042145 1 a believe\n",
                                       "0 1 a believed\n",
                                       "-5 1 a believed\n",
                                       "1779942042145 1 a believed\n1"};
    (void)state;
    for (int doubted = 0; doubted < 2; doubted++) {
        struct ages_look one = look(NOW, UP, "5a3ce0f2-6c6c-4b3a-9d0c-8f2f7a8d2f11"), other;
        char line[AGES_LINE_SIZE];
        one.doubted = doubted;
        ages_write(line, &one);
        assert_true(ages_read(&other, line));
        assert_int_equal(other.wall, one.wall);
        assert_int_equal(other.up, one.up);
        assert_string_equal(other.boot, one.boot);
        assert_int_equal(other.doubted, one.doubted);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct ages_look look;
        assert_false(ages_read(&look, none[i]));
        assert_int_equal(look.wall, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_believed),
        cmocka_unit_test(test_a_look_is_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
