/* How long an agent's hook waits for a board that another holds, by a clock that nothing but waiting moves. */
#include "spool_fixture.h"

#include "desk/desk_event.h"

static int64_t waited;

int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return waited;
}

void __wrap_clock_sleep(int64_t ms);
void __wrap_clock_sleep(int64_t ms) {
    waited += ms;
}

static void an_event_waits_a_quarter_of_a_second(void **state) {
    static const char over[] = "{\"event\":\"over\",\"prompt\":\"x [" NONCE_B " y\",\"reply\":\"done\"}";
    struct fixture *f = *state;
    const struct desk_report report = {
        .run_id = RUN_A, .agent = REPORT_DEMO, .bytes = over, .n = strlen(over), .now = clock_here()};

    begin(f, NONCE_B);
    must(board_begin(f->board, &f->err));
    site.board = NULL;
    desk_event(&site, &report);
    assert_int_equal(waited, 250); /* mc-ticket(1) */
    lie_there(f, 1);
    must(board_commit(f->board, &f->err));
    board_free(site.board);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_waits_a_quarter_of_a_second, taken, swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
