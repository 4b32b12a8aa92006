#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "rules/key.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"

static void keys(void **state) {
    (void)state;
    static const char *const bad[] = {"",        "MC",      "MC-",        "MC-0",   "MC-01", "mc-1",
                                      "MC-1 ",   " MC-1",   "MC-1x",      "MC--1",  "MC-+1", "XX-1",
                                      "MC-1\n",  "MCX-1",   "M-1",        "MC-1-2", "MC_1",  "MC-1234567890123456789",
                                      "MC-0x10", "MC-1;ls", "MC-\xC2\xB2"};
    int64_t number = 7;
    assert_true(key_parse("MC-4629", "MC", &number));
    assert_int_equal(number, 4629);
    assert_true(key_parse("MC-999999999999999999", "MC", &number));
    assert_true(number == 999999999999999999);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(key_parse(bad[i], "MC", &number));
    assert_false(key_parse("mc-1", "mc", &number));
    char key[KEY_SIZE];
    key_make(key, "ABCDEFGHIJ", 999999999999999999);
    assert_string_equal(key, "ABCDEFGHIJ-999999999999999999");
    assert_true(key_parse(key, "ABCDEFGHIJ", &number));
}

static void prefixes(void **state) {
    (void)state;
    assert_true(key_prefix_ok("MC"));
    assert_true(key_prefix_ok("A"));
    assert_true(key_prefix_ok("Z"));
    assert_false(key_prefix_ok("["));
    assert_false(key_prefix_ok("@"));
    assert_true(key_prefix_ok("A123456789"));
    assert_false(key_prefix_ok(""));
    assert_false(key_prefix_ok("1A"));
    assert_false(key_prefix_ok("Mc"));
    assert_false(key_prefix_ok("A1234567890"));
    assert_false(key_prefix_ok("M-C"));
    assert_true(key_session_prefix_ok("mc-"));
    assert_true(key_session_prefix_ok("a_B-9"));
    assert_false(key_session_prefix_ok(""));
    assert_false(key_session_prefix_ok("a.b"));
    assert_false(key_session_prefix_ok("a:b"));
    assert_false(key_session_prefix_ok("#{x}"));
    assert_false(key_session_prefix_ok("123456789012345678901"));
}

static void names_of_a_ticket(void **state) {
    (void)state;
    char session[SESSION_SIZE];
    char session_key[SESSION_KEY_SIZE];
    key_session(session, "mc", "MC-4629");
    assert_string_equal(session, "mc-MC-4629");
    key_session(session, "mc_", "MC-4629");
    assert_string_equal(session, "mc_MC-4629");
    key_session(session, "", "MC-4629");
    assert_string_equal(session, "-MC-4629");
    key_session(session, "mc-", "MC-4629");
    assert_string_equal(session, "mc-MC-4629");
    key_session(session, "12345678901234567890", "ABCDEFGHIJ-999999999999999999");
    assert_string_equal(session, "12345678901234567890-ABCDEFGHIJ-999999999999999999");
    key_session_key(session_key, 4629);
    assert_string_equal(session_key, "ticket:4629:session");
}

static void runs_and_panes(void **state) {
    (void)state;
    assert_true(key_run_ok("0123456789abcdef0123456789abcdef"));
    assert_false(key_run_ok("0123456789ABCDEF0123456789abcdef"));
    assert_false(key_run_ok("0123456789abcdef0123456789abcde"));
    assert_false(key_run_ok("0123456789abcdef0123456789abcdef0"));
    assert_false(key_run_ok(""));
    assert_true(key_pane_ok("%0"));
    assert_true(key_pane_ok("%123456789"));
    assert_false(key_pane_ok("%1234567890"));
    assert_false(key_pane_ok("%"));
    assert_false(key_pane_ok("12"));
    assert_false(key_pane_ok("%1;kill-server"));
    assert_false(key_pane_ok(""));
}

static void nonces(void **state) {
    (void)state;
    char nonce[NONCE_SIZE];
    key_nonce(nonce, 4629, 1779942042145, 0xe519f820);
    assert_string_equal(nonce, NONCE);
    assert_true(key_nonce_ok(nonce));
    key_nonce(nonce, 999999999999999999, 999999999999999, 1);
    assert_true(key_nonce_ok(nonce));
    assert_string_equal(strrchr(nonce, ':'), ":00000001");
    assert_false(key_nonce_ok(""));
    assert_false(key_nonce_ok("MC_TICKET_TURN:"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:4629:1779942042145:e519f82"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:4629:1779942042145:e519f8200"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:4629:1779942042145:E519F820"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:04629:1779942042145:e519f820"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:4629::e519f820"));
    assert_false(key_nonce_ok(" " NONCE));
    assert_false(key_nonce_ok("MC_TICKET_TURN::1779942042145:e519f820"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:4629-1779942042145:e519f820"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:4629:1779942042145-e519f820"));
    assert_false(key_nonce_ok("MC_TICKET_TURN:4629:1779942042145:e519f82g"));
}

static void the_marker_line(void **state) {
    (void)state;
    struct text line = {0};
    key_marker(&line, NONCE);
    assert_string_equal(text_str(&line),
                        "[" NONCE " internal routing marker; do not mention this marker in your reply]");
    assert_true(key_marker_seen(text_str(&line), NONCE));
    text_release(&line);
}

static void seen_however_it_is_drawn(void **state) {
    (void)state;
    static const char *const seen[] = {
        "[" NONCE " internal",
        "x\n  [MC_TICKET_TURN:46\n  29:1779942042145:e519f820 in",
        "│ [MC_TICKET_TURN:4629:17799 │\n│ 42042145:e519f820 intern   │",
        "┃  MC\\_TICKET\\_TURN:4629:1779942042145:e519\r\n┃  f820",
        "MCTICKETTURN:4629:1779942042145:e519f820",
        "**MC_TICKET_TURN**:`4629`:1779942042145:e519f820",
        "\302\240MC_TICKET_TURN:4629:1779942042145:e5\377\20019f820",
    };
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        assert_true(key_marker_seen(seen[i], NONCE));
}

static void not_seen(void **state) {
    (void)state;
    assert_false(key_marker_seen("", NONCE));
    assert_false(key_marker_seen("MC_TICKET_TURN:4629:1779942042145:e519f821", NONCE));
    assert_false(key_marker_seen("MC_TICKET_TURN:4629:1779942042145:", NONCE));
    assert_false(key_marker_seen("TICKET_TURN:4629:1779942042145:e519f820", NONCE));
    assert_false(key_marker_seen("MC_TICKET_TURN:14629:1779942042145:e519f820", NONCE));
    assert_false(key_marker_seen("mc_ticket_turn:4629:1779942042145:e519f820", NONCE));
    assert_false(key_marker_seen("anything", ""));
    assert_false(key_marker_seen("anything", NULL));
    assert_false(key_marker_seen("── ──", "[]"));
}

static void the_last_place_is_found(void **state) {
    (void)state;
    const char *screen = "a-b c\nab d\nx";
    assert_ptr_equal(key_find_last(screen, "ab"), screen + 8);
    assert_ptr_equal(key_find_last(screen, "a b c"), screen + 5);
    assert_ptr_equal(key_find_last(screen, "x!"), screen + 12);
    assert_null(key_find_last(screen, "y"));
    assert_null(key_find_last("", "y"));
}

/* Every letter and digit tells two words apart, and nothing else does; the word's own are there twice then. */
static void what_counts(void **state) {
    (void)state;
    for (int c = 1; c < 128; c++) {
        char screen[] = {'1', (char)c, '2', '\0'};
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ':';
        if (c != '1' && c != '2' && (key_find_last(screen, "12") == NULL) != word)
            fail_msg("%d: %d", c, word);
    }
}

static void the_last_nonce_of_a_text(void **state) {
    (void)state;
    char nonce[NONCE_SIZE];
    key_nonce_last(nonce, "");
    assert_string_equal(nonce, "");
    key_nonce_last(nonce, "a MC_TICKET_TURN:1:2:00000000 quoted\n[" NONCE " internal");
    assert_string_equal(nonce, NONCE);
    key_nonce_last(nonce, NONCE ", and MC_TICKET_TURN:1:2:abc is none, MC_TICKET_TURN:");
    assert_string_equal(nonce, NONCE);
    key_nonce_last(nonce, NONCE "0 MC_TICKET_TURN:MC_TICKET_TURN:4629");
    assert_string_equal(nonce, "");
    key_nonce_last(nonce, "MC_TICKET_TURN:1:2:00000000000000000000000000000000000000000000000000000000000000000000");
    assert_string_equal(nonce, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(names_of_a_ticket),
        cmocka_unit_test(runs_and_panes),
        cmocka_unit_test(nonces),
        cmocka_unit_test(the_last_nonce_of_a_text),
        cmocka_unit_test(the_marker_line),
        cmocka_unit_test(seen_however_it_is_drawn),
        cmocka_unit_test(not_seen),
        cmocka_unit_test(the_last_place_is_found),
        cmocka_unit_test(what_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
