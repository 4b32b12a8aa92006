#ifndef MC_DB_H
#define MC_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bind.h"
#include "store/sql.h"

struct err;
struct tick;
struct engine;
struct sqlite3;
struct sqlite3_stmt;

/* The door to the board, for the files of lib/store, whatever keeps it (engine.h). */

struct board {
    const struct engine *engine;
    struct sqlite3 *handle;                     /* db_sqlite.c's */
    struct sqlite3_stmt *statements[SQL_COUNT]; /* its own: each prepared when it is first used */
    struct server *server;                      /* engine_postgres.c's */
    char *name;                                 /* as it was given: a path, or what names it on a server */
    char *path;                                 /* the same for people */
    char *host;         /* of a board that several machines share: this one; NULL: nobody asked as a machine */
    bool look;          /* nothing may be written */
    bool spare;         /* closed without the checkpoint that the last one to leave makes */
    bool relaxed;       /* a commit waits for no disk (board_relax) */
    bool claiming;      /* others' claims run beside this transaction: what is looked at to be taken is locked */
    int64_t busy_limit; /* milliseconds */
    int64_t busy_since; /* when the wait under way began, monotonic */
    int64_t begun_at;   /* row changes counted when the transaction began */
    int64_t undone;     /* row changes that do not count: rolled back, or made by the opening itself */
    int64_t version;    /* of a board on a server, when it was opened; 0: there is none */
    size_t altered;     /* texts that were not UTF-8, which a server does not take */
    int64_t now;        /* a server's clock when it was opened, Unix milliseconds; 0: this machine's counts */
};

/* Of files alone (db_sqlite.c): how one is opened. */
enum db_how {
    DB_WRITE,
    DB_LOOK,   /* read-write with query_only: takes away at close the -wal and -shm that it made */
    DB_FROZEN, /* read-only, the wal-index in memory: for a look beside a -wal and -shm that stand there already */
    DB_ALONE   /* the wal-index in memory, everybody else shut out, nothing checkpointed: for a look beside a -wal that
                  has no -shm, a copy's. Where somebody else is there: busy, without a wait */
};

/* What the first bytes of the file say, read without a lock and without a look at the WAL. */
struct db_header {
    int64_t size;
    bool magic; /* it begins as an SQLite database does */
    bool wal;
    int64_t application;
    int64_t version;
};

/* Opens the file for board (handle, busy handler, no statement run). The caller closes also after a failure. */
bool db_open(struct board *board, enum db_how how, struct err *err);
bool db_header(struct board *board, struct db_header *header, struct err *err);

/* Closes; `spare`: without the checkpoint that the last one to leave makes, because the file must stay as it is. */
void db_close(struct board *board, bool spare);

bool db_in_transaction(const struct board *board);
int64_t db_changes(const struct board *board); /* rows changed since it was opened */

/* Values by their names. */
struct bind bind_number(const char *name, int64_t number);
struct bind bind_maybe(const char *name, int64_t number);  /* 0 is NULL: times and pids */
struct bind bind_text(const char *name, const char *text); /* NULL is NULL; kept until the query is closed */
struct bind bind_tick(const char *name, struct tick tick); /* both NULL where none was taken */
struct bind bind_tick_boot(const char *name, struct tick tick);

#define CALL(sql, ...) (&(const struct call){(sql), (const struct bind[]){__VA_ARGS__, {.type = BIND_END}}})
#define CALL_BARE(sql) (&(const struct call){(sql), (const struct bind[]){{.type = BIND_END}}})

/* Runs a statement that gives no rows; *changes: the rows it changed itself, without its triggers'. NULL: nobody asks,
 * and within a transaction on a server its failure may show only with the next statement, at the latest with the
 * commit. */
bool db_run(struct board *board, const struct call *call, int *changes, struct err *err);

/* An insertion that gives the id of its row. */
bool db_insert(struct board *board, const struct call *call, int64_t *id, struct err *err);

/* The same as db_run for a fenced update: *changed (or NULL) says whether it hit its row. */
bool db_hit(struct board *board, const struct call *call, bool *changed, struct err *err);

/* The same for a row that comes from outside: what the schema does not take is a 65 in its words. `stored` NULL: nobody
 * asks, as above. */
bool db_store(struct board *board, const struct call *call, bool *stored, struct err *err);

/* Does it give a row at all? */
bool db_any(struct board *board, const struct call *call, bool *any, struct err *err);

/* What stands first in its first row; 0 or NULL: there is no row, or nothing in it. A text is a new string. */
bool db_number(struct board *board, const struct call *call, int64_t *number, struct err *err);
bool db_text(struct board *board, const struct call *call, char **text, struct err *err);

/* Runs texts that bind nothing (schema, pragmas), NULL-terminated list. */
bool db_script(struct board *board, const char *const *texts, struct err *err);

/* Rows, read column by column in the order of the statement:
 *     query_open(&q, board, CALL(SQL_X, ...), err);
 *     while (query_next(&q))
 *         ... query_number(&q) ... query_text(&q) ...
 *     return query_close(&q);
 * A failure ends the loop and makes query_close false, with err set. */
struct query {
    struct board *board;
    struct sqlite3_stmt *statement; /* db_sqlite.c's */
    void *result;                   /* engine_postgres.c's */
    int row;
    struct err *err;
    enum sql sql;
    int column;
    bool unasked; /* nobody asks what came of it, but by the end of the transaction */
    bool failed;
};

/* Only compiles it, for a later query_open inside a transaction for which others wait. */
bool db_compile(struct board *board, enum sql sql, struct err *err);

void query_open(struct query *query, struct board *board, const struct call *call, struct err *err);
bool query_next(struct query *query);
bool query_close(struct query *query);

bool query_is_null(const struct query *query); /* the column that comes next */
enum bind_type query_type(const struct query *query);
int64_t query_number(struct query *query); /* NULL is 0 */
int query_int(struct query *query);
char *query_text(struct query *query);                       /* new string; NULL is NULL */
bool query_copy(struct query *query, char *to, size_t size); /* false when it did not fit: counts as damage */
void query_fit(struct query *query, char *to, size_t size);  /* what does not fit is as good as none */
void query_skip(struct query *query, int columns);

/* A word by its table; one that is not in it fails the query with 74. */
int query_word(struct query *query, int (*from)(const char *));

#endif
