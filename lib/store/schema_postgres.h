#ifndef MC_SCHEMA_POSTGRES_H
#define MC_SCHEMA_POSTGRES_H

/* A board on a server from nothing to version 5, in one transaction; NULL at the end. Nothing is bound in them, and a
 * colon in one is no name. */
extern const char *const schema_postgres_5[];

/* What a role that only works may do, and nothing beside; each text wants that role's name, quoted, behind it
 * (mc-board(5), ROLES). Not for the owner, who would lose by it, and not for "public", which is everybody. */
extern const char *const schema_postgres_worker[];

#endif
