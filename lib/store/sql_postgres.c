#include "store/sql_postgres.h"

const char *const sql_postgres[SQL_COUNT] = {
    [SQL_BEGIN_WRITE] = "BEGIN",
    [SQL_BEGIN_LOOK] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_VERSION] =
        "SELECT COALESCE(pg_catalog.substring(pg_catalog.obj_description(pg_catalog.to_regnamespace("
        "'mc_pickup')::oid,'pg_namespace'),'^mc-pickup board, version ([0-9]+)$')::bigint,0)AS user_version",
};
