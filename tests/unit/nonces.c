/* The nonces of a prompt: its own is among them, wherever it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "rules/nonces.h"

#define A "MC_TICKET_TURN:1:1000:00000001"
#define B "MC_TICKET_TURN:22:1779942042145:e519f820"

static void wherever_they_stand(void **state) {
    struct nonces nonces;

    (void)state;
    nonces_read(&nonces, "[" A " internal]\nsee [" B " x] and " A "\n");
    assert_int_equal(nonces.count, 2);
    assert_true(nonces_hold(&nonces, A) && nonces_hold(&nonces, B));
    assert_false(nonces_hold(&nonces, "MC_TICKET_TURN:1:1000:00000002"));
    assert_false(nonces_hold(&nonces, NULL));
    nonces_read(&nonces, "MC_TICKET_TURN: MC_TICKET_TURN:1 MC_TICKET_TURN:MC_TICKET_TURN:1:1000:0000000g");
    assert_int_equal(nonces.count, 0);
    nonces_read(&nonces, NULL);
    assert_int_equal(nonces.count, 0);
}

static void of_very_many_the_first_and_the_last(void **state) {
    struct nonces nonces;
    struct text prompt = {0};
    char nonce[NONCE_SIZE];

    (void)state;
    for (int i = 0; i < 1000; i++)
        text_addf(&prompt, "MC_TICKET_TURN:1:1000:%08x ", (unsigned)i);
    nonces_read(&nonces, text_str(&prompt));
    assert_int_equal(nonces.count, NONCES_MAX);
    for (int i = 0; i < 1000; i++) {
        snprintf(nonce, sizeof nonce, "MC_TICKET_TURN:1:1000:%08x", (unsigned)i);
        assert_int_equal(nonces_hold(&nonces, nonce), i < NONCES_MAX / 2 || i >= 1000 - NONCES_MAX / 2);
    }
    text_release(&prompt);
}

static void as_a_line(void **state) {
    struct nonces nonces, again;
    struct text line = {0};

    (void)state;
    nonces_read(&nonces, B "\n" A);
    nonces_print(&nonces, &line);
    assert_string_equal(text_str(&line), B " " A);
    assert_true(nonces_parse(&again, text_str(&line)));
    assert_int_equal(again.count, 2);
    assert_true(nonces_parse(&again, ""));
    assert_false(nonces_parse(&again, "x"));
    assert_false(nonces_parse(&again, A " "));
    text_release(&line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wherever_they_stand),
        cmocka_unit_test(of_very_many_the_first_and_the_last),
        cmocka_unit_test(as_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
