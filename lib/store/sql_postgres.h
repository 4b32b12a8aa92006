#ifndef MC_SQL_POSTGRES_H
#define MC_SQL_POSTGRES_H

#include "store/sql.h"

/* The texts for PostgreSQL: values by their names, ":id", which postgres_values.c numbers; ":self" is this host. Every
 * table is named with its schema. NULL: never asked there. */
extern const char *const sql_postgres[SQL_COUNT];

/* The board's version, 0 where there is none: asked for without a failure, which would end a transaction. By the table,
 * because to_regnamespace() remembers what it found before this transaction waited for whoever has made the board. */
#define POSTGRES_VERSION                                                                                               \
    "COALESCE(pg_catalog.substring(pg_catalog.obj_description((SELECT n.oid FROM pg_catalog.pg_namespace n WHERE "     \
    "n.nspname='mc_pickup'),'pg_namespace'),'^mc-pickup board, version ([0-9]+)$')::bigint,0)AS user_version"

/* Its clock, in Unix milliseconds. */
#define POSTGRES_CLOCK "(pg_catalog.date_part('epoch',pg_catalog.clock_timestamp())*1000)::bigint AS now"

#endif
