/* What healing has to go by of a ticket alone: the times and limits that it is judged by. */
#include "store_fixture.h"

#include "base/clock.h"
#include "pickup/observe.h"
#include "rules/config_read.h"
#include "rules/heal.h"
#include "run/site.h"

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return 5000;
}
int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return 700;
}
int64_t __wrap_clock_difference(void);
int64_t __wrap_clock_difference(void) {
    return 40;
}

static void limits_are_the_configurations(void **state) {
    struct fixture *f = *state;
    struct site site = {
        .board = f->board, .folder = f->folder, .libexec = f->folder, .self = {.pid = 1, .boot = "boot-1"}};
    struct config *config = &site.config;
    struct world world;

    config_defaults(config);
    config->newborn_grace_s = 1;
    config->runtime_ttl_s = 2;
    config->linger_s = 3;
    config->stall_timeout_s = 4;
    config->turn_timeout_s = 5;
    config->max_runtime_s = 6;
    config->send.timeout_s = 7;
    must(observe_ticket(&site, 1, &world, &f->err));
    assert_int_equal(world.now, 5000);
    assert_int_equal(world.ahead, 40);
    assert_int_equal(world.tick, 700);
    assert_string_equal(world.boot_id, "boot-1");
    assert_int_equal(world.newborn_grace_ms, 1000);
    assert_int_equal(world.runtime_ttl_ms, 2000);
    assert_int_equal(world.linger_ms, 3000);
    assert_int_equal(world.stall_timeout_ms, 4000);
    assert_int_equal(world.turn_timeout_ms, 5000);
    assert_int_equal(world.max_runtime_ms, 6000);
    assert_int_equal(world.send_timeout_ms, 0);
    assert_int_equal(world.case_count, 1);
    assert_true(world.socket_beside && !world.http);
    world_release(&world);

    config->send.transport = TRANSPORT_HTTP;
    xreplace(&config->tmux.socket, "/elsewhere");
    must(observe_ticket(&site, 1, &world, &f->err));
    assert_int_equal(world.send_timeout_ms, 7000);
    assert_true(!world.socket_beside && world.http);
    world_release(&world);
    config_release(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(limits_are_the_configurations, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
