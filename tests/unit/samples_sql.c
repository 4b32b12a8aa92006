/* What each statement of an SQLite board gives and changes. The input is the statement's name (sql_wire.c) and a number
 * that the rows and the values handed in are drawn by: small domains, so that each condition is met and missed. Of each
 * turn: how many rows and the first of them, or what was changed. */
#include "samples_draw.h"
#include "store/sql.h"

enum { TURNS = 10 };

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

static void sample(const char *bytes, size_t n, struct text *out) {
    char name[80] = "";
    unsigned long seed = 0;
    char *input = xstrndup(bytes, n);
    sqlite3 *db;
    sqlite3_stmt *statement = NULL;
    struct text said = {0};

    if (sscanf(input, "%79s %lu", name, &seed) == 2 && statement_of(name) >= 0 && sql_sqlite[statement_of(name)]) {
        const char *sql = sql_sqlite[statement_of(name)];

        db = drawn_board(seed, NULL);
        chance = (seed + 1) * UINT64_C(0xD1B54A32D192ED03);
        if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
            text_add(out, "does not compile");
        for (int i = 0; statement && i < TURNS; i++) {
            sqlite3_int64 before = sqlite3_total_changes64(db);

            sqlite3_exec(db, "SAVEPOINT one", NULL, NULL, NULL);
            turn(&said, statement, strstr(sql, "ORDER BY") != NULL, table_of(sql));
            if (sqlite3_total_changes64(db) != before)
                tell_changes(db, &said);
            if (said.len)
                text_addf(out, "%d:%s\n", i, text_str(&said));
            text_clear(&said);
            sqlite3_exec(db, "ROLLBACK TO one;RELEASE one", NULL, NULL, NULL);
        }
        sqlite3_finalize(statement);
    }
    text_release(&said);
    free(input);
}

/* Which of several equal rows comes first is a matter of SQLite's version: what is written down is of this one. */
int main(int argc, char **argv) {
    if (sqlite3_libversion_number() / 1000 != 3040) {
        puts("1..0 # skipped: the samples were drawn with SQLite 3.40");
        return 0;
    }
    return samples(argc, argv, "sql", sample);
}
