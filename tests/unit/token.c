#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "rules/token.h"

static const char nonce[] = "MC_TICKET_TURN:4629:1779942042145:e519f820";

static void names_the_turn_in_words_that_a_format_takes(void **state) {
    char token[TOKEN_SIZE], pasted[TOKEN_SIZE];
    (void)state;
    token_make(token, nonce);
    assert_string_equal(token, "MC_TICKET_TURN_4629_1779942042145_e519f820");
    token_pasted(pasted, token);
    assert_string_equal(pasted, "MC_TICKET_TURN_4629_1779942042145_e519f820_pasted");
}

static void says_what_it_knows_of_this_turn_only(void **state) {
    char token[TOKEN_SIZE], pasted[TOKEN_SIZE];
    (void)state;
    token_make(token, nonce);
    token_pasted(pasted, token);
    assert_int_equal(token_says(token, nonce), TOKEN_UNPASTED);
    assert_int_equal(token_says(pasted, nonce), TOKEN_PASTED);
    assert_int_equal(token_says("", nonce), TOKEN_SILENT);
    assert_int_equal(token_says("", ""), TOKEN_SILENT);
    assert_int_equal(token_says("_pasted", ""), TOKEN_SILENT);
    assert_int_equal(token_says("MC_TICKET_TURN_4629_1779942042145_e519f8201", nonce), TOKEN_SILENT);
    assert_int_equal(token_says(pasted, "MC_TICKET_TURN:462:1779942042145:e519f820"), TOKEN_SILENT);
    assert_int_equal(token_says("#{pid}", nonce), TOKEN_SILENT);
}

/* However often it changes hands, what was said of the turn stays, and the word is another. */
static void is_handed_on(void **state) {
    static const enum token_word words[] = {TOKEN_UNPASTED, TOKEN_PASTED};
    char token[TOKEN_SIZE], next[TOKEN_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        token_make(token, nonce);
        if (words[i] == TOKEN_PASTED)
            token_pasted(next, token), text_copy(token, sizeof token, next);
        for (int hand = 0; hand < 5; hand++) {
            char own[] = "0123456789abcde0";
            own[15] = (char)('0' + hand);
            token_next(next, token, nonce, own);
            assert_int_equal(token_says(next, nonce), words[i]);
            assert_string_not_equal(next, token);
            text_copy(token, sizeof token, next);
        }
    }
    token_next(next, "", nonce, "0123456789abcdef");
    assert_string_equal(next, "taken_by_0123456789abcdef");
    assert_int_equal(token_says(next, nonce), TOKEN_SILENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_turn_in_words_that_a_format_takes),
        cmocka_unit_test(says_what_it_knows_of_this_turn_only),
        cmocka_unit_test(is_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
