#include "store/sql_postgres.h"

const char *const sql_postgres[SQL_COUNT] = {
    [SQL_BEGIN_WRITE] = "BEGIN",
    [SQL_BEGIN_LOOK] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_VERSION] = "SELECT " POSTGRES_VERSION,
};
