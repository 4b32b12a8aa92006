#ifndef MC_SQL_POSTGRES_H
#define MC_SQL_POSTGRES_H

#include "store/sql.h"

/* The texts for PostgreSQL: values by their names, ":id", which db_postgres.c numbers; ":self" is this host. Every
 * table is named with its schema. NULL: never asked there. */
extern const char *const sql_postgres[SQL_COUNT];

#endif
