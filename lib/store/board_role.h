#ifndef MC_BOARD_ROLE_H
#define MC_BOARD_ROLE_H

#include <stdbool.h>

struct board;
struct err;

/* Whose a board on a server is, and what the role that we are may do with it. Names are quoted as SQL wants them; NULL:
 * there is none. */
struct role {
    bool there; /* a schema of the board's name */
    char *owner, *me, *database, *encoding, *role;
    bool owns, works;      /* we: the schema's owner; on the board that is there */
    bool makes, role_owns; /* a schema in this database; `role`, the owner too */
};
bool role_look(struct board *board, const char *name, struct role *role, struct err *err); /* name: NULL or a role */
void role_release(struct role *role);

/* Before a board is made where there is none: 77 where this role may not, 78 where it would not be one. */
bool role_makes(struct board *board, struct err *err);

/* The 77 of a role that may not work on the board that is there. */
bool role_works(struct board *board, struct err *err);

/* The 78 of a board that is older than this program. */
bool role_refuse_older(struct board *board, long long version, struct err *err);

/* Lets a role work on the board, and do nothing else there (mc-board(5), ROLES). In the caller's transaction. 64: it is
 * no such role, or the owner; 77: we are not the owner. */
bool role_let_work(struct board *board, const char *name, struct err *err);

#endif
