#include "store_fixture.h"

#include "rules/config_read.h"
#include "run/site.h"
#include "run/takeover.h"

#define KEY "ticket:1:session"

/* No rows could be read: that is no ground for anything, not even for the reason that empty rows would give. */
static void what_cannot_be_read_confirms_nothing(void **state) {
    struct fixture *f = *state;
    struct site site = {.board = f->board, .board_path = f->path, .folder = f->folder};
    struct takeover_done done;
    config_defaults(&site.config);
    must(takeover(
        &site,
        &(struct takeover){.session_key = KEY, .ticket_id = 1, .run_id = RUN_A, .path = ADOPT_SEND, .why = "a test"},
        &done, &f->err));
    assert_int_equal(done.verdict, ADOPT_UNCONFIRMED);
    assert_false(done.changed);
    config_release(&site.config);
    tmux_release(&site.tmux);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_cannot_be_read_confirms_nothing, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
