/* Which configuration a program goes by: a named one, else the settings kept with its run, else the user's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "folder.h"
#include "host/files.h"
#include "run/site.h"

#define RUN "0123456789abcdef0123456789abcdef"

static void writes(const char *name, const char *bytes) {
    char *path = xasprintf("%s/%s", folder, name);
    struct err err = {0};

    if (!files_write(path, bytes, strlen(bytes), &err))
        fail_msg("%s", err.text);
    free(path);
}

static int begin(void **state) {
    if (folder_enter(state) != 0)
        return 1;
    char *run = xasprintf("%s/run/" RUN, folder), *config = xasprintf("%s/own", folder);
    struct err err = {0};

    assert_true(files_make_dir(run, &err));
    setenv("MC_PICKUP_CONFIG", config, 1);
    unsetenv("MC_DB");
    writes("own", "{\"host\":\"own\"}");
    writes("named", "{\"host\":\"named\"}");
    writes("run/" RUN "/settings.json", "{\"host\":\"kept\"}");
    free(config);
    free(run);
    return 0;
}

static int end(void **state) {
    static const char *const names[] = {"own", "named", "run/" RUN "/settings.json"};

    unsetenv("MC_DB");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(names[i]);
    rmdir("run/" RUN);
    rmdir("run");
    return folder_leave(state);
}

/* The host that the configuration names; "FAILS". */
static void goes_by(struct site_options options, const char *host) {
    struct site site;
    struct err err = {0};
    bool ok;

    options.no_board = options.unasked = true;
    ok = site_open(&site, &options, &err);
    assert_string_equal(ok ? site.config.host : "FAILS", host);
    site_close(&site);
    err_release(&err);
}

static void a_run_goes_by_what_was_kept_with_it(void **state) {
    char *db = xasprintf("%s/board.db", folder), *named = xasprintf("%s/named", folder);

    (void)state;
    goes_by((struct site_options){.db = db}, "own");
    goes_by((struct site_options){.db = db, .run_id = RUN}, "kept");
    goes_by((struct site_options){.db = db, .run_id = RUN, .config = named}, "named");
    goes_by((struct site_options){.db = db, .run_id = "another"}, "own");
    goes_by((struct site_options){.run_id = RUN}, "own");
    setenv("MC_DB", db, 1);
    goes_by((struct site_options){.run_id = RUN}, "kept");
    setenv("MC_DB", "server", 1);
    goes_by((struct site_options){.db = db, .run_id = RUN}, "kept");
    writes("run/" RUN "/settings.json", "{\"host\":\"kept\",\"of_a_later_version\":1}");
    goes_by((struct site_options){.db = db, .run_id = RUN}, "own");
    writes("own", "{\"host\":1}");
    goes_by((struct site_options){.db = db}, "FAILS");
    free(named);
    free(db);
}

/* Without one that is there a program that needs no board has the usual settings. */
static void a_configuration_may_be_missing(void **state) {
    char *db = xasprintf("%s/board.db", folder), *user = xasprintf("%s/mc-pickup", folder);
    struct site_options options = {.db = db, .no_board = true, .unasked = true};
    struct argv faults = {0};
    struct site site;
    struct err err = {0};

    (void)state;
    writes("own", "\xEF\xBB\xBF{\"host\":\"own\"}");
    goes_by((struct site_options){.db = db}, "own");
    writes("own", "{\"host\":\"own\",\"strange\":1}");
    options.faults = &faults;
    assert_true(site_open(&site, &options, &err));
    assert_int_equal(faults.count, 1);
    assert_string_equal(site.config.host, "own");
    assert_string_equal(site.asked_db, db);
    assert_null(site.asked_config);
    site_close(&site);
    argv_release(&faults);
    options.faults = NULL;
    unlink("own");
    assert_true(site_open(&site, &options, &err));
    site_close(&site);
    options.no_board = false;
    assert_false(site_open(&site, &options, &err));
    assert_int_equal(err.code, MC_NOINPUT);
    assert_string_equal(site.folder, folder); /* what is kept beside the board is known all the same */
    site_close(&site);
    err_release(&err);
    unsetenv("MC_PICKUP_CONFIG");
    setenv("XDG_CONFIG_HOME", folder, 1);
    assert_true(files_make_dir(user, &err));
    writes("mc-pickup/config.json", "{\"host\":\"user\"}");
    goes_by((struct site_options){.db = db}, "user");
    unlink("mc-pickup/config.json");
    rmdir("mc-pickup");
    free(user);
    free(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_goes_by_what_was_kept_with_it, begin, end),
        cmocka_unit_test_setup_teardown(a_configuration_may_be_missing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
