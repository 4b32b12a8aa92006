/* A look at a board's own health: what is damaged in it, in SQLite's words, and when it was changed last. Who holds it
 * is in board_refused.c. */
#include "store_fixture.h"

#include "store/checkup.h"

static void damage_is(struct fixture *f, const char *expected) {
    char before[] = "before", *damage = before;

    must(checkup_whole(f->board, &damage, &f->err));
    if (expected)
        assert_string_equal(damage, expected);
    else
        assert_null(damage);
    assert_null(f->err.text);
    free(damage);
}

static void test_rows_that_may_not_be(void **state) {
    struct fixture *f = *state;

    only_of_files("SQLite looks at a file");
    damage_is(f, NULL);
    fixture_add(f, "a", PRIORITY_LOW, 1);
    damage_is(f, NULL);
    fixture_sql(f, "PRAGMA ignore_check_constraints=1;UPDATE tickets SET attempts=-1;"
                   "INSERT INTO worktree_slots(host,slot,workspace,number,path,state)VALUES('h','s','w',1,'/p','none');"
                   "PRAGMA ignore_check_constraints=0");
    damage_is(f, "CHECK constraint failed in tickets");
    fixture_sql(f, "UPDATE tickets SET attempts=0");
    damage_is(f, "CHECK constraint failed in worktree_slots");
    fixture_add(f, "b", PRIORITY_LOW, 1);
    fixture_add(f, "c", PRIORITY_LOW, 1);
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(1,2)");
    fixture_refused(f, "UPDATE ticket_needs SET needs_id=3");
}

static void test_pages_that_cannot_be_read(void **state) {
    struct fixture *f = *state;
    char *path = xstrdup(f->path);
    FILE *file;

    only_of_files("files have pages");
    for (int64_t i = 0; i < 200; i++)
        fixture_add(f, "a ticket of many, so that their table has some pages", PRIORITY_LOW, 1);
    int64_t root = fixture_number(f, "SELECT rootpage FROM sqlite_schema WHERE name='tickets'");
    board_free(f->board);
    f->board = NULL;
    file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)(root - 1) * 4096, SEEK_SET), 0);
    for (int i = 0; i < 4096; i++)
        fputc(0x5a, file);
    assert_int_equal(fclose(file), 0);
    must(board_open(&f->board, path, BOARD_LOOK, &f->err));
    char *damage = NULL;
    must(checkup_whole(f->board, &damage, &f->err));
    assert_non_null(damage);
    assert_memory_equal(damage, "*** in database main ***\n", 25); /* what follows is of its version */
    assert_null(f->err.text);
    free(damage);
    free(path);
}

static void test_newest(void **state) {
    struct fixture *f = *state;
    int64_t ms = 7;

    must(checkup_newest(f->board, &ms, &f->err));
    assert_int_equal(ms, 0);
    fixture_add(f, "a", PRIORITY_LOW, 20);
    fixture_add(f, "b", PRIORITY_LOW, 10);
    must(checkup_newest(f->board, &ms, &f->err));
    assert_int_equal(ms, 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_that_may_not_be, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_pages_that_cannot_be_read, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_newest, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
