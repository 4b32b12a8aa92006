/* Which tickets a command is offered, which word of a synopsis stands where, and what a shell may be given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/completion.h"
#include "rules/moves.h"

static void test_moves_go_from_where_they_are_offered(void **state) {
    (void)state;
    for (int move = 0; move < MOVE_COUNT; move++)
        for (int status = 0; status < TICKET_STATUS_COUNT; status++)
            assert_int_equal(completion_offers(move_name((enum move)move), (enum ticket_status)status),
                             move_judge((enum move)move, (enum ticket_status)status) == MOVE_GO);
}

static void test_other_commands(void **state) {
    (void)state;
    assert_true(completion_offers("show", TICKET_CANCELLED));
    assert_true(completion_offers("send", TICKET_IN_REVIEW));
    assert_false(completion_offers("send", TICKET_TODO));
    assert_true(completion_offers("note", TICKET_TODO));
    assert_false(completion_offers("note", TICKET_DONE));
    assert_true(completion_offers("retry", TICKET_BLOCKED));
    assert_false(completion_offers("retry", TICKET_IN_REVIEW));
    assert_false(completion_offers("--after", TICKET_CANCELLED));
}

/* Each command by each status. */
static void test_each_status(void **state) {
    static const struct {
        const char *command, *offered; /* inbox, todo, in_progress, in_review, needs_input, blocked, done, cancelled */
    } wanted[] = {{"send", "..xxx..."},     {"attach", "..xxx..."},  {"screen", "..xxx..."},
                  {"edit", "xxxxxx.."},     {"note", "xxxxxx.."},    {"retry", ".x...x.."},
                  {"--ticket", ".xx....."}, {"--after", "xxxxxxx."}, {"show", "xxxxxxxx"}};
    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        for (int status = 0; status < TICKET_STATUS_COUNT; status++)
            if (completion_offers(wanted[i].command, (enum ticket_status)status) != (wanted[i].offered[status] == 'x'))
                fail_msg("%s, %s", wanted[i].command, ticket_status_name((enum ticket_status)status));
}

static void expect_word(const char *words, size_t at, const char *wanted) {
    size_t length = 0;
    const char *word = completion_word(words, at, &length);

    if (!wanted) {
        assert_null(word);
        return;
    }
    assert_non_null(word);
    assert_int_equal(length, strlen(wanted));
    assert_memory_equal(word, wanted, length);
}

static void test_words_of_a_synopsis(void **state) {
    (void)state;
    expect_word("", 0, NULL);
    expect_word("KEY", 0, "KEY");
    expect_word("KEY", 1, NULL);
    expect_word("KEY [TEXT]", 1, "TEXT");
    expect_word("KEY [TEXT]", 2, NULL);
    expect_word("KEY... TEXT", 0, "KEY");
    expect_word("KEY... TEXT", 7, "KEY");
    expect_word("[KEY...]", 1, "KEY");
    expect_word("[close [THING]]", 0, "close");
    expect_word("[close [THING]]", 1, "THING");
    expect_word("[close [THING]]", 2, NULL);
    expect_word("DONE|REVIEW|QUESTION [LINE]", 0, "DONE|REVIEW|QUESTION");
}

static void test_plain_words(void **state) {
    static const char *const plain[] = {"ui", "web/pool-1", "profile:claude", "a.b_c@d+e", "\xc3\xb6\xc3\x9f"};
    static const char *const not_plain[] = {"",    "a b", "$x",  "`x`", "a;b",  "a'b", "a\"b", "-x", "a\\b", "~x",
                                            "a*b", "a?b", "a|b", "a&b", "a\nb", "=x",  "+x",   "!x", "a#b",  "{a"};
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        assert_true(completion_is_plain(plain[i]));
    for (size_t i = 0; i < sizeof not_plain / sizeof not_plain[0]; i++)
        assert_false(completion_is_plain(not_plain[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moves_go_from_where_they_are_offered),
        cmocka_unit_test(test_other_commands),
        cmocka_unit_test(test_each_status),
        cmocka_unit_test(test_words_of_a_synopsis),
        cmocka_unit_test(test_plain_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
