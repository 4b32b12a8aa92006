#ifndef MC_DATABASE_H
#define MC_DATABASE_H

#include <stdbool.h>

/* What the name of a board says (SPEC section 16). */
enum database_kind {
    DATABASE_FILE,   /* a path */
    DATABASE_SERVER, /* a postgresql:// or postgres:// URI, or libpq's words that begin with service= */
    DATABASE_SPOOL,  /* spool:FOLDER: no board, only the state folder of one that is on a server */
};
enum database_kind database_kind(const char *name);

/* A password stands in it, or what may be one: also where the name is malformed. It must never be printed. */
bool database_has_password(const char *name);

/* What is said of such a name, behind whose it is. */
extern const char database_no_password[];

/* Can libpq take it at all? One that it cannot it would say back, or take for the name of a database. Of other kinds:
 * always. */
bool database_is_sound(const char *name);
extern const char database_no_server[]; /* and what is said of one that is not */

/* The name for people: hosts, ports, database, user and service. What may be a password is never in it, whatever the
 * name is; that of a file or a spool is as it stands. New string. */
char *database_label(const char *name);

/* A word of a command line as it may be said back: "--db=NAME" and NAME, where a password stands in it, by its label.
 * New string. */
char *database_word(const char *word);

/* The folder that such a name says, in it; NULL: it is of another kind. */
const char *database_spool_folder(const char *name);

#endif
