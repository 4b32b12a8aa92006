#ifndef MC_ENGINE_H
#define MC_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bind.h"
#include "store/sql.h"

struct board;
struct err;
struct query;

/* What keeps a board: SQLite (db_sqlite.c) or a PostgreSQL server (engine_postgres.c). The files of boards (board_*.c,
 * db.c) go through here, everybody else through those. */

enum begin_kind {
    BEGIN_LOOK,  /* one snapshot, nothing is written */
    BEGIN_ALONE, /* nobody else writes until its end */
    BEGIN_CLAIM, /* only claims of other hosts write meanwhile */
};

struct engine {
    const char *version; /* MC_VERSION: a module of another version has another struct board */
    /* By the version it is run on, SCHEMA_VERSION of them: texts that bring a board on (0: there is none) and note its
     * version, NULL-terminated; NULL: from there is no way. Of a board on a server; a file's are in schema.c. */
    const char *const *const *schema;
    const char *shape;         /* what there is on a whole board, and what such a role may do: for SQL_SERVER_WHOLE */
    const char *const *worker; /* what a role that only works may do: each wants its name, quoted, behind it */

    /* Opens board->name. The caller closes also after a failure. */
    bool (*open)(struct board *board, struct err *err);
    void (*close)(struct board *board, bool spare);

    bool (*begin)(struct board *board, enum begin_kind kind, struct err *err);
    bool (*commit)(struct board *board, struct err *err);
    void (*rollback)(struct board *board);
    bool (*in_transaction)(const struct board *board);
    int64_t (*changes)(const struct board *board); /* rows changed since it was opened, also those of triggers */
    bool (*compile)(struct board *board, enum sql sql, struct err *err);
    bool (*script)(struct board *board, const char *const *texts, struct err *err);

    /* A query: started with its values, stepped row by row, finished. The columns are counted from 0. */
    bool (*start)(struct query *query, const struct call *call);
    bool (*step)(struct query *query); /* is there a row? */
    void (*finish)(struct query *query);
    enum bind_type (*type)(const struct query *query, int column);
    int64_t (*number)(const struct query *query, int column);                  /* NULL is 0 */
    const char *(*text)(const struct query *query, int column, size_t *bytes); /* until the next step */
    int (*changed)(const struct query *query);                                 /* rows, without its triggers' */

    /* Of a server alone: is it on this machine, and can nobody between read what is said? */
    void (*way)(const struct board *board, bool *local, bool *encrypted);

    /* Was the last failure the schema's refusal of a row? Its words, or NULL. */
    const char *(*refusal)(const struct board *board);
};

extern const struct engine engine_sqlite;

/* Of the module: its file beside the other programs, and the name under which it has its engine. */
#define MC_POSTGRES_MODULE "mc-postgres.so"
#define MC_POSTGRES_ENGINE "engine_postgres"

extern const struct engine engine_postgres; /* in the module alone */

#endif
