#include "base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_failure_is_composed_wrapped_and_released(void **state) {
    (void)state;
    struct err err = {0};
    assert_false(err_set(&err, MC_NOINPUT, "no ticket %s", "MC-1"));
    assert_int_equal(err.code, MC_NOINPUT);
    assert_false(err_wrap(&err, "board %d", 7));
    assert_string_equal(err.text, "board 7: no ticket MC-1");
    assert_int_equal(err.code, MC_NOINPUT);
    err_release(&err);
    assert_null(err.text);
    assert_int_equal(err.code, MC_OK);
    err_release(&err);
    err_release(NULL);
}

static void a_failure_may_be_made_of_the_one_before(void **state) {
    (void)state;
    struct err err = {0};
    err_set(&err, MC_IOERR, "disk full");
    err_set(&err, MC_TEMPFAIL, "again: %s", err.text);
    assert_string_equal(err.text, "again: disk full");
    assert_int_equal(err.code, MC_TEMPFAIL);
    err_wrap(&err, "(%s)", err.text);
    assert_string_equal(err.text, "(again: disk full): again: disk full");
    err_release(&err);
    err_wrap(&err, "what was never said");
    assert_string_equal(err.text, "what was never said: failed");
    err_release(&err);
}

static void errno_decides_the_code_where_the_table_says_so(void **state) {
    (void)state;
    static const struct {
        int number;
        enum mc_exit code;
    } rows[] = {{ENOSPC, MC_IOERR}, {EDQUOT, MC_IOERR},  {EIO, MC_IOERR},    {EROFS, MC_IOERR},
                {EFBIG, MC_IOERR},  {EACCES, MC_NOPERM}, {EPERM, MC_NOPERM}, {ENOMEM, MC_OSERR},
                {EAGAIN, MC_OSERR}, {EMFILE, MC_OSERR},  {ENFILE, MC_OSERR}, {ENOENT, MC_CONFIG}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = {0};
        assert_false(err_errno(&err, MC_CONFIG, rows[i].number, "open %s", "/x"));
        assert_int_equal(err.code, rows[i].code);
        char expected[256];
        snprintf(expected, sizeof expected, "open /x: %s", strerror(rows[i].number));
        assert_string_equal(err.text, expected);
        err_release(&err);
    }
}

static void a_command_can_be_typed(void **state) {
    (void)state;
    struct err err = {0};
    err_set(&err, MC_IOERR, "no");
    assert_false(err_advise_words(&err, "run: mv {} {}/{} && x", ERR_WORDS("/a", "/it's b")));
    assert_string_equal(err.text, "no; run: mv /a '/it'\"'\"'s b'/'/it'\"'\"'s b' && x");
    assert_string_equal(err.text + err.advice, "run: mv /a '/it'\"'\"'s b'/'/it'\"'\"'s b' && x");
    err_release(&err);
}

static void every_exit_code_has_its_name(void **state) {
    (void)state;
    static const int codes[] = {0, 64, 65, 66, 69, 70, 71, 73, 74, 75, 76, 77, 78};
    size_t named = 0;
    for (int code = -1; code < 256; code++)
        named += exit_name(code) != NULL;
    assert_int_equal(named, sizeof codes / sizeof *codes);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_non_null(exit_name(codes[i]));
    assert_string_equal(exit_name(69), "UNAVAILABLE");
    assert_string_equal(exit_name(0), "OK");
}

static void advice_stays_the_end_of_the_text(void **state) {
    (void)state;
    struct err err = {0};
    assert_false(err_set(&err, MC_CANTCREAT, "/a; b: is not a directory") || err_advise(&err, "move %s away", "it"));
    assert_string_equal(err.text, "/a; b: is not a directory; move it away");
    assert_string_equal(err.text + err.advice, "move it away");
    assert_false(err_wrap(&err, "MC-1"));
    assert_string_equal(err.text, "MC-1: /a; b: is not a directory; move it away");
    assert_string_equal(err.text + err.advice, "move it away");
    assert_int_equal(err.code, MC_CANTCREAT);
    assert_false(err_set(&err, MC_IOERR, "another"));
    assert_int_equal(err.advice, 0);
    err_release(&err);
    assert_int_equal(err.advice, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(advice_stays_the_end_of_the_text),
        cmocka_unit_test(a_failure_is_composed_wrapped_and_released),
        cmocka_unit_test(a_failure_may_be_made_of_the_one_before),
        cmocka_unit_test(errno_decides_the_code_where_the_table_says_so),
        cmocka_unit_test(a_command_can_be_typed),
        cmocka_unit_test(every_exit_code_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
