#ifndef MC_SITE_BOARD_H
#define MC_SITE_BOARD_H

#include <stdbool.h>

#include "rules/database.h"

struct err;

/* Which board a program works on (SPEC sections 13, 16), by its name: a file, one on a server, an agent's spool. */

struct site_board {
    char *path;   /* its name, as it means the same everywhere: of a file, its path */
    char *label;  /* the same for people */
    char *folder; /* what is kept beside it stands there; NULL: there is none */
    enum database_kind kind;
};

/* The first of: the name given (NULL: none), $MC_DB, the one configured, the user's own; filled also after a failure.
 * 78 for a name with a password in it, of which nothing is kept; 64, 78 where it leaves no folder to work in. */
bool site_board_find(struct site_board *board, const char *named, const char *configured, struct err *err);

/* The name as it means the same everywhere: a file's made absolute. One with a password: its label. New string. */
char *site_board_whole(const char *name);

/* What is kept beside the board of such a name stands there: in a file's own folder; on a server, in this user's state
 * folder; in the spool's. NULL: there is none. New string. */
char *site_board_folder(const char *name);

/* An environment variable that is set and not empty, else NULL. */
const char *site_variable(const char *name);

/* The user's own state folder, and where a person's configuration and board are where nothing names others; NULL: no
 * HOME to look in. New strings. */
char *site_user_state(void);
char *site_user_config(void);
char *site_user_board(void);

#endif
