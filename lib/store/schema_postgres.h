#ifndef MC_SCHEMA_POSTGRES_H
#define MC_SCHEMA_POSTGRES_H

#include "store/schema.h"

/* What brings a board on a server from a version to a later one, in one transaction (engine.h). Nothing is bound in
 * them, and a colon in one is no name. */
extern const char *const *const schema_postgres[SCHEMA_VERSION];

/* What a role that only works may do, and nothing beside; each text wants that role's name, quoted, behind it
 * (mc-board(5), ROLES). Not for the owner, who would lose by it, and not for "public", which is everybody. */
extern const char *const schema_postgres_worker[];

#endif
