#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/argv.h"
#include "rules/config.h"
#include "rules/config_expand.h"
#include "rules/config_read.h"

static const char *lookup(const char *name) {
    return strcmp(name, "HOME") == 0 ? "/home/ann" : NULL;
}

struct around {
    struct config config;
    struct argv faults;
    bool ok;
};

static void read_around(struct around *around, const char *bytes) {
    *around = (struct around){.ok = false};
    config_defaults(&around->config);
    around->ok = config_read_around(&around->config, &(struct config_file){"c.json", bytes, strlen(bytes), lookup},
                                    &around->faults);
}

static void release(struct around *around) {
    config_release(&around->config);
    argv_release(&around->faults);
}

static void test_all_that_is_wrong(void **state) {
    (void)state;
    struct around a;
    read_around(&a, "{\n\"max_runing\": 3,\n\"profile\": \"demo\",\n\"profiles\": {\"demo\": {\"ready\": \"^> $\"}},\n"
                    "\"max_live\": \"many\",\n\"on_done\": \"done\"\n}");
    assert_true(a.ok);
    assert_int_equal(a.faults.count, 3);
    assert_non_null(strstr(a.faults.items[0], "c.json:2: max_runing: unknown key"));
    assert_non_null(strstr(a.faults.items[1], "c.json:4: profiles.demo.ready: can never match"));
    assert_non_null(strstr(a.faults.items[2], "c.json:5: max_live: "));
    assert_string_equal(a.config.profile, "demo"); /* what is right has been read */
    assert_true(a.config.done_is_done);
    assert_string_equal(a.config.file, "c.json");
    release(&a);
}

/* A profile whose pattern is wrong has none, and is then no profile: nobody is told three times. */
static void test_what_follows_is_silent(void **state) {
    (void)state;
    struct around a;
    read_around(&a, "{\"profile\": \"mine\", \"profiles\": {\"mine\": {\"command\": [\"a\"], \"ready\": \"(\"}}}");
    assert_true(a.ok);
    assert_int_equal(a.faults.count, 1);
    assert_non_null(strstr(a.faults.items[0], "profiles.mine.ready"));
    assert_null(a.config.profile);
    release(&a);
}

static void test_missing_and_twice(void **state) {
    (void)state;
    struct around a;
    read_around(&a, "{\"send\": {\"transport\": \"http\"}, \"max_live\": 3, \"max_live\": 4}");
    assert_true(a.ok);
    assert_int_equal(a.faults.count, 2);
    assert_non_null(strstr(a.faults.items[0], "max_live: stands here twice"));
    assert_non_null(strstr(a.faults.items[1], "send.url: is needed"));
    assert_int_equal(a.config.send.transport, TRANSPORT_TMUX);
    release(&a);
}

static void test_no_object(void **state) {
    (void)state;
    struct around a;
    read_around(&a, "{\"profile\": ");
    assert_false(a.ok);
    assert_int_equal(a.faults.count, 1);
    release(&a);
    read_around(&a, "[1]");
    assert_false(a.ok);
    assert_int_equal(a.faults.count, 1);
    assert_non_null(strstr(a.faults.items[0], "must be one object"));
    release(&a);
}

static void test_nothing_wrong(void **state) {
    (void)state;
    struct around a;
    read_around(&a, "{\"profile\": \"demo\"}");
    assert_true(a.ok);
    assert_int_equal(a.faults.count, 0);
    release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_that_is_wrong), cmocka_unit_test(test_what_follows_is_silent),
        cmocka_unit_test(test_missing_and_twice), cmocka_unit_test(test_no_object),
        cmocka_unit_test(test_nothing_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
