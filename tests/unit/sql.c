#include "store_fixture.h"

#include "base/text.h"
#include "store/columns.h"
#include "wires.h"

static bool binds_fit(sqlite3_stmt *statement, const char *binds) {
    int count = sqlite3_bind_parameter_count(statement);
    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        if (!name || name[0] != ':' || !wire_names(binds, name + 1))
            return false;
    }
    return (size_t)count == wire_count(binds);
}

static bool columns_fit(sqlite3_stmt *statement, const char *columns) {
    struct text list = {0};
    int count = sqlite3_column_count(statement);
    for (int i = 0; i < count; i++)
        text_addf(&list, "%s%s", i ? "," : "", sqlite3_column_name(statement, i));
    bool fit = strcmp(text_str(&list), columns ? columns : "") == 0;
    text_release(&list);
    return fit;
}

/* Does a text have exactly the values and the columns, these in their order, that the wire says? */
static bool fits(struct fixture *f, const char *text, const struct sql_wire *wire) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(f->board->handle, text, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(f->board->handle));
    bool fit = binds_fit(statement, wire->binds) && columns_fit(statement, wire->columns);
    sqlite3_finalize(statement);
    return fit;
}

static void test_every_text_fits_its_wire(void **state) {
    struct fixture *f = *state;
    for (size_t i = 0; i < SQL_COUNT; i++) {
        if (!sql_wires[i].name || !sql_sqlite[i] != wire_is_shared_only(i))
            fail_msg("statement %zu: a wire and a text, or none on an embedded board", i);
        if (!sql_sqlite[i])
            continue;
        if (!fits(f, sql_sqlite[i], &sql_wires[i]))
            fail_msg("%s: values %s and columns %s are not those of \"%s\"", sql_wires[i].name,
                     sql_wires[i].binds ? sql_wires[i].binds : "(none)",
                     sql_wires[i].columns ? sql_wires[i].columns : "(none)", sql_sqlite[i]);
    }
}

static void test_what_does_not_fit(void **state) {
    struct fixture *f = *state;
    const struct sql_wire wire = {"x", "id,key", "id,title"};
    const struct sql_wire bare = {"y", NULL, NULL};
    assert_true(fits(f, "SELECT id,title FROM tickets WHERE id=:id OR dedupe_key=:key", &wire));
    assert_false(fits(f, "SELECT title,id FROM tickets WHERE id=:id OR dedupe_key=:key", &wire));
    assert_false(fits(f, "SELECT id,title,body FROM tickets WHERE id=:id OR dedupe_key=:key", &wire));
    assert_false(fits(f, "SELECT id FROM tickets WHERE id=:id OR dedupe_key=:key", &wire));
    assert_false(fits(f, "SELECT id,title FROM tickets WHERE id=:id", &wire));
    assert_false(fits(f, "SELECT id,title FROM tickets WHERE id=:id OR dedupe_key=:ke", &wire));
    assert_false(fits(f, "SELECT id,title FROM tickets WHERE id=:id OR dedupe_key=:key OR title=:title", &wire));
    assert_false(fits(f, "SELECT id,title FROM tickets WHERE id=?1 OR dedupe_key=:key", &wire));
    assert_true(fits(f, "COMMIT", &bare));
    assert_false(fits(f, "DELETE FROM settings WHERE key=:key", &bare));
    assert_false(fits(f, "DELETE FROM settings RETURNING key", &bare));
}

static void test_names_are_unique(void **state) {
    (void)state;
    for (size_t i = 0; i < SQL_COUNT; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(sql_wires[i].name, sql_wires[j].name);
}

/* A row that a join did not find is passed over by its width. */
static void test_widths(void **state) {
    (void)state;
    assert_int_equal(wire_count(TICKET_COLUMNS("")), TICKET_WIDTH);
    assert_int_equal(wire_count(RUN_COLUMNS("")), RUN_WIDTH);
    assert_int_equal(wire_count(RUNTIME_COLUMNS("")), RUNTIME_WIDTH);
    assert_int_equal(wire_count(MESSAGE_COLUMNS("")), MESSAGE_WIDTH);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_text_fits_its_wire, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_does_not_fit, fixture_board, fixture_end),
        cmocka_unit_test(test_names_are_unique),
        cmocka_unit_test(test_widths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
