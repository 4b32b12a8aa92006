/* What each statement of an SQLite board gives and changes. The input is the statement's name (sql_wire.c) and a number
 * that the rows and the values handed in are drawn by: small domains, so that each condition is met and missed. Of each
 * turn: how many rows and the first of them, or what was changed. */
#include "samples_draw.h"
#include "store/sql.h"

enum { TURNS = 6, MORE = 24 };

/* The names of the tables that a statement speaks of decide what its statuses are. */
static const char *table_of(const char *sql) {
    return strstr(sql, "ticket_messages")    ? "ticket_messages"
           : strstr(sql, "runtime_sessions") ? "runtime_sessions"
           : strstr(sql, "effects")          ? "effects"
                                             : "tickets";
}

/* Of labels that are looked for. */
static const char *const lists[] = {NULL, "[]", "[\"l\"]", "[\"m\"]", "[\"l\",\"m\"]"};

static void turn(struct text *out, sqlite3_stmt *statement, bool ordered, const char *table) {
    const char *sql = sqlite3_sql(statement);
    uint32_t hash = 0;
    int rows = 0, result;

    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i) + 1;

        if (strcmp(name, "labels") == 0 && strncmp(sql, "SELECT", 6) == 0)
            sqlite3_bind_text(statement, i, lists[draw(sizeof lists / sizeof *lists)], -1, SQLITE_STATIC);
        else
            hand(statement, i, name, is_text(name), table);
    }
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && rows < 100) {
        const char *first = (const char *)sqlite3_column_text(statement, 0);
        uint32_t row = 5;

        for (int i = 0; i < sqlite3_column_count(statement); i++)
            row = mix(row, (const char *)sqlite3_column_text(statement, i));
        hash = ordered ? hash * 31 + row : hash + row;
        if (rows++ < 8 && ordered)
            text_addf(out, " %s", sample_word(first));
    }
    if (result != SQLITE_DONE)
        text_add(out, " refused");
    if (rows)
        text_addf(out, " %d rows %08x", rows, hash);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static int statement_of(const char *name) {
    for (int i = 0; i < SQL_COUNT; i++)
        if (sql_wires[i].name && strcmp(sql_wires[i].name, name) == 0)
            return i;
    return -1;
}

static void turn_back(sqlite3 *db, sqlite3_stmt *statement, struct text *said) {
    const char *sql = sqlite3_sql(statement);
    sqlite3_int64 before = turn_begin(db);

    turn(said, statement, strstr(sql, "ORDER BY") != NULL, table_of(sql));
    turn_end(db, before, said);
}

/* The first turns as they are, and some more in one number. */
static void turns(sqlite3 *db, sqlite3_stmt *statement, struct text *out) {
    uint32_t sum = 7;

    for (int i = 0; i < TURNS + MORE; i++) {
        struct text said = {0};

        turn_back(db, statement, &said);
        if (i < TURNS && said.len)
            text_addf(out, "%d:%s\n", i, text_str(&said));
        sum = mix(sum, text_str(&said));
        text_release(&said);
    }
    text_addf(out, "~ %08x\n", sum);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    struct asked asked;
    int which = asked_read(&asked, bytes, n) ? statement_of(asked.name) : -1;
    sqlite3_stmt *statement = NULL;
    sqlite3 *db;

    if (which < 0 || !sql_sqlite[which])
        return;
    db = drawn_board(asked.seed, NULL);
    draw_by(asked.seed);
    if (sqlite3_prepare_v2(db, sql_sqlite[which], -1, &statement, NULL) == SQLITE_OK && statement)
        turns(db, statement, out);
    else
        text_add(out, "does not compile");
    sqlite3_finalize(statement);
}

int main(int argc, char **argv) {
    return drawn_samples(argc, argv, "sql", sample);
}
