#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "rules/crontab.h"

static bool first(const char *bytes, struct crontab_call *call) {
    struct crontab table = {.at = bytes, .program = "mc-pickup"};
    bool found = crontab_next(&table, call);
    crontab_release(&table);
    return found;
}

static void check(const char *bytes, const char *program, const char *path) {
    struct crontab_call call = {0};
    bool found = first(bytes, &call);
    if (found != (program != NULL))
        fail_msg("of \"%s\": %s", bytes, found ? call.line : "nothing");
    if (program)
        assert_string_equal(call.program, program);
    if (path)
        assert_string_equal(call.path, path);
    else
        assert_null(call.path);
    crontab_call_release(&call);
}

static void test_lines_that_run_it(void **state) {
    (void)state;
    check("", NULL, NULL);
    check("# * * * * * mc-pickup\nMAILTO=mc-pickup\n", NULL, NULL);
    check("PATH=/x\n* * * * * not-mc-pickup\n* * * * * mc-pickup-old\n", NULL, NULL);
    check("* * * * * /usr/bin/mc-pickup\n", "/usr/bin/mc-pickup", NULL);
    check("SHELL=/bin/bash\nPATH = \"/x:/y\" \n  */5 * * * * ann mc-pickup -q 2>&1\nPATH=/z\n", "mc-pickup", "/x:/y");
    check("PATH=/a\nPATH=/b\n@reboot mc-pickup", "mc-pickup", "/b");
    check("* * * * * flock -n /l '/opt/a b/mc-pickup' -q\n", "/opt/a b/mc-pickup", NULL);
    check("* * * * * cd /x&&mc-pickup;true\n", "mc-pickup", NULL);
    check("mc-pickup", NULL, NULL); /* no time before it */
    check("* * * * * x'mc-pickup' /y/mc-pickup", "mc-pickup", NULL);
    check("* * * * * \"/a b/mc-pickup\" -q", "/a b/mc-pickup", NULL);
    check("* * * * * (mc-pickup)", "mc-pickup", NULL);
    check("* * * * * mc-pickup>/dev/null", "mc-pickup", NULL);
    check("* * * * * mc-pickup.sh", NULL, NULL);
    check("PATHS=/x\nPATH /y\nXPATH=/z\n* * * * * mc-pickup", "mc-pickup", NULL);
    check("PATH='/x y' \r\n* * * * * mc-pickup", "mc-pickup", "/x y");
    check("PATH=\n* * * * * mc-pickup", "mc-pickup", "");
    check("PATH=/x\"\n* * * * * mc-pickup", "mc-pickup", "/x");
}

static void test_each_of_several(void **state) {
    (void)state;
    struct crontab table = {.at = "MC_DB=/one\n* * * * * mc-pickup\n#\nMC_DB=/two\n5 * * * * mc-pickup --db=/three",
                            .program = "mc-pickup"};
    struct crontab_call call = {0};
    assert_true(crontab_next(&table, &call));
    assert_string_equal(call.db, "/one");
    assert_true(crontab_next(&table, &call));
    assert_string_equal(call.db, "/three");
    assert_false(crontab_next(&table, &call));
    assert_null(call.line);
    crontab_release(&table);
}

static void test_its_parts_and_options(void **state) {
    (void)state;
    struct crontab_call call = {0};
    assert_true(
        first("*/30 * * * * nice /opt/bin/mc-pickup --config '/a b' --db \"/c\" -q >/dev/null --db /no\n", &call));
    assert_string_equal(call.line,
                        "*/30 * * * * nice /opt/bin/mc-pickup --config '/a b' --db \"/c\" -q >/dev/null --db /no");
    assert_string_equal(call.before, "*/30 * * * * nice ");
    assert_string_equal(call.after, " --config '/a b' --db \"/c\" -q >/dev/null --db /no");
    assert_string_equal(call.config, "/a b");
    assert_string_equal(call.db, "/c");
    assert_false(call.unclear);
    assert_int_equal(call.every_s, 1800);
    crontab_call_release(&call);
    /* cron takes a backslash before a % away, and ends the command at any other */
    assert_true(first("* * * * * mc-pickup --db 'postgresql:///b?host=\\%2Frun' --config /c%x --db /no\n", &call));
    assert_string_equal(call.db, "postgresql:///b?host=%2Frun");
    assert_string_equal(call.config, "/c");
    crontab_call_release(&call);
    assert_true(first("* * * * * $HOME/bin/mc-pickup\n", &call));
    assert_true(call.unclear);
    crontab_call_release(&call);
    assert_true(first("* * * * * mc-pickup --config ~/x\n", &call));
    assert_true(call.unclear);
    crontab_call_release(&call);
    assert_true(first("* * * * * mc-pickup --config '$HOME/x'\n", &call));
    assert_false(call.unclear);
    crontab_call_release(&call);
    assert_true(first("* * * * * mc-pickup --config \"$HOME/x\"\n", &call));
    assert_true(call.unclear);
    crontab_call_release(&call);
    assert_true(first("* * * * * mc-pickup --config `x` --db\n", &call));
    assert_true(call.unclear);
    assert_null(call.db);
    crontab_call_release(&call);
    assert_true(first("* * * * * $X/nice /bin/mc-pickup\n", &call));
    assert_true(call.unclear);
    crontab_call_release(&call);
    assert_true(first("* * * * * /a`b`/mc-pickup\n", &call));
    assert_true(call.unclear);
    crontab_call_release(&call);
    assert_true(first("* * * * * /a~/mc-pickup --config /x~ --configs /y --db=/a\\ b\n", &call));
    assert_true(call.unclear);
    assert_string_equal(call.config, "/x~");
    assert_string_equal(call.db, "/a b");
    crontab_call_release(&call);
    assert_true(first("* * * * * /bin/mc-pickup --config /x~ --db '/a\\b' # --db /no\n", &call));
    assert_false(call.unclear);
    assert_string_equal(call.db, "/a\\b");
    crontab_call_release(&call);
    assert_true(first("* * * * * mc-pickup --db \"/it's\\\"\"; mc-ticket --db /no\n", &call));
    assert_string_equal(call.db, "/it's\"");
    crontab_call_release(&call);
    assert_true(first("* * * * * mc-pickup --helped -- ; x --dry-run\n", &call));
    assert_null(call.only);
    crontab_call_release(&call);
    assert_true(first("* * * * * mc-pickup -v '--ticket=MC-1' --dry-run\n", &call));
    assert_string_equal(call.only, "--ticket");
    crontab_call_release(&call);
    assert_string_equal(crontab_command("*/5  *\t* * * root x"), "root x");
    assert_string_equal(crontab_command("@daily  x y"), "x y");
    assert_true(first("* * * * * '/a b/mc-pickup' --db /c\n", &call));
    assert_string_equal(call.db, "/c");
    crontab_call_release(&call);
}

static void test_how_often(void **state) {
    (void)state;
    static const struct {
        const char *line;
        int64_t every_s;
    } known[] = {{"* * * * * x", 60},
                 {"*/5 * * * * x", 300},
                 {"0,30 * * * * x", 1800},
                 {"0 * * * * x", 3600},
                 {"*/7 * * * * x", 420},
                 {"* 8-17 * * * x", 14 * 3600 + 60},
                 {"0 3 * * * x", 86400},
                 {"* * * * 1-5 x", 2 * 86400 + 60},
                 {"* 8-18 * * Mon-fri x", 2 * 86400 + 13 * 3600 + 60},
                 {"* * * * 1 x", 6 * 86400 + 60},
                 {"0 3 * * 7,3 x", 4 * 86400},
                 {"0 3 * * sun,0,SAT x", 6 * 86400},
                 {"0 3 * * 0-7 x", 86400},
                 {"* * * * 8 x", -1},
                 {"* * * * mo x", -1},
                 {"* * * *", -1},
                 {"0~59 * * * * x", -1},
                 {"@every_minute x", -1},
                 {"0-58/2\t*\t*\t*\t* x", 120},
                 {"@hourly x", 3600},
                 {"@daily x", 86400},
                 {"@reboot x", 0},
                 {"@midnight x", 86400},
                 {"@weekly x", 7 * 86400},
                 {"@monthly x", 31 * 86400},
                 {"@yearly x", 366 * 86400},
                 {"@annually x", 366 * 86400},
                 {"59 23 * * * x", 86400},
                 {"60 * * * * x", 0},
                 {"* 24 * * * x", 0},
                 {"* -1 * * * x", 0},
                 {"5- * * * * x", 0},
                 {"5/ * * * * x", 0},
                 {"5x * * * * x", 0},
                 {"1,x * * * * x", 0},
                 {"1, 2 * * * x", 86400},
                 {"*/1440 * * * * x", 3600},
                 {"*/1441 * * * * x", 0},
                 {"30-20 * * * * x", 0}, /* never */
                 {"10,40 5,17 * * * x", 11 * 3600 + 1800},
                 {"0 0 1 * * x", 31 * 86400},
                 {"0 0 * 1 * x", 366 * 86400},
                 {"0 */2 */2 * * x", 7200},
                 {"61 * * * * x", 0},
                 {"mon * * * * x", 0},
                 {"*/0 * * * * x", 0},
                 {"5-99999999999 * * * * x", 0},
                 {"", 0},
                 {"* * * * *", 60}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (crontab_every(known[i].line) != known[i].every_s)
            fail_msg("\"%s\": every %lld s", known[i].line, (long long)crontab_every(known[i].line));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_that_run_it),
        cmocka_unit_test(test_each_of_several),
        cmocka_unit_test(test_its_parts_and_options),
        cmocka_unit_test(test_how_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
