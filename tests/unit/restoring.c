/* Closed tickets come back while others are at work on the board: whatever these do between two transactions. */
#include "store_fixture.h"

#include <string.h>

#include "base/clock.h"
#include "desk/restore.h"
#include "desk/restored.h"
#include "host/files.h"
#include "host/infile.h"
#include "rules/config_read.h"
#include "run/site.h"
#include "store/records.h"

enum { LINES = 70, LAST = 100 + LINES }; /* more than are read at once, of lines and of bytes */

static struct site site;
static struct infile in;

/* What somebody else does, once, at a pause behind which the board has `from` tickets or more. */
static struct {
    struct fixture *f;
    enum { ADDS, DROPS, CUT, SPOILT, HELD } change;
    const char *sql; /* ADDS */
    sqlite3 *holder; /* HELD */
    int64_t from;
    bool done;
} other;

static void change_it(struct fixture *f) {
    switch (other.change) {
    case ADDS:
        fixture_sql(f, other.sql);
        break;
    case DROPS:
        must(records_drop(f->board, 1, &f->err));
        break;
    case CUT:
        assert_int_equal(ftruncate(STDIN_FILENO, 0), 0);
        break;
    case SPOILT:
        assert_int_equal(pwrite(STDIN_FILENO, "?", 1, 0), 1);
        break;
    case HELD:
        assert_int_equal(sqlite3_open(f->path, &other.holder), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other.holder, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
        break;
    }
}

void __wrap_clock_sleep(int64_t ms);
void __wrap_clock_sleep(int64_t ms) {
    (void)ms;
    if (other.done || fixture_number(other.f, "SELECT count(*)FROM tickets") < other.from)
        return;
    other.done = true;
    change_it(other.f);
}

static int begin(void **state) {
    board_busy_limit(1);
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    site = (struct site){.board = f->board, .board_path = f->path, .board_label = f->path, .folder = f->folder};
    config_defaults(&site.config);
    other.f = f;
    other.done = false;
    fixture_add(f, "one", PRIORITY_LOW, 1); /* for which the last of the lines waited */
    return 0;
}

static int end(void **state) {
    config_release(&site.config);
    return fixture_end(state);
}

#define TICKET(number)                                                                                                 \
    "INSERT INTO tickets(id,title,status,priority,created_at,queued_at,updated_at)VALUES(" number                      \
    ",'t','done','low',1,1,1)"
#define ROW(number, tail)                                                                                              \
    "{\"ticket\":{\"id\":" number                                                                                      \
    ",\"title\":\"t\",\"body\":\"%02000d\",\"status\":\"done\",\"priority\":\"low\",\"attempts\":0,"                   \
    "\"world_failures\":0,\"created_at\":1,\"queued_at\":1,\"updated_at\":1,\"turns\":0,\"worked_ms\":0}" tail "}\n"

static bool restore(struct fixture *f, struct restore *restore, const char *tail) {
    struct text lines = {0};
    char *path = xasprintf("%s/lines", f->folder);
    bool ok;

    for (int i = other.change == HELD ? LAST : 101; i <= LAST; i++)
        text_addf(&lines, ROW("%d", "%s"), i, i, i == LAST ? tail : "");
    must(files_write(path, text_str(&lines), lines.len, &f->err) && infile_take(path, &f->err));
    infile_begin(&in, "lines");
    *restore = (struct restore){.in = &in, .dry_run = restore->dry_run};
    ok = desk_restore(&site, restore, &f->err);
    text_release(&lines);
    free(path);
    return ok;
}

static void says(struct fixture *f, enum mc_exit code, const char *words) {
    assert_int_equal(f->err.code, code);
    assert_string_equal(f->err.text, words);
    err_release(&f->err);
}

static void what_is_needed_goes_meanwhile(void **state) {
    struct fixture *f = *state;
    struct restore done = {0};
    char *words;

    other.change = DROPS;
    other.from = 2; /* when some of the lines are there to stay */
    assert_false(restore(f, &done, ",\"needs\":[1]"));
    assert_true(other.done);
    assert_in_range(done.tickets, 1, LINES - 1);
    words = xasprintf(
        "lines:%d: what it waits for has just gone from the board; try again; %zu before it are restored, and "
        "left alone where it is given again",
        LINES, done.tickets);
    says(f, MC_TEMPFAIL, words);
    free(words);
    assert_int_equal(fixture_number(f, "SELECT count(*)FROM tickets"), done.tickets);
    fixture_sql(f, TICKET("1"));
    must(restore(f, &done, ",\"needs\":[1]"));
    assert_int_equal(done.there + done.tickets, LINES);
    fixture_is(f, "SELECT count(*)FROM tickets", "71");
    fixture_is(f, "SELECT ticket_id FROM ticket_needs", "170");
}

static void somebody_else_restores_the_same(void **state) {
    struct fixture *f = *state;
    struct restore done = {.dry_run = true};

    other.change = ADDS;
    other.sql = TICKET("170");
    other.from = 1; /* while they are tried */
    must(restore(f, &done, ""));
    assert_true(other.done);
    assert_int_equal(done.there, 0);
    fixture_is(f, "SELECT count(*)FROM tickets", "2");
    fixture_sql(f, "DELETE FROM tickets WHERE id=170");
    other.done = done.dry_run = false;
    must(restore(f, &done, ""));
    assert_int_equal(done.there, 1);
    assert_int_equal(done.tickets, LINES - 1);
    fixture_is(f, "SELECT count(*)FROM tickets", "71");
}

/* Nothing is restored, and nobody is told that it were. */
static void its_end_goes(void **state) {
    struct fixture *f = *state;
    struct restore done = {0};

    other.change = CUT;
    other.from = 1;
    assert_false(restore(f, &done, ""));
    says(f, MC_IOERR, "lines: its end is not there any more");
    assert_int_equal(done.tickets, 0);
    fixture_is(f, "SELECT count(*)FROM tickets", "1");
}

static void its_lines_are_others_by_now(void **state) {
    struct fixture *f = *state;
    struct restore done = {0};

    other.change = SPOILT;
    other.from = 1;
    assert_false(restore(f, &done, ""));
    says(f, MC_DATAERR, "lines:1: it is no JSON object");
    assert_int_equal(done.tickets, 0);
    fixture_is(f, "SELECT count(*)FROM tickets", "1");
}

static void the_board_is_held(void **state) {
    struct fixture *f = *state;
    struct restore done = {0};

    only_of_files("another connection's lock");
    other.change = HELD; /* behind the one line that was tried */
    other.from = 1;
    assert_false(restore(f, &done, ""));
    assert_int_equal(f->err.code, MC_TEMPFAIL);
    assert_int_equal(done.tickets, 0);
    assert_int_equal(sqlite3_close(other.holder), SQLITE_OK);
    fixture_is(f, "SELECT count(*)FROM tickets", "1");
}

/* What was never there is told before anything is tried. */
static void what_is_needed_is_nowhere(void **state) {
    struct fixture *f = *state;
    struct restore done = {0};

    other.from = INT64_MAX;
    assert_false(restore(f, &done, ",\"needs\":[1,2]"));
    says(f, MC_DATAERR,
         "lines: MC-170 waits for MC-2, which is neither on the board nor in what was given: give the file that has it "
         "along with this one (cat one two | mc-ticket import --restore)");
    fixture_is(f, "SELECT count(*)FROM tickets", "1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_needed_goes_meanwhile, begin, end),
        cmocka_unit_test_setup_teardown(somebody_else_restores_the_same, begin, end),
        cmocka_unit_test_setup_teardown(its_end_goes, begin, end),
        cmocka_unit_test_setup_teardown(its_lines_are_others_by_now, begin, end),
        cmocka_unit_test_setup_teardown(the_board_is_held, begin, end),
        cmocka_unit_test_setup_teardown(what_is_needed_is_nowhere, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
