#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/postgres_verdict.h"

/* What a server may say and go on; what it says as its last word is a connection that was lost. */
static void test_each_has_its_end(void **state) {
    static const struct {
        const char *state;
        enum mc_exit code;
        const char *advice;
    } told[] = {
        {"40001", MC_TEMPFAIL, "others wrote the same"},
        {"40P01", MC_TEMPFAIL, "others wrote the same"},
        {"55P03", MC_TEMPFAIL, "another program holds it"},
        {"57014", MC_TEMPFAIL, "too long"},
        {"57P01", MC_TEMPFAIL, "stopped or started"},
        {"57P02", MC_TEMPFAIL, "stopped or started"},
        {"57P03", MC_TEMPFAIL, "stopped or started"},
        {"25006", MC_TEMPFAIL, "takes no changes"},
        {"53100", MC_IOERR, "disk is full"},
        {"53200", MC_TEMPFAIL, "to spare"},
        {"53300", MC_TEMPFAIL, "to spare"},
        {"58030", MC_IOERR, "look at its log"},
        {"XX001", MC_IOERR, "backup"},
        {"XX002", MC_IOERR, "REINDEX"},
        {"42501", MC_NOPERM, "mc-board(5)"},
        {"3F000", MC_NOINPUT, "mc-ticket init"},
        {"42P01", MC_IOERR, "a table of the board's is missing"},
        {"42703", MC_IOERR, "a column of the board's is missing"},
        {"22021", MC_DATAERR, "does not fit"},
        {"54000", MC_DATAERR, "too long"},
        {"23505", MC_SOFTWARE, "bug"}, /* where a row may be refused, board->refusal is asked first */
        {"08P01", MC_SOFTWARE, "bug"},
        {"42601", MC_SOFTWARE, "bug"},
        {"XX000", MC_SOFTWARE, "bug"},
        {"", MC_SOFTWARE, "bug"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const struct verdict *verdict = verdict_of(told[i].state);

        if (verdict->code != told[i].code || !strstr(verdict->advice, told[i].advice))
            fail_msg("%s: %d, %s", told[i].state, (int)verdict->code, verdict->advice);
    }
}

static void test_where_it_is_written(void **state) {
    (void)state;
    assert_string_equal(verdict_page("root certificate file \"/r\" does not exist", false),
                        "TLS in mc-pickup-hosts(7)");
    assert_string_equal(verdict_page("SSL error: certificate verify failed", true), "TLS in mc-pickup-hosts(7)");
    assert_string_equal(verdict_page("no password supplied", true), "~/.pgpass in mc-pickup-hosts(7)");
    assert_string_equal(verdict_page("Connection refused", false), "mc-pickup-hosts(7)");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_has_its_end),
                                       cmocka_unit_test(test_where_it_is_written)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
