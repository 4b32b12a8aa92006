#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/launch.h"

struct world {
    char dir[32];
    struct argv env, argv;
};

static int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof *world);
    snprintf(world->dir, sizeof world->dir, "/tmp/mcXXXXXX");
    *state = world;
    argv_add(&world->env, "MC_RUN=abc");
    argv_add(&world->env, "EMPTY=");
    argv_add(&world->argv, "/bin/agent");
    argv_add(&world->argv, "");
    argv_add(&world->argv, "-- two\nlines; $(x) \377");
    return mkdtemp(world->dir) == NULL ? -1 : chdir(world->dir);
}

static int tear_down(void **state) {
    struct world *world = *state;
    files_remove("launch");
    files_remove("link");
    argv_release(&world->env);
    argv_release(&world->argv);
    (void)rmdir(world->dir);
    free(world);
    return 0;
}

static struct launch launch_of(const struct world *world) {
    return (struct launch){.cwd = "/tmp",
                           .env = &world->env,
                           .argv = &world->argv,
                           .umask = 027,
                           .limits = {.of = {{1, 2}, {-1, -1}, {3, INT64_MAX}}, .count = 3}};
}

static void write_it(const struct world *world) {
    struct launch launch = launch_of(world);
    struct err err = {0};
    assert_true(launch_write("launch", &launch, &err));
}

static void expect_unread(enum mc_exit code) {
    struct launch_order order;
    struct err err = {0};
    assert_false(launch_read(&order, "launch", &err));
    assert_int_equal(err.code, code);
    assert_null(order.cwd);
    err_release(&err);
}

static void reads_what_was_written(void **state) {
    struct world *world = *state;
    struct launch_order order;
    struct err err = {0};
    struct stat seen;
    write_it(world);
    assert_int_equal(stat("launch", &seen), 0);
    assert_int_equal(seen.st_mode & 07777, 0600);
    assert_true(launch_read(&order, "launch", &err));
    assert_string_equal(order.cwd, "/tmp");
    assert_int_equal(order.env.count, world->env.count);
    assert_int_equal(order.argv.count, world->argv.count);
    for (size_t i = 0; i < order.env.count; i++)
        assert_string_equal(order.env.items[i], world->env.items[i]);
    for (size_t i = 0; i < order.argv.count; i++)
        assert_string_equal(order.argv.items[i], world->argv.items[i]);
    assert_int_equal(order.umask, 027);
    assert_int_equal(order.limits.count, 3);
    assert_int_equal(order.limits.of[0].hard, 2);
    assert_int_equal(order.limits.of[1].soft, -1);
    assert_true(order.limits.of[2].hard == INT64_MAX);
    launch_order_release(&order);
    assert_true(files_exists("launch"));
}

static void takes_an_empty_environment(void **state) {
    struct world *world = *state;
    struct launch_order order;
    struct err err = {0};
    argv_release(&world->env);
    write_it(world);
    assert_true(launch_read(&order, "launch", &err));
    assert_int_equal(order.env.count, 0);
    launch_order_release(&order);
}

static void does_not_write_what_cannot_run(void **state) {
    struct world *world = *state;
    struct launch launch = launch_of(world);
    struct argv other = {0};
    struct err err = {0};
    launch.cwd = "relative";
    assert_false(launch_write("launch", &launch, &err));
    assert_int_equal(err.code, MC_DATAERR);
    err_release(&err);
    launch = launch_of(world);
    launch.argv = &other;
    assert_false(launch_write("launch", &launch, &err));
    err_release(&err);
    argv_add(&other, "agent");
    assert_false(launch_write("launch", &launch, &err));
    err_release(&err);
    launch = launch_of(world);
    launch.env = &other;
    assert_false(launch_write("launch", &launch, &err));
    err_release(&err);
    assert_false(files_exists("launch"));
    write_it(world);
    launch = launch_of(world);
    assert_false(launch_write("launch", &launch, &err)); /* something is there */
    assert_int_equal(err.code, MC_CANTCREAT);
    err_release(&err);
    argv_release(&other);
}

/* Cut at every byte, and with one too many. */
static void takes_only_a_whole_file(void **state) {
    struct world *world = *state;
    struct text bytes = {0};
    struct err err = {0};
    write_it(world);
    assert_true(files_read(&bytes, "launch", 10000, &err));
    for (size_t n = 0; n < bytes.len; n++) {
        assert_true(files_write("launch", bytes.data, n, &err));
        expect_unread(MC_DATAERR);
    }
    text_addc(&bytes, 'x');
    assert_true(files_write("launch", bytes.data, bytes.len, &err));
    expect_unread(MC_DATAERR);
    bytes.data[10] = '1'; /* mc-launch 1 */
    assert_true(files_write("launch", bytes.data, bytes.len - 1, &err));
    expect_unread(MC_DATAERR);
    text_release(&bytes);
}

static void takes_only_a_private_file(void **state) {
    struct world *world = *state;
    struct launch_order order;
    struct err err = {0};
    expect_unread(MC_NOINPUT);
    write_it(world);
    assert_int_equal(chmod("launch", 0640), 0);
    expect_unread(MC_NOPERM);
    assert_int_equal(chmod("launch", 0600), 0);
    assert_int_equal(symlink("launch", "link"), 0);
    assert_false(launch_read(&order, "link", &err));
    assert_int_equal(err.code, MC_NOPERM);
    err_release(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(reads_what_was_written),  TEST(takes_an_empty_environment), TEST(does_not_write_what_cannot_run),
        TEST(takes_only_a_whole_file), TEST(takes_only_a_private_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
